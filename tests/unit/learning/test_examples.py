"""Examples are what the matcher really weighs, and bad columns are refused."""

from dataclasses import replace

import numpy as np
import pytest

from matching.embedding.documents import embed
from matching.embedding.scale import CosineScale
from matching.learning.examples import Examples, collect_examples, join_examples
from matching.learning.fit import total_scores
from matching.matcher import Matcher, PreparedDocument
from matching.ranking.features import Feature
from matching.ranking.weights import load_weights
from matching.text.analysis import lexical_terms
from matching.types import Document, Query

SCALE = CosineScale((0.1, 0.1), (0.2, 0.2), (0.1, 0.1), (0.2, 0.2))
DOCUMENTS = [
    Document("pump", "高压水泵节能改造", "水泵变频，节电两成。"),
    Document("fan", "风机叶片除冰"),
    Document("mine", "矿井瓦斯抽采", "钻孔封孔材料。"),
]
QRELS = {"q1": {"pump": 4.0, "fan": 1.0, "没有": 2.0}, "q2": {"mine": 2.5}, "q3": {"fan": 1.0}}


@pytest.fixture(scope="module")
def matcher(hashing_encoder) -> Matcher:
    made = Matcher(hashing_encoder.dimension, {}, load_weights(), SCALE)
    vectors = embed(hashing_encoder, DOCUMENTS)
    made.upsert(
        [
            PreparedDocument(each.id, lexical_terms(each), vector, {})
            for each, vector in zip(DOCUMENTS, vectors, strict=True)
        ]
    )
    return made


@pytest.fixture(scope="module")
def queries(hashing_encoder) -> dict[str, Query]:
    texts = [Document("q1", "水泵节能", "要省电。"), Document("q2", "瓦斯抽采", ""), Document("q9", "无关", "")]
    vectors = embed(hashing_encoder, texts)
    return {each.id: Query(each.title, each.body, vector) for each, vector in zip(texts, vectors, strict=True)}


def test_only_known_pairs_of_judged_queries_are_collected(matcher: Matcher, queries: dict[str, Query]) -> None:
    found = collect_examples(matcher, queries, QRELS)
    assert found.queries.tolist() == ["q1", "q1", "q2"]
    assert found.documents.tolist() == ["pump", "fan", "mine"]
    assert found.grades.tolist() == [4, 1, 2.5]
    assert found.bases.tolist() == ["bodies", "titles", "brief"]
    assert set(found.features) == set(Feature)


def test_collected_features_give_the_scores_of_the_ranking(matcher: Matcher, queries: dict[str, Query]) -> None:
    found = collect_examples(matcher, queries, QRELS)
    totals = total_scores(found, matcher.weights)
    for row in range(len(found)):
        matches = {match.id: match for match in matcher.match(queries[found.queries[row]], 10).matches}
        parts = matches[found.documents[row]].contributions
        assert totals[row] == pytest.approx(sum(parts.values()), abs=len(Feature) * 5e-5)
        assert len(parts) >= 2 or found.grades[row] < 2


def test_without_vectors_words_alone_are_collected(matcher: Matcher) -> None:
    found = collect_examples(matcher, {"q1": Query("水泵节能", "要省电。", None)}, QRELS)
    assert found.bases.tolist() == ["words", "words"]
    assert not found.features[Feature.TITLE_TITLE_COSINE].any()
    assert found.features[Feature.TITLE_TITLE_CHARACTERS][0] > 0


def test_no_queries_give_no_examples(matcher: Matcher) -> None:
    assert len(collect_examples(matcher, {}, QRELS)) == 0


def test_joined_examples_keep_every_column(new_examples) -> None:
    first, second = new_examples(queries=3, prefix="a"), new_examples(queries=2, prefix="b", seed=1)
    both = join_examples([first, second])
    assert len(both) == 150
    np.testing.assert_array_equal(both.where(both.queries >= "b").grades, second.grades)
    for feature in Feature:
        np.testing.assert_array_equal(both.features[feature][:90], first.features[feature])


def test_evenly_joined_collections_count_alike_whatever_their_size(new_examples) -> None:
    first, second = new_examples(queries=9, prefix="a"), new_examples(queries=3, prefix="b", seed=1)
    both = join_examples([first, second], evenly=True)
    assert both.shares[:270].sum() == pytest.approx(both.shares[270:].sum())
    assert both.shares.mean() == pytest.approx(1)
    np.testing.assert_array_equal(join_examples([first, second]).shares, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"grades": np.ones(3)}, "length"),
        ({"grades": np.full(600, np.nan)}, "finite"),
        ({"grades": np.full(600, 0.5)}, "outside"),
        ({"grades": np.full(600, 4.5)}, "outside"),
        ({"bases": np.full(600, "abstracts")}, "basis"),
        ({"shares": np.full(600, -1.0)}, "negative"),
        ({"features": {Feature.TITLE_TITLE_TERMS: np.full(600, np.inf)}}, "finite"),
        ({"features": {Feature.TITLE_TITLE_TERMS: np.ones(599)}}, "length"),
    ],
)
def test_columns_that_cannot_be_learnt_from_are_refused(new_examples, change: dict, reason: str) -> None:
    examples: Examples = new_examples()
    with pytest.raises(ValueError, match=reason):
        replace(examples, **change)
