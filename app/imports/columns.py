"""Understand the headers of university and enterprise tables."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.imports.nouns import NOUNS, day_fields
from app.imports.report_columns import is_report_column
from app.kinds.table import KINDS
from app.models import RecordKind
from app.tables.amounts import parse_wan_range
from app.tables.reading import RawRow, RawTable
from app.tables.values import parse_date, parse_maturity
from matching.text.normalise import normalise

# Rows in which a header is looked for: titles, dates and notes stand above it.
HEADER_SEARCH = 15
# Columns of which several may hold one field, joined: 联系人, 联系电话, 邮箱.
_JOINED = frozenset({"contact", "ip"})
# A header that only contains a known one is taken from this confidence on; below it is a suggestion.
_USED_FROM = 0.75
_SAMPLES = 3
_CHECKED = 50

_BRACKETS = re.compile(r"[(\[{【（].*?[)\]}】）]")
_UNIT = re.compile("(?:亿元|万元|元)$")
_NOISE = re.compile(r"[\s*:：、/_\-·.]+")


def _key(header: str) -> str:
    return _UNIT.sub("", _NOISE.sub("", _BRACKETS.sub("", normalise(header)))).lower()


def _lookup(kind: RecordKind) -> dict[str, str]:
    return {_key(word): field for field, words in NOUNS[kind].headers.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, and what it was taken for.

    Attributes:
        index: from 0.
        field: that its cells go to; None leaves it out.
        confidence: 0..1: 1 what a person said, 0.95 a known header, less for one that only contains a
            known one or whose cells do not look like the field.
        source: `given`, `remembered`, `known`, `similar` or `none`.
        suggestion: a field that it might be, where none is sure enough.
        samples: its first cells with content.
    """

    index: int
    header: str
    field: str | None
    confidence: float
    source: str
    suggestion: str | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """A table whose header was found: its columns and the rows below.

    `complete` says whether a title and a text are among the columns.
    """

    table: RawTable
    columns: tuple[Column, ...]
    rows: tuple[RawRow, ...]
    header_row: int
    complete: bool

    @property
    def header(self) -> tuple[str, ...]:
        """The name of every column."""
        return tuple(column.header for column in self.columns)

    @property
    def places(self) -> dict[str, list[int]]:
        """Which columns hold a field."""
        found: dict[str, list[int]] = {}
        for column in self.columns:
            if column.field is not None:
                found.setdefault(column.field, []).append(column.index)
        return found


def left_out(columns: Iterable[tuple[str, str | None]]) -> list[str]:
    """Return the headers of columns that go to no field, each once, but those that a report added.

    Args:
        columns: (header, field).
    """
    names = [header for header, field in columns if field is None and header and not is_report_column(header)]
    return list(dict.fromkeys(names))


def fields_of(kind: RecordKind) -> tuple[str, ...]:
    """Return the fields that columns may go to, the most important first."""
    first = ("title", KINDS[kind].body)
    known = NOUNS[kind].headers
    return tuple(sorted(known, key=lambda name: (name not in first, list(known).index(name))))


def needed(kind: RecordKind) -> tuple[str, str]:
    """Return the Chinese headers of the title and the text."""
    title, text = (NOUNS[kind].headers[field].split()[0] for field in ("title", KINDS[kind].body))
    return title, text


def column_key(header: str) -> str:
    """Return what tells headers apart: without brackets, units, marks and blanks."""
    return _key(header)[:200]


def understand(
    kind: RecordKind, table: RawTable, given: Mapping[str, str | None], remembered: Mapping[str, str]
) -> Understood:
    """Find the header of a table, and say which column is which field.

    The row, or pair of rows, that names most fields is the header; titles and notes may stand above
    it. Where none names a title and a text, the best guess is returned, for a person to correct.

    Args:
        given: field by header, as a person says it now; None or "" leaves a column out.
        remembered: field by `column_key`, as the organisation said before.
    """
    said = {column_key(header): field or "" for header, field in given.items()}
    best: tuple[tuple[bool, int, int], Understood] | None = None
    for at, header, rows in header_candidates(table):
        columns = _columns(kind, header, rows, said, remembered)
        fields = {column.field for column in columns} - {None}
        complete = {"title", KINDS[kind].body} <= fields
        filled = sum(bool(name.strip()) for name in header)
        # Among equals the earlier one, and one row before two.
        rank = (complete, len(fields), filled if not fields else 0)
        if best is None or rank > best[0]:
            best = rank, Understood(table, columns, rows, at, complete)
    if best is None:
        return Understood(table, (), (), 0, complete=False)
    return best[1]


def header_candidates(table: RawTable) -> list[tuple[int, tuple[str, ...], tuple[RawRow, ...]]]:
    """Return (row number, header, rows below) of what may be the header."""
    if table.header is not None:
        return [(0, table.header, table.rows)]
    found = [(row.number, row.cells, table.rows[at + 1 :]) for at, row in enumerate(table.rows[:HEADER_SEARCH])]
    for at, (top, low) in enumerate(zip(table.rows[:HEADER_SEARCH], table.rows[1:HEADER_SEARCH], strict=False)):
        if any(not cell.strip() for cell in top.cells) or any(not cell.strip() for cell in low.cells):
            found.append((top.number, _two_rows(top.cells, low.cells), table.rows[at + 2 :]))
    return found


def _two_rows(top: Sequence[str], low: Sequence[str]) -> tuple[str, ...]:
    """Join a header of two rows: the upper name reaches over empty cells that have a name below."""
    names: list[str] = []
    over = ""
    for column in range(max(len(top), len(low))):
        upper = top[column].strip() if column < len(top) else ""
        lower = low[column].strip() if column < len(low) else ""
        over = upper or (over if lower else "")
        names.append(f"{over}-{lower}" if over and lower and over != lower else lower or upper)
    return tuple(names)


def _columns(
    kind: RecordKind,
    header: Sequence[str],
    rows: Sequence[RawRow],
    said: Mapping[str, str],
    remembered: Mapping[str, str],
) -> tuple[Column, ...]:
    lookup = _lookup(kind)
    guesses = [_guess(name, said, remembered, lookup) for name in header]
    # The surest come first; of equals, the first column.
    order = sorted(range(len(header)), key=lambda at: (-guesses[at][1], at))
    taken: dict[str, int] = {}
    columns: dict[int, Column] = {}
    for at in order:
        field, confidence, source = guesses[at]
        samples = _samples(rows, at)
        if field and confidence < 1:
            confidence = round(confidence * _plausible(kind, field, rows, at), 2)
        free = field is not None and (field not in taken or field in _JOINED or source == "given")
        used = bool(field) and free and (source != "similar" or confidence >= _USED_FROM)
        if used:
            taken[str(field)] = at
        columns[at] = Column(
            at, header[at].strip(), field if used else None, confidence if used or field else 0.0,
            source if used or source in {"given", "remembered"} else "none",
            None if used or not field or not free else field, samples,
        )  # fmt: skip
    return tuple(columns[at] for at in range(len(header)))


def _guess(
    name: str, said: Mapping[str, str], remembered: Mapping[str, str], lookup: Mapping[str, str]
) -> tuple[str | None, float, str]:
    """Return (field, confidence, source); the field is None for a column to leave out."""
    key = column_key(name)
    if key in said:
        return said[key] or None, 1.0, "given"
    if key in remembered:
        return remembered[key] or None, 1.0, "remembered"
    # Of a header in two rows, either may be the known one.
    keys = [key, *(_key(part) for part in name.split("-") if "-" in name)]
    for each in keys:
        if each in lookup:
            return lookup[each], 0.95, "known"
    inside = max((word for word in lookup if len(word) >= 3 and word in key), key=len, default="")
    if inside and not inside.isascii():
        return lookup[inside], 0.5 + 0.4 * len(inside) / len(key), "similar"
    return None, 0.0, "none"


def _samples(rows: Sequence[RawRow], at: int) -> tuple[str, ...]:
    found: list[str] = []
    for row in rows[:_CHECKED]:
        if at < len(row.cells) and row.cells[at].strip():
            found.append(row.cells[at].strip()[:60])
            if len(found) == _SAMPLES:
                break
    return tuple(found)


def _plausible(kind: RecordKind, field: str, rows: Sequence[RawRow], at: int) -> float:
    """Return 0.5..1: how many of the column's cells look like the field, where that can be told."""
    looks = _is_day if field in day_fields(kind) else _LOOKS.get(field)
    cells = [row.cells[at] for row in rows[:_CHECKED] if at < len(row.cells) and row.cells[at].strip()]
    if looks is None or not cells:
        return 1.0
    return 0.5 + 0.5 * sum(looks(cell) for cell in cells) / len(cells)


def _is_day(cell: str) -> bool:
    return parse_date(cell) is not None


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "maturity": lambda cell: parse_maturity(cell) is not None,
    "price": lambda cell: parse_wan_range(cell) is not None,
}
