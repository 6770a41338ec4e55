"""Learn how signals are weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matching.evaluation.qrels import LOWEST
from matching.learning.calibration import calibrate
from matching.learning.examples import Doubles, Examples
from matching.ranking.features import ADVERSE, WEIGHED, Basis, Feature
from matching.ranking.fusion import effective
from matching.ranking.weights import BasisWeights, FusionWeights

# How many queries' worth of evidence holds the weights where they were. On 110 needs with graded titles 1, 4 and 10
# gave nDCG@10 0.706, 0.708 and 0.708.
PENALTY = 4.0
# With fewer pairs on a basis its weights stay as they are.
MIN_EXAMPLES = 200
_DIGITS = 5
_STILL = 1e-9


def fit_weights(examples: Examples, base: FusionWeights, version: str) -> FusionWeights:
    """Learn weights and grade thresholds from graded pairs, each basis apart.

    No weight but those of `ADVERSE` is negative, and those never positive: more of a signal always
    moves a score the same way, which keeps explanations true. The same examples always give the
    same weights.

    Args:
        examples: a basis with fewer than `MIN_EXAMPLES` pairs, or with one grade alone, keeps what
            `base` says of it.
        base: gives that, the weights that few examples move little from, and the limit of what is
            suitable and near.
        version: name of the result.
    """
    bases = dict(base.bases)
    for basis, before in base.bases.items():
        part = examples.where(examples.bases == basis)
        if len(part) < MIN_EXAMPLES or not np.ptp(part.grades) > 0:
            continue
        bases[basis] = BasisWeights(fit_listwise(part, WEIGHED[basis], before.weights), before.thresholds)
        fitted = replace(base, bases=bases)
        lines = calibrate(total_scores(part, fitted), part.grades, part.shares)
        two, three, four = ((round(slope, _DIGITS), round(offset, _DIGITS)) for slope, offset in lines)
        bases[basis] = replace(bases[basis], thresholds=(two, three, four))
    return replace(base, version=version, bases=bases)


def fit_listwise(
    examples: Examples, features: Sequence[Feature], before: Mapping[Feature, float], penalty: float = PENALTY
) -> dict[Feature, float]:
    """Learn in which order the documents of each query belong.

    ListNet (Cao et al., 2007): for each query the cross entropy between its documents' shares of the
    gain, (grade - 1)², and the softmax of their scores; what differs between queries and not within
    them is nothing to learn. The gain of nDCG, 2^(grade - 1) - 1, makes less of the middle grades: on
    graded titles 0.701 in place of 0.706, on bodies the same. Added is `penalty` · Σ (weight - before)²,
    on features brought to deviation 1 so that it treats all alike. The sum is convex: there is one best
    point.

    Args:
        examples: each query counts with the sum of its pairs' shares, of the mean one.
        features: which to weigh.
        before: the weights that the penalty holds to; nought for those that it lacks.
        penalty: in queries.

    Returns:
        The weights of the features as they are.
    """
    from scipy.optimize import minimize

    order = np.argsort(examples.queries, kind="stable")
    columns = np.stack([examples.features[feature] for feature in features], axis=1)[order]
    gains = (examples.grades[order] - LOWEST) ** 2
    _, starts, places = np.unique(examples.queries[order], return_index=True, return_inverse=True)
    sums = np.add.reduceat(gains, starts)
    counts = np.add.reduceat(examples.shares[order], starts)
    counts = np.where(sums > 0, counts / counts.mean(), 0.0)
    wanted = gains / np.where(sums > 0, sums, 1.0)[places]

    spreads = np.sqrt(np.average((columns - columns.mean(axis=0)) ** 2, axis=0, weights=examples.shares[order]))
    # A signal that never varies cannot be learnt: it stays as it was. Rounding gives it 1e-17 at times.
    standard = (columns - columns.mean(axis=0)) / np.where(spreads > _STILL, spreads, np.inf)
    held = np.asarray([before.get(feature, 0.0) for feature in features]) * spreads

    def loss(point: Doubles) -> tuple[float, Doubles]:
        totals = standard @ point
        totals -= np.maximum.reduceat(totals, starts)[places]
        raised = np.exp(totals)
        whole = np.add.reduceat(raised, starts)
        surprise = np.add.reduceat(wanted * (np.log(whole)[places] - totals), starts)
        slopes = standard.T @ (counts[places] * (raised / whole[places] - wanted))
        away = point - held
        return float(counts @ surprise + penalty * away @ away), slopes + 2 * penalty * away

    bounds = [(None, 0.0) if feature in ADVERSE else (0.0, None) for feature in features]
    found = minimize(
        loss, held, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-8, "maxiter": 1000}
    )
    weights = found.x / np.where(spreads > _STILL, spreads, np.inf)
    return {
        feature: round(float(weight), _DIGITS) if spread > _STILL else before.get(feature, 0.0)
        for feature, weight, spread in zip(features, weights, spreads, strict=True)
    }


def total_scores(examples: Examples, weights: FusionWeights) -> Doubles:
    """Return (n,) the sums of weighed features, before the logistic curve."""
    judged = {basis: examples.bases == basis for basis in Basis}
    totals = np.zeros(len(examples))
    for feature, values in examples.features.items():
        totals += effective(feature, judged, weights) * values
    return totals
