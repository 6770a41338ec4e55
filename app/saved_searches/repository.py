"""Saved searches in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, defer

from app.models import Change, RecordKind, SavedSearch


class SavedSearchRepository:
    """Reads and writes the saved searches of one account. Never commits."""

    def __init__(self, session: Session, account_id: str) -> None:
        self._session = session
        self._account_id = account_id

    def get(self, id: str) -> SavedSearch | None:
        """Return one, deleted or not."""
        query = select(SavedSearch).where(SavedSearch.id == id, SavedSearch.account_id == self._account_id)
        return self._session.scalar(query)

    def all(self, *, vectors: bool = False) -> Sequence[SavedSearch]:
        """Return those that are not deleted, the newest first.

        Args:
            vectors: whether they will be searched with.
        """
        query = select(SavedSearch).where(SavedSearch.account_id == self._account_id, SavedSearch.deleted_at.is_(None))
        if not vectors:
            query = query.options(defer(SavedSearch.vectors, raiseload=True))
        return self._session.scalars(query.order_by(SavedSearch.id.desc())).all()

    def add(self, saved: SavedSearch) -> None:
        """Add a new one."""
        self._session.add(saved)

    def forget_deleted(self, before: datetime) -> None:
        """Remove for good what was deleted before a moment."""
        self._session.execute(
            delete(SavedSearch).where(SavedSearch.account_id == self._account_id, SavedSearch.deleted_at < before)
        )

    def changed_since(self, kind: RecordKind, sequence: int, limit: int) -> set[str] | None:
        """Return ids of records that changed after a number of the change log; None if more than `limit`."""
        query = select(Change.record_id).where(Change.sequence > sequence, Change.kind == kind).limit(limit + 1)
        found = self._session.scalars(query).all()
        return None if len(found) > limit else set(found)
