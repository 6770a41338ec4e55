"""Turn scores into probabilities of grades, and measure how far these may be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.ranking.grades import best_grades, grade_probabilities
from matching.ranking.weights import Thresholds

Doubles = npt.NDArray[np.float64]
GRADES = 4
BINS = 10
# Keeps the slope finite where the scores part the grades without error.
_SLOPE_PENALTY = 1e-4
# Further apart no two grades can be told; with a grade that nobody gave, the line would run away.
_FARTHEST = 8.0


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predictions of about the same probability.

    Attributes:
        grade: whose probability it is.
        count: predictions in the bin.
        predicted, observed: the mean probability, and how often the grade was really given.
    """

    grade: int
    count: int
    predicted: float
    observed: float


def grade_shares(grades: Sequence[float] | Doubles) -> Doubles:
    """Return (n, 4): which whole grades each judgement stands for; 2.5 is half a 2 and half a 3."""
    values = np.asarray(grades, np.float64)
    shares: Doubles = np.maximum(0.0, 1 - np.abs(values[:, None] - np.arange(1, GRADES + 1)))
    return shares


def calibrate(totals: Doubles, grades: Doubles, counts: Doubles | None = None) -> Thresholds:
    """Fit the probabilities of grades to scores.

    Ordinal logistic regression with one slope (McCullagh, 1980): P(grade ≥ g) = σ(slope·total +
    offset_g). One slope keeps the curves from crossing, so that a higher score never makes a higher
    grade less likely; the slope is held at 0 or above.

    Args:
        totals: (n,) sums of weighed features, n ≥ 1.
        grades: (n,) in 1..4.
        counts: (n,) how much each pair counts; all alike by default.

    Returns:
        Slope and offset for grade 2, 3 and 4.
    """
    from scipy.optimize import minimize

    centre, spread = float(totals.mean()), max(float(totals.std()), 1e-9)
    standard, shares = (totals - centre) / spread, grade_shares(grades)
    if counts is not None:
        shares = shares * (counts / counts.mean())[:, None]

    def loss(point: Doubles) -> float:
        probabilities = grade_probabilities(standard, _lines(point))
        surprise = -(shares * np.log(np.maximum(probabilities, 1e-12))).sum() / len(standard)
        return float(surprise + _SLOPE_PENALTY * point[0] ** 2)

    bounds = [(0.0, 30.0), (-30.0, 30.0), (0.0, _FARTHEST), (0.0, _FARTHEST)]
    found = minimize(loss, np.asarray([1.0, 0.0, 1.5, 1.0]), method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12})
    two, three, four = ((slope / spread, offset - slope / spread * centre) for slope, offset in _lines(found.x))
    return two, three, four


def _lines(point: Doubles) -> Thresholds:
    """Read slope, offset of grade 2, and how far grades 3 and 4 lie behind it."""
    slope, first, second, third = (float(value) for value in point)
    return (slope, first), (slope, first - second), (slope, first - second - third)


def grade_score(probabilities: Doubles, grades: Doubles) -> float:
    """Return 1 / (1 + mean absolute error) of the best grades; 1 is perfect."""
    return float(1 / (1 + np.abs(best_grades(probabilities) - np.asarray(grades, np.float64)).mean()))


def confusion(probabilities: Doubles, grades: Doubles) -> tuple[tuple[float, ...], ...]:
    """Return (4, 4) how many pairs of each given grade got each best grade, by `grade_shares`."""
    table = np.zeros((GRADES, GRADES))
    for best, shares in zip(best_grades(probabilities), grade_shares(grades), strict=True):
        table[:, best - 1] += shares
    return tuple(tuple(row) for row in table.tolist())


def reliability_table(probabilities: Doubles, grades: Doubles, bins: int = BINS) -> tuple[ReliabilityBin, ...]:
    """Return, by grade, how often it was given where it was predicted with about some probability.

    Args:
        probabilities: (n, 4).
        grades: (n,) in 1..4; a mean of 2.5 counts half as 2 and half as 3.
        bins: equal widths of probability; empty ones are left out.
    """
    predicted, given = np.asarray(probabilities, np.float64), grade_shares(grades)
    places = np.minimum((predicted * bins).astype(int), bins - 1)
    return tuple(
        ReliabilityBin(
            grade=column + 1,
            count=int(inside.sum()),
            predicted=float(predicted[inside, column].mean()),
            observed=float(given[inside, column].mean()),
        )
        for column in range(GRADES)
        for place in range(bins)
        if (inside := places[:, column] == place).any()
    )


def expected_calibration_error(probabilities: Doubles, grades: Doubles, bins: int = BINS) -> float:
    """Return how far predicted probabilities lie from what was given, for the worst of the grades.

    For one grade: Σ count/n · |predicted - observed| over the bins (Guo et al., 2017). The greatest
    of the four is returned: a mean would hide one bad grade behind three that hardly occur.
    """
    errors = np.zeros(GRADES)
    for row in reliability_table(probabilities, grades, bins):
        errors[row.grade - 1] += row.count * abs(row.predicted - row.observed)
    return float(errors.max() / max(len(grades), 1))
