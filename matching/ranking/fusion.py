"""Weigh features into one score, and read grades off it."""

from collections.abc import Mapping, Sequence

import numpy as np

from matching.ranking.features import Feature
from matching.ranking.weights import FusionWeights, Thresholds
from matching.types import Floats, Match


def fuse(
    ids: Sequence[str],
    features: Mapping[Feature, Floats],
    has_body: Sequence[bool],
    weights: FusionWeights,
) -> list[Match]:
    """Return one match a document, in the order of `ids`.

    Args:
        ids: n documents.
        features: (n,) each. Absent ones, as when no encoder could be used, count as nought.
        has_body: whether a document has passages of its own; its title alone is judged otherwise.
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
    totals = bias + sum(parts.values(), np.zeros(len(ids)))
    return [
        _match(
            id,
            float(totals[at]),
            {name: float(part[at]) for name, part in parts.items()},
            weights.body_thresholds if bodies[at] else weights.title_thresholds,
        )
        for at, id in enumerate(ids)
    ]


def _match(id: str, total: float, parts: Mapping[Feature, float], thresholds: Thresholds) -> Match:
    at_least = [_logistic(slope * total + offset) for slope, offset in thresholds]
    # A refit may give slopes of their own, whose curves cross far from the data: a higher grade is
    # never likelier to be reached than a lower one.
    two = at_least[0]
    three = min(two, at_least[1])
    four = min(three, at_least[2])
    probabilities = (1 - two, two - three, three - four, four)
    # Rounded, so that a score does not depend on the order in which a processor adds.
    return Match(
        id=id,
        score=round(two, 6),
        grade=int(np.argmax(probabilities)) + 1,
        grade_probabilities=probabilities,
        contributions={str(name): round(part, 4) for name, part in parts.items() if part},
    )


def _logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(value, -30, 30))))
