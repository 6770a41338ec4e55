"""Records as tables with the columns of the template: what was put in can be taken out and put in again."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.sheets import workbook
from app.imports.nouns import NOUNS
from app.kinds.table import KINDS, Record, amounts
from app.models import RecordKind

# What a spreadsheet may take for a formula, also in full width; a tab or return may hide one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_workbook(kind: RecordKind, records: Sequence[Record]) -> bytes:
    """Return an .xlsx; text stays text, whatever it begins with."""
    header = [header for _, header, _ in NOUNS[kind].template]
    return workbook(KINDS[kind].noun, [*header, "状态"], (_cells(kind, record) for record in records))


def as_csv(kind: RecordKind, records: Sequence[Record]) -> Iterator[str]:
    """Yield lines of a CSV in UTF-8 with a byte order mark, as spreadsheets expect.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    yield "\ufeff" + _line([*(header for _, header, _ in NOUNS[kind].template), "状态"])
    for record in records:
        yield _line([harmless("" if cell is None else str(cell)) for cell in _cells(kind, record)])


def as_jsonl(kind: RecordKind, records: Sequence[Record]) -> Iterator[str]:
    """Yield a JSON object a record, with the fields of the HTTP contract, ready for another import."""
    for record in records:
        values = {name: _plain(getattr(record, name)) for name in _fields(kind)}
        values["organisation"] = record.organisation.name
        yield (
            json.dumps(
                {name: value for name, value in values.items() if value not in (None, "", [])}, ensure_ascii=False
            )
            + "\n"
        )


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _line(cells: Sequence[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()


def _fields(kind: RecordKind) -> list[str]:
    columns = {"price": KINDS[kind].amount_columns, "maturity": (KINDS[kind].maturity,)}
    names = (columns.get(field, (field,)) for field, _, _ in NOUNS[kind].template)
    return [name for each in names for name in each if name is not None]


def _cells(kind: RecordKind, record: Record) -> list[Any]:
    """Return the cells of a record: what was understood, in the form that an import reads."""
    return [*(_cell(kind, record, field) for field, _, _ in NOUNS[kind].template), record.status]


def _cell(kind: RecordKind, record: Record, field: str) -> Any:
    if field == "price":
        return _amount(*amounts(record))
    if field == "maturity":
        level = KINDS[kind].maturity_of(record)
        return None if level is None else f"TRL {level}"
    value = getattr(record, field)
    return "；".join(value) if isinstance(value, list) else value


def _amount(low: Decimal | None, high: Decimal | None) -> str:
    if low is None and high is None:
        return "面议"
    parts = [format(each.normalize(), "f") for each in (low, high) if each is not None]
    return "-".join(dict.fromkeys(parts))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value
