"""The documents of an index: numbers for ids, columns for facets, masks for filters."""

import json
import zipfile
from collections.abc import Iterable, Sequence
from itertools import repeat
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from matching.errors import UnknownFacet
from matching.index.filters import ID_FACET, And, Eq, FacetKind, FacetSchema, Filter, In, Not, Range, Scalar
from matching.index.protocols import WriteSnapshot
from matching.types import Facets, FacetValue

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
# What reading a damaged snapshot file may raise, in Python, NumPy and FAISS.
SNAPSHOT_ERRORS = (OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)
_NO_VALUE = -1
_NO_NUMBER = -1
_FIRST_CAPACITY = 64
_MASKS_KEPT = 64


class _WordColumn:
    """Codes of words, (capacity, width) int32; width is the most values any document has."""

    def __init__(self) -> None:
        self.codes: dict[Scalar, int] = {}
        self.cells = np.full((0, 1), _NO_VALUE, np.int32)

    def grow(self, capacity: int) -> None:
        grown = np.full((capacity, self.cells.shape[1]), _NO_VALUE, np.int32)
        grown[: len(self.cells)] = self.cells
        self.cells = grown

    def put(self, number: int, value: FacetValue) -> None:
        # Numbers are never used again: the cells of a new one hold no value yet.
        if value is None or value == ():
            return
        values: tuple[Scalar, ...] = value if isinstance(value, tuple) else (value,)
        if len(values) > self.cells.shape[1]:
            wide = np.full((len(self.cells), len(values)), _NO_VALUE, np.int32)
            wide[:, : self.cells.shape[1]] = self.cells
            self.cells = wide
        for at, word in enumerate(values):
            self.cells[number, at] = self.codes.setdefault(word, len(self.codes))

    def mask(self, values: Iterable[Scalar]) -> Mask:
        codes = [self.codes[value] for value in values if value in self.codes]
        if len(codes) == 1:
            hits: Mask = self.cells == codes[0]
        else:
            hits = np.isin(self.cells, codes)
        any_value: Mask = hits[:, 0] if hits.shape[1] == 1 else np.any(hits, axis=1)
        return any_value


class _NumberColumn:
    def __init__(self) -> None:
        self.cells = np.full(0, np.nan)

    def grow(self, capacity: int) -> None:
        grown = np.full(capacity, np.nan)
        grown[: len(self.cells)] = self.cells
        self.cells = grown

    def put(self, number: int, value: FacetValue) -> None:
        if value is not None:
            self.cells[number] = float(cast(float, value))

    def mask(self, gte: float | None, lte: float | None) -> Mask:
        mask: Mask = ~np.isnan(self.cells)
        if gte is not None:
            mask &= self.cells >= gte
        if lte is not None:
            mask &= self.cells <= lte
        return mask


class DocumentTable:
    """Maps ids to numbers that are never reused, and answers filters with masks over them.

    A document that is put again gets a new number; the old one is dead until `compact`.
    Not thread-safe: the index that owns it holds the lock.
    """

    def __init__(self, schema: FacetSchema) -> None:
        self.schema = dict(schema)
        self._columns: dict[str, _WordColumn | _NumberColumn] = {
            name: _NumberColumn() if kind == FacetKind.NUMBER else _WordColumn() for name, kind in self.schema.items()
        }
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._alive = np.zeros(0, np.bool_)
        self._masks: dict[Filter, Mask] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def size(self) -> int:
        """Numbers given so far, dead ones included; the length of every mask."""
        return len(self._ids)

    @property
    def alive(self) -> Mask:
        """(size,) bool: which numbers are documents."""
        return self._alive[: self.size]

    def check(self, facets: Facets) -> None:
        """Refuse facets that `put` could not take. Raises UnknownFacet."""
        for name, column in self._columns.items():
            value = facets.get(name)
            if isinstance(column, _NumberColumn) and isinstance(value, str | tuple):
                raise UnknownFacet(f"facet {name!r} takes a number, got {value!r}")

    def put(self, id: str, facets: Facets) -> int:
        """Give the document a new number, and retire the one it had."""
        self.remove(id)
        number = self.size
        if number >= len(self._alive):
            self._grow(max(_FIRST_CAPACITY, 2 * number))
        for name, column in self._columns.items():
            column.put(number, facets.get(name))
        self._ids.append(id)
        self._numbers[id] = number
        self._alive[number] = True
        self._masks.clear()
        return number

    def remove(self, id: str) -> int | None:
        """Retire the document's number and return it; None if the id is not here."""
        number = self._numbers.pop(id, None)
        if number is not None:
            self._alive[number] = False
            self._masks.clear()
        return number

    def number(self, id: str) -> int | None:
        """Return the number of an id, None if it is not here."""
        return self._numbers.get(id)

    def numbers(self, ids: Sequence[str]) -> npt.NDArray[np.int32]:
        """Return (n,) the numbers of ids, -1 for those that are not here."""
        return np.fromiter(map(self._numbers.get, ids, repeat(_NO_NUMBER)), np.int32, len(ids))

    def id(self, number: int) -> str:
        """Return the id of a number."""
        return self._ids[number]

    def ids(self, filter: Filter | None) -> list[str]:
        """Return the ids that pass, in the order in which they came."""
        return [self._ids[number] for number in np.flatnonzero(self.mask(filter))]

    def mask(self, filter: Filter | None) -> Mask:
        """Return (size,) bool: living documents that pass; do not write into it.

        Raises:
            UnknownFacet: the filter names a facet outside the schema.
        """
        if filter is None:
            return self.alive
        mask = self._masks.get(filter)
        if mask is None:
            if len(self._masks) >= _MASKS_KEPT:
                self._masks.clear()
            mask = self._masks[filter] = self._evaluate(filter)[: self.size] & self.alive
        return mask

    def _evaluate(self, filter: Filter) -> Mask:
        match filter:
            case And(filters):
                mask: Mask = np.ones(len(self._alive), np.bool_)
                for part in filters:
                    mask &= self._evaluate(part)
                return mask
            case Not(inner):
                return ~self._evaluate(inner)
            case Eq(facet, value):
                return self._words(facet, (value,))
            case In(facet, values):
                return self._words(facet, values)
            case Range(facet, gte, lte):
                column = self._columns.get(facet)
                if not isinstance(column, _NumberColumn):
                    raise UnknownFacet(f"no numeric facet {facet!r}")
                return column.mask(gte, lte)

    def _words(self, facet: str, values: Iterable[Scalar]) -> Mask:
        if facet == ID_FACET:
            mask: Mask = np.zeros(len(self._alive), np.bool_)
            numbers = (self._numbers.get(str(value)) for value in values)
            mask[[number for number in numbers if number is not None]] = True
            return mask
        column = self._columns.get(facet)
        if isinstance(column, _WordColumn):
            return column.mask(values)
        if isinstance(column, _NumberColumn):
            return np.isin(column.cells, [value for value in values if not isinstance(value, str)])
        raise UnknownFacet(f"no facet {facet!r}")

    def _grow(self, capacity: int) -> None:
        alive = np.zeros(capacity, np.bool_)
        alive[: len(self._alive)] = self._alive
        self._alive = alive
        for column in self._columns.values():
            column.grow(capacity)

    def captured(self) -> WriteSnapshot:
        """Return what writes the documents that live now, numbered without gaps, as files of a snapshot."""
        alive = np.flatnonzero(self.alive)
        described = {
            "schema": dict(self.schema),
            "ids": [self._ids[number] for number in alive],
            "codes": {
                name: list(column.codes) for name, column in self._columns.items() if isinstance(column, _WordColumn)
            },
        }
        cells = {name: column.cells[alive] for name, column in self._columns.items()}

        def write(folder: Path) -> None:
            (folder / "documents.json").write_text(json.dumps(described, ensure_ascii=False), "utf-8")
            np.savez(folder / "documents.npz", **cells)  # type: ignore[arg-type]

        return write

    @classmethod
    def read(cls, folder: Path) -> "DocumentTable":
        """Return the table that `save` wrote. Raises what reading the files raises."""
        described = json.loads((folder / "documents.json").read_text("utf-8"))
        table = cls({name: FacetKind(kind) for name, kind in described["schema"].items()})
        table._ids = described["ids"]
        table._numbers = {id: number for number, id in enumerate(table._ids)}
        table._alive = np.ones(len(table._ids), np.bool_)
        with (folder / "documents.npz").open("rb") as file, np.load(file) as cells:
            for name, column in table._columns.items():
                column.cells = cells[name]
                if isinstance(column, _WordColumn):
                    column.codes = {word: code for code, word in enumerate(described["codes"][name])}
        return table
