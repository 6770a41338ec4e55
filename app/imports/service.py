"""Uploads: from the file on disk to the last row, through one job that survives its process."""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.codes.industries import industry_names
from app.core.caller import Caller, Role
from app.core.database import Database
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound, UnreadableFile
from app.core.identifiers import new_id
from app.core.memory import give_back_memory
from app.core.paging import page_of
from app.duplicates.finder import mark_missing
from app.idempotency import IdempotencyKey, recall, remember
from app.imports.batches import BatchTaker
from app.imports.columns import Understood, column_key, fields_of, needed, understand
from app.imports.files import keep_file
from app.imports.plan import Plan
from app.imports.repository import UploadRepository
from app.jobs.lease import Lease
from app.jobs.repository import OPEN, JobRepository
from app.kinds.table import KINDS
from app.models import Job, JobState, Organisation, Outcome, RecordKind, Upload, UploadRow
from app.models.base import now
from app.organisations.repository import OrganisationRepository
from app.search.gateway import Gateway
from app.search.preparation import BATCH
from app.tables.limits import ROW_LIMIT
from app.tables.reading import Workbook, check_file, read_tables, uploaded_name

JOB = "import"
# How long the file of an ended upload is kept, to be taken in again with another mapping.
KEPT = timedelta(days=30)
ORPHANED = timedelta(days=1)
DRY_BATCH = 500
Progress = Callable[[Upload], None]


class ImportService:
    """Takes files in, and does their jobs.

    Args:
        folder: where files are kept until they are done with; on the database's machine, or shared by
            all machines that run workers.
    """

    def __init__(self, database: Database, gateway: Gateway, folder: Path) -> None:
        self._database = database
        self._gateway = gateway
        self._folder = folder
        self.on_progress: Progress | None = None

    def submit(
        self,
        content: IO[bytes],
        file_name: str,
        kind: RecordKind,
        caller: Caller,
        *,
        organisation: str | None = None,
        mapping: Mapping[str, str | None] | None = None,
        dry_run: bool = False,
        round_id: str | None = None,
        restore_withdrawn: bool = False,
        again: IdempotencyKey | None = None,
    ) -> Upload:
        """Keep a file and queue its job; both are safe when this returns.

        The same file, handed in again while it waits or runs, is the same upload.

        Args:
            organisation: owner of all rows, for staff; members own what they upload.
            restore_withdrawn: bring records back that were withdrawn and that the file has again.

        Raises:
            UnreadableFile: too large, or of an ending that nothing reads.
            InvalidInput: the kind, organisation or mapping is not for the caller to give.
        """
        owner = self._owner(caller, kind, organisation)
        wanted = _checked_mapping(kind, mapping or {})
        id = new_id()
        name = uploaded_name(file_name)
        stored_as = f"{id}{Path(name).suffix.lower()[:10]}"
        path = self._folder / stored_as
        size, digest = keep_file(content, path)
        try:
            check_file(path, name)
            upload = Upload(
                id=id,
                kind=kind.value,
                organisation=owner.name if owner is not None else organisation,
                organisation_id=owner and owner.id,
                caller=_plain(caller),
                file_name=name,
                stored_as=stored_as,
                size=size,
                sha256=digest,
                dry_run=dry_run,
                mapping=wanted,
                round_id=round_id,
                restore_withdrawn=restore_withdrawn,
                notes=[],
                tables=[],
                job=Job(
                    id=id, kind=JOB, lane=f"{JOB}:{kind.value}:{owner.id if owner else organisation or 'staff'}"[:100]
                ),
            )
            if again is not None:
                again = replace(
                    again, request_hash=hashlib.sha256(f"{again.request_hash}{digest}".encode()).hexdigest()
                )
            kept = self._queue(upload, caller, again)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if kept.id != id:
            path.unlink(missing_ok=True)
        return kept

    def _queue(self, upload: Upload, caller: Caller, again: IdempotencyKey | None) -> Upload:
        with self._database.write() as session:
            repository = UploadRepository(session)
            known = recall(session, again) if again is not None else None
            found = repository.get(known, caller) if known is not None else repository.open_twin(upload, OPEN)
            if found is not None:
                return found
            repository.add(upload)
            if again is not None:
                remember(session, again, upload.id)
            told = {"file_name": upload.file_name, "kind": upload.kind, "sha256": upload.sha256, "size": upload.size}
            append(session, caller, [Event("upload.create", "uploads", upload.id, None, told)])
        return upload

    def start(
        self,
        id: str,
        mapping: Mapping[str, str | None] | None,
        caller: Caller,
        *,
        dry_run: bool = False,
        restore_withdrawn: bool | None = None,
    ) -> Upload:
        """Take in the file of an earlier upload: a dry run, or one that failed or was cancelled.

        Args:
            dry_run: look once more, with another mapping, and write nothing.
            mapping: column name to field, remembered for the organisation; None takes that of before.
            restore_withdrawn: None does as before.

        Raises:
            NotFound, Conflict: still at work, or the file is no longer kept.
            InvalidInput: the mapping names unknown fields.
        """
        with self._database.read() as session:
            before = self.get(session, id, caller)
        if before.job.state in OPEN:
            raise Conflict("这次导入还在进行，请等它结束或先取消。")
        kind = RecordKind(before.kind)
        wanted = before.mapping if mapping is None else _checked_mapping(kind, mapping)
        restores = before.restore_withdrawn if restore_withdrawn is None else restore_withdrawn
        path = self._folder / before.stored_as
        if not before.stored_as or not path.exists():
            raise Conflict("原文件已清理，请重新上传。")
        with path.open("rb") as content:
            return self.submit(
                content, before.file_name, kind, caller,
                organisation=before.organisation, mapping=wanted, round_id=before.round_id, dry_run=dry_run,
                restore_withdrawn=restores,
            )  # fmt: skip

    def _owner(self, caller: Caller, kind: RecordKind, name: str | None) -> Organisation | None:
        """Return whose the rows will be: of members, their own organisation."""
        if caller.sees_all:
            if name is None:
                return None
            with self._database.read() as session:
                return OrganisationRepository(session).by_name(name)
        with self._database.read() as session:
            own = session.get(Organisation, caller.organisation_id or "")
        if own is None:
            raise InvalidInput("您的账号没有所属单位，请联系管理员设置后再上传。")
        if own.kind != KINDS[kind].owner:
            nouns = "、".join(each.noun for each in KINDS.values() if each.owner == own.kind)
            message = f"贵单位只能导入{nouns}，请改选后再上传" if nouns else "贵单位没有可以导入的记录"
            raise InvalidInput(f"kind：{message}。", (FieldError("kind", "not_yours", message, kind.value),))
        if name is not None and name != own.name:
            message = f"只能导入本单位“{own.name}”的记录，请删去这一项"
            raise InvalidInput(f"organisation：{message}。", (FieldError("organisation", "not_yours", message, name),))
        return own

    def get(self, session: Session, id: str, caller: Caller) -> Upload:
        """Return an upload with its job. Raises NotFound, also for one that the caller may not see."""
        upload = None if "\x00" in id else UploadRepository(session).get(id, caller)
        if upload is None:
            raise NotFound("没有这次导入，请返回导入列表重新查找。")
        return upload

    def page(
        self, session: Session, caller: Caller, kind: str | None, cursor: str | None, limit: int
    ) -> tuple[list[Upload], str | None]:
        """Return uploads, the newest first, and where the next part begins."""
        rows = UploadRepository(session).page(caller, kind, cursor, limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def rows(
        self, session: Session, id: str, outcome: str | None, cursor: str | None, limit: int
    ) -> tuple[list[UploadRow], str | None]:
        """Return what became of an upload's rows, in their order, and where the next part begins."""
        after = -1 if cursor is None else int(cursor)
        rows = UploadRepository(session).rows(id, outcome=outcome, after=after, limit=limit + 1)
        return page_of(rows, limit, lambda each: each.position)

    def warned(self, session: Session, id: str, limit: int) -> list[UploadRow]:
        """Return rows that were taken but should be looked at."""
        return UploadRepository(session).rows(id, told=True, limit=limit)

    def rejected(self, session: Session, id: str, limit: int = ROW_LIMIT) -> list[UploadRow]:
        """Return the rejected rows; all, unless a limit is given."""
        return UploadRepository(session).rows(id, outcome=Outcome.REJECTED, limit=limit)

    def cancel(self, id: str, caller: Caller) -> Upload:
        """Stop an upload; batches that were taken stay. One that has ended stays as it is."""
        with self._database.write() as session:
            upload = self.get(session, id, caller)
            job = JobRepository(session).get(id, lock=True)
            if job is None:
                raise NotFound("没有这次导入，请返回导入列表重新查找。")
            if job.state == JobState.QUEUED:
                job.state, job.finished_at = JobState.CANCELLED, now()
            elif job.state == JobState.RUNNING:
                job.cancelling = True
            else:
                return upload
            append(session, caller, [Event("upload.cancel", "uploads", id, None, {"rows_done": upload.rows_done})])
        return upload

    def do(self, lease: Lease, caller: Caller) -> None:
        """Do the job of an upload, from where it was left, for whoever handed it in.

        Args:
            caller: who does it; must see the upload.

        Raises:
            UnreadableFile: the file, or its header, cannot be understood.
            LeaseLost, Cancelled, Interrupted.
        """
        with self._database.read() as session:
            upload = UploadRepository(session).get(lease.job_id, caller)
        if upload is None:
            raise NotFound("这次导入已不存在。")
        self.tidy()
        owner = _caller(upload.caller)
        kind = RecordKind(upload.kind)
        path = self._folder / upload.stored_as
        if not path.exists():
            raise UnreadableFile("上传的文件已不在服务器上，请重新上传。")
        book = read_tables(path, upload.file_name)
        tables = self._understand(lease, upload, kind, book)
        with self._database.read() as session:
            names = industry_names(session)
        plan = Plan(kind, tables, upload.organisation, owner, names.codes)
        with lease.write() as session:
            current = UploadRepository(session).locked(upload.id)
            current.rows_total = plan.total
            _remember(session, current)
        self._tell(current)
        mark_missing(self._database)
        taker = BatchTaker(self._database, self._gateway, KINDS[kind], current, owner)
        rows = iter(plan.rows())
        for row in islice(rows, current.rows_done):
            taker.skip(row)
        size = DRY_BATCH if upload.dry_run else BATCH
        # The next batch is encoded, which needs no interpreter, while this one is written.
        with ThreadPoolExecutor(1, thread_name_prefix="encode-ahead") as ahead:
            coming = ahead.submit(taker.prepare, list(islice(rows, size)))
            while (batch := coming.result()).rows:
                coming = ahead.submit(taker.prepare, list(islice(rows, size)))
                lease.between_steps()
                self._tell(taker.take(batch, lease))
                give_back_memory()

    def tidy(self) -> int:
        """Remove files of uploads that ended long ago, and such as no upload knows; return how many."""
        moment = now()
        with self._database.write() as session:
            repository = UploadRepository(session)
            old = repository.with_old_files(moment - KEPT)
            gone = [self._folder / upload.stored_as for upload in old]
            for upload in old:
                upload.stored_as = ""
            known = repository.files()
        # Left by processes that died before their job was committed.
        kept = self._folder.iterdir() if self._folder.is_dir() else ()
        young = (moment - ORPHANED).timestamp()
        gone += [path for path in kept if path.name not in known and path.stat().st_mtime < young]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(set(gone))

    def _understand(self, lease: Lease, upload: Upload, kind: RecordKind, book: Workbook) -> list[Understood]:
        """Find the headers and keep what was understood; return the tables that can be taken."""
        with self._database.read() as session:
            remembered = UploadRepository(session).remembered(_memory_of(upload), kind.value)
        notes = list(book.notes)
        found: list[Understood] = []
        guesses: list[Understood] = []
        for table in book.tables:
            place = f"工作表“{table.sheet}”" if table.sheet else f"文件“{table.file}”"
            if table.hidden and table.rows:
                notes.append(f"{place}是隐藏的，未导入；需要时请取消隐藏后再上传。")
            elif table.rows:
                understood = understand(kind, table, upload.mapping, remembered)
                if understood.complete:
                    found.append(understood)
                else:
                    guesses.append(understood)
                    if len(book.tables) > 1:
                        notes.append(f"{place}没有找到表头，未导入。")
        with lease.write() as session:
            current = UploadRepository(session).locked(upload.id)
            current.tables = [_told(each) for each in found or guesses]
            current.notes = notes[:20]
        if not found:
            title, text = needed(kind)
            raise UnreadableFile(
                f"没有找到表头：请保证表中有“{title}”和“{text}”两列，并写在数据上方的同一行；或在列对应中指定这两列。"
            )
        return found

    def _tell(self, upload: Upload) -> None:
        if self.on_progress is not None:
            self.on_progress(upload)


def _checked_mapping(kind: RecordKind, mapping: Mapping[str, str | None]) -> dict[str, Any]:
    known = fields_of(kind)
    wrong = [
        FieldError(
            "mapping", "unknown_field", f"“{column}”对应的“{field}”不是字段，请从 {'、'.join(known)} 中选", field
        )
        for column, field in mapping.items()
        if field and field not in known
    ]
    if wrong:
        raise InvalidInput("；".join(each.message for each in wrong) + "。", tuple(wrong))
    return {column: field or "" for column, field in mapping.items()}


def _memory_of(upload: Upload) -> str:
    return upload.organisation_id or "staff"


def _remember(session: Session, upload: Upload) -> None:
    """Keep what a person said of columns, for the next file of the same owner."""
    fields = {column_key(column): field for column, field in upload.mapping.items()}
    UploadRepository(session).remember(_memory_of(upload), upload.kind, fields)


def _told(table: Understood) -> dict[str, Any]:
    return {
        "file": table.table.file,
        "sheet": table.table.sheet,
        "header_row": table.header_row,
        "rows": len(table.rows),
        "columns": [asdict(column) | {"samples": list(column.samples)} for column in table.columns],
    }


def _plain(caller: Caller) -> dict[str, Any]:
    return {
        "role": caller.role.value,
        "account_id": caller.account_id,
        "name": caller.name,
        "organisation_id": caller.organisation_id,
        "address": caller.address,
    }


def _caller(stored: Mapping[str, Any]) -> Caller:
    return Caller(
        Role(stored["role"]),
        account_id=stored["account_id"],
        name=stored["name"],
        organisation_id=stored["organisation_id"],
        address=stored["address"],
    )
