"""Contracts in SQL."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.contracts.schemas import reads_all
from app.contracts.worth import Worth
from app.core.caller import Caller
from app.models import (
    Account,
    Achievement,
    AdjustmentKind,
    Contract,
    ContractAdjustment,
    Docking,
    DockingStage,
    Need,
    Organisation,
)

_SHOWN = (selectinload(Contract.chain_rows), joinedload(Contract.liaison))
_SOME = 500


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """What a list is narrowed by; None leaves a side open.

    Attributes:
        since, until: days of registration, inclusive.
        side: `absorbed`, `output`; a district and a park are then those of the local side.
        linked: whether a docking is linked.
    """

    since: date | None = None
    until: date | None = None
    district: str | None = None
    park: str | None = None
    kind: str | None = None
    side: str | None = None
    q: str | None = None
    linked: bool | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != ContractFilter()


class ContractRepository:
    """Reads and writes contracts. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Contract | None:
        """Return a contract that the caller may see, with chains, liaison and adjustments."""
        query = (
            select(Contract)
            .options(*_SHOWN, selectinload(Contract.adjustments))
            .where(Contract.id == id, visible_sql(caller))
            .execution_options(populate_existing=True)
        )
        return self._session.scalar(query.with_for_update(of=Contract) if lock else query)

    def page(
        self, caller: Caller, wanted: ContractFilter, after: tuple[date, str] | None, limit: int
    ) -> list[Contract]:
        """Return contracts that the caller may see, the last registered first, from a place in that order on."""
        query = (
            select(Contract)
            .options(*_SHOWN)
            .where(visible_sql(caller), *_narrowed(wanted))
            .order_by(Contract.registered_on.desc(), Contract.id.desc())
            .limit(limit)
        )
        if after is not None:
            day, id = after
            earlier = or_(Contract.registered_on < day, and_(Contract.registered_on == day, Contract.id < id))
            query = query.where(Contract.registered_on <= day, earlier)
        return list(self._session.scalars(query))

    def worths(self, contracts: Collection[Contract], on: date) -> dict[str, Worth]:
        """Return what contracts are worth on a day, by id; one query."""
        made = ContractAdjustment
        query = (
            select(
                made.contract_id,
                func.sum(made.amount_wan),
                func.sum(made.technology_amount_wan),
                func.sum(case((made.kind == AdjustmentKind.CANCELLATION, 1), else_=0)),
            )
            .where(made.contract_id.in_([each.id for each in contracts]), made.effective_on <= on)
            .group_by(made.contract_id)
        )
        changes = {row[0]: row for row in self._session.execute(query)} if contracts else {}
        return {each.id: _worth(each, changes.get(each.id)) for each in contracts}

    def by_number(self, number: str) -> Contract | None:
        """Return the contract of a registration number."""
        return self._session.scalar(select(Contract).where(Contract.registration_number == number))

    def by_numbers(self, numbers: Sequence[str]) -> dict[str, Contract]:
        """Return contracts by registration number, with their chains."""
        found: dict[str, Contract] = {}
        for start in range(0, len(numbers), _SOME):
            part = numbers[start : start + _SOME]
            query = select(Contract).options(selectinload(Contract.chain_rows))
            rows = self._session.scalars(query.where(Contract.registration_number.in_(part)))
            found |= {each.registration_number: each for each in rows}
        return found

    def add(self, row: Contract | ContractAdjustment) -> None:
        """Add a new row."""
        self._session.add(row)

    def add_all(self, rows: Sequence[Contract]) -> None:
        """Add new rows."""
        self._session.add_all(rows)

    def organisations(self, names: Collection[str], codes: Collection[str]) -> list[Organisation]:
        """Return the organisations of names or credit codes."""
        found: dict[str, Organisation] = {}
        for column, values in ((Organisation.name, sorted(names)), (Organisation.credit_code, sorted(codes))):
            for start in range(0, len(values), _SOME):
                rows = self._session.scalars(select(Organisation).where(column.in_(values[start : start + _SOME])))
                found |= {each.id: each for each in rows}
        return list(found.values())

    def organisation(self, id: str) -> Organisation | None:
        """Return an organisation."""
        return self._session.get(Organisation, id)

    def liaison(self, id: str) -> Account | None:
        """Return an account that may look after a contract."""
        return self._session.get(Account, id)

    def achievement(self, id: str) -> Achievement | None:
        """Return an achievement."""
        return self._session.get(Achievement, id)

    def docking(self, id: str) -> Docking | None:
        """Return a docking with its two records."""
        query = select(Docking).options(joinedload(Docking.need), joinedload(Docking.achievement))
        return self._session.scalar(query.where(Docking.id == id))

    def dockings_of(self, buyer_id: str, seller_id: str, limit: int) -> Sequence[Docking]:
        """Return dockings of two organisations that no contract is linked to: signed ones first, then the newest."""
        taken = select(Contract.docking_id).where(Contract.docking_id.is_not(None))
        query = (
            select(Docking)
            .join(Docking.need)
            .join(Docking.achievement)
            .options(joinedload(Docking.need), joinedload(Docking.achievement))
            .where(
                Need.organisation_id == buyer_id,
                Achievement.organisation_id == seller_id,
                Docking.stage != DockingStage.CLOSED,
                Docking.id.not_in(taken),
            )
            .order_by((Docking.stage != DockingStage.SIGNED), Docking.id.desc())
            .limit(limit)
        )
        return self._session.scalars(query).all()

    def liaisons(self) -> list[tuple[str, str]]:
        """Return (id, name) of the liaisons that work, by name."""
        query = select(Account.id, Account.name).where(Account.role == "liaison", Account.disabled_at.is_(None))
        return [(row[0], row[1]) for row in self._session.execute(query.order_by(Account.name, Account.id))]


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see a contract: all for staff and bureau, their own for a side."""
    if reads_all(caller):
        return true()
    own = caller.organisation_id
    if own is None:
        return false()
    return or_(Contract.buyer_id == own, Contract.seller_id == own)


def _narrowed(wanted: ContractFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(Contract.registered_on >= wanted.since)
    if wanted.until is not None:
        conditions.append(Contract.registered_on <= wanted.until)
    if wanted.kind is not None:
        conditions.append(Contract.kind == wanted.kind)
    if wanted.linked is not None:
        conditions.append(Contract.docking_id.is_not(None) if wanted.linked else Contract.docking_id.is_(None))
    if wanted.q:
        columns = (Contract.title, Contract.registration_number, Contract.buyer, Contract.seller)
        conditions.append(or_(*(column.contains(wanted.q, autoescape=True) for column in columns)))
    sides: dict[str, tuple[Any, Any, Any]] = {
        "absorbed": (Contract.buyer_local, Contract.buyer_district, Contract.buyer_park),
        "output": (Contract.seller_local, Contract.seller_district, Contract.seller_park),
    }
    if wanted.side is not None:
        conditions.append(sides[wanted.side][0])
    if wanted.district is not None or wanted.park is not None:
        asked = sides.values() if wanted.side is None else (sides[wanted.side],)
        conditions.append(or_(*(_at(*side, wanted) for side in asked)))
    return conditions


def _at(local: Any, district: Any, park: Any, wanted: ContractFilter) -> ColumnElement[bool]:
    parts = [local]
    if wanted.district is not None:
        parts.append(district == wanted.district)
    if wanted.park is not None:
        parts.append(park == wanted.park)
    return and_(*parts)


def _worth(contract: Contract, change: Any) -> Worth:
    registered = Worth(contract.amount_wan, contract.technology_amount_wan)
    if change is None:
        return registered
    return Worth(registered.amount_wan + change[1], registered.technology_amount_wan + change[2], bool(change[3]))
