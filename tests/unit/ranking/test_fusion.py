"""From features to a score and grades: everything adds up, and more never moves a score the wrong way."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ranking.features import ADVERSE, COSINES_TO_TEXT, COSINES_TO_TITLE, WEIGHED, Basis, Feature
from matching.ranking.fusion import fuse
from matching.ranking.weights import FusionWeights, load_weights
from matching.types import Match

WEIGHTS = load_weights()
COSINES = {*COSINES_TO_TITLE, *COSINES_TO_TEXT}
VALUES = st.fixed_dictionaries(
    {feature: st.floats(-3, 6) if feature in COSINES else st.floats(0, 1) for feature in Feature}
)
BASES = st.sampled_from(list(Basis))
DOCUMENTS = st.lists(st.tuples(VALUES, BASES), min_size=1, max_size=6)
SLOPES = st.tuples(st.floats(0.1, 9), st.floats(-20, 5))
CROSSING = st.tuples(SLOPES, SLOPES, SLOPES)


def _fuse(documents: list, weights: FusionWeights = WEIGHTS) -> list[Match]:
    features = {feature: np.asarray([values[feature] for values, _ in documents]) for feature in Feature}
    return fuse([str(at) for at in range(len(documents))], features, [basis for _, basis in documents], weights)


def _total(values: dict, basis: Basis) -> float:
    return sum(WEIGHTS.effective(feature, basis) * value for feature, value in values.items())


@given(DOCUMENTS)
def test_contributions_add_up_to_what_the_grades_are_read_from(documents: list) -> None:
    for match, (_, basis) in zip(_fuse(documents), documents, strict=True):
        slope, offset = WEIGHTS.bases[basis].thresholds[0]
        expected = 1 / (1 + math.exp(-(slope * sum(match.contributions.values()) + offset)))
        # Each contribution is rounded to four digits.
        assert 1 - match.grade_probabilities[0] == pytest.approx(expected, abs=slope * len(Feature) * 5e-5 / 4 + 1e-9)


@given(DOCUMENTS, BASES, CROSSING)
def test_probabilities_are_a_distribution_and_the_grade_its_median(
    documents: list, basis: Basis, crossing: tuple
) -> None:
    crossed = replace(WEIGHTS.bases[basis], thresholds=crossing)
    weights = replace(WEIGHTS, bases={**WEIGHTS.bases, basis: crossed})
    for match in _fuse(documents, weights):
        assert sum(match.grade_probabilities) == pytest.approx(1)
        assert min(match.grade_probabilities) >= 0
        below = sum(match.grade_probabilities[: match.grade - 1])
        above = sum(match.grade_probabilities[match.grade :])
        assert max(below, above) <= 0.5 + 1e-9
        assert 0 <= match.score <= 1


@given(DOCUMENTS)
def test_a_higher_score_is_never_a_lower_probability_of_being_suitable(documents: list) -> None:
    ranked = sorted(_fuse(documents), key=lambda match: match.score)
    suitable = [1 - match.grade_probabilities[0] for match in ranked]
    assert all(first <= second + 1e-6 for first, second in pairwise(suitable))


@given(VALUES, BASES, st.sampled_from(list(Feature)), st.floats(0, 2))
def test_more_of_a_feature_moves_the_score_one_way_alone(
    values: dict, basis: Basis, feature: Feature, more: float
) -> None:
    little, much = _fuse([(values, basis), ({**values, feature: values[feature] + more}, basis)])
    assert much.score <= little.score if feature in ADVERSE else much.score >= little.score


@pytest.mark.parametrize("basis", Basis)
def test_of_two_near_perfect_documents_the_better_one_comes_first(basis: Basis) -> None:
    features = {
        feature: np.asarray([4.0, 6.0] if feature in COSINES else [0.9, 1.0]) for feature in set(Feature) - ADVERSE
    }
    assert [match.id for match in fuse(["0", "1"], features, [basis, basis], WEIGHTS, top_k=2)] == ["1", "0"]


@given(VALUES, BASES, st.permutations("abcde"))
def test_equal_documents_are_ordered_by_id(values: dict, basis: Basis, ids: list[str]) -> None:
    features = {feature: np.full(5, value) for feature, value in values.items()}
    assert [match.id for match in fuse(ids, features, [basis] * 5, WEIGHTS, top_k=4)] == list("abcd")


@given(VALUES)
def test_absent_features_count_as_zero(values: dict) -> None:
    lexical = {feature: np.asarray([value]) for feature, value in values.items() if feature not in COSINES}
    (degraded,) = fuse(["0"], lexical, [Basis.BODIES], WEIGHTS)
    (whole,) = _fuse([({**values, **dict.fromkeys(COSINES, 0.0)}, Basis.BODIES)])
    assert degraded.contributions == whole.contributions
    assert degraded.grade_probabilities == pytest.approx(whole.grade_probabilities)
    assert degraded.score == pytest.approx(whole.score, abs=2e-6)


@pytest.mark.parametrize("basis", Basis)
def test_a_document_is_scored_by_the_features_of_its_basis_alone(basis: Basis) -> None:
    (match,) = _fuse([(dict.fromkeys(Feature, 1.0), basis)])
    assert match.contributions
    assert set(match.contributions) <= set(map(str, WEIGHED[basis]))


@given(VALUES, BASES)
def test_the_score_is_the_probability_of_grade_two_and_better(values: dict, basis: Basis) -> None:
    (match,) = _fuse([(values, basis)])
    slope, offset = WEIGHTS.bases[basis].thresholds[0]
    expected = 1 / (1 + math.exp(-(slope * _total(values, basis) + offset)))
    assert 1 - match.grade_probabilities[0] == pytest.approx(expected, abs=1e-9)
    assert match.score == pytest.approx(expected, abs=1e-6)


def test_no_documents_give_no_matches() -> None:
    assert fuse([], {feature: np.zeros(0) for feature in Feature}, [], WEIGHTS) == []
