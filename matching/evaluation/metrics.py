"""Measures of ranked lists against graded relevance.

Grades run from 1 (not relevant) to 4 (strong); means of several judgements may lie between.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

RELEVANT = 3.0  # 较强相关 and better count as relevant for MRR and recall
# A document of the first and one of the second: whoever sees them the wrong way round is misled.
GOOD, POOR = 2.75, 1.5

# Of a ranking and the grades of its query; None where it says nothing of the query.
Metric = Callable[[Sequence[str], Mapping[str, float]], float | None]


def gain(grade: float) -> float:
    """Return 2^(grade - 1) - 1, 0 for a document that is not relevant."""
    return float(2.0 ** (grade - 1) - 1)


def ndcg_at_k(ranking: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first k.

    After Järvelin & Kekäläinen (2002) in the exponential form of Burges et al. (2005): the sum of
    gain / log2(rank + 1) over that of the best order. Documents without a grade gain nothing;
    where nothing has a gain the result is 0.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    got = [gain(grades.get(id, 1.0)) for id in ranking[:k]]
    best = sorted((gain(grade) for grade in grades.values()), reverse=True)[:k]
    ideal = float(np.dot(best, discounts[: len(best)]))
    return float(np.dot(got, discounts[: len(got)])) / ideal if ideal > 0 else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, float]) -> float:
    """Return 1 / rank of the first relevant document, 0 if there is none."""
    for rank, id in enumerate(ranking, start=1):
        if grades.get(id, 1.0) >= RELEVANT:
            return 1 / rank
    return 0.0


def recall_at_k(ranking: Sequence[str], grades: Mapping[str, float], k: int = 20) -> float | None:
    """Return the share of relevant documents among the first k; None if none is relevant."""
    relevant = {id for id, grade in grades.items() if grade >= RELEVANT}
    if not relevant:
        return None
    return len(relevant.intersection(ranking[:k])) / len(relevant)


def measure_queries(
    metric: Metric, rankings: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Return a metric by query, without the queries of which it says nothing.

    Args:
        metric: such as `ndcg_at_k`.
        rankings: by query, ids of documents, best first.
        grades: by query and document.
    """
    found = {query: metric(ranking, grades[query]) for query, ranking in rankings.items()}
    return {query: value for query, value in found.items() if value is not None}


def mean(values: Mapping[str, float]) -> float | None:
    """Return the mean of what `measure_queries` returned, whatever the order of the queries; None of none."""
    return math.fsum(values.values()) / len(values) if values else None


def wrong_pairs(ranking: Sequence[str], grades: Mapping[str, float]) -> tuple[float, int]:
    """Return how many pairs of a good and a poor document stand in the wrong order, and how many there are.

    What is not ranked comes last; two that are not ranked are half wrong.
    """
    place = {id: at for at, id in enumerate(ranking)}
    good = [place.get(id, len(place)) for id, grade in grades.items() if grade >= GOOD]
    poor = [place.get(id, len(place)) for id, grade in grades.items() if grade <= POOR]
    wrong = sum((first > second) + 0.5 * (first == second) for first in good for second in poor)
    return float(wrong), len(good) * len(poor)


def cohen_kappa(first: Sequence[int], second: Sequence[int]) -> float:
    """Return Cohen's κ of two judges over the same items (Cohen, 1960)."""
    if len(first) != len(second) or not first:
        raise ValueError("two judges must have judged the same items, and at least one")
    a, b = np.asarray(first), np.asarray(second)
    observed = float(np.mean(a == b))
    chance = float(sum(np.mean(a == grade) * np.mean(b == grade) for grade in np.union1d(a, b)))
    return 1.0 if chance == 1.0 else (observed - chance) / (1 - chance)
