"""Interests and disclosures in SQL."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Caller, Role
from app.models import Account, Achievement, Disclosure, Interest, InterestState, Need

OPEN = (InterestState.SUBMITTED, InterestState.FORWARDED)
_WHOLE = select(Interest).options(
    joinedload(Interest.need).joinedload(Need.organisation),
    joinedload(Interest.achievement).joinedload(Achievement.organisation),
    joinedload(Interest.liaison),
)


class InterestRepository:
    """Reads and writes interests. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Interest | None:
        """Return an interest that the caller may see, with its records, their owners and its liaison."""
        query = _WHOLE.where(Interest.id == id, visible_sql(caller))
        if lock:
            query = query.with_for_update(of=Interest).execution_options(populate_existing=True)
        return self._session.scalar(query)

    def page(
        self,
        caller: Caller,
        state: str | None,
        *,
        mine: bool = False,
        turn: bool | None = None,
        after: str | None = None,
        limit: int,
    ) -> Sequence[Interest]:
        """Return interests that the caller may see, the newest first, that come after an id.

        Args:
            mine: only those that the caller, a liaison, looks after.
            turn: only those that wait for the caller, or only the others.
        """
        seen = turn_sql(caller) if turn else visible_sql(caller)
        query = _WHOLE.where(seen).order_by(Interest.id.desc()).limit(limit)
        if turn is False:
            query = query.where(not_(turn_sql(caller)))
        if state is not None:
            query = query.where(Interest.state == state)
        if mine:
            query = query.where(Interest.liaison_id == caller.account_id)
        return self._session.scalars(query if after is None else query.where(Interest.id < after)).all()

    def turn_count(self, caller: Caller, most: int) -> int:
        """Return how many wait for the caller; counts no further than `most`."""
        waiting = select(Interest.id).where(turn_sql(caller)).limit(most)
        return self._session.scalar(select(func.count()).select_from(waiting.subquery())) or 0

    def open_of(self, need_id: str, achievement_id: str, organisation_id: str | None) -> Interest | None:
        """Return what the organisation asked for already, and was not declined or taken back."""
        query = select(Interest).where(
            Interest.need_id == need_id,
            Interest.achievement_id == achievement_id,
            Interest.by_organisation_id == organisation_id
            if organisation_id is not None
            else Interest.by_organisation_id.is_(None),
            Interest.state.in_((*OPEN, InterestState.AGREED)),
        )
        return self._session.scalars(query.limit(1)).first()

    def accounts(self, ids: set[str]) -> dict[str, Account]:
        """Return accounts by id."""
        return {each.id: each for each in self._session.scalars(select(Account).where(Account.id.in_(ids)))}

    def disclosures(self, interest_id: str) -> Sequence[Disclosure]:
        """Return what was shown for an interest, the first first."""
        query = select(Disclosure).where(Disclosure.interest_id == interest_id)
        return self._session.scalars(query.order_by(Disclosure.disclosed_at, Disclosure.id)).all()

    def add(self, row: Interest | Disclosure) -> None:
        """Add a new row."""
        self._session.add(row)


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see an interest: the other side once it was forwarded."""
    if caller.sees_all:
        return true()
    own = caller.organisation_id
    if own is None:
        return false()
    side = or_(_of_need(own), _of_achievement(own))
    return or_(Interest.by_organisation_id == own, and_(Interest.forwarded_at.is_not(None), side))


def turn_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that an interest waits for the caller: for staff to forward it, for a side to answer.

    Whatever waits for somebody is shown to them: a side's turn comes when it was forwarded.
    """
    if caller.sees_all:
        submitted = Interest.state == InterestState.SUBMITTED
        if caller.role is not Role.LIAISON:
            return submitted
        return and_(submitted, or_(Interest.liaison_id.is_(None), Interest.liaison_id == caller.account_id))
    own = caller.organisation_id
    if own is None:
        return false()
    silent = or_(
        and_(Interest.need_agreed_at.is_(None), _of_need(own)),
        and_(Interest.achievement_agreed_at.is_(None), _of_achievement(own)),
    )
    return and_(Interest.state == InterestState.FORWARDED, Interest.forwarded_at.is_not(None), silent)


def _of_need(organisation_id: str) -> ColumnElement[bool]:
    return Interest.need_id.in_(select(Need.id).where(Need.organisation_id == organisation_id))


def _of_achievement(organisation_id: str) -> ColumnElement[bool]:
    return Interest.achievement_id.in_(select(Achievement.id).where(Achievement.organisation_id == organisation_id))
