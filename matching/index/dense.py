"""Exact dense index on FAISS, in memory.

Rows are looked through in half precision, which are half the bytes to read, and those that may be among
the nearest are compared in full: by how much rounding can move a product is known.
"""

from collections.abc import Sequence
from itertools import chain
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
# Rounding to half precision moves each number by at most this share of it, or near zero by `_SMALLEST`; a sum
# of d products in single precision is wrong by at most d times `_SUMMING` of the lengths.
_ROUNDING, _SMALLEST, _SUMMING = 2.0**-11, 2.0**-24, 2.0**-23


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
        self._half = _in_halves(self.dimension)
        self._longest = 0.0  # no row is longer
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
                self._add(np.ascontiguousarray(rows, np.float32))
            self._watermark += 1
            return self._watermark

    def _add(self, rows: Floats) -> None:
        self._faiss.add(rows)
        self._half.add(rows)
        self._longest = max(self._longest, float(np.linalg.norm(rows, axis=1).max()))

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
                scores, found, bound = self._nearest(vector, depth, selector)
                best = self._best_of_documents(scores, found)
                # Which of several equal scores FAISS gives is chance: go on until they end.
                least = sorted(best.values())[-min(wanted, len(best))]
                if depth >= rows or (len(best) >= wanted and least > bound):
                    break
                depth = min(rows, 2 * depth)
            hits = [Hit(self._table.id(number), score) for number, score in best.items() if score >= least]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return hits[:wanted]

    def _nearest(
        self, vector: Floats, depth: int, selector: "_Selector | None"
    ) -> tuple[Floats, npt.NDArray[np.int64], float]:
        """Return scores and rows, best first, and the most that a row could have which is not among them."""
        # One query on two OpenMP threads took 14 to 48 ms where one thread takes 7: threads of FAISS
        # fight with those of other searches. OpenMP keeps the number for each calling thread.
        faiss.omp_set_num_threads(1)
        query = np.ascontiguousarray(vector[None, :], np.float32)
        parameters = None if selector is None else faiss.SearchParameters(sel=selector.faiss)  # type: ignore[call-arg]
        rough, rows = self._half.search(query, depth, params=parameters)
        found = rows[0][rows[0] >= 0]
        moved = (_ROUNDING + _SUMMING * self.dimension) * self._longest + _SMALLEST * self.dimension**0.5
        bound = float(rough[0][len(found) - 1]) + moved * float(np.linalg.norm(vector))
        # Not by BLAS: equal rows must have equal scores wherever they lie.
        scores: Floats = np.einsum("rd,d->r", self._matrix()[found], query[0])
        order = np.argsort(-scores, kind="stable")
        return scores[order], found[order], bound

    def _best_of_documents(self, scores: Floats, rows: npt.NDArray[np.int64]) -> dict[int, float]:
        best: dict[int, float] = {}
        for number, score in zip(self._document_of[rows].tolist(), scores.tolist(), strict=True):
            best.setdefault(number, score)  # rows come best first
        return best

    def similarities(self, vectors: Floats, ids: Sequence[str]) -> Floats:
        """See `DenseIndex.similarities`."""
        best = np.full((len(vectors), len(ids)), np.nan, np.float32)
        with self._lock.read():
            numbers = self._table.numbers(ids)
            known = np.flatnonzero(numbers >= 0)
            parts = [self._rows_of[number] for number in numbers[known].tolist()]
            rows = list(chain.from_iterable(parts))
            starts = np.cumsum([0, *map(len, parts[:-1])])
            if rows:
                # Not by BLAS, whose threads wait for one another when several searches call it.
                products = np.einsum("qd,rd->qr", vectors, self._matrix()[rows])
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
            size = self._faiss.ntotal * self.dimension * 6  # each number whole and in half precision
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
            self._half, self._longest = _in_halves(self.dimension), 0.0
            if vectors.ntotal:
                matrix = self._matrix()
                self._half.add(matrix)
                self._longest = float(np.linalg.norm(matrix, axis=1).max())
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

    def _codes(self) -> npt.NDArray[np.uint8]:
        """Return (n, code size) the rows as they lie in half precision."""
        size = self._half.ntotal * self._half.code_size
        codes = faiss.rev_swig_ptr(self._half.codes.data(), size) if size else np.zeros(0, np.uint8)
        lying: npt.NDArray[np.uint8] = codes.reshape(-1, self._half.code_size)
        return lying

    def _reserve(self, rows: int) -> None:
        if rows > len(self._document_of):
            grown = np.full(max(rows, 2 * len(self._document_of)), _NO_DOCUMENT, np.int32)
            grown[: len(self._document_of)] = self._document_of
            self._document_of = grown

    def _remove_rows(self, ids: Sequence[str]) -> None:
        """Move the last rows into the places of the removed ones, then cut the end off."""
        matrix, halves = self._matrix(), self._codes()
        end = self._faiss.ntotal
        for id in ids:
            number = self._table.remove(id)
            if number is None:
                continue
            for row in sorted(self._rows_of.pop(number), reverse=True):
                end -= 1
                if row != end:
                    mover = int(self._document_of[end])
                    matrix[row], halves[row] = matrix[end], halves[end]
                    self._document_of[row] = mover
                    moved = self._rows_of[mover]
                    moved[moved.index(end)] = row
        if end < self._faiss.ntotal:
            gone = faiss.IDSelectorRange(end, self._faiss.ntotal)
            self._faiss.remove_ids(gone)
            self._half.remove_ids(gone)


def _in_halves(dimension: int) -> faiss.IndexScalarQuantizer:
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


class _Selector:
    """A FAISS selector over rows; keeps the bitmap alive that FAISS points into."""

    def __init__(self, passing: Mask) -> None:
        self.count = int(np.count_nonzero(passing))
        self._bitmap = np.packbits(passing, bitorder="little")
        self.faiss = faiss.IDSelectorBitmap(self._bitmap)  # type: ignore[call-arg,arg-type]
