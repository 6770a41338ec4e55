"""Cases and consents in SQL."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.cases.stages import SHOWN_TO_SIDES
from app.contracts.repository import ContractRepository
from app.core.caller import Caller
from app.core.city_time import today
from app.dockings.repository import with_sides
from app.dockings.visibility import visible_sql as docking_visible_sql
from app.models import (
    Account,
    Achievement,
    Case,
    CaseConsent,
    CaseState,
    Contract,
    Docking,
    DockingStage,
    Need,
)

_REACHED = (DockingStage.SIGNED, DockingStage.LANDED)
_WHOLE = select(Case).options(
    joinedload(Case.docking).joinedload(Docking.need).joinedload(Need.organisation),
    joinedload(Case.docking).joinedload(Docking.achievement).joinedload(Achievement.organisation),
)


class CaseRepository:
    """Reads and writes cases. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Case | None:
        """Return a case that the caller may see, with its docking and both sides."""
        query = _WHOLE.where(Case.id == id, visible_sql(caller))
        if lock:
            query = query.with_for_update(of=Case).execution_options(populate_existing=True)
        return self._session.scalar(query)

    def page(self, caller: Caller, state: str | None, after: str | None, limit: int) -> list[Case]:
        """Return cases that the caller may see, the newest first, that come after an id."""
        query = _WHOLE.where(visible_sql(caller)).order_by(Case.id.desc()).limit(limit)
        if state is not None:
            query = query.where(Case.state == state)
        return list(self._session.scalars(query if after is None else query.where(Case.id < after)))

    def of_docking(self, docking_id: str) -> Case | None:
        """Return the case of a docking."""
        return self._session.scalar(select(Case).where(Case.docking_id == docking_id))

    def docking(self, id: str, caller: Caller) -> Docking | None:
        """Return a docking that the caller may see, with both sides."""
        return self._session.scalar(with_sides().where(Docking.id == id, docking_visible_sql(caller)))

    def has_contract(self, docking_id: str) -> bool:
        """Say whether a registered contract came of a docking."""
        return bool(self._session.scalar(select(exists().where(Contract.docking_id == docking_id))))

    def candidates(self, caller: Caller, limit: int) -> list[Docking]:
        """Return dockings that the caller may see, came to a contract or a product and have no case, newest first."""
        reached = or_(Docking.stage.in_(_REACHED), exists().where(Contract.docking_id == Docking.id))
        free = ~exists().where(Case.docking_id == Docking.id)
        query = with_sides().where(docking_visible_sql(caller), reached, free)
        return list(self._session.scalars(query.order_by(Docking.id.desc()).limit(limit)))

    def amounts(self, docking_ids: Iterable[str]) -> dict[str, Decimal]:
        """Return what the contracts of dockings are worth together today, in 万元; those worth nothing are missing."""
        repository = ContractRepository(self._session)
        contracts = self._session.scalars(select(Contract).where(Contract.docking_id.in_(list(docking_ids)))).all()
        worths = repository.worths(contracts, today())
        amounts: dict[str, Decimal] = {}
        for each in contracts:
            if each.docking_id is not None and worths[each.id].amount_wan > 0:
                amounts[each.docking_id] = amounts.get(each.docking_id, Decimal(0)) + worths[each.id].amount_wan
        return amounts

    def consents(self, case_ids: Iterable[str]) -> dict[str, list[CaseConsent]]:
        """Return the consents of cases, ended ones too, the first first."""
        query = select(CaseConsent).where(CaseConsent.case_id.in_(list(case_ids))).order_by(CaseConsent.id)
        found: dict[str, list[CaseConsent]] = {}
        for each in self._session.scalars(query):
            found.setdefault(each.case_id, []).append(each)
        return found

    def accounts_of(self, organisation_ids: Iterable[str]) -> Sequence[Account]:
        """Return the working accounts of organisations."""
        query = select(Account).where(
            Account.organisation_id.in_(list(organisation_ids)), Account.disabled_at.is_(None)
        )
        return self._session.scalars(query.order_by(Account.id)).all()

    def add(self, row: Case | CaseConsent) -> None:
        """Add a new row."""
        self._session.add(row)


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see a case: what is published, and a side its own once asked."""
    if caller.sees_all:
        return true()
    published = Case.state == CaseState.PUBLISHED
    own = caller.organisation_id
    if own is None:
        return published
    sides = or_(
        Docking.need_id.in_(select(Need.id).where(Need.organisation_id == own)),
        Docking.achievement_id.in_(select(Achievement.id).where(Achievement.organisation_id == own)),
    )
    mine = Case.docking_id.in_(select(Docking.id).where(sides))
    return or_(published, Case.state.in_(list(SHOWN_TO_SIDES)) & mine)
