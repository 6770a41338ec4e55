"""Who may see which records: one rule, as SQL for lists and as a filter for searches."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from app.core.security import Caller
from app.models import Status, Tag
from app.records.kinds import TAG_FACETS, Kind, Record
from matching.index.filters import And, Eq, Filter, In, Not, Range

CITY_TIME = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What a caller narrows lists and matches by; None leaves a side open.

    `maturity` is a TRL: achievements of at least it, needs that ask for at most it.
    """

    industry: str | None = None
    chain: str | None = None
    cooperation: str | None = None
    district: str | None = None
    organisation: str | None = None
    maturity: int | None = None


def today() -> date:
    """Return the present day where the users are."""
    return datetime.now(CITY_TIME).date()


def shows_owner(record: Record, kind: Kind, caller: Caller) -> bool:
    """Say whether the caller may know who posted the record."""
    return caller is Caller.OPERATOR or record.visibility != kind.nameless


def valid_sql(kind: Kind) -> ColumnElement[bool]:
    """Return the condition that a record has not expired."""
    return or_(kind.model.valid_until.is_(None), kind.model.valid_until >= today())


def visible_sql(kind: Kind, caller: Caller) -> ColumnElement[bool]:
    """Return the condition that a record may be shown to the caller at all."""
    if caller is Caller.OPERATOR:
        return true()
    model = kind.model
    return and_(model.status == Status.PUBLISHED, model.visibility.in_(kind.open), valid_sql(kind))


def visible_filter(kind: Kind, caller: Caller) -> Filter:
    """Return the filter of records that a search may find for the caller."""
    valid = Not(Range("valid_until", lte=today().toordinal() - 1))
    published = Eq("status", Status.PUBLISHED.value)
    if caller is Caller.OPERATOR:
        return And((published, valid))
    return And((published, In("visibility", frozenset(kind.open)), valid))


def narrowed_sql(kind: Kind, caller: Caller, wanted: RecordFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a caller's filter."""
    model = kind.model
    conditions: list[ColumnElement[bool]] = [
        exists(
            select(Tag.record_id).where(
                Tag.kind == kind.name, Tag.record_id == model.id, Tag.facet == facet, Tag.value == value
            )
        )
        for facet in TAG_FACETS
        if (value := getattr(wanted, facet)) is not None
    ]
    for column, value in ((model.district, wanted.district), (model.organisation_id, wanted.organisation)):
        if value is not None:
            conditions.append(column == value)
            if caller is not Caller.OPERATOR and kind.nameless is not None:
                # A filter must not find out what the record hides.
                conditions.append(model.visibility != kind.nameless)
    if wanted.maturity is not None:
        maturity = getattr(model, kind.maturity)
        conditions.append(maturity >= wanted.maturity if kind.maturity == "maturity" else maturity <= wanted.maturity)
    return conditions


def narrowed_filter(kind: Kind, caller: Caller, wanted: RecordFilter) -> Filter:
    """Return the search filter of what the caller may see and asked for."""
    parts: list[Filter] = [visible_filter(kind, caller)]
    for facet in TAG_FACETS:
        value = getattr(wanted, facet)
        if value is not None:
            parts.append(Eq(facet, value))
    prefix = "any_" if caller is Caller.OPERATOR else ""
    if wanted.district is not None:
        parts.append(Eq(prefix + "district", wanted.district))
    if wanted.organisation is not None:
        parts.append(Eq(prefix + "organisation", wanted.organisation))
    if wanted.maturity is not None:
        at_least = kind.maturity == "maturity"
        parts.append(
            Range("maturity", gte=wanted.maturity if at_least else None, lte=None if at_least else wanted.maturity)
        )
    return And(tuple(parts))
