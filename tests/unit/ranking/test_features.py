"""Features between a query and a document, each from its own two fields."""

import numpy as np
import pytest

from matching.embedding.scale import CosineScale
from matching.index.dense import FlatDenseIndex
from matching.index.lexical import PostingsIndex
from matching.index.protocols import DenseEntry, LexicalEntry
from matching.ranking.features import (
    FADES,
    FEW,
    LEXICAL,
    MANY,
    Feature,
    cosine_features,
    lexical_clauses,
    lexical_features,
    overlap_features,
    query_vectors,
    shaped,
)
from matching.text.analysis import LexicalField, lexical_terms
from matching.types import Document, DocumentVectors, Query

UNIT = np.eye(4, dtype=np.float32)
PLAIN = CosineScale((0, 0), (1, 1), (0, 0), (1, 1))


def test_a_query_is_its_title_and_the_mean_direction_of_its_passages() -> None:
    vectors = query_vectors(DocumentVectors(UNIT[0], UNIT[1:3]))
    np.testing.assert_allclose(vectors, [UNIT[0], (UNIT[1] + UNIT[2]) / 2**0.5], atol=1e-6)
    assert vectors.dtype == np.float32


def test_a_query_without_passages_counts_its_title_twice() -> None:
    np.testing.assert_array_equal(query_vectors(DocumentVectors(UNIT[3], UNIT[:0])), UNIT[[3, 3]])


def test_passages_that_cancel_out_give_no_direction_and_no_error() -> None:
    vectors = query_vectors(DocumentVectors(UNIT[0], np.stack([UNIT[1], -UNIT[1]])))
    np.testing.assert_array_equal(vectors[1], np.zeros(4))


def test_clauses_carry_field_and_terms_of_each_feature() -> None:
    query = Query("水泵节能", "变频控制", None)
    terms = lexical_terms(Document("", query.title, query.body))
    clauses = lexical_clauses(query)
    assert [(clause.field, clause.weight) for clause in clauses] == [(field, 1.0) for _, field in LEXICAL]
    by_feature = dict(zip((feature for feature, _ in LEXICAL), clauses, strict=True))
    assert by_feature[Feature.TITLE_TITLE_TERMS].terms == tuple(terms[LexicalField.TITLE])
    assert by_feature[Feature.BODY_TITLE_TERMS].terms == tuple(terms[LexicalField.BODY])
    assert by_feature[Feature.TITLE_BODY_TERMS].terms == tuple(terms[LexicalField.TITLE])
    assert by_feature[Feature.TITLE_TITLE_BIGRAMS].terms == ("水泵", "泵节", "节能")


@pytest.mark.parametrize("body", ["", "的", "，。"])
def test_a_query_without_words_in_its_body_asks_with_its_title_twice(body: str) -> None:
    clauses = lexical_clauses(Query("水泵节能", body, None))
    assert clauses[1].terms == clauses[0].terms
    assert clauses[4].terms == clauses[3].terms


def test_lexical_features_are_the_root_of_the_covered_share() -> None:
    index = PostingsIndex([str(field) for field in LexicalField])
    for id, title in (("a", "水泵节能"), ("b", "水泵"), ("c", "风机")):
        index.upsert([LexicalEntry(id, lexical_terms(Document(id, title)), {}, public=True)])
    clauses = lexical_clauses(Query("水泵节能", "", None))
    features = lexical_features(index, clauses, ["a", "b", "c", "没有"])
    covered = index.coverage(clauses, ["a", "b", "c", "没有"])
    np.testing.assert_allclose(features[Feature.TITLE_TITLE_TERMS], np.sqrt(covered[0]))
    first, second, third, absent = features[Feature.TITLE_TITLE_TERMS].tolist()
    assert 1 >= first > second > third == 0
    assert np.isnan(absent)


def test_overlap_is_of_characters_both_ways_and_of_the_title_in_the_body() -> None:
    index = PostingsIndex([str(field) for field in LexicalField])
    titles = {"a": "锂离子电池", "b": "水泵节能", "c": "锂电", "d": "风机"}
    for id, title in titles.items():
        index.upsert([LexicalEntry(id, lexical_terms(Document(id, title)), {}, public=True)])
    query = Query("锂电池", "水泵要节能，省电", None)
    found = overlap_features(index, query.title, lexical_clauses(query), [*titles, "没有"])
    characters, shares = (found[name].tolist() for name in (Feature.TITLE_TITLE_CHARACTERS, Feature.BODY_TITLE_SHARE))
    # No word is shared between 锂电池 and 锂离子电池, but three characters are.
    assert 1 > characters[0] > characters[1] == characters[3] == 0
    assert characters[2] > 0
    assert shares[1] == pytest.approx(1)
    assert shares[0] == shares[3] == 0
    assert np.isnan(characters[4])
    assert np.isnan(shares[4])


def test_a_query_without_a_body_covers_titles_by_its_own() -> None:
    index = PostingsIndex([str(field) for field in LexicalField])
    index.upsert([LexicalEntry("a", lexical_terms(Document("a", "水泵节能")), {}, public=True)])
    query = Query("水泵节能", "", None)
    found = overlap_features(index, query.title, lexical_clauses(query), ["a"])
    assert {name: values.tolist() for name, values in found.items()} == {
        Feature.TITLE_TITLE_CHARACTERS: [pytest.approx(1)],
        Feature.BODY_TITLE_SHARE: [pytest.approx(1)],
    }


def test_cosines_go_to_the_right_field_and_are_missing_where_a_vector_is() -> None:
    titles, passages = FlatDenseIndex(4), FlatDenseIndex(4)
    titles.upsert([DenseEntry("a", UNIT[:1], {}), DenseEntry("b", UNIT[1:2], {})])
    passages.upsert([DenseEntry("a", UNIT[[2, 3]], {})])
    features = cosine_features(titles, passages, UNIT[[0, 2]], ["a", "b", "没有"], PLAIN)
    np.testing.assert_array_equal(features[Feature.TITLE_TITLE_COSINE], [1, 0, np.nan])
    np.testing.assert_array_equal(features[Feature.TEXT_TITLE_COSINE], [0, 0, np.nan])
    np.testing.assert_array_equal(features[Feature.TITLE_TEXT_COSINE], [0, np.nan, np.nan])
    np.testing.assert_array_equal(features[Feature.TEXT_TEXT_COSINE], [1, np.nan, np.nan])


def _shaped(
    covered: list[float], values: list[float] | None = None, *, alike: Feature = Feature.TEXT_TEXT_COSINE
) -> tuple[list[float], list[float]]:
    features = {Feature.TITLE_BODY_TERMS: np.asarray(covered)}
    if values is not None:
        features[alike] = np.asarray(values)
    found = shaped(features, lexical_clauses(Query("秸秆", "要省电。", None)), brief=False)
    return found[Feature.TITLE_BODY_TERMS].tolist(), found[Feature.TITLE_BODY_EXCESS].tolist()


def test_words_of_the_title_help_up_to_few_and_what_lies_above_is_excess() -> None:
    helping, excess = _shaped([0.0, 0.1, FEW, (FEW + MANY) / 2, MANY, 1.0])
    assert helping == [0, 0.1, FEW, FEW, FEW, FEW]
    assert excess == pytest.approx([0, 0, 0, 0.5, 1, 1])


@pytest.mark.parametrize("alike", FADES)
def test_texts_or_titles_that_are_alike_have_no_excess_whatever_their_words(alike: Feature) -> None:
    near, same = FADES[alike]
    _, excess = _shaped([1.0] * 5, [near - 9, near, (near + same) / 2, same, same + 9], alike=alike)
    assert excess == pytest.approx([1, 1, 0.5, 0, 0])


def _brief(title: str, meant: list[float], covered: float, characters: float = 0.0) -> dict[Feature, list[float]]:
    features = {
        Feature.TEXT_TEXT_COSINE: np.asarray(meant),
        Feature.TITLE_BODY_TERMS: np.full(len(meant), covered),
        Feature.TITLE_TITLE_CHARACTERS: np.full(len(meant), characters),
    }
    found = shaped(features, lexical_clauses(Query(title, "", None)), brief=True)
    return {feature: values.tolist() for feature, values in found.items()}


@pytest.mark.parametrize(("title", "words"), [("秸秆", 1), ("秸秆还田", 2), ("秸秆还田腐解菌剂", 4)])
def test_a_word_is_looked_for_as_such_and_many_by_their_meaning(title: str, words: int) -> None:
    assert len(lexical_terms(Document("", title))[LexicalField.TITLE]) == words
    found = _brief(title, [2.0], 0.9)
    assert found[Feature.TITLE_BODY_TERMS] == [0.9 / words]
    assert found[Feature.TITLE_BODY_EXCESS] == [0]


def test_of_characters_counts_what_makes_titles_the_same() -> None:
    alike, same = FADES[Feature.TITLE_TITLE_CHARACTERS]
    for characters, counting in ((alike - 0.1, 0), ((alike + same) / 2, 0.5), (same, 1), (1.0, 1)):
        assert _brief("秸秆", [2.0], 0.9, characters)[Feature.TITLE_TITLE_CHARACTERS] == [pytest.approx(counting)]


def test_where_no_meaning_is_weighed_words_and_characters_stay_whole() -> None:
    found = _brief("秸秆还田腐解菌剂", [2.0, np.nan], 0.9, 0.4)
    assert found[Feature.TITLE_BODY_TERMS] == [0.225, 0.9]
    assert found[Feature.TITLE_TITLE_CHARACTERS] == [0, 0.4]
    words = {Feature.TITLE_BODY_TERMS: np.asarray([0.9]), Feature.TITLE_TITLE_CHARACTERS: np.asarray([0.4])}
    degraded = shaped(words, lexical_clauses(Query("秸秆还田腐解菌剂", "", None)), brief=True)
    assert (degraded[Feature.TITLE_BODY_TERMS].tolist(), degraded[Feature.TITLE_TITLE_CHARACTERS].tolist()) == (
        [0.9],
        [0.4],
    )


def test_of_a_text_that_is_not_there_nothing_is_shaped() -> None:
    helping, excess = _shaped([np.nan], [np.nan])
    assert np.isnan([*helping, *excess]).all()
