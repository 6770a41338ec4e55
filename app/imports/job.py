"""The job of an upload: from the kept file to the last row, in batches that survive the process."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.codes.industries import industry_names
from app.core.caller import Caller, Role
from app.core.database import Database
from app.core.errors import NotFound, UnreadableFile
from app.core.memory import give_back_memory
from app.duplicates.finder import mark_missing
from app.imports.batches import BatchTaker
from app.imports.columns import Understood, column_key, needed, understand
from app.imports.plan import Plan
from app.imports.repository import UploadRepository
from app.jobs.lease import Lease
from app.kinds.table import KINDS
from app.models import Organisation, RecordKind, Upload
from app.models.base import now
from app.search.gateway import Gateway
from app.search.preparation import BATCH
from app.tables.reading import Workbook, read_tables

# How long the file of an ended upload is kept, to be taken in again with another mapping.
KEPT = timedelta(days=30)
ORPHANED = timedelta(days=1)
DRY_BATCH = 500
Progress = Callable[[Upload], None]


class ImportJob:
    """Does what `ImportService` has queued.

    An edge: the header, and each batch of rows, is a transaction of its own, which the lease commits.

    Args:
        folder: where the files are kept.
    """

    def __init__(self, database: Database, gateway: Gateway, folder: Path) -> None:
        self._database = database
        self._gateway = gateway
        self._folder = folder
        self.on_progress: Progress | None = None

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
            names, organisation = industry_names(session), _owner_of(session, upload)
        plan = Plan(kind, tables, organisation, owner, names.codes)
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


def _memory_of(upload: Upload) -> str:
    return upload.organisation_id or "staff"


def _remember(session: Session, upload: Upload) -> None:
    """Keep what a person said of columns, for the next file of the same owner."""
    fields = {column_key(column): field for column, field in upload.mapping.items()}
    UploadRepository(session).remember(_memory_of(upload), upload.kind, fields)


def _owner_of(session: Session, upload: Upload) -> str | None:
    """Return what the rows' organisation is called today: its name may have passed to another since."""
    own = None if upload.organisation_id is None else session.get(Organisation, upload.organisation_id)
    return upload.organisation if own is None else own.name


def _told(table: Understood) -> dict[str, Any]:
    return {
        "file": table.table.file,
        "sheet": table.table.sheet,
        "header_row": table.header_row,
        "rows": len(table.rows),
        "columns": [asdict(column) | {"samples": list(column.samples)} for column in table.columns],
    }


def _caller(stored: Mapping[str, Any]) -> Caller:
    return Caller(
        Role(stored["role"]),
        account_id=stored["account_id"],
        name=stored["name"],
        organisation_id=stored["organisation_id"],
        address=stored["address"],
    )
