"""Learn how signals are weighed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matching.learning.calibration import calibrate
from matching.learning.examples import Doubles, Examples
from matching.ranking.features import OF_TITLES, Feature
from matching.ranking.weights import FusionWeights, Thresholds

# On 5,464 graded pairs 30, 300 and 1,000 gave nDCG@10 0.706, 0.707 and 0.707: nothing hangs on it.
PENALTY = 300.0
# With fewer pairs of a kind (titles alone, or with bodies) the weights of that kind stay as they are.
MIN_EXAMPLES = 200
_DIGITS = 5
_STILL = 1e-9
_TITLES = tuple(feature for feature in Feature if feature in OF_TITLES)


def fit_weights(examples: Examples, base: FusionWeights, version: str) -> FusionWeights:
    """Learn weights and grade thresholds from graded pairs.

    Titles are learnt from documents without a body, whose titles alone were judged; bodies from
    documents with one. No weight is negative: more of a signal never lowers a score, which keeps
    explanations true. The same examples always give the same weights.

    Args:
        examples: a kind with fewer than `MIN_EXAMPLES` pairs, or with one grade alone, keeps what
            `base` says of it.
        base: gives that, the share of titles and the limit of what is suitable.
        version: name of the result.
    """
    fitted = replace(base, version=version)
    titled, bodied = examples.where(~examples.has_body), examples.where(examples.has_body)
    if _suffices(titled):
        weights, bias = fit_ridge(titled, _TITLES)
        fitted = replace(fitted, titles=weights, title_bias=bias)
        fitted = replace(fitted, title_thresholds=_thresholds(titled, fitted))
    if _suffices(bodied):
        weights, bias = fit_ridge(bodied, tuple(Feature))
        fitted = replace(fitted, bodies=weights, body_bias=bias)
        fitted = replace(fitted, body_thresholds=_thresholds(bodied, fitted))
    return fitted


def fit_ridge(
    examples: Examples, features: Sequence[Feature], penalty: float = PENALTY
) -> tuple[dict[Feature, float], float]:
    """Regress the grade on some features, without negative weights.

    Least squares with `penalty` · Σ weight², on features brought to deviation 1 so that the
    penalty treats all alike (Lawson & Hanson's NNLS on the widened system).

    Returns:
        The weights of the features as they are, and the constant.
    """
    from scipy.optimize import nnls

    columns = np.stack([examples.features[feature] for feature in features], axis=1)
    means, spreads = columns.mean(axis=0), columns.std(axis=0)
    # A signal that never varies cannot be learnt: weight nought. Rounding gives it 1e-17 at times.
    spreads = np.where(spreads > _STILL, spreads, np.inf)
    wide = np.vstack([(columns - means) / spreads, np.sqrt(penalty) * np.eye(len(features))])
    target = np.concatenate([examples.grades - examples.grades.mean(), np.zeros(len(features))])
    slopes = np.round(nnls(wide, target)[0] / spreads, _DIGITS)
    bias = float(examples.grades.mean() - slopes @ means)
    return dict(zip(features, slopes.tolist(), strict=True)), round(bias, _DIGITS)


def total_scores(examples: Examples, weights: FusionWeights) -> Doubles:
    """Return (n,) the sums of weighed features and the constant, before the logistic curve."""
    totals = np.zeros(len(examples))
    for has_body in (False, True):
        rows = examples.has_body == has_body
        totals[rows] = weights.bias(has_body=has_body)
        for feature, values in examples.features.items():
            totals[rows] += weights.effective(feature, has_body=has_body) * values[rows]
    return totals


def _suffices(examples: Examples) -> bool:
    return len(examples) >= MIN_EXAMPLES and bool(np.ptp(examples.grades) > 0)


def _thresholds(examples: Examples, weights: FusionWeights) -> Thresholds:
    lines = calibrate(total_scores(examples, weights), examples.grades, examples.shares)
    two, three, four = ((round(slope, _DIGITS), round(offset, _DIGITS)) for slope, offset in lines)
    return two, three, four
