"""Explanations quote the record and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.index.lexical import PostingsIndex
from matching.index.protocols import LexicalEntry
from matching.ranking.explain import MAX_TERMS, explain, query_term_weights
from matching.text.analysis import LexicalField, lexical_terms
from matching.text.normalise import normalise
from matching.text.sentences import split_sentences
from matching.types import Document, Query

RECORDS = [
    Document("1", "高压水泵变频节能", "采用变频控制。水泵效率提高12%；节电三成。", keywords="水泵；变频器"),
    Document("2", "海上风机叶片除冰", "热风除冰。叶片表面涂层防冰。", indicators="除冰时间不超过30分钟"),
    Document("3", "矿井瓦斯抽采钻孔", "钻孔封孔后瓦斯抽采浓度提高。"),
]
PARTS = st.lists(
    st.sampled_from(
        [
            "高压水泵",
            "變頻控制",
            "瓦斯抽采",
            "叶片除冰",
            "PLC",
            "奈米",
            "效率85%",
            "，",
            "。",
            "；",
            "\n",
            " ",
            "①",
            "Ａ",
        ]
    ),
    max_size=14,
).map("".join)
DOCUMENTS = st.builds(Document, st.just("x"), PARTS, PARTS, PARTS, PARTS)


@pytest.fixture(scope="module")
def index() -> PostingsIndex:
    filled = PostingsIndex([str(field) for field in LexicalField])
    filled.upsert([LexicalEntry(each.id, lexical_terms(each), {}, public=True) for each in RECORDS])
    return filled


@given(DOCUMENTS, PARTS, PARTS)
def test_an_explanation_holds_nothing_that_the_record_does_not(
    index: PostingsIndex, record: Document, title: str, body: str
) -> None:
    weights = query_term_weights(Query(title, body, None), index)
    explanation = explain(record, weights)
    own = "\n".join((record.title, record.body, record.indicators, record.keywords)).lower()
    asked = (normalise(title) + "\n" + normalise(body)).lower()
    assert len(explanation.terms) <= MAX_TERMS
    for shared in explanation.terms:
        assert shared.term in own
        assert shared.term in asked
        assert 0 <= shared.weight <= 1
    if explanation.evidence is not None:
        text = {"body": record.body, "indicators": record.indicators}[explanation.evidence.field]
        assert explanation.evidence.text in split_sentences(text)
        assert explanation.evidence.text in text
        assert 0 < explanation.evidence.coverage <= 1


@settings(max_examples=100, deadline=None)
@given(PARTS, PARTS)
def test_the_shares_of_the_query_add_up_to_one(index: PostingsIndex, title: str, body: str) -> None:
    weights = query_term_weights(Query(title, body, None), index)
    assert all(weight > 0 for weight in weights.values())
    assert sum(weights.values()) == (pytest.approx(1) if weights else 0)


def test_rare_terms_weigh_more_and_terms_of_the_title_double(index: PostingsIndex) -> None:
    index_weights = index.weights(LexicalField.BODY, ["水泵", "光伏"])
    weights = query_term_weights(Query("水泵", "光伏", None), index)
    assert index_weights["光伏"] > index_weights["水泵"]
    assert weights["水泵"] / weights["光伏"] == pytest.approx(2 * index_weights["水泵"] / index_weights["光伏"])


def test_the_best_sentence_and_the_strongest_terms_are_shown(index: PostingsIndex) -> None:
    explanation = explain(RECORDS[0], query_term_weights(Query("水泵效率", "提高水泵效率，节电", None), index))
    assert explanation.evidence is not None
    assert explanation.evidence.text == "水泵效率提高12%；"
    assert explanation.evidence.field == "body"
    assert [shared.weight for shared in explanation.terms] == sorted(
        (shared.weight for shared in explanation.terms), reverse=True
    )
    assert {"水泵", "效率"} <= {shared.term for shared in explanation.terms}


def test_indicators_can_be_the_evidence(index: PostingsIndex) -> None:
    evidence = explain(RECORDS[1], query_term_weights(Query("除冰时间", "除冰时间短", None), index)).evidence
    assert evidence is not None
    assert (evidence.field, evidence.text) == ("indicators", "除冰时间不超过30分钟")


def test_of_a_long_word_and_its_parts_the_longest_is_shown(index: PostingsIndex) -> None:
    terms = [each.term for each in explain(RECORDS[2], query_term_weights(Query("瓦斯抽采", "", None), index)).terms]
    assert terms == ["瓦斯抽采"]


@pytest.mark.parametrize("record", [RECORDS[1], Document("4", "水", "12%，3。"), Document("5", "")])
def test_what_shares_nothing_telling_is_not_explained(index: PostingsIndex, record: Document) -> None:
    explanation = explain(record, query_term_weights(Query("瓦斯抽采12", "", None), index))
    assert explanation.terms == ()


def test_a_query_without_words_explains_nothing(index: PostingsIndex) -> None:
    explanation = explain(RECORDS[0], query_term_weights(Query("的，。", "", None), index))
    assert (explanation.terms, explanation.evidence) == ((), None)


def test_evidence_is_quoted_as_written_though_found_as_normalised(index: PostingsIndex) -> None:
    record = Document("6", "水泵", "採用 變頻 控制 。餘者略。")
    evidence = explain(record, query_term_weights(Query("变频控制", "", None), index)).evidence
    assert evidence is not None
    assert evidence.text == "採用 變頻 控制 。"
