"""From features to a score and grades: everything adds up, and more is never worse."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ranking.features import COSINES_TO_TEXT, COSINES_TO_TITLE, Feature
from matching.ranking.fusion import fuse
from matching.ranking.weights import FusionWeights, load_weights
from matching.types import Match

WEIGHTS = load_weights()
COSINES = {*COSINES_TO_TITLE, *COSINES_TO_TEXT}
VALUES = st.fixed_dictionaries(
    {feature: st.floats(-3, 6) if feature in COSINES else st.floats(0, 1) for feature in Feature}
)
DOCUMENTS = st.lists(st.tuples(VALUES, st.booleans()), min_size=1, max_size=6)
SLOPES = st.tuples(st.floats(0.1, 9), st.floats(-20, 5))
CROSSING = st.tuples(SLOPES, SLOPES, SLOPES)


def _fuse(documents: list, weights: FusionWeights = WEIGHTS) -> list[Match]:
    features = {feature: np.asarray([values[feature] for values, _ in documents]) for feature in Feature}
    return fuse([str(at) for at in range(len(documents))], features, [body for _, body in documents], weights)


def _total(values: dict, body: bool) -> float:
    parts = (WEIGHTS.effective(feature, has_body=body) * value for feature, value in values.items())
    return WEIGHTS.bias(has_body=body) + sum(parts)


@given(DOCUMENTS)
def test_contributions_and_bias_add_up_to_what_the_grades_are_read_from(documents: list) -> None:
    for match, (_, body) in zip(_fuse(documents), documents, strict=True):
        slope, offset = (WEIGHTS.body_thresholds if body else WEIGHTS.title_thresholds)[0]
        total = WEIGHTS.bias(has_body=body) + sum(match.contributions.values())
        expected = 1 / (1 + math.exp(-(slope * total + offset)))
        # Each contribution is rounded to four digits.
        assert 1 - match.grade_probabilities[0] == pytest.approx(expected, abs=slope * len(Feature) * 5e-5 / 4 + 1e-9)


@given(DOCUMENTS, st.sampled_from(["title", "body"]), CROSSING)
def test_probabilities_are_a_distribution_and_the_grade_its_mode(documents: list, part: str, crossing: tuple) -> None:
    data = {name: getattr(WEIGHTS, name) for name in FusionWeights.__slots__}
    weights = FusionWeights(**{**data, f"{part}_thresholds": crossing})
    for match in _fuse(documents, weights):
        assert sum(match.grade_probabilities) == pytest.approx(1)
        assert min(match.grade_probabilities) >= 0
        assert match.grade_probabilities[match.grade - 1] == max(match.grade_probabilities)
        assert 0 <= match.score <= 1


@given(DOCUMENTS)
def test_a_higher_score_is_never_a_lower_probability_of_being_suitable(documents: list) -> None:
    ranked = sorted(_fuse(documents), key=lambda match: match.score)
    suitable = [1 - match.grade_probabilities[0] for match in ranked]
    assert all(first <= second + 1e-6 for first, second in pairwise(suitable))


@given(VALUES, st.booleans(), st.sampled_from(list(Feature)), st.floats(0, 2))
def test_more_of_a_signal_never_lowers_the_score(values: dict, body: bool, feature: Feature, more: float) -> None:
    low, high = _fuse([(values, body), ({**values, feature: values[feature] + more}, body)])
    assert high.score >= low.score


@pytest.mark.parametrize("body", [True, False])
def test_of_two_near_perfect_documents_the_better_one_comes_first(body: bool) -> None:
    features = {feature: np.asarray([4.0, 6.0] if feature in COSINES else [0.9, 1.0]) for feature in Feature}
    assert [match.id for match in fuse(["0", "1"], features, [body, body], WEIGHTS, top_k=2)] == ["1", "0"]


@given(VALUES, st.booleans(), st.permutations("abcde"))
def test_equal_documents_are_ordered_by_id(values: dict, body: bool, ids: list[str]) -> None:
    features = {feature: np.full(5, value) for feature, value in values.items()}
    assert [match.id for match in fuse(ids, features, [body] * 5, WEIGHTS, top_k=4)] == list("abcd")


@given(VALUES)
def test_absent_features_count_as_nought(values: dict) -> None:
    lexical = {feature: np.asarray([value]) for feature, value in values.items() if feature not in COSINES}
    (degraded,) = fuse(["0"], lexical, [True], WEIGHTS)
    (whole,) = _fuse([({**values, **dict.fromkeys(COSINES, 0.0)}, True)])
    assert degraded.contributions == whole.contributions
    assert degraded.grade_probabilities == pytest.approx(whole.grade_probabilities)
    assert degraded.score == pytest.approx(whole.score, abs=2e-6)


def test_bodies_count_for_documents_that_have_one_only() -> None:
    empty = dict.fromkeys(Feature, 0.0)
    rich = {**empty, Feature.BODY_BODY_TERMS: 1.0, Feature.TITLE_TEXT_COSINE: 3.0}
    bare, bodied, reference = _fuse([(rich, False), (rich, True), (empty, False)])
    assert bare.score == reference.score
    assert bare.contributions == {}
    assert set(bodied.contributions) == {name for name in ("body_body_terms", "title_text_cosine") if WEIGHTS.bodies[Feature(name)]}


@given(VALUES, st.booleans())
def test_the_score_is_the_probability_of_grade_two_and_better(values: dict, body: bool) -> None:
    (match,) = _fuse([(values, body)])
    slope, offset = (WEIGHTS.body_thresholds if body else WEIGHTS.title_thresholds)[0]
    expected = 1 / (1 + math.exp(-(slope * _total(values, body) + offset)))
    assert 1 - match.grade_probabilities[0] == pytest.approx(expected, abs=1e-9)
    assert match.score == pytest.approx(expected, abs=1e-6)


def test_no_documents_give_no_matches() -> None:
    assert fuse([], {feature: np.zeros(0) for feature in Feature}, [], WEIGHTS) == []
