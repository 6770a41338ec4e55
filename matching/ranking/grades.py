"""Read grades off sums of weighed features: the probability of each, and the one that is shown."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from matching.ranking.features import Basis
from matching.ranking.weights import FusionWeights, Thresholds


def graded(
    totals: npt.NDArray[np.float64], on_basis: Mapping[Basis, npt.NDArray[np.bool_]], weights: FusionWeights
) -> npt.NDArray[np.float64]:
    """Return (n, 4): the probabilities of grade 1, 2, 3 and 4 of each document.

    Args:
        totals: (n,) sums of weighed features.
        on_basis: by basis, (n,) which documents are scored by it.
        weights: what the sums were weighed by.
    """
    probabilities = np.zeros((len(totals), 4))
    for basis, here in on_basis.items():
        probabilities[here] = grade_probabilities(totals[here], weights.bases[basis].thresholds)
    return probabilities


def best_grades(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return (n,) the whole grade with the least expected absolute error: the median."""
    cumulative = np.cumsum(np.asarray(probabilities, np.float64)[:, :3], axis=1)
    medians: npt.NDArray[np.int64] = (cumulative < 0.5).sum(axis=1) + 1
    return medians


def _raised(totals: npt.NDArray[np.float64], lines: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (3, n), the probabilities of grade 2, 3 and 4 or better, from (3, slope and offset)."""
    raised = 1 / (1 + np.exp(-np.clip(lines[:, :1] * totals + lines[:, 1:], -30, 30)))
    # A refit may give slopes of their own, whose curves cross far from the data: a higher grade is
    # never likelier to be reached than a lower one.
    ordered: npt.NDArray[np.float64] = np.minimum.accumulate(raised, axis=0)
    return ordered


def grade_probabilities(totals: npt.NDArray[np.float64], thresholds: Thresholds) -> npt.NDArray[np.float64]:
    """Return (n, 4): the probabilities of grade 1, 2, 3 and 4 at (n,) sums of weighed features."""
    bounds = np.vstack([np.ones(len(totals)), _raised(totals, np.asarray(thresholds)), np.zeros(len(totals))])
    probabilities: npt.NDArray[np.float64] = (bounds[:-1] - bounds[1:]).T
    return probabilities
