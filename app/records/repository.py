"""Searchable records in SQL, for every kind alike."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Caller
from app.kinds.table import Kind, Record
from app.kinds.visibility import RecordFilter, narrowed_sql, valid_sql, visible_sql
from app.models import AuditEntry, Organisation, Status
from app.search.repository import IN_LIST, batched


class RecordRepository:
    """Reads and writes records of one kind. Never commits."""

    def __init__(self, session: Session, kind: Kind) -> None:
        self._session = session
        self._kind = kind

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Record | None:
        """Return a record that the caller may see; locked, others wait to change it until we commit."""
        model = self._kind.model
        query = (
            select(model).options(joinedload(model.organisation)).where(model.id == id, visible_sql(self._kind, caller))
        )
        if lock:
            query = query.with_for_update(of=model).execution_options(populate_existing=True)
        return self._session.scalar(query)

    def by_ids(self, ids: Sequence[str], caller: Caller) -> dict[str, Record]:
        """Return those of the records that the caller may see, by id."""
        model = self._kind.model
        found: dict[str, Record] = {}
        for part in batched(ids, IN_LIST):
            rows: Iterable[Record] = self._session.scalars(
                select(model)
                .options(joinedload(model.organisation))
                .where(model.id.in_(part), visible_sql(self._kind, caller))
            )
            found.update((record.id, record) for record in rows)
        return found

    def page(
        self, caller: Caller, wanted: RecordFilter, q: str | None, status: str | None, after: str | None, limit: int
    ) -> list[Record]:
        """Return records, the newest first, that come after an id in that order."""
        model = self._kind.model
        query = (
            select(model)
            .options(joinedload(model.organisation))
            .where(visible_sql(self._kind, caller), *narrowed_sql(self._kind, caller, wanted))
            .order_by(model.id.desc())
            .limit(limit)
        )
        query = query.where(model.status == status if status else model.status != Status.WITHDRAWN)
        if after is not None:
            query = query.where(model.id < after)
        if q:
            body = getattr(model, self._kind.body)
            query = query.where(or_(model.title.contains(q, autoescape=True), body.contains(q, autoescape=True)))
        return list(self._session.scalars(query))

    def submitted(
        self, caller: Caller, organisation_id: str | None, after: tuple[datetime, str] | None, limit: int
    ) -> list[Record]:
        """Return records that wait for review, the longest waiting first, that come after a moment and id."""
        model = self._kind.model
        query = select(model).options(joinedload(model.organisation)).where(*self._waiting(caller, organisation_id))
        if after is not None:
            since, id = after
            later = and_(model.submitted_at == since, model.id > id)
            query = query.where(model.submitted_at >= since, or_(model.submitted_at > since, later))
        return list(self._session.scalars(query.order_by(model.submitted_at, model.id).limit(limit)))

    def submitted_count(self, caller: Caller, organisation_id: str | None, most: int) -> int:
        """Return how many wait for review; counts no further than `most`."""
        model = self._kind.model
        waiting = select(model.id).where(*self._waiting(caller, organisation_id)).limit(most)
        return self._session.scalar(select(func.count()).select_from(waiting.subquery())) or 0

    def submitters(self, caller: Caller, most: int) -> dict[str, str]:
        """Return the names of organisations, by id, whose records wait for review: of the `most` oldest records."""
        model = self._kind.model
        waiting = (
            select(model.organisation_id)
            .where(*self._waiting(caller, None))
            .order_by(model.submitted_at)
            .limit(most)
            .subquery()
        )
        owners = select(Organisation.id, Organisation.name).where(
            Organisation.id.in_(select(waiting.c.organisation_id))
        )
        return {row.id: row.name for row in self._session.execute(owners)}

    def _waiting(self, caller: Caller, organisation_id: str | None) -> list[ColumnElement[bool]]:
        model = self._kind.model
        conditions = [model.status == Status.SUBMITTED, visible_sql(self._kind, caller)]
        return conditions if organisation_id is None else [*conditions, model.organisation_id == organisation_id]

    def open(self, caller: Caller) -> list[Record]:
        """Return every published record that is still valid and that the caller may see, by id."""
        model = self._kind.model
        return list(
            self._session.scalars(
                select(model)
                .options(joinedload(model.organisation))
                .where(
                    visible_sql(self._kind, caller),
                    model.status == Status.PUBLISHED,
                    valid_sql(self._kind),
                )
                .order_by(model.id)
            )
        )

    def by_external_id(self, organisation_id: str, external_id: str) -> Record | None:
        """Return an organisation's record of that number."""
        model = self._kind.model
        return self._session.scalar(
            select(model)
            .options(joinedload(model.organisation))
            .where(model.organisation_id == organisation_id, model.external_id == external_id)
        )

    def named(self, name: str) -> list[Record]:
        """Return records whose id or external id is `name`, at most two."""
        model = self._kind.model
        return list(
            self._session.scalars(
                select(model)
                .options(joinedload(model.organisation))
                .where(or_(model.id == name, model.external_id == name), model.status != Status.WITHDRAWN)
                .limit(2)
            )
        )

    def history(self, id: str) -> list[AuditEntry]:
        """Return what the audit log tells of a record, the newest first."""
        query = select(AuditEntry).where(AuditEntry.object_kind == self._kind.name, AuditEntry.object_id == id)
        return list(self._session.scalars(query.order_by(AuditEntry.number.desc())))

    def last_event(self, id: str) -> AuditEntry | None:
        """Return what the audit log tells last of a record."""
        query = select(AuditEntry).where(AuditEntry.object_kind == self._kind.name, AuditEntry.object_id == id)
        return self._session.scalar(query.order_by(AuditEntry.number.desc()).limit(1))

    def expiring(self, caller: Caller, before: date, limit: int) -> list[Record]:
        """Return published records that expire before a day: all for staff, else the caller's own."""
        model = self._kind.model
        query = (
            select(model)
            .options(joinedload(model.organisation))
            .where(model.status == Status.PUBLISHED, model.valid_until < before)
            .order_by(model.valid_until, model.id)
            .limit(limit)
        )
        if not caller.sees_all:
            query = query.where(model.organisation_id == caller.organisation_id)
        return list(self._session.scalars(query))

    def visible_count(self, caller: Caller, most: int) -> int:
        """Return how many published records the caller may see; counts no further than `most`."""
        model = self._kind.model
        seen = select(model.id).where(visible_sql(self._kind, caller), model.status == Status.PUBLISHED).limit(most)
        return self._session.scalar(select(func.count()).select_from(seen.subquery())) or 0

    def count(self) -> int:
        """Return how many records there are; scans, for checks alone."""
        return self._session.scalar(select(func.count()).select_from(self._kind.model)) or 0
