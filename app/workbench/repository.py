"""What waits for staff, in SQL. Every count ends at a limit, so that no page reads a whole table."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Caller, Role
from app.kinds.table import Kind, Record
from app.models import Achievement, Assignment, Interest, InterestState, Judgement, NearDuplicate, Need, Status

MOST_COUNTED = 1000


class WorkbenchRepository:
    """Reads what waits. Never commits; only for callers who see all records."""

    def __init__(self, session: Session, caller: Caller) -> None:
        self._session = session
        self._caller = caller

    def submitted(self, kind: Kind, limit: int) -> list[Record]:
        """Return records that wait for review, the longest waiting first."""
        query = select(kind.model).options(joinedload(kind.model.organisation))
        query = query.where(kind.model.status == Status.SUBMITTED).order_by(kind.model.submitted_at, kind.model.id)
        return list(self._session.scalars(query.limit(limit)))

    def submitted_count(self, kind: Kind) -> int:
        """Return how many wait for review."""
        return self._count(select(kind.model.id).where(kind.model.status == Status.SUBMITTED))

    def published_since(self, kind: Kind, first_id: str, limit: int) -> list[Record]:
        """Return records made since an id that are published, the newest first."""
        query = select(kind.model).options(joinedload(kind.model.organisation))
        query = query.where(kind.model.status == Status.PUBLISHED, kind.model.id >= first_id)
        return list(self._session.scalars(query.order_by(kind.model.id.desc()).limit(limit)))

    def published_count(self, kind: Kind, first_id: str) -> int:
        """Return how many were made since an id and are published."""
        return self._count(
            select(kind.model.id).where(kind.model.status == Status.PUBLISHED, kind.model.id >= first_id)
        )

    def interests(self, state: InterestState, limit: int) -> Sequence[Interest]:
        """Return interests in a state that the caller, or nobody yet, looks after; the longest waiting first."""
        query = self._interests(select(Interest), state).options(
            joinedload(Interest.need).joinedload(Need.organisation),
            joinedload(Interest.achievement).joinedload(Achievement.organisation),
        )
        return self._session.scalars(query.order_by(Interest.id).limit(limit)).all()

    def interest_count(self, state: InterestState) -> int:
        """Return how many such interests there are."""
        return self._count(self._interests(select(Interest.id), state))

    def _interests(self, query: Select[Any], state: InterestState) -> Select[Any]:
        query = query.where(Interest.state == state)
        if self._caller.role is Role.LIAISON:
            query = query.where(or_(Interest.liaison_id == self._caller.account_id, Interest.liaison_id.is_(None)))
        return query

    def unjudged_needs(self, limit: int) -> list[Need]:
        """Return published needs without a judged match, the newest first; for a liaison, of whom they look after."""
        query = select(Need).options(joinedload(Need.organisation)).where(Need.status == Status.PUBLISHED)
        query = query.where(~select(Judgement.id).where(Judgement.need_id == Need.id).exists())
        if self._caller.role is Role.LIAISON:
            query = query.where(
                Need.organisation_id.in_(
                    select(Assignment.organisation_id).where(
                        Assignment.liaison_id == self._caller.account_id, Assignment.ended_at.is_(None)
                    )
                )
            )
        return list(self._session.scalars(query.order_by(Need.id.desc()).limit(limit)))

    def open_duplicates(self) -> int:
        """Return how many pairs that read alike wait for a decision."""
        return self._count(select(NearDuplicate.id).where(NearDuplicate.verdict.is_(None)))

    def _count(self, query: Select[Any]) -> int:
        return self._session.scalar(select(func.count()).select_from(query.limit(MOST_COUNTED).subquery())) or 0
