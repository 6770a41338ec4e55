"""The figures of the board in SQL: sums of whole 分 over what was registered and adjusted in a period.

A registration adds a contract's amounts on its day, an adjustment adds its own on the day from which
it counts. So the figures of years add up to what all contracts are worth, and a refund of this year
leaves the figure of last year as it was reported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy import union_all as union
from sqlalchemy.orm import Session

from app.models import (
    Account,
    AdjustmentKind,
    Contract,
    ContractAdjustment,
    ContractChain,
    Organisation,
    OrganisationKind,
)
from app.models.base import WAN_PLACES
from app.targets.measures import MEASURES, Measure, Party, Value
from app.targets.years import Period

_BEGINNING = date.min
Figures = dict[Measure, Decimal]


@dataclass(frozen=True, slots=True)
class Subset:
    """Of which contracts: of a place, a liaison, a university, a chain or a kind; empty for all.

    None leaves a side open; an empty district, park, liaison or chain stands for contracts that name none.
    """

    district: str | None = None
    park: str | None = None
    liaison: str | None = None
    university: str | None = None
    chain: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contract and what it adds to a figure, in 分 or pieces."""

    contract: Contract
    value: Decimal


class Grouping(StrEnum):
    """What sums are grouped by."""

    ALL = "all"
    DISTRICT = "district"
    PARK = "park"
    LIAISON = "liaison"
    UNIVERSITY = "university"
    CHAIN = "chain"
    KIND = "kind"


class BoardRepository:
    """Reads the figures."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def total(self, period: Period, measures: tuple[Measure, ...], subset: Subset = Subset()) -> Figures:
        """Return measures of all contracts of a subset, each contract once."""
        query = _sums(measures, Grouping.ALL).where(*_conditions(subset, measures[0]))
        return _figures(measures, self._session.execute(query, _days(period, measures[0])).one())

    def by_place(
        self, period: Period, measures: tuple[Measure, ...], *, parks: bool = False
    ) -> dict[tuple[str, str], Figures]:
        """Return measures of one party by (county, "") or (county, park); empty where none is named.

        Contracts whose party is in no park are left out of the parks.
        """
        query = _sums(measures, Grouping.PARK if parks else Grouping.DISTRICT)
        rows = self._session.execute(query, _days(period, measures[0]))
        width = 2 if parks else 1
        return {(row[0] or "", row[1] if parks else ""): _figures(measures, row[width:]) for row in rows}

    def by(self, grouping: Grouping, period: Period, measures: tuple[Measure, ...]) -> dict[str, Figures]:
        """Return measures by liaison, university that sells, chain or kind.

        Contracts without a liaison, or whose seller is no university, are left out; of no chain, the key is
        empty. A contract of several chains counts for each.
        """
        rows = self._session.execute(_sums(measures, grouping), _days(period, measures[0]))
        return {row[0] or "": _figures(measures, row[1:]) for row in rows}

    def rows(self, period: Period, measure: Measure, subset: Subset, start: int, limit: int) -> list[Contribution]:
        """Return the contracts behind a figure and what each adds to it, those of most first."""
        entries = _entries()
        value = func.sum(entries.c[MEASURES[measure].value])
        added = (
            select(entries.c.contract_id, value.label("value"))
            .join(Contract, Contract.id == entries.c.contract_id)
            .where(_counts(measure), *_conditions(subset, measure))
            .group_by(entries.c.contract_id)
            .having(value != 0)
            .subquery()
        )
        query = (
            select(Contract, added.c.value)
            .join(added, added.c.contract_id == Contract.id)
            .order_by(added.c.value.desc(), Contract.id)
            .offset(start)
            .limit(limit)
        )
        rows = self._session.execute(query, _days(period, measure))
        return [Contribution(row[0], _exact(measure, row[1])) for row in rows]

    def names(self, ids: Sequence[str]) -> dict[str, str]:
        """Return what accounts are called, by id."""
        query = select(Account.id, Account.name).where(Account.id.in_(ids))
        return {row[0]: row[1] for row in self._session.execute(query)}

    def organisation_names(self, ids: Sequence[str]) -> dict[str, str]:
        """Return what organisations are called, by id."""
        query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
        return {row[0]: row[1] for row in self._session.execute(query)}

    def years(self) -> tuple[date, date] | None:
        """Return the first and last day of registration; None while there are no contracts."""
        row = self._session.execute(select(func.min(Contract.registered_on), func.max(Contract.registered_on))).one()
        return None if row[0] is None else (row[0], row[1])


@cache
def _sums(measures: tuple[Measure, ...], grouping: Grouping) -> Select[Any]:
    """Return the query of sums: one pass over the entries between the days `start` and `until`.

    Made once each: putting such a query together takes longer than its answer.
    """
    entries = _entries()
    sums = [
        func.coalesce(func.sum(case((_counts(each), entries.c[MEASURES[each].value]), else_=0)), 0) for each in measures
    ]
    party = MEASURES[measures[0]].party or Party.BUYER
    district, park = _place_columns(party)
    keys, conditions = {
        Grouping.ALL: ([], []),
        Grouping.DISTRICT: ([district], [_local(party)]),
        Grouping.PARK: ([district, park], [_local(party), park.is_not(None)]),
        Grouping.LIAISON: ([Contract.liaison_id], [Contract.liaison_id.is_not(None)]),
        Grouping.UNIVERSITY: ([Contract.seller_id], [_of_university()]),
        Grouping.CHAIN: ([ContractChain.chain], []),
        Grouping.KIND: ([Contract.kind], []),
    }[grouping]
    query = select(*keys, *sums).select_from(entries).join(Contract, Contract.id == entries.c.contract_id)
    if grouping is Grouping.CHAIN:
        query = query.outerjoin(ContractChain, ContractChain.contract_id == Contract.id)
    return query.where(*conditions).group_by(*keys)


def _entries() -> Subquery:
    """Return what was added to contracts between two days, as (contract_id, amount, technology, items)."""
    start, until = bindparam("start", type_=Date), bindparam("until", type_=Date)
    registered = select(
        Contract.id.label("contract_id"),
        type_coerce(Contract.amount_wan, BigInteger).label(Value.AMOUNT),
        type_coerce(Contract.technology_amount_wan, BigInteger).label(Value.TECHNOLOGY),
        literal(1).label(Value.ITEMS),
    ).where(Contract.registered_on.between(start, until))
    made = ContractAdjustment
    adjusted = select(
        made.contract_id.label("contract_id"),
        type_coerce(made.amount_wan, BigInteger).label(Value.AMOUNT),
        type_coerce(made.technology_amount_wan, BigInteger).label(Value.TECHNOLOGY),
        case((made.kind == AdjustmentKind.CANCELLATION, -1), else_=0).label(Value.ITEMS),
    ).where(made.effective_on.between(start, until))
    return union(registered, adjusted).subquery("entries")


def _days(period: Period, measure: Measure) -> dict[str, date]:
    """Return the days of a period for a query; of what is cumulative, from the beginning."""
    return {"start": _BEGINNING if MEASURES[measure].cumulative else period.start, "until": period.until}


def _counts(measure: Measure) -> ColumnElement[bool]:
    """Return the condition that a contract counts for a measure."""
    return _COUNTS.get(measure) if measure in _COUNTS else _local(MEASURES[measure].party)  # type: ignore[return-value]


def _local(party: Party | None) -> ColumnElement[bool]:
    if party is None:
        return literal(True)
    column = Contract.buyer_local if party is Party.BUYER else Contract.seller_local
    return column.is_(True)


_FROM_OUTSIDE = and_(Contract.buyer_local.is_(True), Contract.seller_local.is_(False))
_COUNTS: Mapping[Measure, ColumnElement[bool]] = {
    Measure.OUTSIDE_ITEMS: _FROM_OUTSIDE,
    Measure.OUTSIDE_ITEMS_TOTAL: _FROM_OUTSIDE,
    Measure.LANDED: and_(Contract.buyer_local.is_(True), Contract.seller_local.is_(True)),
    Measure.HORIZONTAL: and_(Contract.seller_local.is_(True), Contract.horizontal.is_(True)),
}


def _place_columns(party: Party) -> tuple[Any, Any]:
    if party is Party.BUYER:
        return Contract.buyer_district, Contract.buyer_park
    return Contract.seller_district, Contract.seller_park


def _of_university() -> ColumnElement[bool]:
    universities = select(Organisation.id).where(Organisation.kind == OrganisationKind.UNIVERSITY)
    return Contract.seller_id.in_(universities)


def _conditions(subset: Subset, measure: Measure) -> list[ColumnElement[bool]]:
    """Return the conditions of a subset; the place is that of the measure's party."""
    district, park = _place_columns(MEASURES[measure].party or Party.BUYER)
    conditions = [
        column == value if value else column.is_(None)
        for column, value in (
            (district, subset.district), (park, subset.park), (Contract.liaison_id, subset.liaison),
            (Contract.seller_id, subset.university), (Contract.kind, subset.kind),
        )
        if value is not None
    ]  # fmt: skip
    if subset.university is not None:
        conditions.append(_of_university())
    if subset.chain is not None:
        chains = select(ContractChain.contract_id)
        named = Contract.id.in_(chains.where(ContractChain.chain == subset.chain))
        conditions.append(named if subset.chain else Contract.id.not_in(chains))
    return conditions


def _figures(measures: Sequence[Measure], sums: Sequence[Any]) -> Figures:
    return {measure: _exact(measure, value) for measure, value in zip(measures, sums, strict=True)}


def _exact(measure: Measure, value: Any) -> Decimal:
    """Turn whole 分 into 万元; pieces stay."""
    whole = Decimal(int(value))
    return whole if MEASURES[measure].value is Value.ITEMS else whole.scaleb(-WAN_PLACES)
