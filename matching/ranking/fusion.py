"""Weigh features into one score."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from matching.order import best_first
from matching.ranking.features import Basis, Feature
from matching.ranking.grades import best_grades, graded
from matching.ranking.weights import FusionWeights
from matching.types import Floats, Match


def fuse(
    ids: Sequence[str],
    features: Mapping[Feature, Floats],
    bases: Sequence[Basis],
    weights: FusionWeights,
    top_k: int | None = None,
) -> list[Match]:
    """Return one match a document, in the order of `ids`; with `top_k` the best alone, best first.

    Args:
        ids: n documents.
        features: (n,) each. Absent ones, as when no encoder could be used, count as 0.
        bases: what each document is scored by.
        weights: how features are weighed.
        top_k: how many to return; equal scores are ordered by id.
    """
    on_basis = {basis: np.asarray([each is basis for each in bases], bool) for basis in Basis}
    shares = {feature: effective(feature, on_basis, weights) for feature in features}
    parts = {feature: features[feature] * share for feature, share in shares.items() if share.any()}
    totals = np.asarray(sum(parts.values(), np.zeros(len(ids))), np.float64)
    probabilities = graded(totals, on_basis, weights)
    grades = best_grades(probabilities)
    scores, ties = sort_keys(probabilities, totals)
    chosen = range(len(ids)) if top_k is None else best_first(ids, scores.tolist(), ties.tolist())[:top_k]
    return [
        Match(
            id=ids[at],
            score=float(scores[at]),
            grade=int(grades[at]),
            grade_probabilities=(one, two, three, four),
            contributions={str(name): round(float(part[at]), 4) for name, part in parts.items() if part[at]},
            related=float(scores[at]) >= weights.bases[bases[at]].suitable,
        )
        for at in chosen
        for one, two, three, four in (probabilities[at].tolist(),)
    ]


def sort_keys(
    probabilities: npt.NDArray[np.float64], totals: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return (n,) scores and (n,) what orders equal ones: with `best_first` the order that users see.

    The score is the probability of being suitable, which also compares documents of different bases. Near
    1 the scores run together, the totals below the logistic curve do not.

    Args:
        probabilities: (n, 4) of the grades.
        totals: (n,) sums of weighed features.
    """
    # Rounded, so that neither depends on the order in which a processor adds.
    return np.round(1 - probabilities[:, 0], 6), np.round(totals, 4)


def effective(
    feature: Feature, on_basis: Mapping[Basis, npt.NDArray[np.bool_]], weights: FusionWeights
) -> npt.NDArray[np.float64]:
    """Return (n,) the weight of a feature in the score of each document.

    Args:
        on_basis: by basis, (n,) which documents are scored by it.
    """
    found = np.zeros(len(next(iter(on_basis.values()))))
    for basis, here in on_basis.items():
        weight = weights.effective(feature, basis)
        if weight:
            found[here] = weight
    return found
