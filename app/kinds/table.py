"""The kinds of searchable records: an entry here, one in `app.imports.nouns` and a folder of its own make a new one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from app.core.city_time import today
from app.kinds.industries import divisions, with_ancestors
from app.models import (
    Achievement,
    AchievementVisibility,
    Need,
    NeedVisibility,
    OrganisationKind,
    RecordKind,
    SearchableRecord,
    Status,
)
from app.models.base import WAN_PLACES
from matching.index.filters import FacetKind, FacetSchema
from matching.types import Document, Facets

Record = SearchableRecord

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
        owner: the kind of organisation that puts such records in.
        texts: its columns that people write freely, beside their contact; a change of one is reviewed.
        body: the one of them that is the long text.
        keywords: the one of them that lists keywords; None for a kind without.
        maturity: the column that the facet `maturity` shows; None for a kind without.
        stage: the column that says the maturity in words, as an upload did.
        amount: what its columns of 万元 begin with, before `_min_wan` and `_max_wan`; None for a kind without.
        hard_conditions: the column that names the conditions which rule records of the other side out.
        private: its columns that only the organisation itself and staff read, beside those of every record.
        public_visibilities: those that anybody may see.
        registered_visibilities: those that whoever has signed in may see beside them.
        anonymous_visibility: the one under which the organisation stays hidden.
        target: the kind that it is matched with, unless somebody asks for another one of that side.
        is_demand: it asks, and others offer: its clauses are answered by sentences of theirs, and it states the
            least maturity and the most money, where they state what they have and the least that it costs.
    """

    name: RecordKind
    noun: str
    model: type[Any]
    owner: OrganisationKind
    texts: tuple[str, ...]
    body: str
    target: RecordKind
    is_demand: bool
    public_visibilities: frozenset[str]
    registered_visibilities: frozenset[str] = frozenset()
    anonymous_visibility: str | None = None
    keywords: str | None = None
    maturity: str | None = None
    stage: str | None = None
    amount: str | None = None
    hard_conditions: str | None = None
    private: frozenset[str] = frozenset()

    @property
    def amount_columns(self) -> tuple[str, ...]:
        """The columns of its amount, the lower end first."""
        return () if self.amount is None else (f"{self.amount}_min_wan", f"{self.amount}_max_wan")

    def amounts_of(self, record: Any) -> tuple[Decimal | None, Decimal | None]:
        """Return both ends of what a record, stored or shown, asks or offers, in 万元; None, None for 面议."""
        if self.amount is None:
            return None, None
        low, high = (getattr(record, column) for column in self.amount_columns)
        return low, high

    def maturity_of(self, record: Any) -> int | None:
        """Return the maturity of a record, stored or shown: what it has, or the least that it asks for."""
        level: int | None = None if self.maturity is None else getattr(record, self.maturity)
        return level


KINDS: Mapping[RecordKind, Kind] = {
    RecordKind.ACHIEVEMENTS: Kind(
        name=RecordKind.ACHIEVEMENTS,
        noun="成果",
        model=Achievement,
        owner=OrganisationKind.UNIVERSITY,
        texts=("title", "summary", "indicators", "keywords", "ip"),
        body="summary",
        keywords="keywords",
        maturity="maturity",
        stage="stage",
        amount="price",
        public_visibilities=frozenset({AchievementVisibility.PUBLIC.value}),
        registered_visibilities=frozenset({AchievementVisibility.REGISTERED.value}),
        target=RecordKind.NEEDS,
        is_demand=False,
    ),
    RecordKind.NEEDS: Kind(
        name=RecordKind.NEEDS,
        noun="需求",
        model=Need,
        owner=OrganisationKind.ENTERPRISE,
        texts=("title", "description", "indicators"),
        body="description",
        maturity="min_maturity",
        amount="budget",
        hard_conditions="hard_conditions",
        private=frozenset({"disclosures_accepted", "round_id"}),
        public_visibilities=frozenset({NeedVisibility.PUBLIC.value, NeedVisibility.ANONYMOUS.value}),
        anonymous_visibility=NeedVisibility.ANONYMOUS.value,
        target=RecordKind.ACHIEVEMENTS,
        is_demand=True,
    ),
}
# By model, as they are asked for.
_KIND_OF: dict[type, Kind] = {}


def written_columns() -> tuple[str, ...]:
    """Return the columns that people write freely, of all kinds, in the order in which a form has them."""
    places = zip_longest(*(kind.texts for kind in KINDS.values()))
    return tuple(dict.fromkeys(name for place in places for name in place if name is not None))


def kind_of(record: Record) -> Kind:
    """Return the kind of a record."""
    kind = _KIND_OF.get(type(record))
    if kind is None:
        kind = _KIND_OF[type(record)] = next(each for each in KINDS.values() if isinstance(record, each.model))
    return kind


def amounts(record: Record) -> tuple[Decimal | None, Decimal | None]:
    """Return the lower and upper end of what a record asks or offers, in 万元; both None for 面议."""
    return kind_of(record).amounts_of(record)


def deciding_amount(record: Record) -> Decimal | None:
    """Return the end that is compared, in 万元: the most that is paid, or the least that it costs."""
    return amounts(record)[kind_of(record).is_demand]


def hard_conditions(record: Record) -> list[str]:
    """Return the conditions whose conflict rules out what a record is matched with."""
    column = kind_of(record).hard_conditions
    return [] if column is None else list(getattr(record, column))


def amounts_in_order(record: Record) -> bool:
    """Say whether the ends of the amount are the right way round."""
    low, high = amounts(record)
    return low is None or high is None or low <= high


def to_document(record: Record) -> Document:
    """Return the texts of a record, as the engine reads them."""
    kind = kind_of(record)
    keywords = [] if kind.keywords is None else getattr(record, kind.keywords)
    return Document(
        id=record.id,
        title=record.title,
        body=getattr(record, kind.body),
        keywords="、".join(keywords),
        indicators=record.indicators,
    )


def to_indexed(record: Record) -> Document:
    """Return what the engine indexes of a record: its texts, and what filters ask of it."""
    return replace(to_document(record), facets=facets(record), public=is_public(record))


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
        "hard": tuple(hard_conditions(record)),
        "division": tuple(divisions(record.industries)),
        "maturity": kind.maturity_of(record),
        "amount": fen(deciding_amount(record)),
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
