"""Import a file of records: every row ends as created, updated, unchanged or rejected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.core.database import Database
from app.core.identifiers import new_id
from app.imports.columns import find_header
from app.imports.rows import ParsedRow, RowError, parse_row
from app.imports.tables import RawTable, read_table
from app.matches.gateway import Gateway
from app.matches.preparation import BATCH, Prepared, store
from app.models import Achievement, Organisation, RecordKind
from app.models.base import now
from app.organisations.repository import OrganisationRepository
from app.records.kinds import KINDS, Record, to_document
from app.records.repository import RecordRepository
from app.records.service import OWNER_KIND, plain_fields, title_key


@dataclass(slots=True)
class ImportReport:
    """What became of the rows. `row_errors` are of rejected rows, `warnings` of taken ones."""

    rows_total: int = 0
    rows_done: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    row_errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    unmapped_columns: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Incoming:
    number: int
    fields: dict[str, Any]
    given: dict[str, Any]

    @property
    def identity(self) -> tuple[str | None, str | None, str]:
        """Owner, number and title: what tells the record from others."""
        external_id = self.fields.get("external_id")
        return self.fields.get("organisation"), external_id, "" if external_id else self.title_key

    @property
    def title_key(self) -> str:
        return title_key(self.fields["title"])


@dataclass(frozen=True, slots=True)
class _Change:
    row: _Incoming
    record: Record
    is_new: bool
    version: int


class ImportService:
    """Imports files into one kind of records."""

    def __init__(self, database: Database, gateway: Gateway, kind: RecordKind) -> None:
        self._database = database
        self._gateway = gateway
        self._kind = KINDS[kind]

    def run(
        self, file: Path, organisation: str | None, progress: Callable[[ImportReport], None] | None = None
    ) -> ImportReport:
        """Import a file.

        Rows are taken in batches, each one transaction: when `progress` is called, all rows that it
        counts as done are in the database for good.

        Args:
            organisation: owner of rows that name none of their own.

        Raises:
            UnreadableFile: nothing of the file can be understood.
        """
        report, incoming = self._parse(read_table(file), organisation)
        if progress is not None:
            progress(report)
        for start in range(0, len(incoming), BATCH):
            batch = incoming[start : start + BATCH]
            self._take(batch, report)
            report.rows_done += len(batch)
            if progress is not None:
                progress(report)
        return report

    def _parse(self, table: RawTable, organisation: str | None) -> tuple[ImportReport, list[_Incoming]]:
        header, mapping, rows = find_header(self._kind.name, table)
        columns = {name: header[column] for column, name in mapping.items()}
        report = ImportReport(rows_total=len(rows))
        report.unmapped_columns = [name for at, name in enumerate(header) if at not in mapping and name.strip()]
        seen: dict[tuple[str | None, str | None, str], _Incoming] = {}
        incoming: list[_Incoming] = []
        for row in rows:
            cells = {name: row.cells[at] for at, name in mapping.items() if at < len(row.cells)}
            parsed = parse_row(self._kind.name, row.number, cells, columns)
            if parsed.fields is not None:
                this = _incoming(parsed.number, parsed.fields, parsed.given, organisation)
                first = seen.setdefault(this.identity, this)
                if first is this:
                    incoming.append(this)
                elif first.fields == this.fields:
                    report.unchanged += 1
                    report.rows_done += 1
                else:
                    parsed.errors.append(_repeated(first, this, columns))
            self._note(report, parsed)
        return report, incoming

    def _note(self, report: ImportReport, parsed: ParsedRow) -> None:
        if parsed.errors:
            report.rejected += 1
            report.rows_done += 1
            report.row_errors.extend(parsed.errors)
        else:
            report.warnings.extend(parsed.warnings)

    def _take(self, batch: Sequence[_Incoming], report: ImportReport) -> None:
        with self._database.read() as session:
            changes = [change for row in batch if (change := self._compare(session, row)) is not None]
            session.expunge_all()
        refused = [change for change in changes if not _in_order(change.record)]
        report.rejected += len(refused)
        report.row_errors.extend(_out_of_order(change.row) for change in refused)
        changes = [change for change in changes if change not in refused]
        prepared = self._gateway.prepare(self._kind.name, [to_document(change.record) for change in changes])
        created = 0
        with self._database.write() as session:
            stored: list[tuple[Record, Prepared]] = []
            for change, each in zip(changes, prepared, strict=True):
                record, is_new = self._apply(session, change)
                created += is_new
                stored.append((record, each))
            if stored:
                store(session, stored)
        report.created += created
        report.updated += len(changes) - created
        report.unchanged += len(batch) - len(changes) - len(refused)

    def _compare(self, session: Session, row: _Incoming) -> _Change | None:
        """Return what a row changes, None if the record is the same already."""
        found = self._find(session, row)
        if found is None:
            fields = {name: value for name, value in row.fields.items() if name != "organisation"}
            record = self._kind.model(id=new_id(), version=1, title_key=row.title_key, organisation_id="", **fields)
            return _Change(row, record, True, 0)
        if all(getattr(found, name) == value for name, value in row.given.items()):
            return None
        version = found.version
        session.expunge(found)
        _assign(found, row)
        return _Change(row, found, False, version)

    def _find(self, session: Session, row: _Incoming) -> Record | None:
        owner = OrganisationRepository(session).by_name_or_unnamed(row.fields["organisation"])
        return None if owner is None else self._find_of(session, row, owner)

    def _find_of(self, session: Session, row: _Incoming, owner: Organisation) -> Record | None:
        repository = RecordRepository(session, self._kind)
        external_id = row.fields.get("external_id")
        if external_id is not None:
            return repository.by_external_id(owner.id, external_id)
        return repository.by_title_key(owner.id, row.title_key)

    def _apply(self, session: Session, change: _Change) -> tuple[Record, bool]:
        """Write one change; look again, as somebody may have written since it was compared."""
        owner = OrganisationRepository(session).ensure(
            change.row.fields["organisation"], OWNER_KIND[self._kind.name], change.row.fields.get("district")
        )
        current = self._find_of(session, change.row, owner)
        if current is None:
            record = change.record
            record.organisation = owner
            session.add(record)
            return record, True
        _assign(current, change.row)
        current.version += 1
        current.updated_at = now()
        return current, False


def _incoming(number: int, fields: dict[str, Any], given: frozenset[str], organisation: str | None) -> _Incoming:
    """Return a row with its owner: who uploads owns it, whatever the row says."""
    plain = plain_fields(fields)
    plain["organisation"] = organisation or plain.get("organisation")
    return _Incoming(number, plain, {name: plain[name] for name in given - {"organisation"}})


def _assign(record: Record, row: _Incoming) -> None:
    for name, value in row.given.items():
        setattr(record, name, value)
    record.title_key = row.title_key


def _in_order(record: Record) -> bool:
    """Say whether the ends of amounts are the right way round, given and stored ones together."""
    name = "price" if isinstance(record, Achievement) else "budget"
    low, high = getattr(record, f"{name}_min_wan"), getattr(record, f"{name}_max_wan")
    return low is None or high is None or bool(low <= high)


def _out_of_order(row: _Incoming) -> RowError:
    message = "与库中已有的另一端金额合在一起后，下限高于上限，请在表中同时给出上下限"
    return RowError(row.number, "金额", "range", message, "")


def _repeated(first: _Incoming, this: _Incoming, columns: dict[str, str]) -> RowError:
    name = "external_id" if this.fields.get("external_id") else "title"
    return RowError(
        this.number,
        columns.get(name, name),
        "repeated",
        f"与第 {first.number} 行的{columns.get(name, name)}相同但内容不同，请只保留一行，或改用不同的编号",
        str(this.fields[name])[:100],
    )
