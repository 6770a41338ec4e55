"""The matcher over a few hundred documents: what it finds, in which order, and what cannot move it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from matching.embedding.documents import embed
from matching.embedding.encoder import Encoder
from matching.embedding.scale import CosineScale, measure_scale
from matching.index.filters import ID_FACET, And, Eq, FacetKind, Filter, In, Not, Range
from matching.matcher import CANDIDATES, Matcher, PreparedDocument
from matching.ranking.features import WEIGHED, Basis
from matching.ranking.weights import FusionWeights, load_weights
from matching.text.analysis import encodable_texts, lexical_terms
from matching.types import Document, Match, Query, Verdict

SCHEMA = {"kind": FacetKind.WORD, "year": FacetKind.NUMBER}
THINGS = ["高压水泵", "海上风机", "矿井瓦斯", "储氢罐", "市政污泥", "锂电池隔膜", "高炉煤气", "液压支架", "玉米秸秆"]
MEANS = ["变频控制", "超声检测", "低温脱水", "钻孔抽采", "激光熔覆", "膜分离", "机器视觉识别", "催化燃烧"]
AIMS = ["节能", "除冰", "防腐", "减排", "寿命预测", "回收利用"]
ALL = [(thing, mean, aim) for thing in THINGS for mean in MEANS for aim in AIMS]
QUERIES = [
    Query("水泵站节能改造", "现有高压水泵电耗高，希望用变频控制降低三成。", None),
    Query("风机叶片除冰", "", None),
    Query("求瓦斯抽采钻孔封孔办法", "抽采浓度低；钻孔易塌孔。", None),
    Query("废旧锂电池回收", "隔膜与溶剂需要分离回收，减排。", None),
    Query("支架焊缝机器视觉检测与寿命预测", "用机器视觉识别裂纹。", None),
]
FILTERS: list[Filter] = [
    Eq("kind", "装备"),
    Not(Eq("kind", "装备")),
    Range("year", 2016, 2020),
    And((In("kind", frozenset({"材料", "软件"})), Range("year", gte=2018))),
    In(ID_FACET, frozenset(f"{at:03d}" for at in range(0, 432, 5))),
]
HIDDEN = Not(Eq("kind", "保密"))


def _document(at: int) -> Document:
    thing, mean, aim = ALL[at]
    body = f"{thing}{aim}是难点。本成果采用{mean}，第{at}号样机已运行。" if at % 4 else ""
    facets = {"kind": ("装备", "材料", "软件")[at % 3], "year": 2010 + at % 15}
    return Document(f"{at:03d}", f"{thing}{mean}{aim}技术", body, keywords=f"{thing}；{aim}", facets=facets)


def _prepare(encoder: Encoder | None, documents: Sequence[Document]) -> list[PreparedDocument]:
    vectors = [None] * len(documents) if encoder is None else embed(encoder, documents)
    return [
        PreparedDocument(each.id, lexical_terms(each), vector, each.facets, each.public)
        for each, vector in zip(documents, vectors, strict=True)
    ]


@pytest.fixture(scope="module")
def scale(hashing_encoder: Encoder) -> CosineScale:
    texts = [encodable_texts(_document(at)) for at in range(1, 432, 14)]
    return measure_scale(hashing_encoder, [each.title for each in texts], [each.all()[-1] for each in texts])


@pytest.fixture(scope="module")
def prepared(hashing_encoder: Encoder) -> list[PreparedDocument]:
    return _prepare(hashing_encoder, [_document(at) for at in range(len(ALL))])


@pytest.fixture
def new_matcher(scale: CosineScale) -> Callable[[Sequence[PreparedDocument]], Matcher]:
    def make(documents: Sequence[PreparedDocument]) -> Matcher:
        matcher = Matcher(64, SCHEMA, load_weights(), scale)
        matcher.upsert(documents)
        return matcher

    return make


@pytest.fixture
def matcher(new_matcher, prepared: list[PreparedDocument]) -> Matcher:
    return new_matcher(prepared)


@pytest.fixture(scope="module")
def queries(hashing_encoder: Encoder) -> list[Query]:
    vectors = embed(hashing_encoder, [Document("", query.title, query.body) for query in QUERIES])
    return [Query(query.title, query.body, vector) for query, vector in zip(QUERIES, vectors, strict=True)]


def _scored(matches: Sequence[Match]) -> list[tuple[str, float]]:
    return [(match.id, match.score) for match in matches]


def _ids(matches: Sequence[Match]) -> list[str]:
    return [match.id for match in matches]


def test_there_are_more_documents_than_candidates(matcher: Matcher) -> None:
    assert len(ALL) > 2 * CANDIDATES
    assert matcher.lexical.count() == len(ALL)


def test_the_first_twenty_are_those_of_ranking_all(matcher: Matcher, queries: list[Query]) -> None:
    for query in queries:
        everything = matcher.match(query, len(ALL)).matches
        assert len(everything) == len(ALL)
        assert _scored(matcher.match(query, 20).matches) == _scored(everything[:20])


def test_matches_come_best_first(matcher: Matcher, queries: list[Query]) -> None:
    for query in queries:
        matches = matcher.match(query, len(ALL)).matches
        scores = [match.score for match in matches]
        assert scores == sorted(scores, reverse=True)
        assert len(set(_ids(matches))) == len(matches)


def test_given_documents_score_as_they_do_in_the_list_whatever_their_rank(
    matcher: Matcher, queries: list[Query]
) -> None:
    for query in queries:
        everything = matcher.match(query, len(ALL)).matches
        chosen = [everything[at] for at in (3, 0, 200, len(ALL) - 1)]
        found = matcher.score(query, [match.id for match in chosen] + ["no such document"])
        assert _ids(found.matches) == _ids(chosen)
        for match, same in zip(found.matches, chosen, strict=True):
            # A product of fewer rows may be added up in another order: the last digits differ between processors.
            assert match.score == pytest.approx(same.score, abs=1e-5)
            assert match.grade == same.grade
            assert match.grade_probabilities == pytest.approx(same.grade_probabilities, abs=1e-5)
            assert match.contributions == pytest.approx(same.contributions, abs=2e-4)
        assert found.degraded == (query.vectors is None)


@pytest.mark.parametrize("filter", FILTERS)
def test_a_filter_never_changes_the_order_or_scores_of_what_it_keeps(
    matcher: Matcher, queries: list[Query], filter: Filter
) -> None:
    kept = set(matcher.lexical.ids(filter))
    assert 0 < len(kept) < len(ALL)
    for query in queries:
        everything = matcher.match(query, len(ALL)).matches
        expected = _scored([match for match in everything if match.id in kept])
        assert _scored(matcher.match(query, len(ALL), filter).matches) == expected
        assert _scored(matcher.match(query, 20, filter).matches) == expected[:20]


def test_hidden_documents_change_nothing_for_the_others(
    new_matcher, hashing_encoder: Encoder, prepared: list[PreparedDocument], queries: list[Query]
) -> None:
    matcher = new_matcher(prepared)
    before = [matcher.match(query, 50, HIDDEN) for query in queries]
    secret = [
        Document(f"00{at}-secret", query.title, query.body * 3, facets={"kind": "保密"}, public=False)
        for at, query in enumerate(queries * 10)
    ]
    for change in (secret, [Document(each.id, "改", "改", facets=each.facets, public=False) for each in secret]):
        matcher.upsert(_prepare(hashing_encoder, change))
        assert [matcher.match(query, 50, HIDDEN) for query in queries] == before
    matcher.delete([each.id for each in secret])
    assert [matcher.match(query, 50) for query in queries] == before


def test_hidden_documents_change_nothing_for_a_long_query(
    new_matcher, hashing_encoder: Encoder, prepared: list[PreparedDocument]
) -> None:
    matcher = new_matcher(prepared)
    title = "高压水泵变频控制节能"
    body = "，".join(f"{thing}{mean}{aim}" for thing, mean, aim in ALL[::7])
    rare = "".join(f"型号K{at}X，" for at in range(90))
    (vectors,) = embed(hashing_encoder, [Document("", title, body + rare)])
    query = Query(title, body + rare, vectors)
    before = matcher.match(query, 50, HIDDEN)
    matcher.upsert(_prepare(hashing_encoder, [Document("x", "无关", rare, facets={"kind": "保密"}, public=False)]))
    assert matcher.match(query, 50, HIDDEN) == before


def test_hidden_documents_are_found_by_those_who_may(
    new_matcher, hashing_encoder: Encoder, prepared: list[PreparedDocument], queries: list[Query]
) -> None:
    secret = Document("secret", QUERIES[1].title, facets={"kind": "保密"}, public=False)
    matcher = new_matcher([*prepared, *_prepare(hashing_encoder, [secret])])
    assert matcher.match(queries[1], 1).matches[0].id == "secret"
    assert "secret" not in _ids(matcher.match(queries[1], len(ALL) + 1, HIDDEN).matches)


def test_a_query_without_vectors_is_answered_by_words_and_says_so(matcher: Matcher, queries: list[Query]) -> None:
    for bare, full in zip(QUERIES, queries, strict=True):
        degraded = matcher.match(bare, 20)
        assert degraded.degraded
        assert not matcher.match(full, 20).degraded
        assert not any("cosine" in name for match in degraded.matches for name in match.contributions)
    assert matcher.match(QUERIES[0], 5).matches[0].id in {"001", "002", "003", "004", "005", "000"}
    assert matcher.match(Query("zzz", "", None), 5).matches == ()


@pytest.mark.parametrize(
    ("suitable", "near", "verdict"),
    [
        (0.0, -99, Verdict.MATCHED),
        (1.1, -99, Verdict.NONE_SUITABLE),  # near, and none of it likely to be of use
        (0.0, 99, Verdict.NONE_SUITABLE),  # the best of what has nothing to do with it
    ],
)
def test_a_list_holds_something_suitable_if_it_is_likely_and_near(
    new_matcher, hashing_encoder: Encoder, queries: list[Query], suitable: float, near: float, verdict: Verdict
) -> None:
    matcher = new_matcher(_prepare(hashing_encoder, [_document(at) for at in range(1, 40) if at % 4]))
    matcher.weights = _asking(suitable, near)
    assert matcher.match(queries[0], 5).verdict is verdict


@pytest.mark.parametrize(("suitable", "verdict"), [(0.0, Verdict.MATCHED), (1.1, Verdict.NONE_SUITABLE)])
def test_of_a_title_alone_nothing_else_is_asked_than_to_be_likely(
    new_matcher, hashing_encoder: Encoder, suitable: float, verdict: Verdict
) -> None:
    matcher = new_matcher(_prepare(hashing_encoder, [_document(at) for at in range(1, 40) if at % 4]))
    matcher.weights = _asking(suitable, 99)
    title = _document(1).title
    (vectors,) = embed(hashing_encoder, [Document("", title)])
    result = matcher.match(Query(title, " ", vectors), 5)
    assert result.verdict is verdict
    assert {match.related for match in result.matches} == {verdict is Verdict.MATCHED}
    assert {each for match in result.matches for each in match.contributions} <= set(WEIGHED[Basis.BRIEF])


def _asking(suitable: float, near: float) -> FusionWeights:
    weights = load_weights()
    bases = {basis: replace(each, suitable=suitable) for basis, each in weights.bases.items()}
    return replace(weights, bases=bases, near=near)


def test_what_has_no_text_to_be_near_is_suitable_if_it_is_likely(
    new_matcher, hashing_encoder: Encoder, queries: list[Query]
) -> None:
    for documents in (_prepare(hashing_encoder, [_document(0)]), _prepare(None, [_document(1)])):
        matcher = new_matcher(documents)
        matcher.weights = _asking(0.0, 99)
        assert matcher.match(queries[0], 5).verdict is Verdict.MATCHED


def test_the_nearest_of_many_are_those_of_scoring_each(
    new_matcher, hashing_encoder: Encoder, prepared: list[PreparedDocument]
) -> None:
    matcher = new_matcher([each for at, each in enumerate(prepared) if at % 4])
    asked = embed(hashing_encoder, [_document(5), _document(77)])
    for vectors, found in zip(asked, matcher.nearest(asked, 10), strict=True):
        alone = matcher.nearest([vectors], len(ALL))[0]
        assert found == alone[:10]
    assert [found[0] for found in matcher.nearest(asked, 1)] == ["005", "077"]


def test_a_document_without_vectors_is_still_found_by_words(
    new_matcher, prepared: list[PreparedDocument], queries: list[Query]
) -> None:
    new = Document("new", "高压水泵站变频节能改造", "高压水泵电耗高，用变频控制可降低三成电耗。")
    matcher = new_matcher([*prepared, *_prepare(None, [new])])
    for query in (queries[0], QUERIES[0]):
        matches = matcher.match(query, 5).matches
        assert matches[0].id == "new"
        assert all("cosine" not in name for name in matches[0].contributions)


def test_a_document_whose_vectors_were_taken_away_keeps_none(
    new_matcher, prepared: list[PreparedDocument], queries: list[Query]
) -> None:
    matcher = new_matcher(prepared)
    matcher.upsert(_prepare(None, [_document(1)]))
    assert matcher.titles.vectors("001").shape == matcher.passages.vectors("001").shape == (0, 64)
    found = {match.id: match for match in matcher.match(queries[0], len(ALL)).matches}
    assert "text_text_cosine" in found["002"].contributions
    assert not any("cosine" in name for name in found["001"].contributions)


def test_a_document_that_lost_its_body_is_scored_by_its_title(
    new_matcher, hashing_encoder: Encoder, prepared: list[PreparedDocument], queries: list[Query]
) -> None:
    matcher = new_matcher(prepared)
    bare = Document("001", _document(1).title, facets=_document(1).facets)
    matcher.upsert(_prepare(hashing_encoder, [bare]))
    assert len(matcher.passages.vectors("001")) == 0
    found = {match.id: match for match in matcher.match(queries[0], len(ALL)).matches}
    assert not any(name.split("_")[1] == "body" for name in found["001"].contributions)
    assert any(name.split("_")[1] == "body" for name in found["002"].contributions)


def test_a_deleted_document_is_in_no_engine(
    new_matcher, prepared: list[PreparedDocument], queries: list[Query]
) -> None:
    matcher = new_matcher(prepared)
    first = matcher.match(queries[0], 1).matches[0].id
    matcher.delete([first, "没有"])
    assert all(first not in index.ids() for index in matcher.indexes().values())
    assert first not in _ids(matcher.match(queries[0], len(ALL)).matches)


@pytest.mark.parametrize("top_k", [0, 1, 7, 432, 1000])
def test_at_most_top_k_matches_are_given(matcher: Matcher, queries: list[Query], top_k: int) -> None:
    assert len(matcher.match(queries[0], top_k).matches) == min(top_k, len(ALL))


def test_an_empty_matcher_finds_nothing(new_matcher, queries: list[Query]) -> None:
    result = new_matcher([]).match(queries[0], 10)
    assert (result.matches, result.verdict) == ((), Verdict.NONE_SUITABLE)


def test_explanations_come_in_the_order_of_the_documents(matcher: Matcher, queries: list[Query]) -> None:
    documents = [_document(1), Document("elsewhere", "唐诗", "平仄。"), _document(9)]
    explanations = matcher.explain(queries[0], documents)
    assert [bool(each.terms) for each in explanations] == [True, False, True]
    assert explanations[0].evidence is not None
    assert explanations[0].evidence.text in documents[0].body
