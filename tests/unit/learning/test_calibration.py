"""Grades read off scores: as often right as they say, and never out of order."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.learning.calibration import (
    calibrate,
    expected_calibration_error,
    grade_score,
    grade_shares,
    reliability_table,
)
from matching.ranking.grades import best_grades, grade_probabilities

BOUNDED = settings(max_examples=50, deadline=None)
TRUTH = ((2.0, 1.0), (2.0, -2.0), (2.0, -4.0))


def drawn(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw grades by known curves."""
    rng = np.random.default_rng(seed)
    totals = rng.normal(0, 2, n)
    cumulative = np.cumsum(grade_probabilities(totals, TRUTH), axis=1)
    return totals, 1.0 + (rng.uniform(size=n)[:, None] > cumulative[:, :3]).sum(axis=1)


def test_the_curves_that_made_the_grades_are_found_again() -> None:
    for found, true in zip(calibrate(*drawn(20_000)), TRUTH, strict=True):
        assert found == pytest.approx(true, abs=0.12)


def test_neither_scale_nor_place_of_the_scores_matters() -> None:
    totals, grades = drawn(2_000)
    plain = grade_probabilities(totals, calibrate(totals, grades))
    moved = grade_probabilities(totals * 40 - 700, calibrate(totals * 40 - 700, grades))
    np.testing.assert_allclose(moved, plain, atol=2e-3)


def test_calibrated_probabilities_hold_on_other_pairs() -> None:
    thresholds = calibrate(*drawn(3_000))
    totals, grades = drawn(20_000, seed=1)
    assert expected_calibration_error(grade_probabilities(totals, thresholds), grades) < 0.03


@BOUNDED
@given(st.lists(st.tuples(st.floats(-50, 50), st.sampled_from([1, 1.5, 2, 2.5, 3, 3.75, 4])), min_size=1, max_size=30))
def test_a_higher_score_never_makes_a_higher_grade_less_likely(pairs: list[tuple[float, float]]) -> None:
    totals, grades = (np.asarray(column, float) for column in zip(*pairs, strict=True))
    thresholds = calibrate(totals, grades)
    assert all(slope >= 0 for slope, _ in thresholds)
    probabilities = grade_probabilities(np.linspace(-60, 60, 50), thresholds)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert probabilities.min() >= 0
    at_least = 1 - np.cumsum(probabilities, axis=1)[:, :3]
    assert all((above >= below - 1e-12).all() for below, above in pairwise(at_least))


def test_scores_that_say_the_opposite_of_the_grades_are_not_believed() -> None:
    totals, grades = drawn(500)
    assert calibrate(-totals, grades)[0][0] == pytest.approx(0, abs=1e-6)


def test_a_mean_between_two_grades_stands_for_both() -> None:
    np.testing.assert_allclose(
        grade_shares([1, 2.5, 3.75, 4]), [[1, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0.25, 0.75], [0, 0, 0, 1]]
    )


@pytest.mark.parametrize(
    ("probabilities", "grade"),
    [
        ((0.6, 0.2, 0.1, 0.1), 1),
        ((0.45, 0.1, 0.1, 0.35), 2),  # most likely is 1, nearest to all is 2
        ((0.1, 0.3, 0.2, 0.4), 3),
        ((0.0, 0.0, 0.0, 1.0), 4),
    ],
)
def test_the_best_grade_has_the_least_expected_error(probabilities: tuple, grade: int) -> None:
    row = np.asarray([probabilities])
    errors = [float(np.abs(np.arange(1, 5) - guess) @ row[0]) for guess in range(1, 5)]
    assert best_grades(row).tolist() == [grade] == [1 + int(np.argmin(errors))]


def test_the_grade_score_falls_with_the_mean_error() -> None:
    sure = np.eye(4)
    assert grade_score(sure, np.asarray([1.0, 2, 3, 4])) == 1
    assert grade_score(sure, np.asarray([2.0, 2, 3, 3.5])) == pytest.approx(1 / (1 + 1.5 / 4))


def test_a_reliability_table_counts_every_prediction_once_a_grade() -> None:
    probabilities = np.asarray([[0.9, 0.1, 0, 0], [0.9, 0.1, 0, 0], [0.2, 0.3, 0.5, 0], [0.0, 0.0, 0.0, 1.0]])
    table = reliability_table(probabilities, np.asarray([1.0, 2, 2.5, 4]))
    for grade in range(1, 5):
        assert sum(row.count for row in table if row.grade == grade) == 4
    ones = [(row.count, row.predicted, row.observed) for row in table if row.grade == 1]
    assert ones == [(1, 0.0, 0.0), (1, 0.2, 0.0), (2, pytest.approx(0.9), 0.5)]
    twos = {round(row.predicted, 1): row.observed for row in table if row.grade == 2}
    assert twos == {0.0: 0.0, 0.1: 0.5, 0.3: 0.5}


def test_the_calibration_error_is_that_of_the_worst_grade() -> None:
    # Grade 1 is said with 0.6 and always given: it is 0.4 off; the others less.
    probabilities = np.tile([0.6, 0.2, 0.1, 0.1], (50, 1))
    assert expected_calibration_error(probabilities, np.ones(50)) == pytest.approx(0.4)
    assert expected_calibration_error(np.eye(4), np.asarray([1.0, 2, 3, 4])) == 0


def test_nothing_predicted_is_nothing_wrong() -> None:
    assert expected_calibration_error(np.zeros((0, 4)), np.zeros(0)) == 0
    assert reliability_table(np.zeros((0, 4)), np.zeros(0)) == ()
