"""Slow answers that no index can get wrong: dictionaries, loops and plain formulas."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from matching.index.filters import ID_FACET, And, Eq, Filter, In, Not, Range
from matching.index.protocols import DenseEntry, LexicalClause, LexicalEntry
from matching.types import Facets

K1, B = 1.2, 0.75


def passes(filter: Filter | None, id: str, facets: Facets) -> bool:
    """Evaluate a filter on one document, as `matching.index.filters` words it."""
    match filter:
        case None:
            return True
        case And(filters):
            return all(passes(part, id, facets) for part in filters)
        case Not(inner):
            return not passes(inner, id, facets)
        case Eq(facet, value):
            return value in _values(facet, id, facets)
        case In(facet, values):
            return any(value in values for value in _values(facet, id, facets))
        case Range(facet, gte, lte):
            numbers = _values(facet, id, facets)
            return any((gte is None or n >= gte) and (lte is None or n <= lte) for n in numbers)


def _values(facet: str, id: str, facets: Facets) -> tuple:
    value = id if facet == ID_FACET else facets.get(facet)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def best_first(scores: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def dense_scores(documents: Iterable[DenseEntry], query: np.ndarray, filter: Filter | None = None) -> dict[str, float]:
    """Return the best inner product of every document that passes."""
    return {
        each.id: float(max(np.dot(vector.astype(float), query.astype(float)) for vector in each.vectors))
        for each in documents
        if passes(filter, each.id, each.facets)
    }


class Bm25:
    """BM25 over some documents, one term and one document at a time, in double precision."""

    def __init__(self, documents: Iterable[LexicalEntry]) -> None:
        self.documents = {each.id: each for each in documents}
        self.public = [each for each in self.documents.values() if each.public]

    def idf(self, field: str, term: str) -> float:
        holding = sum(term in each.terms.get(field, ()) for each in self.public)
        return math.log(1 + (len(self.public) - holding + 0.5) / (holding + 0.5))

    def average(self, field: str) -> float:
        lengths = [len(each.terms.get(field, ())) for each in self.public]
        # Not in the formula: an average below one term counts as one, so that nothing divides by zero.
        return max(sum(lengths) / len(lengths), 1.0) if lengths else 1.0

    def score(self, clause: LexicalClause, document: LexicalEntry) -> float:
        terms = document.terms.get(clause.field, ())
        norm = K1 * (1 - B + B * len(terms) / self.average(clause.field))
        total = 0.0
        for term in set(clause.terms):
            frequency = list(terms).count(term)
            if frequency:
                total += self._asked(clause, term) * frequency * (K1 + 1) / (frequency + norm)
        return total

    def most(self, clause: LexicalClause) -> float:
        return sum(self._asked(clause, term) * (K1 + 1) for term in set(clause.terms))

    def share(self, clause: LexicalClause, document: LexicalEntry) -> float:
        """Return how much of the document's weight the clause covers."""
        terms = set(document.terms.get(clause.field, ()))
        whole = sum(self.idf(clause.field, term) for term in terms)
        return sum(self.idf(clause.field, term) for term in terms & set(clause.terms)) / whole if whole else 0.0

    def cosine(self, clause: LexicalClause, document: LexicalEntry) -> float:
        """Return the cosine of two vectors that hold the idf of each term."""
        sides = (set(clause.terms), set(document.terms.get(clause.field, ())))
        lengths = [math.sqrt(sum(self.idf(clause.field, term) ** 2 for term in side)) for side in sides]
        shared = sum(self.idf(clause.field, term) ** 2 for term in sides[0] & sides[1])
        return shared / math.prod(lengths) if math.prod(lengths) else 0.0

    def scores(self, clauses: Sequence[LexicalClause], filter: Filter | None = None) -> dict[str, float]:
        """Return the weighted sums of the documents that pass and share a term."""
        found = {
            each.id: sum(clause.weight * self.score(clause, each) for clause in clauses)
            for each in self.documents.values()
            if passes(filter, each.id, each.facets)
        }
        return {id: score for id, score in found.items() if score > 0}

    def _asked(self, clause: LexicalClause, term: str) -> float:
        times = clause.terms.count(term)
        return self.idf(clause.field, term) * times * (K1 + 1) / (times + K1)
