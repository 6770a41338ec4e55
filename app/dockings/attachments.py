"""What is written and laid beside a docking, in SQL."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Caller
from app.models import DockingEntry, DockingFile


class AttachmentRepository:
    """Reads and writes entries and files of dockings that the caller may see. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def entries(self, docking_id: str, caller: Caller, *, after: str | None, limit: int) -> Sequence[DockingEntry]:
        """Return entries that the caller may read, with their writers, the newest first, after an id."""
        query = select(DockingEntry).where(*_readable(DockingEntry, docking_id, caller))
        query = query.options(joinedload(DockingEntry.account), joinedload(DockingEntry.organisation))
        query = query.order_by(DockingEntry.id.desc()).limit(limit)
        return self._session.scalars(query if after is None else query.where(DockingEntry.id < after)).all()

    def entry(self, docking_id: str, id: str, caller: Caller) -> DockingEntry | None:
        """Return an entry that the caller may read, with its writer."""
        query = select(DockingEntry).where(DockingEntry.id == id, *_readable(DockingEntry, docking_id, caller))
        query = query.options(joinedload(DockingEntry.account), joinedload(DockingEntry.organisation))
        return self._session.scalar(query)

    def entry_count(self, docking_id: str) -> int:
        """Return how many entries there are, those taken back too."""
        query = select(func.count()).select_from(DockingEntry).where(DockingEntry.docking_id == docking_id)
        return self._session.scalar(query) or 0

    def files(self, docking_id: str, caller: Caller) -> Sequence[DockingFile]:
        """Return files that the caller may have, with who laid them there, the newest first."""
        query = select(DockingFile).where(*_readable(DockingFile, docking_id, caller))
        query = query.options(joinedload(DockingFile.account), joinedload(DockingFile.organisation))
        return self._session.scalars(query.order_by(DockingFile.id.desc())).all()

    def file(self, docking_id: str, id: str, caller: Caller) -> DockingFile | None:
        """Return a file that the caller may have."""
        query = select(DockingFile).where(DockingFile.id == id, *_readable(DockingFile, docking_id, caller))
        query = query.options(joinedload(DockingFile.account), joinedload(DockingFile.organisation))
        return self._session.scalar(query)

    def file_count(self, docking_id: str) -> int:
        """Return how many files there are."""
        query = select(func.count()).select_from(DockingFile)
        kept = query.where(DockingFile.docking_id == docking_id, DockingFile.removed_at.is_(None))
        return self._session.scalar(kept) or 0

    def add(self, row: DockingEntry | DockingFile) -> None:
        """Add a new row."""
        self._session.add(row)


def _readable(
    model: type[DockingEntry | DockingFile], docking_id: str, caller: Caller
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that something is of a docking, still there, and for the caller: see `DockingEntry`."""
    return model.docking_id == docking_id, model.removed_at.is_(None), _for(model, caller)


def _for(model: type[DockingEntry | DockingFile], caller: Caller) -> ColumnElement[bool]:
    if caller.sees_all:
        return true()
    return or_(model.shared, model.organisation_id == (caller.organisation_id or ""))
