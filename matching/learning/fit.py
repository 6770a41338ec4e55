"""Learn how features are weighed."""

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

    No weight but those of `ADVERSE` is negative, and those never positive: more of a feature always
    moves a score the same way, which keeps explanations true. The same examples always give the
    same weights.

    Args:
        examples: a basis with fewer than `MIN_EXAMPLES` pairs, or with one grade alone, keeps what
            `base` says of it.
        base: gives that, the weights that few examples move little from, and the limit of what is
            suitable and near.
        version: name of the result.
    """
    fitted = replace(base, version=version)
    for basis, before in base.bases.items():
        part = examples.where(examples.bases == basis)
        if len(part) < MIN_EXAMPLES or not np.ptp(part.grades) > 0:
            continue
        learnt = fit_listwise(part, WEIGHED[basis], before.weights)
        fitted = with_thresholds(_with(fitted, basis, replace(before, weights=learnt)), basis, part)
    return fitted


def with_thresholds(weights: FusionWeights, basis: Basis, examples: Examples) -> FusionWeights:
    """Return the weights with the grades of a basis read as these examples, which it scores, were graded."""
    lines = calibrate(total_scores(examples, weights), examples.grades, examples.shares)
    two, three, four = ((round(slope, _DIGITS), round(offset, _DIGITS)) for slope, offset in lines)
    return _with(weights, basis, replace(weights.bases[basis], thresholds=(two, three, four)))


def _with(weights: FusionWeights, basis: Basis, part: BasisWeights) -> FusionWeights:
    return replace(weights, bases={**weights.bases, basis: part})


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
        before: the weights that the penalty holds to; 0 for those that it lacks.
        penalty: in queries.

    Returns:
        The weights of the features as they are.
    """
    from scipy.optimize import minimize

    order = np.argsort(examples.queries, kind="stable")
    shares = examples.shares[order]
    kept = {feature: before.get(feature, 0.0) for feature in features}
    columns, spreads, varying = [], [], []
    for feature in features:
        column = examples.features[feature][order] - examples.features[feature].mean()
        spread = float(np.sqrt(np.average(column**2, weights=shares)))
        # A feature that never varies cannot be learnt: it stays as it was. Rounding gives it 1e-17 at times.
        if spread > _STILL:
            columns.append(column / spread)
            spreads.append(spread)
            varying.append(feature)
    if not varying:
        return kept
    standard, held = np.stack(columns, axis=1), np.asarray([kept[feature] for feature in varying]) * spreads
    gains = (examples.grades[order] - LOWEST) ** 2
    _, starts, places = np.unique(examples.queries[order], return_index=True, return_inverse=True)
    sums = np.add.reduceat(gains, starts)
    counts = np.add.reduceat(shares, starts)
    counts = np.where(sums > 0, counts / counts.mean(), 0.0)
    wanted = gains / np.where(sums > 0, sums, 1.0)[places]

    def loss(point: Doubles) -> tuple[float, Doubles]:
        totals = standard @ point
        totals -= np.maximum.reduceat(totals, starts)[places]
        raised = np.exp(totals)
        whole = np.add.reduceat(raised, starts)
        surprise = np.add.reduceat(wanted * (np.log(whole)[places] - totals), starts)
        slopes = standard.T @ (counts[places] * (raised / whole[places] - wanted))
        away = point - held
        return float(counts @ surprise + penalty * away @ away), slopes + 2 * penalty * away

    bounds = [(None, 0.0) if feature in ADVERSE else (0.0, None) for feature in varying]
    found = minimize(
        loss, held, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-8, "maxiter": 1000}
    )
    learnt = zip(varying, (found.x / spreads).tolist(), strict=True)
    return {**kept, **{feature: round(weight, _DIGITS) for feature, weight in learnt}}


def total_scores(examples: Examples, weights: FusionWeights) -> Doubles:
    """Return (n,) the sums of weighed features, before the logistic curve."""
    on_basis = examples.by_basis()
    totals = np.zeros(len(examples))
    for feature, values in examples.features.items():
        totals += effective(feature, on_basis, weights) * values
    return totals
