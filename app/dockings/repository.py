"""Dockings in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.sql.elements import SQLCoreOperations

from app.core.caller import Caller, Role
from app.core.city_time import today
from app.dockings.stages import OPEN
from app.dockings.visibility import names_need_sql, visible_sql
from app.models import (
    Account,
    Achievement,
    Docking,
    DockingEntry,
    DockingEvent,
    DockingFile,
    DockingStage,
    Interest,
    InterestState,
    Need,
    Organisation,
)

_STAFF = (Role.LIAISON, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class DockingFilter:
    """What a list is narrowed by; None leaves a side open.

    Attributes:
        mine: the caller follows it, or the next action is theirs.
        overdue: only those whose next action is, True, or only the others, False.
        liaison: an account's id; for staff.
        organisation: of either side, as far as the caller may know it.
        q: part of a title; for staff also of the name of either side.
    """

    stage: DockingStage | None = None
    mine: bool = False
    overdue: bool | None = None
    team: str | None = None
    liaison: str | None = None
    organisation: str | None = None
    q: str | None = None


class DockingRepository:
    """Reads and writes dockings. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Docking | None:
        """Return a docking that the caller may see, with its records, their owners and its people."""
        query = _whole().where(Docking.id == id, visible_sql(caller))
        if lock:
            query = query.with_for_update(of=Docking).execution_options(populate_existing=True)
        return self._session.scalar(query)

    def open_of(self, need_id: str, achievement_id: str) -> Docking | None:
        """Return the docking of a pair that is not closed, locked until the transaction ends."""
        query = select(Docking).where(Docking.open_key == open_key(need_id, achievement_id))
        return self._session.scalar(query.with_for_update().execution_options(populate_existing=True))

    def last_of(self, need_id: str, achievement_id: str, caller: Caller) -> tuple[str, DockingStage] | None:
        """Return id and stage of a pair's docking that the caller may see: that is not closed, else the last one."""
        query = select(Docking.id, Docking.stage).join(Docking.need).join(Docking.achievement)
        query = query.where(Docking.need_id == need_id, Docking.achievement_id == achievement_id, visible_sql(caller))
        row = self._session.execute(query.order_by(Docking.open_key.is_(None), Docking.id.desc()).limit(1)).first()
        return None if row is None else (row[0], DockingStage(row[1]))

    def agreed_interest(self, need_id: str, achievement_id: str) -> Interest | None:
        """Return an interest of a pair that both sides agreed to."""
        query = select(Interest).where(
            Interest.need_id == need_id,
            Interest.achievement_id == achievement_id,
            Interest.state == InterestState.AGREED,
        )
        return self._session.scalars(query.order_by(Interest.id).limit(1)).first()

    def page(self, caller: Caller, wanted: DockingFilter, *, after: str | None, limit: int) -> Sequence[Docking]:
        """Return dockings that the caller may see, the newest first, that come after an id."""
        query = _whole().where(visible_sql(caller), *_narrowed(wanted, caller))
        query = query.order_by(Docking.id.desc()).limit(limit)
        return self._session.scalars(query if after is None else query.where(Docking.id < after)).all()

    def overdue(self, caller: Caller, wanted: DockingFilter, *, limit: int) -> Sequence[Docking]:
        """Return dockings whose next action is overdue, the longest first."""
        query = _whole().where(visible_sql(caller), *_narrowed(wanted, caller), overdue_sql())
        return self._session.scalars(query.order_by(Docking.next_due_on, Docking.id).limit(limit)).all()

    def overdue_count(self, caller: Caller, wanted: DockingFilter, most: int) -> int:
        """Return how many are overdue; counts no further than `most`."""
        query = _pairs(select(Docking.id)).where(visible_sql(caller), *_narrowed(wanted, caller), overdue_sql())
        return self._session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0

    def board(self, caller: Caller, wanted: DockingFilter, each: int) -> Sequence[Docking]:
        """Return the first dockings of every stage that is not closed: by when their next action is due."""
        rank = func.row_number().over(partition_by=Docking.stage, order_by=_urgency()).label("rank")
        ranked = _pairs(select(Docking.id, rank)).where(
            visible_sql(caller), *_narrowed(wanted, caller), Docking.stage != DockingStage.CLOSED
        )
        first = ranked.subquery()
        query = _whole().join(first, first.c.id == Docking.id).where(first.c.rank <= each).order_by(*_urgency())
        return self._session.scalars(query).all()

    def counts(self, caller: Caller | None, wanted: DockingFilter) -> Mapping[DockingStage, int]:
        """Return how many dockings are at each stage: of those that the caller may see, or of all."""
        query = select(Docking.stage, func.count()).join(Docking.need).join(Docking.achievement)
        if caller is not None:
            query = query.where(visible_sql(caller), *_narrowed(wanted, caller))
        return {DockingStage(stage): count for stage, count in self._session.execute(query.group_by(Docking.stage))}

    def due(self, caller: Caller, by: date, *, limit: int) -> Sequence[Docking]:
        """Return open dockings of the caller whose next action is due by a day, the most urgent first."""
        query = _whole().where(_mine(caller), Docking.stage.in_(OPEN), Docking.next_due_on <= by)
        return self._session.scalars(query.order_by(*_urgency()).limit(limit)).all()

    def due_count(self, caller: Caller, by: date, most: int) -> int:
        """Return how many such dockings there are; counts no further than `most`."""
        query = select(Docking.id).where(_mine(caller), Docking.stage.in_(OPEN), Docking.next_due_on <= by)
        return self._session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0

    def idle(self, caller: Caller, *, limit: int) -> Sequence[Docking]:
        """Return open dockings of the caller without a next action, the longest at their stage first."""
        query = _whole().where(_mine(caller), Docking.stage.in_(OPEN), Docking.next_action == "")
        return self._session.scalars(query.order_by(Docking.stage_since, Docking.id).limit(limit)).all()

    def staff(self) -> Sequence[Account]:
        """Return liaisons and administrators that work, by name."""
        query = select(Account).where(Account.role.in_(_STAFF), Account.disabled_at.is_(None))
        return self._session.scalars(query.order_by(Account.role.desc(), Account.name, Account.id)).all()

    def working_staff(self, id: str) -> Account | None:
        """Return a liaison or administrator that works."""
        query = select(Account).where(Account.id == id, Account.role.in_(_STAFF), Account.disabled_at.is_(None))
        return self._session.scalar(query)

    def people_of(self, organisation_id: str) -> Sequence[Account]:
        """Return who is told for an organisation: who manages it, or where nobody does, all its members."""
        query = select(Account).where(Account.organisation_id == organisation_id, Account.disabled_at.is_(None))
        found = self._session.scalars(query.order_by(Account.id)).all()
        return [each for each in found if each.manages_organisation] or found

    def events(self, docking_id: str, limit: int) -> Sequence[DockingEvent]:
        """Return the history with its people, the newest first."""
        query = select(DockingEvent).where(DockingEvent.docking_id == docking_id)
        query = query.options(joinedload(DockingEvent.account))
        return self._session.scalars(query.order_by(DockingEvent.at.desc(), DockingEvent.id.desc()).limit(limit)).all()

    def accounts(self, ids: set[str]) -> dict[str, Account]:
        """Return accounts by id."""
        return {each.id: each for each in self._session.scalars(select(Account).where(Account.id.in_(ids)))}

    def add(self, row: Docking | DockingEvent | DockingEntry | DockingFile) -> None:
        """Add a new row."""
        self._session.add(row)


def open_key(need_id: str, achievement_id: str) -> str:
    """Return what is unique among the dockings that are not closed."""
    return f"{need_id}:{achievement_id}"


def overdue_sql() -> ColumnElement[bool]:
    """Return the condition that a next action is overdue."""
    return and_(Docking.stage != DockingStage.CLOSED, Docking.next_due_on < today())


def _pairs(query: Select[Any]) -> Select[Any]:
    return query.select_from(Docking).join(Docking.need).join(Docking.achievement)


def with_sides() -> Select[Docking]:
    """Return the query of dockings with both sides, which `visible_sql` may be put to."""
    return (
        select(Docking)
        .join(Docking.need)
        .join(Docking.achievement)
        .options(
            contains_eager(Docking.need).joinedload(Need.organisation),
            contains_eager(Docking.achievement).joinedload(Achievement.organisation),
        )
    )


def _whole() -> Select[Docking]:
    return with_sides().options(joinedload(Docking.liaison), joinedload(Docking.next_owner))


def _urgency() -> tuple[SQLCoreOperations[Any], ...]:
    """Return the order in which dockings want to be looked at: those without a day last."""
    return case((Docking.next_due_on.is_(None), 1), else_=0), Docking.next_due_on, Docking.id


def _mine(caller: Caller) -> ColumnElement[bool]:
    return or_(Docking.liaison_id == caller.account_id, Docking.next_owner_id == caller.account_id)


def _narrowed(wanted: DockingFilter, caller: Caller) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.stage is not None:
        conditions.append(Docking.stage == wanted.stage)
    if wanted.mine:
        conditions.append(_mine(caller))
    if wanted.overdue is not None:
        # A day that is not set makes the comparison neither true nor false.
        late = overdue_sql()
        conditions.append(late if wanted.overdue else or_(Docking.next_due_on.is_(None), not_(late)))
    if wanted.team is not None:
        # What is closed waits for no team, though it keeps what it waited for, to be reopened with.
        conditions += [Docking.blocked_team == wanted.team, Docking.stage != DockingStage.CLOSED]
    if wanted.liaison is not None:
        conditions.append(Docking.liaison_id == wanted.liaison)
    if wanted.organisation is not None:
        of_need = and_(Need.organisation_id == wanted.organisation, names_need_sql(caller))
        conditions.append(or_(of_need, Achievement.organisation_id == wanted.organisation))
    if wanted.q:
        conditions.append(_contains(wanted.q, caller))
    return conditions


def _contains(q: str, caller: Caller) -> ColumnElement[bool]:
    told = [Need.title.icontains(q, autoescape=True), Achievement.title.icontains(q, autoescape=True)]
    if caller.sees_all:
        named = select(Organisation.id).where(Organisation.name.icontains(q, autoescape=True))
        told += [Need.organisation_id.in_(named), Achievement.organisation_id.in_(named)]
    return or_(*told)
