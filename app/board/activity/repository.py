"""What liaisons did, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.city_time import CITY_TIME
from app.models import Account, Assignment, Docking, DockingEvent, DockingStage, Judgement, LiaisonContact
from app.targets.years import Period

_DONE = (DockingStage.SIGNED, DockingStage.LANDED)
_ENDED = (*_DONE, DockingStage.CLOSED)


class Activity(StrEnum):
    """What is counted of a liaison."""

    CONTACTS = "contacts"
    JUDGEMENTS = "judgements"
    OPENED = "opened"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that was done: its day, and the row that tells of it."""

    on: date
    row: Any


class ActivityRepository:
    """Reads what liaisons did."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def counts(self, period: Period) -> dict[Activity, dict[str, int]]:
        """Return how much of each was done in a period, by liaison; four queries."""
        return {each: self._counted(each, period) for each in Activity}

    def rows(self, activity: Activity, period: Period, liaison_id: str, start: int, limit: int) -> list[Act]:
        """Return what a liaison did, the last first."""
        model, whose, when = _SOURCES[activity]
        query = select(model, when).where(whose == liaison_id, *_during(activity, period))
        if activity is Activity.JUDGEMENTS:
            query = query.join(Account, Account.email == Judgement.judge)
        if activity in {Activity.OPENED, Activity.SIGNED}:
            query = query.options(joinedload(Docking.need), joinedload(Docking.achievement))
        query = query.order_by(when.desc(), model.id).offset(start).limit(limit)
        return [Act(_day(row[1]), row[0]) for row in self._session.execute(query)]

    def organisations_of(self, contacts: Sequence[LiaisonContact]) -> dict[str, str]:
        """Return the names of the organisations of contacts, by assignment."""
        query = select(Assignment).options(joinedload(Assignment.organisation))
        rows = self._session.scalars(query.where(Assignment.id.in_([each.assignment_id for each in contacts])))
        return {each.id: each.organisation.name for each in rows}

    def count(self, activity: Activity, period: Period, liaison_id: str) -> int:
        """Return how much a liaison did."""
        return self._counted(activity, period).get(liaison_id, 0)

    def overdue(self, day: date, limit: int) -> Sequence[Docking]:
        """Return open dockings whose next step is overdue, the longest first."""
        return self._dockings(Docking.next_due_on < day, Docking.next_due_on, limit)

    def at_risk(self, day: date, silent: timedelta, limit: int) -> Sequence[Docking]:
        """Return open dockings that are blocked, or have stood still for long; the longest first."""
        still = Docking.stage_since < _moment(day - silent)
        return self._dockings(or_(Docking.blocked_team.is_not(None), still), Docking.stage_since, limit)

    def _dockings(self, condition: ColumnElement[bool], order: Any, limit: int) -> Sequence[Docking]:
        query = (
            select(Docking)
            .options(joinedload(Docking.need), joinedload(Docking.achievement), joinedload(Docking.liaison))
            .where(Docking.stage.not_in(_ENDED), condition)
            .order_by(order, Docking.id)
            .limit(limit)
        )
        return self._session.scalars(query).all()

    def _counted(self, activity: Activity, period: Period) -> dict[str, int]:
        _, whose, _ = _SOURCES[activity]
        query = select(whose, func.count()).where(whose.is_not(None), *_during(activity, period)).group_by(whose)
        if activity is Activity.JUDGEMENTS:
            query = query.select_from(Judgement).join(Account, Account.email == Judgement.judge)
        return {row[0]: row[1] for row in self._session.execute(query)}


# A docking goes on after its contract: when it was signed stands in its history, the last time if it was taken back.
_SIGNED_AT = (
    select(func.max(DockingEvent.at))
    .where(DockingEvent.docking_id == Docking.id, DockingEvent.after == DockingStage.SIGNED)
    .scalar_subquery()
)
# What an activity is kept in, whose it is, and when it was done.
_SOURCES: Mapping[Activity, tuple[Any, Any, Any]] = {
    Activity.CONTACTS: (LiaisonContact, LiaisonContact.liaison_id, LiaisonContact.contacted_on),
    Activity.JUDGEMENTS: (Judgement, Account.id, Judgement.judged_at),
    Activity.OPENED: (Docking, Docking.liaison_id, Docking.created_at),
    Activity.SIGNED: (Docking, Docking.liaison_id, _SIGNED_AT),
}


def _during(activity: Activity, period: Period) -> list[ColumnElement[bool]]:
    _, _, when = _SOURCES[activity]
    if activity is Activity.CONTACTS:
        return [when.between(period.start, period.until)]
    inside = [when >= _moment(period.start), when < _moment(period.until + timedelta(days=1))]
    return [*inside, Docking.stage.in_(_DONE)] if activity is Activity.SIGNED else inside


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), CITY_TIME).astimezone(UTC)


def _day(when: date | datetime) -> date:
    return when.astimezone(CITY_TIME).date() if isinstance(when, datetime) else when
