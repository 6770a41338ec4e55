"""What any engine must offer to stand behind the matcher.

Today both run inside the process, exactly. PostgreSQL with pgvector, OpenSearch or another engine
may take their place: whatever passes `tests/unit/index/contract.py` does.

Writes answer with a watermark; once `wait(watermark)` returns, searches see the write. An upsert
replaces the document whole and may be repeated. A search answers with exactly min(k, documents
that match) hits, best first, equal scores by id, and never with a document that the filter hides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from matching.index.filters import FacetSchema, Filter
from matching.types import Facets, Floats, Hit


@dataclass(frozen=True, slots=True)
class IndexHealth:
    """Whether the index answers, how many documents it holds, and what it takes."""

    ok: bool
    documents: int
    detail: str


@dataclass(frozen=True, slots=True)
class DenseEntry:
    """A document for a dense index: its vectors, (p, d) float32, L2-normalised, p ≥ 1."""

    id: str
    vectors: Floats
    facets: Facets


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """A document for the lexical index: its terms by field, repeated as they occur."""

    id: str
    terms: Mapping[str, Sequence[str]]
    facets: Facets
    public: bool


@dataclass(frozen=True, slots=True)
class LexicalClause:
    """Terms to look for in one field, and the weight of that field's score."""

    field: str
    terms: tuple[str, ...]
    weight: float


# Writes what an index held at a moment into an empty folder.
WriteSnapshot = Callable[[Path], None]


class Index(Protocol):
    """What dense and lexical indexes have in common."""

    def ensure(self, schema: FacetSchema) -> None:
        """Create the index if it does not exist; what it holds stays if the schema is the same."""

    def delete(self, ids: Sequence[str]) -> int:
        """Remove documents, unknown ids silently; return the watermark."""

    def wait(self, watermark: int, timeout: float | None = None) -> None:
        """Return when writes up to the watermark are visible. Raises TimeoutError."""

    def count(self, filter: Filter | None = None) -> int:
        """Return how many documents pass the filter."""

    def ids(self, filter: Filter | None = None) -> list[str]:
        """Return the ids that pass the filter."""

    def health(self) -> IndexHealth:
        """Return the state of the index."""

    def captured(self) -> WriteSnapshot:
        """Return what writes the index as it is now into an empty folder, whatever is written to it meanwhile."""

    def load(self, folder: Path) -> None:
        """Replace what the index holds by a snapshot. Raises IndexDamaged."""


class DenseIndex(Index, Protocol):
    """Nearest documents by inner product; a document counts with its best vector."""

    def upsert(self, entries: Sequence[DenseEntry]) -> int:
        """Add or replace documents; return the watermark. Raises DimensionMismatch."""

    def search(self, vector: Floats, k: int, filter: Filter | None = None) -> list[Hit]:
        """Return the k documents nearest to `vector`, (d,) float32; it may have any length."""

    def similarities(self, vectors: Floats, ids: Sequence[str]) -> Floats:
        """Return (q, n): for each of q vectors the best inner product with each document.

        NaN for an id that is not in the index.
        """

    def vectors(self, id: str) -> Floats:
        """Return the vectors of a document, (p, d); (0, d) for an id that is not in the index."""


class LexicalIndex(Index, Protocol):
    """BM25 over several fields, with statistics of public documents alone."""

    def upsert(self, entries: Sequence[LexicalEntry]) -> int:
        """Add or replace documents; return the watermark."""

    def search(self, clauses: Sequence[LexicalClause], k: int, filter: Filter | None = None) -> list[Hit]:
        """Return the k documents with the greatest weighted sum; only such that share a term."""

    def coverage(self, clauses: Sequence[LexicalClause], ids: Sequence[str]) -> Floats:
        """Return (clauses, n) in 0..1: BM25 over the most the clause could reach.

        Weights are not applied. NaN for an id that is not in the index.
        """

    def shares(self, clause: LexicalClause, ids: Sequence[str]) -> Floats:
        """Return (n,) in 0..1: how much of the weight of a document's field the clause covers.

        Σ idf(t) over terms that both hold, over Σ idf(t) of the document; how often a term occurs
        does not count. NaN for an id that is not in the index.
        """

    def cosines(self, clause: LexicalClause, ids: Sequence[str]) -> Floats:
        """Return (n,) in 0..1: the cosine of the two sets of terms, each term weighing its idf.

        NaN for an id that is not in the index.
        """

    def weights(self, field: str, terms: Sequence[str]) -> dict[str, float]:
        """Return the inverse document frequency of each term in a field."""
