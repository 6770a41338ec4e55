"""Roadshows, their guests and meetings in SQL."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Caller, Role
from app.core.city_time import today
from app.kinds.table import Kind, Record
from app.kinds.visibility import valid_sql
from app.kinds.visibility import visible_sql as record_visible_sql
from app.models import (
    Account,
    Achievement,
    AuditEntry,
    GuestAnswer,
    Judgement,
    Need,
    Organisation,
    Roadshow,
    RoadshowGuest,
    RoadshowMeeting,
    RoadshowState,
    Status,
)
from app.roadshows.stages import TOLD

_OVER = (RoadshowState.HELD, RoadshowState.ARCHIVED, RoadshowState.CANCELLED)
_WHOLE_MEETING = select(RoadshowMeeting).options(
    joinedload(RoadshowMeeting.need).joinedload(Need.organisation),
    joinedload(RoadshowMeeting.achievement).joinedload(Achievement.organisation),
)


class When(StrEnum):
    """What is still to come, or is over."""

    COMING = "coming"
    PAST = "past"


class RoadshowRepository:
    """Reads and writes roadshows. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Roadshow | None:
        """Return a roadshow that the caller may see; locked, others wait to change it until we commit."""
        query = select(Roadshow).where(Roadshow.id == id, visible_sql(caller))
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalar(query)

    def page(
        self, caller: Caller, when: When | None, state: str | None, after: str | None, limit: int
    ) -> list[Roadshow]:
        """Return roadshows that the caller may see, by day, that come after one.

        What is still to come stands in the order in which it comes, everything else with the last first.
        """
        place = tuple_(Roadshow.held_on, Roadshow.id)
        query = select(Roadshow).where(visible_sql(caller)).limit(limit)
        if when is not None:
            over = or_(Roadshow.state.in_(_OVER), Roadshow.held_on < today())
            query = query.where(over if when is When.PAST else ~over)
        if state is not None:
            query = query.where(Roadshow.state == state)
        last = None if after is None else self._session.get(Roadshow, after)
        if when is When.COMING:
            query = query.order_by(Roadshow.held_on, Roadshow.id)
            return list(self._session.scalars(query if last is None else query.where(place > (last.held_on, last.id))))
        query = query.order_by(Roadshow.held_on.desc(), Roadshow.id.desc())
        return list(self._session.scalars(query if last is None else query.where(place < (last.held_on, last.id))))

    def add(self, row: Roadshow | RoadshowGuest | RoadshowMeeting) -> None:
        """Add a new row."""
        self._session.add(row)

    def remove(self, row: RoadshowGuest | RoadshowMeeting) -> None:
        """Take a row away."""
        self._session.delete(row)

    def guests(self, id: str) -> list[RoadshowGuest]:
        """Return who is invited with the organisations, by kind and name."""
        query = (
            select(RoadshowGuest)
            .join(Organisation, Organisation.id == RoadshowGuest.organisation_id)
            .options(joinedload(RoadshowGuest.organisation))
            .where(RoadshowGuest.roadshow_id == id)
            .order_by(Organisation.kind, Organisation.name)
        )
        return list(self._session.scalars(query))

    def guest(self, id: str, organisation_id: str) -> RoadshowGuest | None:
        """Return an organisation's invitation."""
        query = select(RoadshowGuest).options(joinedload(RoadshowGuest.organisation))
        return self._session.scalar(
            query.where(RoadshowGuest.roadshow_id == id, RoadshowGuest.organisation_id == organisation_id)
        )

    def invited(self, id: str, organisation_ids: Sequence[str]) -> set[str]:
        """Return those of the organisations that are invited."""
        query = select(RoadshowGuest.organisation_id).where(
            RoadshowGuest.roadshow_id == id, RoadshowGuest.organisation_id.in_(organisation_ids)
        )
        return set(self._session.scalars(query))

    def organisations(self, ids: Sequence[str]) -> list[Organisation]:
        """Return organisations by id."""
        return list(self._session.scalars(select(Organisation).where(Organisation.id.in_(ids))))

    def counts(self, ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return how many guests gave each answer, and `attended`, by roadshow; those without guests are missing."""
        attended = func.sum(case((RoadshowGuest.attended.is_(True), 1), else_=0))
        query = (
            select(RoadshowGuest.roadshow_id, RoadshowGuest.answer, func.count(), attended)
            .where(RoadshowGuest.roadshow_id.in_(ids))
            .group_by(RoadshowGuest.roadshow_id, RoadshowGuest.answer)
        )
        found: dict[str, dict[str, int]] = {}
        for id, answer, count, came in self._session.execute(query):
            counts = found.setdefault(id, {**{each.value: 0 for each in GuestAnswer}, "attended": 0})
            counts[answer] += count
            counts["attended"] += came
        return found

    def answers_of(self, organisation_id: str | None, ids: Sequence[str]) -> dict[str, RoadshowGuest]:
        """Return an organisation's invitations, by roadshow."""
        query = select(RoadshowGuest).where(
            RoadshowGuest.organisation_id == organisation_id, RoadshowGuest.roadshow_id.in_(ids)
        )
        return {each.roadshow_id: each for each in self._session.scalars(query)}

    def meetings(self, id: str, organisation_id: str | None = None) -> list[RoadshowMeeting]:
        """Return the meetings of a roadshow, or an organisation's own, by slot and table, with the records."""
        query = _WHOLE_MEETING.where(RoadshowMeeting.roadshow_id == id)
        if organisation_id is not None:
            own = or_(
                RoadshowMeeting.enterprise_id == organisation_id, RoadshowMeeting.university_id == organisation_id
            )
            query = query.where(own)
        return list(self._session.scalars(query.order_by(RoadshowMeeting.slot, RoadshowMeeting.seat)))

    def meeting(self, id: str, meeting_id: str) -> RoadshowMeeting | None:
        """Return a meeting of a roadshow."""
        return self._session.scalar(
            _WHOLE_MEETING.where(RoadshowMeeting.roadshow_id == id, RoadshowMeeting.id == meeting_id)
        )

    def clear(self, ids: Iterable[str]) -> None:
        """Take meetings away at once, so that their places are free for new ones."""
        self._session.execute(delete(RoadshowMeeting).where(RoadshowMeeting.id.in_(list(ids))))

    def open_records(self, kind: Kind, organisation_ids: Iterable[str], caller: Caller, most: int) -> list[Record]:
        """Return the newest published records of organisations that may be shown to the other side."""
        model = kind.model
        query = (
            select(model)
            .options(joinedload(model.organisation))
            .where(
                record_visible_sql(kind, caller), valid_sql(kind), model.status == Status.PUBLISHED,
                model.organisation_id.in_(list(organisation_ids)),
                model.visibility.in_(kind.public_visibilities | kind.registered_visibilities),
            )
            .order_by(model.id.desc())
            .limit(most)
        )  # fmt: skip
        return list(self._session.scalars(query))

    def judged(self, need_ids: Iterable[str]) -> dict[tuple[str, str], int]:
        """Return the last grade that a person gave each pair of the needs."""
        query = (
            select(Judgement.need_id, Judgement.achievement_id, Judgement.grade)
            .where(Judgement.need_id.in_(list(need_ids)))
            .order_by(Judgement.judged_at, Judgement.id)
        )
        return {(row.need_id, row.achievement_id): row.grade for row in self._session.execute(query)}

    def accounts_of(self, organisation_ids: Iterable[str]) -> list[Account]:
        """Return the working accounts of organisations."""
        query = select(Account).where(
            Account.organisation_id.in_(list(organisation_ids)), Account.disabled_at.is_(None)
        )
        return list(self._session.scalars(query.order_by(Account.id)))

    def history(self, id: str, limit: int) -> list[AuditEntry]:
        """Return what was done with a roadshow, the last first."""
        query = select(AuditEntry).where(AuditEntry.object_kind == "roadshows", AuditEntry.object_id == id)
        return list(self._session.scalars(query.order_by(AuditEntry.number.desc()).limit(limit)))


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see a roadshow: guests, once they were told of it."""
    if caller.sees_all:
        return true()
    told = Roadshow.state.in_(list(TOLD))
    if caller.role is Role.BUREAU:
        return told
    invited = select(RoadshowGuest.roadshow_id).where(RoadshowGuest.organisation_id == (caller.organisation_id or ""))
    return and_(told, Roadshow.id.in_(invited))
