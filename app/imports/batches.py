"""Take rows in batches: each is one transaction with its records, vectors, change log and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.database import Database, Overtaken
from app.duplicates.finder import FileFinder, find_alike
from app.duplicates.repository import DuplicateRepository
from app.imports.identity import Incoming, find_stored
from app.imports.plan import PlannedRow
from app.imports.repository import UploadRepository
from app.imports.rows import RowError
from app.jobs.lease import Lease
from app.kinds.table import Kind, Record, amounts_in_order, to_document
from app.kinds.visibility import shows_all_of
from app.models import Need, Organisation, Outcome, Status, Upload, UploadRow
from app.organisations.repository import OrganisationRepository
from app.records.changes import RecordWriter, assign, new_record
from app.records.disclosures import hold_back_named
from app.records.publication import first_status
from app.records.repository import RecordRepository
from app.records.restoration import put_back
from app.search.fingerprints import bands_of
from app.search.gateway import Gateway
from app.search.preparation import Prepared

_MOST_TRIES = 5


@dataclass(slots=True)
class _Change:
    """A record as a row wants it: detached from every session."""

    row: Incoming
    record: Record
    was_version: int  # 0 for a new one
    restores: bool = False  # the record is withdrawn, and comes back


@dataclass(slots=True)
class _Taken:
    """What is known of a batch before it is written."""

    changes: dict[int, _Change] = field(default_factory=dict)  # by position
    returning: dict[int, _Change] = field(default_factory=dict)  # records that come back and change in nothing else
    unchanged: dict[int, str] = field(default_factory=dict)  # record id by position
    refused: dict[int, RowError] = field(default_factory=dict)
    withdrawn: dict[int, RowError] = field(default_factory=dict)  # what is told of records that stay withdrawn
    restored: dict[int, RowError] = field(default_factory=dict)  # and of those that come back

    def change(self, position: int) -> _Change | None:
        """Return what becomes of a row's record, None if it stays as it is."""
        return self.changes.get(position) or self.returning.get(position)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are ready to be written."""

    rows: Sequence[PlannedRow]
    taken: _Taken
    prepared: Sequence[Prepared]
    # What finds records that read alike, by id; of a dry run too.
    marks: Mapping[str, frozenset[int]]


class BatchTaker:
    """Takes the rows of one upload.

    Args:
        caller: who handed the file in.
    """

    def __init__(self, database: Database, gateway: Gateway, kind: Kind, upload: Upload, caller: Caller) -> None:
        self._database = database
        self._gateway = gateway
        self._kind = kind
        self._upload = upload
        self._caller = caller
        # A dry run stores nothing that later rows could be compared with.
        self._in_file = FileFinder()
        self._numbers: dict[str, int] = {}

    def skip(self, row: PlannedRow) -> None:
        """Pass over a row that was taken before the job was interrupted."""
        if self._upload.dry_run and row.incoming is not None:
            id = f"row {row.position}"
            fields = row.incoming.fields
            self._in_file.add(id, fields["title"], fields[self._kind.body])
            self._numbers[id] = row.number

    def prepare(self, rows: Sequence[PlannedRow]) -> Batch:
        """Compare rows with what is stored and encode what they change; writes nothing.

        May be called for the next batch while one is written: rows of two batches are never about one
        record, and what somebody else writes meanwhile is noticed when the batch is taken.
        """
        taken = self._compare(rows)
        records = [change.record for change in taken.changes.values()]
        if self._upload.dry_run or not records:
            marks = {record.id: bands_of(record.title, getattr(record, self._kind.body)) for record in records}
            return Batch(rows, taken, (), marks)
        prepared = self._gateway.prepare(self._kind.name, [to_document(record) for record in records])
        marks = {record.id: each.bands for record, each in zip(records, prepared, strict=True)}
        return Batch(rows, taken, prepared, marks)

    def take(self, batch: Batch, lease: Lease) -> Upload:
        """Take a batch that follows on those taken before; return the upload with its counts.

        Raises:
            LeaseLost, Cancelled: nothing of the batch is written.
        """
        for _ in range(_MOST_TRIES - 1):
            try:
                return self._take(batch, lease)
            except Overtaken:
                batch = self.prepare(batch.rows)
        return self._take(batch, lease)

    def _take(self, batch: Batch, lease: Lease) -> Upload:
        rows, taken = batch.rows, batch.taken
        records = [change.record for change in taken.changes.values()]
        with lease.write() as session:
            warnings: dict[int, list[RowError]] = {}
            if not self._upload.dry_run:
                warnings = self._write(session, taken, batch.prepared)
            alike = find_alike(session, self._kind, records, batch.marks)
            self._numbers |= {change.record.id: change.row.number for change in taken.changes.values()}
            if self._upload.dry_run:
                alike |= self._alike_in_file(records)
            told = (*taken.withdrawn.items(), *taken.restored.items(), *self._alike(session, alike, taken))
            for position, warning in told:
                warnings.setdefault(position, []).append(warning)
            if not self._upload.dry_run:
                DuplicateRepository(session, self._kind).add(alike)
            return self._count(session, rows, taken, warnings)

    def _compare(self, rows: Sequence[PlannedRow]) -> _Taken:
        """Say what each row would do, without writing."""
        taken = _Taken()
        incoming = {row.position: row.incoming for row in rows if row.incoming is not None}
        with self._database.read() as session:
            stored = find_stored(session, self._kind, list(incoming.values()))
            session.expunge_all()
        for position, row in incoming.items():
            self._compare_one(taken, position, row, stored.get(row.identity))
        return taken

    def _compare_one(self, taken: _Taken, position: int, row: Incoming, known: Record | None) -> None:
        withdrawn = known if known is not None and known.status == Status.WITHDRAWN else None
        restores = withdrawn is not None and self._upload.restore_withdrawn and shows_all_of(withdrawn, self._caller)
        change = self._change(row, known)
        if change is not None and not amounts_in_order(change.record):
            taken.refused[position] = _out_of_order(row)
            return
        if restores:
            taken.restored[position] = _comes_back(row, self._kind.noun)
        elif withdrawn is not None:
            taken.withdrawn[position] = _stays_withdrawn(row, self._kind.noun)
        if change is not None:
            change.restores = restores
            taken.changes[position] = change
        elif known is not None and restores:
            taken.returning[position] = _Change(row, known, known.version, restores=True)
        elif known is not None:
            taken.unchanged[position] = known.id

    def _change(self, row: Incoming, found: Record | None) -> _Change | None:
        """Return what a row changes, None if the record is the same already."""
        if found is None:
            fields = {name: value for name, value in row.fields.items() if name != "organisation"}
            return _Change(row, new_record(self._kind, fields | {"originals": row.originals}), 0)
        if all(getattr(found, name) == value for name, value in row.given.items()):
            return None
        version = found.version
        self._assign(found, row)
        return _Change(row, found, version)

    def _assign(self, record: Record, row: Incoming) -> None:
        assign(record, row.given, self._caller)
        record.originals = {**record.originals, **row.originals}

    def _write(self, session: Session, taken: _Taken, prepared: Sequence[Prepared]) -> dict[int, list[RowError]]:
        """Write the changes; return what is to be told of rows that were taken."""
        warnings: dict[int, list[RowError]] = {}
        vectors = dict(zip(taken.changes, prepared, strict=True))
        wanted = [*taken.returning.items(), *taken.changes.items()]
        rows = [change.row for _, change in wanted]
        owners = self._owners(session, rows)
        current = find_stored(session, self._kind, rows, lock=True)
        writer = RecordWriter(session, self._caller)
        for position, change in wanted:
            found = current.get(change.row.identity)
            if (0 if found is None else found.version) != change.was_version:
                raise Overtaken
            held = False
            if found is not None and change.restores:
                held = self._put_back(session, writer, found, alone=position in taken.returning)
            if position in vectors:
                held = self._write_one(writer, change, found, owners[change.row.owner], vectors[position])
            if held:
                warnings.setdefault(position, []).append(_held_back(change.row))
        writer.write()
        return warnings

    def _owners(self, session: Session, rows: Sequence[Incoming]) -> Mapping[str, Organisation]:
        """Return the organisations of rows by name, locked: two files at once must not both add one record."""
        repository = OrganisationRepository(session)
        owners = {}
        for row in sorted(rows, key=lambda each: each.owner):
            if row.owner not in owners:
                name, district = row.fields["organisation"], row.fields.get("district")
                owners[row.owner] = repository.ensure(name, self._kind.owner, district)
        repository.lock(owner.id for owner in owners.values())
        return owners

    def _put_back(self, session: Session, writer: RecordWriter, record: Record, *, alone: bool) -> bool:
        """Bring a withdrawn record back; say whether it is held back as a draft.

        What was changed since its withdrawal is handed in as if it were new.

        Args:
            alone: the row changes nothing else, so that its texts are those that it will have.
        """
        last = RecordRepository(session, self._kind).last_event(record.id)
        with writer.changing(record, "restore"):
            put_back(record, last, first_status(self._caller, None))
            return alone and hold_back_named(record, record.organisation)

    def _write_one(
        self, writer: RecordWriter, change: _Change, found: Record | None, owner: Organisation, vectors: Prepared
    ) -> bool:
        """Store what a row says of a record, new or stored; say whether it is held back as a draft."""
        if found is None:
            self._answer_round(change.record)
            return writer.add(change.record, owner, vectors, "import")
        with writer.changing(found, "import", vectors):
            self._assign(found, change.row)
            self._answer_round(found)
            return hold_back_named(found, found.organisation)

    def _answer_round(self, record: Record) -> None:
        # Rounds call for needs: `RoundService.check_open_to` lets no other kind in.
        if self._upload.round_id is not None and isinstance(record, Need):
            record.round_id = self._upload.round_id

    def _alike_in_file(self, records: Sequence[Record]) -> dict[tuple[str, str], float]:
        return {
            (other, record.id): similarity
            for record in records
            for other, similarity in self._in_file.add(
                record.id, record.title, getattr(record, self._kind.body)
            ).items()
        }

    def _alike(
        self, session: Session, alike: Mapping[tuple[str, str], float], taken: _Taken
    ) -> list[tuple[int, RowError]]:
        """Return what the uploader may know of records that read like theirs."""
        positions = {change.record.id: position for position, change in taken.changes.items()}
        others = [id for pair in alike for id in pair if id not in self._numbers]
        shown = RecordRepository(session, self._kind).by_ids(others, self._caller)
        told: list[tuple[int, RowError]] = []
        for (first, second), similarity in alike.items():
            mine, other = (second, first) if second in positions else (first, second)
            if other in self._numbers:
                where = f"第 {self._numbers[other]} 行"
            elif other in shown:
                where = f"库中“{shown[other].title[:60]}”"
            else:
                continue
            message = f"与{where}的文字有 {similarity:.0%} 相同，可能是同一项；已照常处理，请在“疑似重复”中确认"
            told.append((positions[mine], RowError(self._numbers[mine], "", "near_duplicate", message, other)))
        return told

    def _count(
        self, session: Session, rows: Sequence[PlannedRow], taken: _Taken, warnings: Mapping[int, Sequence[RowError]]
    ) -> Upload:
        repository = UploadRepository(session)
        upload = repository.locked(self._upload.id)
        done = []
        for row in rows:
            refused = taken.refused.get(row.position)
            errors = [*row.errors, *([refused] if refused else [])]
            change = taken.change(row.position)
            outcome = _outcome(errors, change)
            told = [each.told() for each in [*row.warnings, *warnings.get(row.position, ())]]
            done.append(
                UploadRow(
                    upload_id=upload.id,
                    position=row.position,
                    table=row.table,
                    number=row.number,
                    outcome=outcome,
                    record_id=change.record.id if change and not upload.dry_run else taken.unchanged.get(row.position),
                    errors=[each.told() for each in errors],
                    warnings=told,
                    warned=bool(told),
                    cells=list(row.cells) if errors else None,
                )
            )
            setattr(upload, outcome, getattr(upload, outcome) + 1)
        upload.restored += len(taken.restored)
        upload.withdrawn += len(taken.withdrawn)
        upload.rows_done += len(rows)
        upload.encoded += 0 if upload.dry_run else len(taken.changes)
        repository.add_rows(done)
        return upload


def _outcome(errors: Sequence[RowError], change: _Change | None) -> Outcome:
    if errors:
        return Outcome.REJECTED
    if change is None:
        return Outcome.UNCHANGED
    return Outcome.UPDATED if change.was_version else Outcome.CREATED


def _out_of_order(row: Incoming) -> RowError:
    message = "与库中已有的另一端金额合在一起后，下限高于上限，请在表中同时给出上下限"
    return RowError(row.number, "金额", "range", message, "")


def _stays_withdrawn(row: Incoming, noun: str) -> RowError:
    message = (
        f"库中这条{noun}已撤回，导入后仍是撤回状态，不会出现在列表里；"
        "要恢复，请选“恢复已撤回的记录”再导入，或打开它，用“修改”重新提交"
    )
    return RowError(row.number, "", "withdrawn", message, str(row.fields["title"])[:100])


def _comes_back(row: Incoming, noun: str) -> RowError:
    message = f"库中这条{noun}已撤回，按所选的“恢复已撤回的记录”恢复；不要恢复的，请从表中删去这一行"
    return RowError(row.number, "", "restored", message, str(row.fields["title"])[:100])


def _held_back(row: Incoming) -> RowError:
    message = "文字会暴露匿名发布的企业，已存为草稿。请改写，或确认照原样发布（disclosures_accepted）"
    return RowError(row.number, "匿名", "self_naming", message, str(row.fields["title"])[:100])
