"""Uploads, their rows and what was learned of columns, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, true
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Caller
from app.models import ColumnMemory, Job, Outcome, Upload, UploadRow
from app.models.base import now

_MOST_OLD = 1000


class UploadRepository:
    """Reads and writes uploads. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller) -> Upload | None:
        """Return an upload with its job, if the caller may see it."""
        query = select(Upload).options(joinedload(Upload.job)).where(Upload.id == id, visible_sql(caller))
        return self._session.scalar(query.execution_options(populate_existing=True))

    def locked(self, id: str) -> Upload:
        """Return an upload to change it."""
        return self._session.scalars(select(Upload).where(Upload.id == id).with_for_update()).one()

    def page(self, caller: Caller, kind: str | None, after: str | None, limit: int) -> list[Upload]:
        """Return uploads that the caller may see, the newest first, that come after an id."""
        query = (
            select(Upload)
            .options(joinedload(Upload.job))
            .where(visible_sql(caller))
            .order_by(Upload.id.desc())
            .limit(limit)
        )
        if kind is not None:
            query = query.where(Upload.kind == kind)
        return list(self._session.scalars(query if after is None else query.where(Upload.id < after)))

    def open_twin(self, upload: Upload, states: Sequence[str]) -> Upload | None:
        """Return an upload of the same file with the same wishes that is not done yet."""
        query = (
            select(Upload)
            .options(joinedload(Upload.job))
            .join(Job, Job.id == Upload.id)
            .where(
                Job.state.in_(states),
                Job.cancelling.is_(False),
                Upload.sha256 == upload.sha256,
                Upload.kind == upload.kind,
                Upload.dry_run.is_(upload.dry_run),
                Upload.restore_withdrawn.is_(upload.restore_withdrawn),
                Upload.organisation == upload.organisation
                if upload.organisation is not None
                else Upload.organisation.is_(None),
            )
        )
        wanted = (upload.caller, upload.mapping, upload.round_id)
        return next(
            (each for each in self._session.scalars(query) if (each.caller, each.mapping, each.round_id) == wanted),
            None,
        )

    def add(self, upload: Upload) -> None:
        """Add an upload with its job."""
        self._session.add(upload.job)
        self._session.flush()
        self._session.add(upload)

    def add_rows(self, rows: Sequence[UploadRow]) -> None:
        """Add what became of rows."""
        names = [column.key for column in UploadRow.__table__.columns]
        if rows:
            self._session.execute(insert(UploadRow), [{name: getattr(row, name) for name in names} for row in rows])

    def with_old_files(self, before: datetime) -> list[Upload]:
        """Return uploads that ended before a moment and whose files are still kept."""
        query = select(Upload).join(Job, Job.id == Upload.id).where(Job.finished_at < before, Upload.stored_as != "")
        return list(self._session.scalars(query.limit(_MOST_OLD)))

    def files(self) -> set[str]:
        """Return the names under which files are kept."""
        return set(self._session.scalars(select(Upload.stored_as).where(Upload.stored_as != "")))

    def rows(
        self, upload_id: str, *, outcome: str | None = None, told: bool = False, after: int = -1, limit: int = 1000
    ) -> list[UploadRow]:
        """Return rows in their order, that come after a position; `told`: taken ones with warnings."""
        query = (
            select(UploadRow)
            .where(UploadRow.upload_id == upload_id, UploadRow.position > after)
            .order_by(UploadRow.position)
            .limit(limit)
        )
        if outcome is not None:
            query = query.where(UploadRow.outcome == outcome)
        if told:
            query = query.where(UploadRow.outcome != Outcome.REJECTED, UploadRow.warned.is_(True))
        return list(self._session.scalars(query))

    def remembered(self, owner: str, kind: str) -> dict[str, str]:
        """Return the field of each column that the owner once named, by column key."""
        query = select(ColumnMemory.column, ColumnMemory.field).where(
            ColumnMemory.owner == owner, ColumnMemory.kind == kind
        )
        return {row.column: row.field for row in self._session.execute(query)}

    def remember(self, owner: str, kind: str, fields: Mapping[str, str]) -> None:
        """Keep which field columns are."""
        for column, field in fields.items():
            self._session.merge(ColumnMemory(owner=owner, kind=kind, column=column, field=field, updated_at=now()))


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see an upload: staff all, members their organisation's."""
    if caller.sees_all:
        return true()
    return Upload.organisation_id == (caller.organisation_id or "")
