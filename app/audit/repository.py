"""The audit log in SQL."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import Session

from app.models import AuditEntry

_BATCH = 1000
_COLUMNS = tuple(AuditEntry.__table__.columns)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What entries are narrowed by; None leaves a side open.

    Attributes:
        actor: part of who did it.
        action: an action, or what it begins with up to a point: `needs` for `needs.create`.
        since, until: moments, both included.
        q: part of a value before or after.
    """

    actor: str | None = None
    action: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str | None = None


class AuditRepository:
    """Reads the log. Only `app.audit.log` writes it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, wanted: AuditFilter, before: int | None, limit: int) -> list[AuditEntry]:
        """Return entries, the newest first, of numbers below `before`."""
        query = select(AuditEntry).where(*_conditions(wanted)).order_by(AuditEntry.number.desc()).limit(limit)
        return list(self._session.scalars(query if before is None else query.where(AuditEntry.number < before)))

    def entry(self, number: int) -> AuditEntry | None:
        """Return an entry."""
        return self._session.get(AuditEntry, number)

    def count(self, wanted: AuditFilter) -> int:
        """Return how many entries there are."""
        return self._session.scalar(select(func.count()).select_from(AuditEntry).where(*_conditions(wanted))) or 0

    def rows(self, wanted: AuditFilter) -> Iterator[dict[str, Any]]:
        """Yield every column of entries, the oldest first, without holding them all."""
        query = select(*_COLUMNS).where(*_conditions(wanted)).order_by(AuditEntry.number)
        for row in self._session.execute(query.execution_options(yield_per=_BATCH)).mappings():
            yield {column.key: row[column] for column in _COLUMNS}


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.actor is not None:
        conditions.append(AuditEntry.actor.contains(wanted.actor, autoescape=True))
    if wanted.action is not None:
        begins = AuditEntry.action.startswith(f"{wanted.action}.", autoescape=True)
        conditions.append(or_(AuditEntry.action == wanted.action, begins))
    if wanted.object_kind is not None:
        conditions.append(AuditEntry.object_kind == wanted.object_kind)
    if wanted.object_id is not None:
        conditions.append(AuditEntry.object_id == wanted.object_id)
    if wanted.since is not None:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEntry.at <= wanted.until)
    if wanted.q is not None:
        text = json.dumps(wanted.q)[1:-1]  # as it stands in the column
        columns = (AuditEntry.before, AuditEntry.after)
        conditions.append(or_(*(cast(column, String).contains(text, autoescape=True) for column in columns)))
    return conditions
