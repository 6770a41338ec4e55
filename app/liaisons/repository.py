"""Assignments and contacts in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Role
from app.models import (
    Account,
    Assignment,
    Docking,
    DockingAction,
    DockingEvent,
    DockingStage,
    Interest,
    InterestState,
    LiaisonContact,
)

_OPEN = (InterestState.SUBMITTED, InterestState.FORWARDED)


class LiaisonRepository:
    """Reads and writes liaison duty. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def liaisons(self) -> Sequence[Account]:
        """Return the liaisons that work, by unit and name."""
        query = select(Account).where(Account.role == Role.LIAISON, Account.disabled_at.is_(None))
        return self._session.scalars(query.order_by(Account.unit, Account.name, Account.id)).all()

    def liaison(self, id: str) -> Account | None:
        """Return a liaison, working or not."""
        return self._session.scalar(select(Account).where(Account.id == id, Account.role == Role.LIAISON))

    def active(self, liaison_id: str | None = None, organisation_id: str | None = None) -> Sequence[Assignment]:
        """Return assignments that have not ended, by start, with organisation and liaison."""
        query = select(Assignment).where(Assignment.ended_at.is_(None))
        query = query.options(joinedload(Assignment.organisation), joinedload(Assignment.liaison))
        if liaison_id is not None:
            query = query.where(Assignment.liaison_id == liaison_id)
        if organisation_id is not None:
            query = query.where(Assignment.organisation_id == organisation_id)
        return self._session.scalars(query.order_by(Assignment.started_at, Assignment.id)).all()

    def assignment(self, id: str) -> Assignment | None:
        """Return an assignment with its organisation and liaison."""
        query = select(Assignment).options(joinedload(Assignment.organisation), joinedload(Assignment.liaison))
        return self._session.scalar(query.where(Assignment.id == id))

    def same(self, liaison_id: str, organisation_id: str, platform: str | None) -> Assignment | None:
        """Return a liaison's active assignment of the same organisation and platform."""
        query = select(Assignment).where(
            Assignment.liaison_id == liaison_id,
            Assignment.organisation_id == organisation_id,
            Assignment.platform == platform if platform is not None else Assignment.platform.is_(None),
            Assignment.ended_at.is_(None),
        )
        return self._session.scalar(query)

    def handed_over(self, id: str) -> bool:
        """Say whether an assignment went on as another liaison's."""
        query = select(Assignment.id).where(Assignment.handed_over_from == id).limit(1)
        return self._session.scalar(query) is not None

    def contacts(self, assignment_id: str) -> Sequence[LiaisonContact]:
        """Return the contacts of an assignment, the last first."""
        query = select(LiaisonContact).where(LiaisonContact.assignment_id == assignment_id)
        return self._session.scalars(query.order_by(LiaisonContact.contacted_on.desc(), LiaisonContact.id.desc())).all()

    def open_interests(self, liaison_id: str) -> int:
        """Return how many interests of a liaison are under way."""
        query = select(func.count()).select_from(Interest)
        return self._session.scalar(query.where(Interest.liaison_id == liaison_id, Interest.state.in_(_OPEN))) or 0

    def hand_over_interests(self, leaving: str, to: str, _by: str | None, moment: datetime) -> int:
        """Give the open interests of a liaison to another; return how many."""
        query = select(Interest).where(Interest.liaison_id == leaving, Interest.state.in_(_OPEN))
        found = self._session.scalars(query).all()
        for each in found:
            each.liaison_id, each.updated_at, each.version = to, moment, each.version + 1
        return len(found)

    def hand_over_dockings(self, leaving: str, to: str, by: str | None, moment: datetime) -> int:
        """Give the dockings that a liaison follows, and next actions that are theirs, to another; return how many.

        Args:
            by: the account that hands over, as the history of each docking tells.
        """
        theirs = or_(Docking.liaison_id == leaving, Docking.next_owner_id == leaving)
        query = select(Docking).where(theirs, Docking.stage != DockingStage.CLOSED).with_for_update()
        found = self._session.scalars(query).all()
        for each in found:
            if each.liaison_id == leaving:
                each.liaison_id = to
                event = DockingEvent(docking_id=each.id, account_id=by, action=DockingAction.LIAISON, at=moment)
                event.before, event.after = leaving, to
                self._session.add(event)
            each.next_owner_id = to if each.next_owner_id == leaving else each.next_owner_id
            each.updated_at, each.version = moment, each.version + 1
        return len(found)

    def add(self, row: Assignment | LiaisonContact) -> None:
        """Add a new row."""
        self._session.add(row)
