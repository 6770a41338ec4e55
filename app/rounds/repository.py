"""Rounds and their invitations in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Caller, Role
from app.core.city_time import today
from app.models import Need, Organisation, OrganisationKind, Round, RoundInvitation, Status

# What counts as an answer: handed in, whatever the reviewer says of it.
_ANSWERS = (Status.SUBMITTED, Status.PUBLISHED, Status.RETURNED)


@dataclass(frozen=True, slots=True)
class Asked:
    """An organisation that is asked, and what came of it."""

    invitation: RoundInvitation
    needs: int


class RoundRepository:
    """Reads and writes rounds. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Round | None:
        """Return a round that the caller may see."""
        query = select(Round).where(Round.id == id, visible_sql(caller))
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalar(query)

    def page(self, caller: Caller, *, open_on: date | None, after: str | None, limit: int) -> list[Round]:
        """Return rounds that the caller may see, the newest first, that come after an id."""
        query = select(Round).where(visible_sql(caller)).order_by(Round.id.desc()).limit(limit)
        if open_on is not None:
            query = query.where(Round.opens_on <= open_on, Round.closes_on >= open_on)
        return list(self._session.scalars(query if after is None else query.where(Round.id < after)))

    def add(self, row: Round | RoundInvitation) -> None:
        """Add a new row."""
        self._session.add(row)

    def invitation(self, round_id: str, organisation_id: str) -> RoundInvitation | None:
        """Return the invitation of an organisation."""
        return self._session.get(RoundInvitation, (round_id, organisation_id))

    def invited(self, round_id: str, organisation_ids: Sequence[str]) -> set[str]:
        """Return those of the organisations that are asked in a round."""
        query = select(RoundInvitation.organisation_id).where(
            RoundInvitation.round_id == round_id, RoundInvitation.organisation_id.in_(organisation_ids)
        )
        return set(self._session.scalars(query))

    def enterprises(
        self, ids: Sequence[str], district: str | None, park: str | None, industry: str | None
    ) -> list[Organisation]:
        """Return enterprises by id, or all of a district, park or industry."""
        query = select(Organisation).where(Organisation.kind == OrganisationKind.ENTERPRISE)
        if ids:
            return list(self._session.scalars(query.where(Organisation.id.in_(ids))))
        for column, value in ((Organisation.district, district), (Organisation.park, park)):
            if value is not None:
                query = query.where(column == value)
        found = list(self._session.scalars(query.order_by(Organisation.id)))
        return [
            each for each in found if industry is None or any(code.startswith(industry) for code in each.industries)
        ]

    def asked(
        self,
        round_id: str,
        *,
        silent: bool = False,
        district: str | None = None,
        start: int = 0,
        limit: int | None = None,
    ) -> list[Asked]:
        """Return who is asked, by district and name, from a place in that order on.

        Args:
            silent: only who neither answered nor declined.
            district: only of this one; empty for those whose district is not known.
            limit: at most so many; None for all.
        """
        answers, needs = _answers([round_id])
        query = (
            select(RoundInvitation, needs)
            .options(joinedload(RoundInvitation.organisation))
            .join(Organisation, Organisation.id == RoundInvitation.organisation_id)
            .outerjoin(answers, _of_invitation(answers))
            .where(RoundInvitation.round_id == round_id)
            .order_by(Organisation.district, Organisation.park, Organisation.name)
            .offset(start)
            .limit(limit)
        )
        if silent:
            query = query.where(needs == 0, RoundInvitation.declined.is_(None))
        if district is not None:
            query = query.where(Organisation.district == district if district else Organisation.district.is_(None))
        return [Asked(invitation, count) for invitation, count in self._session.execute(query)]

    def answers_of(self, organisation_id: str, round_ids: Sequence[str]) -> dict[str, Asked]:
        """Return what came of an organisation's invitations to rounds, by round; rounds without one are missing."""
        answers, needs = _answers(round_ids, organisation_id)
        query = (
            select(RoundInvitation, needs)
            .options(joinedload(RoundInvitation.organisation))
            .outerjoin(answers, _of_invitation(answers))
            .where(RoundInvitation.organisation_id == organisation_id, RoundInvitation.round_id.in_(round_ids))
        )
        return {row[0].round_id: Asked(row[0], row[1]) for row in self._session.execute(query)}

    def counts(self, round_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return (asked, answered or declined) of rounds; those in which nobody is asked are missing."""
        answers, needs = _answers(round_ids)
        done = case((or_(needs > 0, RoundInvitation.declined.is_not(None)), 1), else_=0)
        query = (
            select(RoundInvitation.round_id, func.count(), func.sum(done))
            .outerjoin(answers, _of_invitation(answers))
            .where(RoundInvitation.round_id.in_(round_ids))
            .group_by(RoundInvitation.round_id)
        )
        return {row[0]: (row[1], row[2]) for row in self._session.execute(query)}

    def needs(self, round_id: str, caller: Caller, after: str | None, limit: int) -> list[Need]:
        """Return needs handed in for a round, the newest first, that come after an id.

        Which round a need answers is for staff and its owner to know: others get none.
        """
        query = (
            select(Need)
            .options(joinedload(Need.organisation))
            .where(Need.round_id == round_id, Need.status.in_(_ANSWERS))
            .order_by(Need.id.desc())
            .limit(limit)
        )
        if not caller.sees_all:
            query = query.where(Need.organisation_id == (caller.organisation_id or ""))
        return list(self._session.scalars(query if after is None else query.where(Need.id < after)))

    def places(self) -> list[tuple[str | None, str | None]]:
        """Return the (district, park) of enterprises, each once, in order."""
        query = (
            select(Organisation.district, Organisation.park)
            .where(Organisation.kind == OrganisationKind.ENTERPRISE)
            .distinct()
            .order_by(Organisation.district, Organisation.park)
        )
        return [(row[0], row[1]) for row in self._session.execute(query)]

    def completion(self, round_id: str) -> list[tuple[str | None, str | None, int, int, int, int]]:
        """Return (district, park, asked, answered, declined, needs) for each district and park."""
        answers, needs = _answers([round_id])
        answered = case((needs > 0, 1), else_=0)
        declined = case((and_(needs == 0, RoundInvitation.declined.is_not(None)), 1), else_=0)
        query = (
            select(
                Organisation.district,
                Organisation.park,
                func.count(),
                func.sum(answered),
                func.sum(declined),
                func.sum(needs),
            )
            .select_from(RoundInvitation)
            .join(Organisation, Organisation.id == RoundInvitation.organisation_id)
            .outerjoin(answers, _of_invitation(answers))
            .where(RoundInvitation.round_id == round_id)
            .group_by(Organisation.district, Organisation.park)
            .order_by(Organisation.district, Organisation.park)
        )
        return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in self._session.execute(query)]


def _answers(round_ids: Sequence[str], organisation_id: str | None = None) -> tuple[Subquery, ColumnElement[int]]:
    """Return the needs handed in for rounds, counted by round and organisation, and the count beside an invitation.

    Grouped once: a count for every invitation reads the needs of the round each time, 2 s for 2,000 of both.
    """
    needs = (
        select(Need.round_id, Need.organisation_id, func.count().label("needs"))
        .where(Need.round_id.in_(round_ids), Need.status.in_(_ANSWERS))
        .group_by(Need.round_id, Need.organisation_id)
    )
    if organisation_id is not None:
        needs = needs.where(Need.organisation_id == organisation_id)
    counted = needs.subquery()
    return counted, func.coalesce(counted.c.needs, 0)


def _of_invitation(answers: Subquery) -> ColumnElement[bool]:
    return and_(
        answers.c.round_id == RoundInvitation.round_id, answers.c.organisation_id == RoundInvitation.organisation_id
    )


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see a round: enterprises, once it is open to them."""
    if caller.sees_all or caller.role is Role.BUREAU:
        return true()
    asked = select(RoundInvitation.round_id).where(RoundInvitation.organisation_id == (caller.organisation_id or ""))
    return and_(Round.opens_on <= today(), or_(Round.closes_on >= today(), Round.id.in_(asked)))
