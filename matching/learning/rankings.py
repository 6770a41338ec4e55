"""Rank graded pairs, to measure how they come out."""

import numpy as np

from matching.evaluation.qrels import Qrels
from matching.learning.examples import Doubles, Examples
from matching.order import best_first


def rank_examples(examples: Examples, *scores: Doubles) -> tuple[dict[str, list[str]], Qrels]:
    """Rank the pairs of each query.

    Args:
        examples: n pairs.
        scores: (n,) each, as `best_first` takes them.

    Returns:
        By query, its pairs best first, and their grades. A pair is named by its row.
    """
    rankings: dict[str, list[str]] = {}
    grades: Qrels = {}
    for query in np.unique(examples.queries).tolist():
        rows = np.flatnonzero(examples.queries == query)
        order = best_first(examples.documents[rows].tolist(), *(each[rows].tolist() for each in scores))
        rankings[query] = [str(row) for row in rows[order].tolist()]
        grades[query] = {str(row): float(examples.grades[row]) for row in rows.tolist()}
    return rankings, grades
