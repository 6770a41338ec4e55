"""BM25 over several fields, in memory, adding and removing documents at any time.

    score(q, d) = Σ_t q(t) · idf(t) · f(t,d)·(k1 + 1) / (f(t,d) + k1·(1 - b + b·|d| / avg|d|))
    idf(t) = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5))
    q(t) = c·(k1 + 1) / (c + k1) for a term that the query holds c times

after Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with the
idf of Lucene, which is never negative. N, n(t) and avg|d| count public documents alone: what some
may not see must not move the scores that others see.
"""

import json
import math
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matching.errors import IndexDamaged
from matching.index.filters import FacetSchema, Filter
from matching.index.impacts import Impacts, KeptImpacts
from matching.index.locks import ReadWriteLock
from matching.index.norms import FieldNorms, field_norms
from matching.index.protocols import IndexHealth, LexicalClause, LexicalEntry, WriteSnapshot
from matching.index.segment import PostingsSegment, merge_segments, segment_of
from matching.index.table import SNAPSHOT_ERRORS, DocumentTable
from matching.types import Floats, Hit

K1 = 1.2
B = 0.75
# Terms of one clause that are looked up, those of the greatest weight first. A pasted page has
# hundreds; those past the first dozens hardly move a rank and cost most, being common.
MAX_QUERY_TERMS = 64
# A new segment is merged with its neighbour until it is this much smaller: few segments to
# search, and every posting is rewritten a logarithmic number of times.
MERGE_RATIO = 4
# Clauses whose sums are kept: those of six queries, 0.4 MB each at 100,000 documents.
SCORES_KEPT = 32
# Terms of queries whose inverse document frequencies are kept: some 15 MB.
IDFS_KEPT = 100_000


class _Field:
    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self.segments: tuple[PostingsSegment, ...] = ()
        self.lengths = np.zeros(0, np.float32)  # by document number

    def reserve(self, size: int) -> None:
        if size > len(self.lengths):
            grown = np.zeros(max(size, 2 * len(self.lengths)), np.float32)
            grown[: len(self.lengths)] = self.lengths
            self.lengths = grown

    def postings(self, term: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        code = self.vocabulary.get(term, -1)
        parts = [part.postings(code) for part in self.segments]
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def add(self, numbers: Sequence[int], bags: Sequence[Counter[str]]) -> PostingsSegment:
        terms: list[int] = []
        documents: list[int] = []
        frequencies: list[int] = []
        for number, bag in zip(numbers, bags, strict=True):
            terms.extend(self.vocabulary.setdefault(term, len(self.vocabulary)) for term in bag)
            documents.extend([number] * len(bag))
            frequencies.extend(bag.values())
        rows = (np.asarray(column, np.int32) for column in (terms, documents, frequencies))
        return segment_of(*rows)


class PostingsIndex:
    """The lexical index of one process."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._names = tuple(fields)
        self._lock = ReadWriteLock()
        self._writer = threading.Lock()
        self._watermark = 0
        self._clear({})

    def _clear(self, schema: FacetSchema) -> None:
        self._table = DocumentTable(schema)
        self._fields = {name: _Field() for name in self._names}
        self._public = np.zeros(0, np.bool_)
        self._averages: dict[str, float] = {}
        self._idfs: dict[tuple[str, str], tuple[float, bool]] = {}
        self._counts: tuple[npt.NDArray[np.bool_], int] | None = None
        self._scored: dict[tuple[str, tuple[str, ...]], tuple[Floats, float]] = {}
        self._norms: dict[str, FieldNorms] = {}
        self._impacts = KeptImpacts()

    def ensure(self, schema: FacetSchema) -> None:
        """See `Index.ensure`."""
        with self._writer, self._lock.write():
            if self._table.schema != dict(schema):
                self._clear(schema)

    def upsert(self, entries: Sequence[LexicalEntry]) -> int:
        """See `LexicalIndex.upsert`."""
        for entry in entries:
            self._table.check(entry.facets)
        last = list({entry.id: entry for entry in entries}.values())
        bags = {name: [Counter(entry.terms.get(name, ())) for entry in last] for name in self._names}
        with self._writer:
            with self._lock.write():
                numbers = [self._table.put(entry.id, entry.facets) for entry in last]
                self._reserve(self._table.size)
                self._public[numbers] = [entry.public for entry in last]
                for name, field in self._fields.items():
                    field.reserve(self._table.size)
                    field.lengths[numbers] = [bag.total() for bag in bags[name]]
                    field.segments = (*field.segments, field.add(numbers, bags[name]))
                self._forget()
                self._watermark += 1
                watermark = self._watermark
            self._merge()
        return watermark

    def delete(self, ids: Sequence[str]) -> int:
        """See `Index.delete`; postings go at the next merge."""
        with self._writer, self._lock.write():
            for id in ids:
                self._table.remove(id)
            self._forget()
            self._watermark += 1
            return self._watermark

    def wait(self, watermark: int, timeout: float | None = None) -> None:  # noqa: ARG002
        """See `Index.wait`; writes are visible when they return."""
        if watermark > self._watermark:
            raise TimeoutError(f"no write {watermark} was made, the last is {self._watermark}")

    def search(self, clauses: Sequence[LexicalClause], k: int, filter: Filter | None = None) -> list[Hit]:
        """See `LexicalIndex.search`."""
        with self._lock.read():
            scores = np.zeros(self._table.size, np.float32)
            for clause in clauses:
                sums, _ = self._score(clause)
                scores += clause.weight * sums
            found = np.flatnonzero(self._table.mask(filter) & (scores > 0))
            if len(found) > k > 0:
                # Keep all that tie with the k-th: which of them stay is decided by their ids.
                least = np.partition(scores[found], len(found) - k)[len(found) - k]
                found = found[scores[found] >= least]
            hits = [Hit(self._table.id(number), float(scores[number])) for number in found.tolist()]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return hits[: max(k, 0)]

    def coverage(self, clauses: Sequence[LexicalClause], ids: Sequence[str]) -> Floats:
        """See `LexicalIndex.coverage`."""
        covered = np.zeros((len(clauses), len(ids)), np.float32)
        with self._lock.read():
            known, numbers = self._known(ids)
            for at, clause in enumerate(clauses):
                sums, most = self._score(clause)
                if most > 0:
                    covered[at, known] = sums[numbers] / most
        covered[:, ~known] = np.nan
        return covered

    def shares(self, clause: LexicalClause, ids: Sequence[str]) -> Floats:
        """See `LexicalIndex.shares`."""
        with self._lock.read():
            known, numbers = self._known(ids)
            shared, _ = self._overlap(clause, 1, numbers)
            return _placed(len(ids), known, _ratio(shared, self._norms_of(clause.field).sums[numbers]))

    def cosines(self, clause: LexicalClause, ids: Sequence[str]) -> Floats:
        """See `LexicalIndex.cosines`."""
        with self._lock.read():
            known, numbers = self._known(ids)
            shared, asked = self._overlap(clause, 2, numbers)
            lengths = np.sqrt(asked * self._norms_of(clause.field).squares[numbers])
            return _placed(len(ids), known, _ratio(shared, lengths))

    def weights(self, field: str, terms: Sequence[str]) -> dict[str, float]:
        """See `LexicalIndex.weights`."""
        with self._lock.read():
            return {term: self._idf(field, term)[0] for term in dict.fromkeys(terms)}

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
            postings = sum(len(part) for field in self._fields.values() for part in field.segments)
            return IndexHealth(True, len(self._table), f"{postings} postings")

    def captured(self) -> WriteSnapshot:
        """See `Index.captured`; dead documents are left out and numbers given anew."""
        with self._writer, self._lock.read():
            alive = self._table.alive
            renumbered = (np.cumsum(alive) - 1).astype(np.int32)
            arrays: dict[str, npt.NDArray[np.generic]] = {"public": self._public[: self._table.size][alive]}
            for name, field in self._fields.items():
                arrays[f"{name}.lengths"] = field.lengths[: self._table.size][alive]
                if field.segments:
                    merged = merge_segments(field.segments, alive)
                    arrays[f"{name}.terms"], arrays[f"{name}.starts"] = merged.terms, merged.starts
                    arrays[f"{name}.documents"] = renumbered[merged.documents]
                    arrays[f"{name}.frequencies"] = merged.frequencies
            write_table = self._table.captured()
            words = {name: list(field.vocabulary) for name, field in self._fields.items()}

        def write(folder: Path) -> None:
            write_table(folder)
            np.savez(folder / "postings.npz", **arrays)  # type: ignore[arg-type]
            (folder / "vocabulary.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")

        return write

    def load(self, folder: Path) -> None:
        """See `Index.load`."""
        try:
            table = DocumentTable.read(folder)
            words = json.loads((folder / "vocabulary.json").read_text("utf-8"))
            fields = {name: _Field() for name in self._names}
            with (folder / "postings.npz").open("rb") as file, np.load(file) as arrays:
                public = arrays["public"]
                for name, field in fields.items():
                    field.vocabulary = {word: code for code, word in enumerate(words[name])}
                    field.lengths = arrays[f"{name}.lengths"]
                    if f"{name}.terms" in arrays:
                        parts = ("terms", "starts", "documents", "frequencies")
                        field.segments = (PostingsSegment(*(arrays[f"{name}.{part}"] for part in parts)),)
        except SNAPSHOT_ERRORS as error:
            raise IndexDamaged(f"{folder}: {error}") from error
        with self._writer, self._lock.write():
            self._table, self._public, self._fields = table, public, fields
            self._forget()
            self._watermark += 1

    def _forget(self) -> None:
        """Drop what was derived from documents that have just changed."""
        self._averages.clear()
        self._idfs.clear()
        self._scored.clear()
        self._norms.clear()
        self._impacts.clear()
        self._counts = None

    def _reserve(self, size: int) -> None:
        if size > len(self._public):
            grown = np.zeros(max(size, 2 * len(self._public)), np.bool_)
            grown[: len(self._public)] = self._public
            self._public = grown

    def _counted(self) -> tuple[npt.NDArray[np.bool_], int]:
        """Return which documents count in corpus statistics, (size,), and how many they are."""
        if self._counts is None:
            counted = self._public[: self._table.size] & self._table.alive
            self._counts = counted, int(np.count_nonzero(counted))
        return self._counts

    def _idf(self, field: str, term: str) -> tuple[float, bool]:
        """Return the inverse document frequency of a term, and whether it has any; kept until the next write."""
        known = self._idfs.get((field, term))
        if known is None:
            counted, total = self._counted()
            holding = int(np.count_nonzero(counted[self._fields[field].postings(term)[0]]))
            if len(self._idfs) >= IDFS_KEPT:
                self._idfs.clear()
            idf = math.log(1 + (total - holding + 0.5) / (holding + 0.5))
            known = self._idfs[field, term] = idf, holding > 0
        return known

    def _known(self, ids: Sequence[str]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int32]]:
        """Return (n,) which ids are there, and the numbers of those, in the order of the ids."""
        numbers = self._table.numbers(ids)
        known = numbers >= 0
        return known, numbers[known]

    def _norms_of(self, name: str) -> FieldNorms:
        if name not in self._norms:
            field = self._fields[name]
            self._norms[name] = field_norms(field.segments, len(field.vocabulary), self._counted()[0])
        return self._norms[name]

    def _overlap(
        self, clause: LexicalClause, power: int, numbers: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.float64], float]:
        """Return Σ idf^power over terms shared with documents, (n,) by their numbers, and over all of the clause.

        A character of a title stands in half of all titles: the terms of the candidates are looked through,
        which is much less than to look through the documents of each term.
        """
        field, idf = self._fields[clause.field], self._norms_of(clause.field).idf
        unseen = math.log(1 + (self._counted()[1] + 0.5) / 0.5)
        asked = 0.0
        held: dict[int, float] = {}
        for term in dict.fromkeys(clause.terms):
            code = field.vocabulary.get(term)
            weight = (unseen if code is None else float(idf[code])) ** power
            asked += weight
            if code is not None:
                held[code] = weight
        shared = np.zeros(len(numbers))
        codes = np.asarray(sorted(held), np.int32)
        weights = np.asarray([held[code] for code in codes.tolist()])
        for segment in field.segments if held else ():
            rows, terms = segment.by_document.of(numbers)
            at = np.minimum(codes.searchsorted(terms), len(codes) - 1)
            found = codes[at] == terms
            shared += np.bincount(rows[found], weights[at[found]], len(numbers))
        return shared, asked

    def _average_length(self, name: str) -> float:
        if name not in self._averages:
            lengths = self._fields[name].lengths[: self._table.size][self._counted()[0]]
            self._averages[name] = max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
        return self._averages[name]

    def _score(self, clause: LexicalClause) -> tuple[Floats, float]:
        """Return the sums by document number, (size,), and the most that one could reach.

        Kept until the next write: a query is searched first and its candidates scored after.
        """
        key = (clause.field, clause.terms)
        known = self._scored.get(key)
        if known is None:
            if len(self._scored) >= SCORES_KEPT:
                self._scored.clear()
            known = self._scored[key] = self._sum(clause)
        return known

    def _sum(self, clause: LexicalClause) -> tuple[Floats, float]:
        vocabulary = self._fields[clause.field].vocabulary
        public: list[tuple[float, str, int]] = []
        hidden: list[tuple[float, str, int]] = []
        most = 0.0
        for term, count in Counter(clause.terms).items():
            idf, held = self._idf(clause.field, term)
            weight = (K1 + 1) * idf * count * (K1 + 1) / (count + K1)
            most += weight
            if term in vocabulary:
                (public if held else hidden).append((-weight, term, count))
        # Terms of hidden documents alone take no place from the others: they move no public score.
        sums = np.zeros(self._table.size, np.float32)
        for weight, term, count in sorted(public)[:MAX_QUERY_TERMS] + hidden:
            added = self._impacts_of(clause.field, term, count, -weight)
            sums[added.documents] += added.values
        return sums, most

    def _impacts_of(self, name: str, term: str, count: int, weight: float) -> Impacts:
        """Return what a term adds that a query holds so many times and that weighs so much then."""

        def make() -> Impacts:
            field = self._fields[name]
            documents, frequencies = field.postings(term)
            norm = K1 * (1 - B + B * field.lengths[documents] / self._average_length(name))
            return Impacts(documents, weight * frequencies / (frequencies + norm))

        return self._impacts.get((name, term, count), make)

    def _merge(self) -> None:
        """Merge small neighbours; done outside the lock, as segments never change."""
        for field in self._fields.values():
            parts = list(field.segments)
            while len(parts) > 1 and len(parts[-2]) < MERGE_RATIO * max(len(parts[-1]), 1):
                parts[-2:] = [merge_segments(parts[-2:], self._table.alive)]
            if len(parts) != len(field.segments):
                with self._lock.write():
                    field.segments = tuple(parts)


def _ratio(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    ratio: npt.NDArray[np.float64] = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return ratio


def _placed(size: int, known: npt.NDArray[np.bool_], values: npt.NDArray[np.float64]) -> Floats:
    """Return (size,) with the values where they are known, in order, and NaN elsewhere."""
    placed = np.full(size, np.nan, np.float32)
    placed[known] = values
    return placed
