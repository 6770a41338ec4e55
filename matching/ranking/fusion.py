"""Weigh features into one score, and read grades off it."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from matching.ranking.features import Feature
from matching.ranking.weights import FusionWeights, Thresholds
from matching.types import Floats, Match


def fuse(
    ids: Sequence[str],
    features: Mapping[Feature, Floats],
    has_body: Sequence[bool],
    weights: FusionWeights,
    top_k: int | None = None,
) -> list[Match]:
    """Return one match a document, in the order of `ids`; with `top_k` the best alone, best first.

    Args:
        ids: n documents.
        features: (n,) each. Absent ones, as when no encoder could be used, count as nought.
        has_body: whether a document has passages of its own; its title alone is judged otherwise.
        weights: how features are weighed.
        top_k: how many to return; equal scores are ordered by id.
    """
    bodies = np.asarray(has_body, bool)
    parts = {
        feature: values
        * np.where(
            bodies,
            weights.effective(feature, has_body=True),
            weights.effective(feature, has_body=False),
        )
        for feature, values in features.items()
    }
    bias = np.where(bodies, weights.bias(has_body=True), weights.bias(has_body=False))
    totals = np.asarray(bias + sum(parts.values(), np.zeros(len(ids))), np.float64)
    at_least = _at_least(totals, bodies, weights)
    # Rounded, so that a score does not depend on the order in which a processor adds.
    scores = np.round(at_least[0], 6)
    chosen = range(len(ids)) if top_k is None else _best(ids, scores.tolist(), np.round(totals, 4).tolist(), top_k)
    return [
        Match(
            id=ids[at],
            score=float(scores[at]),
            grade=int(np.argmax(probabilities)) + 1,
            grade_probabilities=probabilities,
            contributions={str(name): round(float(part[at]), 4) for name, part in parts.items() if part[at]},
        )
        for at in chosen
        for probabilities in (_probabilities(at_least[:, at].tolist()),)
    ]


def _best(ids: Sequence[str], scores: Sequence[float], totals: Sequence[float], top_k: int) -> list[int]:
    # Near 1 the scores run together, the totals below the logistic curve do not.
    return sorted(range(len(ids)), key=lambda at: (-scores[at], -totals[at], ids[at]))[:top_k]


def _at_least(
    totals: npt.NDArray[np.float64], bodies: npt.NDArray[np.bool_], weights: FusionWeights
) -> npt.NDArray[np.float64]:
    """Return (3, n): the probabilities of grade 2, 3 and 4 or better."""
    titled = _raised(totals, np.asarray(weights.title_thresholds))
    bodied = _raised(totals, np.asarray(weights.body_thresholds))
    return np.where(bodies, bodied, titled)


def _raised(totals: npt.NDArray[np.float64], lines: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (3, n) from (3, slope and offset)."""
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


def _probabilities(at_least: Sequence[float]) -> tuple[float, float, float, float]:
    two, three, four = at_least
    return 1 - two, two - three, three - four, four
