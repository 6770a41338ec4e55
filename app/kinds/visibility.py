"""Who may see which records: one rule, as SQL for lists and as a filter for searches."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from app.core.caller import Caller
from app.core.city_time import today
from app.kinds.table import TAG_FACETS, Kind, Record, kind_of
from app.models import Status, Tag
from matching.index.filters import And, Eq, Filter, In, Not, Range

# Columns of every record that only the organisation itself and staff read; a kind may have more.
_OWN_COLUMNS = frozenset({"contact", "review_note", "originals"})
# Columns that tell who posted a record.
_OWNER_COLUMNS = frozenset({"external_id", "district", "organisation_id"})


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


def shows_owner(record: Record, kind: Kind, caller: Caller) -> bool:
    """Say whether the caller may know who posted the record."""
    return shows_all_of(record, caller) or record.visibility != kind.anonymous_visibility


def shows_all_of(record: Record, caller: Caller) -> bool:
    """Say whether the caller may see every field of the record, and change it."""
    return caller.sees_all or caller.owns(record.organisation_id)


def hidden_columns(record: Record, caller: Caller) -> frozenset[str]:
    """Return the columns of a record that the caller may not read."""
    kind = kind_of(record)
    own = frozenset() if shows_all_of(record, caller) else _OWN_COLUMNS | kind.private
    return own if shows_owner(record, kind, caller) else own | _OWNER_COLUMNS


def shown_version(record: Record, caller: Caller) -> int:
    """Return the version that the caller is told: to others it does not tell of changes that they may not see."""
    return record.version if shows_all_of(record, caller) else record.public_version


def valid_sql(kind: Kind) -> ColumnElement[bool]:
    """Return the condition that a record has not expired."""
    return or_(kind.model.valid_until.is_(None), kind.model.valid_until >= today())


def visible_sql(kind: Kind, caller: Caller) -> ColumnElement[bool]:
    """Return the condition that a record may be shown to the caller at all."""
    if caller.sees_all:
        return true()
    model = kind.model
    shown = and_(
        model.status == Status.PUBLISHED, model.visibility.in_(_open_visibilities(kind, caller)), valid_sql(kind)
    )
    if caller.organisation_id is None:
        return shown
    # Not as the bare column: its index would tempt SQLite into reading all that is published and sorting
    # it, where a list needs the newest few (0.6 s at 100,000 records).
    return or_(shown, model.organisation_id.concat("") == caller.organisation_id)


def visible_filter(kind: Kind, caller: Caller) -> Filter:
    """Return the filter of records that a search may find for the caller."""
    valid = Not(Range("valid_until", lte=today().toordinal() - 1))
    published = Eq("status", Status.PUBLISHED.value)
    if caller.sees_all:
        return And((published, valid))
    shown: Filter = In("visibility", _open_visibilities(kind, caller))
    if caller.organisation_id is not None:
        shown = _either(shown, Eq("any_organisation", caller.organisation_id))
    return And((published, shown, valid))


def _open_visibilities(kind: Kind, caller: Caller) -> frozenset[str]:
    return kind.public_visibilities | kind.registered_visibilities if caller.signed_in else kind.public_visibilities


def _either(a: Filter, b: Filter) -> Filter:
    return Not(And((Not(a), Not(b))))


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
            if not caller.sees_all and kind.anonymous_visibility is not None:
                # A filter must not find out what the record hides.
                named = model.visibility != kind.anonymous_visibility
                own = caller.organisation_id
                conditions.append(named if own is None else or_(named, model.organisation_id == own))
    if wanted.maturity is not None:
        conditions.append(_of_maturity(kind, wanted.maturity))
    return conditions


def _of_maturity(kind: Kind, level: int) -> ColumnElement[bool]:
    if kind.maturity is None:
        return false()  # as a search finds nothing that states no maturity
    column: ColumnElement[int] = getattr(kind.model, kind.maturity)
    return column <= level if kind.is_demand else column >= level


def narrowed_filter(kind: Kind, caller: Caller, wanted: RecordFilter) -> Filter:
    """Return the search filter of what the caller may see and asked for."""
    parts: list[Filter] = [visible_filter(kind, caller)]
    for facet in TAG_FACETS:
        value = getattr(wanted, facet)
        if value is not None:
            parts.append(Eq(facet, value))
    parts += [
        _of_owner(facet, value, caller)
        for facet in ("district", "organisation")
        if (value := getattr(wanted, facet)) is not None
    ]
    if wanted.maturity is not None:
        level = wanted.maturity
        parts.append(Range("maturity", lte=level) if kind.is_demand else Range("maturity", gte=level))
    return And(tuple(parts))


def _of_owner(facet: str, value: str, caller: Caller) -> Filter:
    """Return the filter of a facet that tells who posted a record: the caller's own tell it to them."""
    if caller.sees_all:
        return Eq(f"any_{facet}", value)
    if caller.organisation_id is None:
        return Eq(facet, value)
    own = And((Eq("any_organisation", caller.organisation_id), Eq(f"any_{facet}", value)))
    return _either(Eq(facet, value), own)
