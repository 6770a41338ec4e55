"""Go through the rows of a file in order: which can be taken, which not, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.caller import Caller
from app.core.errors import UnreadableFile
from app.imports.columns import Understood
from app.imports.identity import Incoming
from app.imports.rows import IndustriesOf, RowError, parse_row
from app.kinds.fields import plain_fields
from app.models import RecordKind
from app.records.disclosures import state_secrets
from app.records.publication import first_status
from app.records.titles import title_key
from app.tables.limits import ROW_LIMIT


@dataclass(slots=True)
class PlannedRow:
    """A row on its way in.

    Attributes:
        position: among all rows of the file, from 0.
        table: among the file's tables that are taken, from 0.
        number: of the row in its sheet, as people see it.
        incoming: None for a row that is rejected, or that repeats an earlier one word for word.
    """

    position: int
    table: int
    number: int
    cells: tuple[str, ...]
    incoming: Incoming | None = None
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)


class Plan:
    """The rows of a file, each parsed when it is reached.

    Args:
        organisation: owner of all rows; None takes the rows' own.
        caller: who handed the file in: it decides upon the status of new records.
    """

    def __init__(
        self,
        kind: RecordKind,
        tables: Sequence[Understood],
        organisation: str | None,
        caller: Caller,
        industries_of: IndustriesOf,
    ) -> None:
        self._kind = kind
        self._tables = tables
        self._organisation = organisation
        self._status = first_status(caller, None)
        self._industries_of = industries_of
        self.total = sum(len(table.rows) for table in tables)
        if self.total > ROW_LIMIT:
            raise UnreadableFile(f"文件有 {self.total} 行，超过 {ROW_LIMIT} 行上限，请拆分后分次导入。")

    def rows(self) -> Iterator[PlannedRow]:
        """Yield every row; the same rows in the same order each time."""
        seen: dict[tuple[str, str | None, str], Incoming] = {}
        position = 0
        for at, table in enumerate(self._tables):
            places = table.places
            columns = {name: table.columns[indexes[0]].header for name, indexes in places.items()}
            for row in table.rows:
                planned = PlannedRow(position, at, row.number, row.cells)
                self._parse(planned, places, columns, seen)
                yield planned
                position += 1

    def _parse(
        self,
        planned: PlannedRow,
        places: Mapping[str, list[int]],
        columns: Mapping[str, str],
        seen: dict[tuple[str, str | None, str], Incoming],
    ) -> None:
        cells = {name: _joined(planned.cells, indexes) for name, indexes in places.items() if planned.cells}
        parsed = parse_row(self._kind, planned.number, cells, columns, self._industries_of)
        planned.errors, planned.warnings = parsed.errors, parsed.warnings
        if parsed.fields is None:
            return
        planned.errors.extend(_secrets(planned.number, parsed.fields, columns))
        if planned.errors:
            return
        this = self._incoming(planned.number, parsed.fields, parsed.given, parsed.originals)
        first = seen.setdefault(this.identity, this)
        if first is this:
            planned.incoming = this
        elif first.fields != this.fields:
            planned.errors.append(_repeated(first, this, columns))

    def _incoming(
        self, number: int, fields: dict[str, Any], given: frozenset[str], originals: dict[str, str]
    ) -> Incoming:
        """Return a row with its owner: who uploads owns it, whatever the row says."""
        plain = plain_fields(fields)
        plain["organisation"] = self._organisation or plain.get("organisation")
        plain["status"] = self._status
        stated = {name: plain[name] for name in given - {"organisation", "status"}}
        return Incoming(number, plain, stated, originals, title_key(plain["title"]))


def _joined(cells: Sequence[str], indexes: Sequence[int]) -> str:
    parts = [cells[at].strip() for at in indexes if at < len(cells)]
    return parts[0] if len(parts) == 1 else "；".join(part for part in parts if part)


def _secrets(number: int, fields: Mapping[str, Any], columns: Mapping[str, str]) -> list[RowError]:
    return [
        RowError(number, columns.get(each.field, each.field), each.code, each.message, str(each.value))
        for each in state_secrets(fields)
    ]


def _repeated(first: Incoming, this: Incoming, columns: Mapping[str, str]) -> RowError:
    name = "external_id" if this.fields.get("external_id") else "title"
    return RowError(
        this.number,
        columns.get(name, name),
        "repeated",
        f"与第 {first.number} 行的{columns.get(name, name)}相同但内容不同，请只保留一行，或改用不同的编号",
        str(this.fields[name])[:100],
    )
