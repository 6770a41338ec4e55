"""Uploads: kept on disk and queued, both safe before anybody is told so."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.core.caller import Caller
from app.core.database import release
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound
from app.core.identifiers import new_id
from app.core.paging import page_of
from app.idempotency import IdempotencyKey, recall, remember
from app.imports.columns import fields_of
from app.imports.files import keep_file
from app.imports.repository import UploadRepository
from app.jobs.repository import OPEN, JobRepository
from app.kinds.table import KINDS
from app.models import Job, JobState, Organisation, Outcome, RecordKind, Upload, UploadRow
from app.models.base import now
from app.organisations.repository import OrganisationRepository
from app.tables.limits import ROW_LIMIT
from app.tables.reading import check_file, uploaded_name

JOB = "import"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is kept, and the upload that is to have it.

    Attributes:
        again: what tells the same request with the same file.
    """

    upload: Upload
    again: IdempotencyKey | None


class ImportService:
    """Takes files in, queues their jobs and tells of them; the jobs are done by `ImportJob`.

    Args:
        folder: where files are kept until they are done with; on the database's machine, or shared by
            all machines that run workers.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receive(
        self,
        session: Session,
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
    ) -> Received:
        """Keep a file, without a connection meanwhile, until `queue` takes it or `discard` gives it up.

        Args:
            organisation: owner of all rows, for staff; members own what they upload.
            restore_withdrawn: bring records back that were withdrawn and that the file has again.

        Raises:
            UnreadableFile: too large, or of an ending that nothing reads.
            InvalidInput: the kind, organisation or mapping is not for the caller to give.
        """
        owner = self._owner(session, caller, kind, organisation)
        wanted = _checked_mapping(kind, mapping or {})
        release(session)
        id = new_id()
        name = uploaded_name(file_name)
        path = self._folder / f"{id}{Path(name).suffix.lower()[:10]}"
        size, digest = keep_file(content, path)
        lane = f"{JOB}:{kind.value}:{owner.id if owner else organisation or 'staff'}"[:100]
        received = Received(
            Upload(
                id=id,
                kind=kind.value,
                organisation=owner.name if owner is not None else organisation,
                organisation_id=owner and owner.id,
                caller=_plain(caller),
                file_name=name,
                stored_as=path.name,
                size=size,
                sha256=digest,
                dry_run=dry_run,
                mapping=wanted,
                round_id=round_id,
                restore_withdrawn=restore_withdrawn,
                notes=[],
                tables=[],
                job=Job(id=id, kind=JOB, lane=lane),
            ),
            None if again is None else _with_content(again, digest),
        )
        try:
            check_file(path, name)
        except BaseException:
            self.discard(received)
            raise
        return received

    def discard(self, received: Received) -> None:
        """Give a file up that no upload is to have."""
        (self._folder / received.upload.stored_as).unlink(missing_ok=True)

    def queue(self, session: Session, received: Received, caller: Caller) -> Upload:
        """Queue the job of a kept file; return its upload.

        The same file, handed in again while it waits or runs, or by the same request, is the same upload.
        """
        repository, upload, again = UploadRepository(session), received.upload, received.again
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

    def kept(self, session: Session, id: str, caller: Caller) -> tuple[Upload, Path]:
        """Return an upload that has ended, and its file, to be taken in again.

        Raises:
            NotFound, Conflict: still at work, or the file is no longer kept.
        """
        before = self.get(session, id, caller)
        if before.job.state in OPEN:
            raise Conflict("这次导入还在进行，请等它结束或先取消。")
        path = self._folder / before.stored_as
        if not before.stored_as or not path.exists():
            raise Conflict("原文件已清理，请重新上传。")
        return before, path

    def _owner(self, session: Session, caller: Caller, kind: RecordKind, name: str | None) -> Organisation | None:
        """Return whose the rows will be: of members, their own organisation."""
        if caller.sees_all:
            if name is None:
                return None
            return OrganisationRepository(session).by_name(name)
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
        upload = UploadRepository(session).get(id, caller)
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
        self, session: Session, upload: Upload, outcome: str | None, cursor: str | None, limit: int
    ) -> tuple[list[UploadRow], str | None]:
        """Return what became of the rows of an upload that `get` gave, in order, and where the next part begins."""
        after = -1 if cursor is None else int(cursor)
        rows = UploadRepository(session).rows(upload.id, outcome=outcome, after=after, limit=limit + 1)
        return page_of(rows, limit, lambda each: each.position)

    def warned(self, session: Session, upload: Upload, limit: int) -> list[UploadRow]:
        """Return rows of an upload that `get` gave that were taken but should be looked at."""
        return UploadRepository(session).rows(upload.id, told=True, limit=limit)

    def rejected(self, session: Session, upload: Upload, limit: int = ROW_LIMIT) -> list[UploadRow]:
        """Return the rejected rows of an upload that `get` gave; all, unless a limit is given."""
        return UploadRepository(session).rows(upload.id, outcome=Outcome.REJECTED, limit=limit)

    def cancel(self, session: Session, id: str, caller: Caller) -> Upload:
        """Stop an upload; batches that were taken stay. One that has ended stays as it is."""
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


def _with_content(key: IdempotencyKey, digest: str) -> IdempotencyKey:
    """Return the key of a request that is the same only with the same file."""
    return replace(key, request_hash=hashlib.sha256(f"{key.request_hash}{digest}".encode()).hexdigest())


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


def _plain(caller: Caller) -> dict[str, Any]:
    return {
        "role": caller.role.value,
        "account_id": caller.account_id,
        "name": caller.name,
        "organisation_id": caller.organisation_id,
        "address": caller.address,
    }
