"""Exact dense index on FAISS, in memory."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from matching.errors import DimensionMismatch, IndexDamaged
from matching.index.filters import FacetSchema, Filter
from matching.index.locks import ReadWriteLock
from matching.index.protocols import DenseEntry, IndexHealth, WriteSnapshot
from matching.index.table import SNAPSHOT_ERRORS, DocumentTable, Mask
from matching.types import Floats, Hit

_NO_DOCUMENT = -1


class FlatDenseIndex:
    """Every vector is compared: recall is 1, and the cost is reading the vectors once.

    Vectors lie in rows without gaps: deleting one moves the last row into its place, so an
    unfiltered search needs no selector.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._lock = ReadWriteLock()
        self._watermark = 0
        self._clear({})

    def _clear(self, schema: FacetSchema) -> None:
        self._faiss = faiss.IndexFlatIP(self.dimension)
        self._table = DocumentTable(schema)
        self._document_of = np.zeros(0, np.int32)  # row → document number
        self._rows_of: dict[int, list[int]] = {}

    def ensure(self, schema: FacetSchema) -> None:
        """See `Index.ensure`."""
        with self._lock.write():
            if self._table.schema != dict(schema):
                self._clear(schema)

    def upsert(self, entries: Sequence[DenseEntry]) -> int:
        """See `DenseIndex.upsert`."""
        for entry in entries:
            if entry.vectors.shape[1:] != (self.dimension,):
                raise DimensionMismatch(f"{entry.id}: {entry.vectors.shape}, expected (p, {self.dimension})")
            self._table.check(entry.facets)
        last = {entry.id: entry for entry in entries}
        with self._lock.write():
            self._remove_rows([entry.id for entry in last.values()])
            added: list[int] = []
            for entry in last.values():
                number = self._table.put(entry.id, entry.facets)
                start = self._faiss.ntotal + len(added)
                self._rows_of[number] = list(range(start, start + len(entry.vectors)))
                added.extend([number] * len(entry.vectors))
            if added:
                rows = np.concatenate([entry.vectors for entry in last.values()])
                self._reserve(self._faiss.ntotal + len(added))
                self._document_of[self._faiss.ntotal : self._faiss.ntotal + len(added)] = added
                self._faiss.add(np.ascontiguousarray(rows, np.float32))
            self._watermark += 1
            return self._watermark

    def delete(self, ids: Sequence[str]) -> int:
        """See `Index.delete`."""
        with self._lock.write():
            self._remove_rows(ids)
            self._watermark += 1
            return self._watermark

    def wait(self, watermark: int, timeout: float | None = None) -> None:  # noqa: ARG002
        """See `Index.wait`; writes are visible when they return."""
        if watermark > self._watermark:
            raise TimeoutError(f"no write {watermark} was made, the last is {self._watermark}")

    def search(self, vector: Floats, k: int, filter: Filter | None = None) -> list[Hit]:
        """See `DenseIndex.search`."""
        if vector.shape != (self.dimension,):
            raise DimensionMismatch(f"query {vector.shape}, expected ({self.dimension},)")
        with self._lock.read():
            mask = self._table.mask(filter)
            matching = int(np.count_nonzero(mask))
            wanted = min(k, matching)
            if wanted <= 0:
                return []
            selector = None if matching == len(self._table) else _Selector(mask[self._rows()])
            rows = self._faiss.ntotal if selector is None else selector.count
            # Several rows of one document may come first: ask for more until k documents are met.
            depth = min(rows, 2 * wanted + 16)
            while True:
                scores, found = self._nearest(vector, depth, selector)
                best = self._best_of_documents(scores, found)
                # Which of several equal scores FAISS gives is chance: go on until they end.
                complete = len(best) > wanted and sorted(best.values())[-wanted] > scores[-1]
                if complete or depth >= rows:
                    break
                depth = min(rows, 2 * depth)
            hits = [Hit(self._table.id(number), score) for number, score in best.items()]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return hits[:wanted]

    def _nearest(
        self, vector: Floats, depth: int, selector: "_Selector | None"
    ) -> tuple[Floats, npt.NDArray[np.int64]]:
        # One query on two OpenMP threads took 14 to 48 ms where one thread takes 7: threads of FAISS
        # fight with those of other searches. OpenMP keeps the number for each calling thread.
        faiss.omp_set_num_threads(1)
        query = np.ascontiguousarray(vector[None, :], np.float32)
        if selector is None:
            scores, rows = self._faiss.search(query, depth)
        else:
            parameters = faiss.SearchParameters(sel=selector.faiss)  # type: ignore[call-arg]
            scores, rows = self._faiss.search(query, depth, params=parameters)
        found = rows[0] >= 0
        return scores[0][found], rows[0][found]

    def _best_of_documents(self, scores: Floats, rows: npt.NDArray[np.int64]) -> dict[int, float]:
        best: dict[int, float] = {}
        for number, score in zip(self._document_of[rows].tolist(), scores.tolist(), strict=True):
            best.setdefault(number, score)  # rows come best first
        return best

    def similarities(self, vectors: Floats, ids: Sequence[str]) -> Floats:
        """See `DenseIndex.similarities`."""
        best = np.full((len(vectors), len(ids)), np.nan, np.float32)
        with self._lock.read():
            rows: list[int] = []
            starts: list[int] = []
            known: list[int] = []
            for at, id in enumerate(ids):
                number = self._table.number(id)
                if number is not None:
                    known.append(at)
                    starts.append(len(rows))
                    rows.extend(self._rows_of[number])
            if rows:
                products = vectors @ self._matrix()[rows].T
                best[:, known] = np.maximum.reduceat(products, starts, axis=1)
        return best

    def vectors(self, id: str) -> Floats:
        """See `DenseIndex.vectors`."""
        with self._lock.read():
            number = self._table.number(id)
            return self._matrix()[[] if number is None else self._rows_of[number]].copy()

    def count(self, filter: Filter | None = None) -> int:
        """See `Index.count`."""
        with self._lock.read():
            return int(np.count_nonzero(self._table.mask(filter)))

    def ids(self, filter: Filter | None = None) -> list[str]:
        """See `Index.ids`."""
        with self._lock.read():
            return self._table.ids(filter)

    def health(self) -> IndexHealth:
        """See `Index.health`."""
        with self._lock.read():
            size = self._faiss.ntotal * self.dimension * 4
            return IndexHealth(True, len(self._table), f"{self._faiss.ntotal} vectors, {size:,} bytes")

    def captured(self) -> WriteSnapshot:
        """See `Index.captured`."""
        with self._lock.read():
            numbers = np.flatnonzero(self._table.alive).tolist()
            rows = [self._rows_of[number] for number in numbers]
            packed = faiss.IndexFlatIP(self.dimension)
            packed.add(np.ascontiguousarray(self._matrix()[[row for part in rows for row in part]]))
            write_table = self._table.captured()
            counts = np.asarray([len(part) for part in rows], np.int64)

        def write(folder: Path) -> None:
            write_table(folder)
            faiss.write_index(packed, str(folder / "vectors.faiss"))
            np.save(folder / "rows.npy", counts)

        return write

    def load(self, folder: Path) -> None:
        """See `Index.load`."""
        try:
            table = DocumentTable.read(folder)
            counts = np.load(folder / "rows.npy")
            vectors = faiss.read_index(str(folder / "vectors.faiss"))
            if not isinstance(vectors, faiss.IndexFlatIP):
                raise IndexDamaged(f"{folder}: not a flat index")
        except SNAPSHOT_ERRORS as error:
            raise IndexDamaged(f"{folder}: {error}") from error
        if vectors.d != self.dimension or vectors.ntotal != counts.sum() or len(counts) != len(table):
            raise IndexDamaged(f"{folder}: vectors and documents do not fit each other")
        with self._lock.write():
            self._table = table
            self._faiss = vectors
            self._document_of = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
            ends = np.cumsum(counts)
            spans = zip((ends - counts).tolist(), ends.tolist(), strict=True)
            self._rows_of = {number: list(range(start, end)) for number, (start, end) in enumerate(spans)}
            self._watermark += 1

    def _rows(self) -> npt.NDArray[np.int32]:
        return self._document_of[: self._faiss.ntotal]

    def _matrix(self) -> Floats:
        if self._faiss.ntotal == 0:
            return np.zeros((0, self.dimension), np.float32)
        flat = faiss.rev_swig_ptr(self._faiss.get_xb(), self._faiss.ntotal * self.dimension)
        matrix: Floats = flat.reshape(self._faiss.ntotal, self.dimension)
        return matrix

    def _reserve(self, rows: int) -> None:
        if rows > len(self._document_of):
            grown = np.full(max(rows, 2 * len(self._document_of)), _NO_DOCUMENT, np.int32)
            grown[: len(self._document_of)] = self._document_of
            self._document_of = grown

    def _remove_rows(self, ids: Sequence[str]) -> None:
        """Move the last rows into the places of the removed ones, then cut the end off."""
        matrix = self._matrix()
        end = self._faiss.ntotal
        for id in ids:
            number = self._table.remove(id)
            if number is None:
                continue
            for row in sorted(self._rows_of.pop(number), reverse=True):
                end -= 1
                if row != end:
                    mover = int(self._document_of[end])
                    matrix[row] = matrix[end]
                    self._document_of[row] = mover
                    moved = self._rows_of[mover]
                    moved[moved.index(end)] = row
        if end < self._faiss.ntotal:
            self._faiss.remove_ids(faiss.IDSelectorRange(end, self._faiss.ntotal))


class _Selector:
    """A FAISS selector over rows; keeps the bitmap alive that FAISS points into."""

    def __init__(self, passing: Mask) -> None:
        self.count = int(np.count_nonzero(passing))
        self._bitmap = np.packbits(passing, bitorder="little")
        self.faiss = faiss.IDSelectorBitmap(self._bitmap)  # type: ignore[call-arg,arg-type]
