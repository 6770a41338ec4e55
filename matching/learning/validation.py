"""Measure what was learnt on queries that it was not learnt from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.evaluation.metrics import mean, measure_queries, ndcg_at_k
from matching.learning.calibration import expected_calibration_error, grade_score
from matching.learning.examples import Doubles, Examples
from matching.learning.fit import total_scores
from matching.learning.rankings import rank_examples
from matching.ranking.fusion import sort_keys
from matching.ranking.grades import graded
from matching.ranking.weights import FusionWeights

Learner = Callable[[Examples], FusionWeights]
ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Validation:
    """How weights did on pairs that they had not seen.

    Attributes:
        ndcg_by_query: nDCG@10 of each query, to compare two systems query by query.
        ndcg_at_10: their mean.
        grade_score: 1 / (1 + mean absolute error of the best grade).
        ece: expected calibration error of the worst grade.
    """

    ndcg_by_query: Mapping[str, float]
    ndcg_at_10: float
    grade_score: float
    ece: float


@dataclass(frozen=True, slots=True)
class Difference:
    """What b gains over a, query by query, with a 95% interval and the share of resamples below zero."""

    mean: float
    low: float
    high: float
    worse: float


def cross_validate(examples: Examples, learn: Learner, folds: int = 5, seed: int = 0) -> Validation:
    """Learn on all folds but one and measure on that one, in turn.

    Folds divide the queries, never the pairs of one query: judgements of a query resemble each other, and
    one seen in training would flatter the rest.

    Raises:
        ValueError: there are fewer queries than folds.
    """
    queries = np.unique(examples.queries)
    if not 2 <= folds <= len(queries):
        raise ValueError(f"{len(queries)} queries cannot make {folds} folds")
    shuffled = np.random.default_rng(seed).permutation(queries)
    totals = np.zeros(len(examples))
    probabilities = np.zeros((len(examples), 4))
    for fold in range(folds):
        held = np.isin(examples.queries, shuffled[fold::folds])
        weights = learn(examples.where(~held))
        totals[held], probabilities[held] = predict(examples.where(held), weights)
    return _validation(examples, totals, probabilities)


def validate(examples: Examples, weights: FusionWeights) -> Validation:
    """Measure finished weights; on the pairs that they were learnt from this flatters."""
    return _validation(examples, *predict(examples, weights))


def paired_bootstrap(a: Mapping[str, float], b: Mapping[str, float], rounds: int = ROUNDS, seed: int = 0) -> Difference:
    """Say whether b is better than a, by drawing the queries again and again (Sakai, 2006).

    Raises:
        ValueError: a and b do not measure the same queries, or none.
    """
    if a.keys() != b.keys() or not a:
        raise ValueError("both must measure the same queries, and at least one")
    gains = np.asarray([b[query] - a[query] for query in sorted(a)])
    drawn = np.random.default_rng(seed).integers(0, len(gains), (rounds, len(gains)))
    means = gains[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Difference(float(gains.mean()), float(low), float(high), float((means < 0).mean()))


def predict(examples: Examples, weights: FusionWeights) -> tuple[Doubles, Doubles]:
    """Return (n,) the total scores and (n, 4) the grade probabilities, as the engine gives them."""
    totals = total_scores(examples, weights)
    return totals, graded(totals, examples.by_basis(), weights)


def _validation(examples: Examples, totals: Doubles, probabilities: Doubles) -> Validation:
    by_query = measure_queries(ndcg_at_k, *rank_examples(examples, *sort_keys(probabilities, totals)))
    return Validation(
        by_query,
        mean(by_query) or 0.0,
        grade_score(probabilities, examples.grades),
        expected_calibration_error(probabilities, examples.grades),
    )
