"""The kinds of searchable records: an entry here and a folder of its own make a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.city_time import today
from app.kinds.industries import divisions, with_ancestors
from app.models import Achievement, AchievementVisibility, Need, NeedVisibility, RecordKind, Status
from app.models.base import WAN_PLACES
from matching.index.filters import FacetKind, FacetSchema
from matching.types import Document, Facets

Record = Achievement | Need

# Facets that filters may name. `organisation` and `district` are missing on a record that hides
# who posted it; `any_…` has them always and serves callers who may know.
FACETS: FacetSchema = {
    "status": FacetKind.WORD,
    "visibility": FacetKind.WORD,
    "industry": FacetKind.WORD,
    "chain": FacetKind.WORD,
    "cooperation": FacetKind.WORD,
    "organisation": FacetKind.WORD,
    "district": FacetKind.WORD,
    "any_organisation": FacetKind.WORD,
    "any_district": FacetKind.WORD,
    # What hard conditions are about: which fields a record states, which of a need's conditions are
    # hard, and which 大类 it asks for.
    "stated": FacetKind.WORD,
    "hard": FacetKind.WORD,
    "division": FacetKind.WORD,
    "maturity": FacetKind.NUMBER,
    "amount": FacetKind.NUMBER,
    "valid_until": FacetKind.NUMBER,
    "version": FacetKind.NUMBER,
}
TAG_FACETS = ("industry", "chain", "cooperation")


@dataclass(frozen=True, slots=True)
class Kind:
    """What the shared code must know of a kind of record.

    Attributes:
        name: of the kind, as in routes.
        noun: as people call it.
        model: its table.
        body: the column of the long text.
        maturity: the column that the facet `maturity` shows.
        amount: what its columns of 万元 begin with, before `_min_wan` and `_max_wan`.
        public_visibilities: those that anybody may see.
        registered_visibilities: those that whoever has signed in may see beside them.
        anonymous_visibility: the one under which the organisation stays hidden.
        target: the kind that it is matched with.
        is_demand: its clauses are answered by sentences of the other kind, not the other way round.
    """

    name: RecordKind
    noun: str
    model: type[Any]
    body: str
    maturity: str
    amount: str
    public_visibilities: frozenset[str]
    registered_visibilities: frozenset[str]
    anonymous_visibility: str | None
    target: RecordKind
    is_demand: bool


KINDS: Mapping[RecordKind, Kind] = {
    RecordKind.ACHIEVEMENTS: Kind(
        name=RecordKind.ACHIEVEMENTS,
        noun="成果",
        model=Achievement,
        body="summary",
        maturity="maturity",
        amount="price",
        public_visibilities=frozenset({AchievementVisibility.PUBLIC.value}),
        registered_visibilities=frozenset({AchievementVisibility.REGISTERED.value}),
        anonymous_visibility=None,
        target=RecordKind.NEEDS,
        is_demand=False,
    ),
    RecordKind.NEEDS: Kind(
        name=RecordKind.NEEDS,
        noun="需求",
        model=Need,
        body="description",
        maturity="min_maturity",
        amount="budget",
        public_visibilities=frozenset({NeedVisibility.PUBLIC.value, NeedVisibility.ANONYMOUS.value}),
        registered_visibilities=frozenset(),
        anonymous_visibility=NeedVisibility.ANONYMOUS.value,
        target=RecordKind.ACHIEVEMENTS,
        is_demand=True,
    ),
}


def kind_of(record: Record) -> Kind:
    """Return the kind of a record."""
    return KINDS[RecordKind.ACHIEVEMENTS if isinstance(record, Achievement) else RecordKind.NEEDS]


def amounts(record: Record) -> tuple[Decimal | None, Decimal | None]:
    """Return the lower and upper end of what a record asks or offers, in 万元; both None for 面议."""
    name = kind_of(record).amount
    return getattr(record, f"{name}_min_wan"), getattr(record, f"{name}_max_wan")


def amounts_in_order(record: Record) -> bool:
    """Say whether the ends of the amount are the right way round."""
    low, high = amounts(record)
    return low is None or high is None or low <= high


def to_document(record: Record) -> Document:
    """Return what the engine indexes of a record."""
    kind = kind_of(record)
    keywords = record.keywords if isinstance(record, Achievement) else []
    return Document(
        id=record.id,
        title=record.title,
        body=getattr(record, kind.body),
        keywords="、".join(keywords),
        indicators=record.indicators,
        facets=facets(record),
        public=is_public(record),
    )


def is_public(record: Record) -> bool:
    """Say whether anybody may see the record today, so that it counts in corpus statistics."""
    valid = record.valid_until is None or record.valid_until >= today()
    return record.status == Status.PUBLISHED and record.visibility in kind_of(record).public_visibilities and valid


def tags(record: Record) -> dict[str, list[str]]:
    """Return the facets of a record that may have several values."""
    return {
        "industry": with_ancestors(record.industries),
        "chain": record.chains,
        "cooperation": record.cooperation_modes,
    }


def facets(record: Record) -> Facets:
    """Return the facets of a record, by the names of `FACETS`."""
    kind = kind_of(record)
    named = record.visibility != kind.anonymous_visibility
    values: dict[str, Any] = {
        "status": record.status,
        "visibility": record.visibility,
        "organisation": record.organisation_id if named else None,
        "district": record.district if named else None,
        "any_organisation": record.organisation_id,
        "any_district": record.district,
        "stated": _stated(record, named=named),
        "hard": tuple(record.hard_conditions) if isinstance(record, Need) else (),
        "division": tuple(divisions(record.industries)),
        "maturity": getattr(record, kind.maturity),
        "amount": fen(record.budget_max_wan if isinstance(record, Need) else record.price_min_wan),
        "valid_until": record.valid_until.toordinal() if record.valid_until else None,
        "version": record.version,
    }
    return {**values, **{facet: tuple(words) for facet, words in tags(record).items()}}


def fen(wan: Decimal | None) -> int | None:
    """Return an amount in 万元 as a whole number of 分, rounded down."""
    return None if wan is None else int(wan.scaleb(WAN_PLACES))


def _stated(record: Record, *, named: bool) -> tuple[str, ...]:
    stated = [facet for facet, words in tags(record).items() if words]
    if record.district is not None:
        stated += ["any_district", "district"] if named else ["any_district"]
    return tuple(stated)
