"""Find two or three documents that together meet what no single one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from matching.order import best_first
from matching.types import Floats

Booleans = npt.NDArray[np.bool_]

# Documents that may take part: 190 pairs and 1,140 triples, all of them looked at.
CANDIDATES = 20
SIZES = (2, 3)
MOST_PROPOSALS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A document of a combination, and the clauses that it meets best of all of them."""

    id: str
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Combination:
    """Documents that complete one another.

    Attributes:
        parts: two or three, the one of the best score first; each meets a clause that no other does.
        uncovered: clauses that none of them meets.
        coverage: share in 0..1 of the clauses' weight that is met.
        gained: how many clauses are met beyond what any single document meets, at least one.
    """

    parts: tuple[Part, ...]
    uncovered: tuple[int, ...]
    coverage: float
    gained: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which of n documents meets which of c clauses.

    Attributes:
        ids: of the documents, unique.
        scores: (n,) of the documents, higher is better.
        similarities: (n, c) in 0..1, how near a document comes to a clause.
        met: (n, c), whether that is enough.
        weights: (c,), not negative; a clause of weight 0 counts for nothing.

    Raises:
        ValueError: shapes do not fit, an id occurs twice, a number is not finite, or a weight is negative.
    """

    ids: Sequence[str]
    scores: Floats
    similarities: Floats
    met: Booleans
    weights: Floats

    def __post_init__(self) -> None:
        shape = (len(self.ids), len(self.weights))
        if self.similarities.shape != shape or self.met.shape != shape or len(self.scores) != shape[0]:
            raise ValueError(f"similarities, met and scores do not fit {shape[0]} documents and {shape[1]} clauses")
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("an id occurs twice")
        if not all(np.isfinite(each).all() for each in (self.scores, self.similarities, self.weights)):
            raise ValueError("scores, similarities and weights are finite")
        if (self.weights < 0).any():
            raise ValueError("weights are not negative")

    def best(self, count: int) -> "Coverage":
        """Return the documents of the highest scores, best first, equal ones by id."""
        order = best_first(self.ids, self.scores.tolist())[:count]
        rows = np.asarray(order, np.intp)
        ids = [self.ids[at] for at in order]
        return Coverage(ids, self.scores[rows], self.similarities[rows], self.met[rows], self.weights)


def combine(coverage: Coverage) -> list[Combination]:
    """Propose combinations of the best `CANDIDATES` documents.

    Returns:
        At most `MOST_PROPOSALS`, those that meet most first; of equal ones the smaller, then the
        one nearer to the clauses, then the one of better documents. None if some single document
        meets as much, be it by weight or by count.
    """
    few = coverage.best(CANDIDATES)
    weights = np.asarray(few.weights, np.float64)
    met = few.met & (weights > 0)
    if len(few.ids) < min(SIZES) or not met.any():
        return []
    most_single = int(met.sum(axis=1).max())
    best_single = float((met @ weights).max())
    found = [
        (_rank(few, met, weights, chosen), chosen)
        for size in SIZES
        for chosen in _useful_sets(met, weights, size, most_single, best_single)
    ]
    ranked = sorted(found)[:MOST_PROPOSALS]
    return [_combination(few, met, chosen, most_single) for _, chosen in ranked]


def _useful_sets(
    met: Booleans, weights: npt.NDArray[np.float64], size: int, most_single: int, best_single: float
) -> list[tuple[int, ...]]:
    """Return the sets, rows ascending, that beat every document and every smaller set in them."""
    sets = np.asarray(list(combinations(range(len(met)), size)), np.intp).reshape(-1, size)
    together = met[sets].sum(axis=1)  # (sets, clauses): how many of the set meet the clause
    alone = met[sets] & (together == 1)[:, None, :]
    covered = together > 0
    useful = (
        alone.any(axis=2).all(axis=1)
        & (covered.sum(axis=1) > most_single)
        & (covered @ weights > best_single + 1e-9 * weights.sum())
    )
    return [tuple(map(int, each)) for each in sets[useful]]


def _rank(
    few: Coverage, met: Booleans, weights: npt.NDArray[np.float64], chosen: tuple[int, ...]
) -> tuple[float, int, float, float]:
    """Return what sorts better sets first; rows, which follow scores and ids, settle the rest."""
    rows = list(chosen)
    covered = float(met[rows].any(axis=0) @ weights)
    nearness = float(np.where(met[rows], few.similarities[rows], 0).max(axis=0) @ weights)
    return (-round(covered, 9), len(chosen), -round(nearness, 9), -round(float(few.scores[rows].sum()), 9))


def _combination(few: Coverage, met: Booleans, chosen: tuple[int, ...], most_single: int) -> Combination:
    rows = list(chosen)
    covered = few.met[rows].any(axis=0)
    # The first of equals is the document of the better score.
    nearest = np.where(few.met[rows], few.similarities[rows], -np.inf).argmax(axis=0)
    parts = tuple(
        Part(few.ids[row], tuple(map(int, np.flatnonzero(covered & (nearest == at))))) for at, row in enumerate(rows)
    )
    weights = np.asarray(few.weights, np.float64)
    return Combination(
        parts=parts,
        uncovered=tuple(map(int, np.flatnonzero(~covered))),
        coverage=round(float(weights[covered].sum() / weights.sum()), 4),
        gained=int(met[rows].any(axis=0).sum()) - most_single,
    )
