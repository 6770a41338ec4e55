"""The board: figures of a year against targets and the year before, and the rows behind each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.board.activity.repository import Activity, ActivityRepository
from app.board.repository import BoardRepository, Figures, Grouping, Subset
from app.board.schemas import BoardOut, Figure, LiaisonLine, Line
from app.board.words import NOT_NAMED
from app.contracts.words import KINDS
from app.core.city_time import today
from app.models import Target, TargetSettings
from app.targets.measures import ALL_MEASURES, BUYER_MEASURES, SELLER_MEASURES, YEARLY, Measure
from app.targets.places import Places
from app.targets.repository import TargetRepository
from app.targets.years import FIRST_YEAR, LAST_YEAR, Period, Year, year_of

_TOTAL = (Measure.OUTSIDE_ITEMS_TOTAL,)
_PLACED = (*BUYER_MEASURES, *_TOTAL, *SELLER_MEASURES)
_SOLD = (Measure.CONTRACTS, Measure.AMOUNT, Measure.TECHNOLOGY, Measure.LANDED, Measure.HORIZONTAL)
_NONE = Decimal(0)
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """A year up to a day, and the same part of the year before."""

    year: Year
    now: Period
    before: Period


class BoardService:
    """Puts the board together; reads only."""

    def span(self, session: Session, number: int | None, until: date | None) -> Span:
        """Return the days that are counted: of a year, by default the present one, up to a day, by default today."""
        return _span(TargetRepository(session).settings(), number, until)

    def board(self, session: Session, number: int | None = None, until: date | None = None) -> BoardOut:
        """Return the board of a year; a fixed number of queries."""
        targets = TargetRepository(session)
        settings = targets.settings()
        span = _span(settings, number, until)
        repository = BoardRepository(session)
        wanted = _targets(targets.of_year(span.year.number))
        places = Places.parse(settings.city, settings.places)
        city = _city(repository, span, wanted.get(("", ""), {}))
        return BoardOut(
            year=span.year.number, name=span.year.name, start=span.now.start, until=span.now.until,
            before_until=span.before.until, years=_years(repository, settings, span), city=city,
            landed_share=_share(city, before=False), landed_share_before=_share(city, before=True),
            districts=_districts(repository, span, wanted, places), parks=_parks(repository, span, wanted, places),
            kinds=_kinds(repository, span), chains=_chains(repository, span),
            universities=_universities(repository, span), liaisons=_liaisons(repository, session, span),
        )  # fmt: skip

    def names(self, session: Session, subset: Subset) -> dict[str, str]:
        """Return what the liaison and the university of a subset are called, by id."""
        repository = BoardRepository(session)
        found = repository.names([subset.liaison]) if subset.liaison else {}
        return found | (repository.organisation_names([subset.university]) if subset.university else {})


def _span(settings: TargetSettings, number: int | None, until: date | None) -> Span:
    day = until or today()
    year = year_of(day, settings.first_month) if number is None else Year(number, settings.first_month)
    return Span(year, year.period(day), year.same_part_before(day))


def _targets(rows: Sequence[Target]) -> dict[Place, dict[Measure, Decimal]]:
    found: dict[Place, dict[Measure, Decimal]] = {}
    for each in rows:
        found.setdefault((each.district, each.park), {})[Measure(each.measure)] = each.amount
    return found


def _city(repository: BoardRepository, span: Span, targets: Mapping[Measure, Decimal]) -> dict[Measure, Figure]:
    now = repository.total(span.now, YEARLY) | repository.total(span.now, _TOTAL)
    before = repository.total(span.before, YEARLY) | repository.total(span.before, _TOTAL)
    return _figured((*_PLACED, *ALL_MEASURES), now, before, targets)


def _figured(
    measures: Sequence[Measure], now: Figures, before: Figures, targets: Mapping[Measure, Decimal] | None = None
) -> dict[Measure, Figure]:
    told = targets or {}
    return {each: Figure.of(each, now.get(each, _NONE), before.get(each, _NONE), told.get(each)) for each in measures}


def _share(city: Mapping[Measure, Figure], *, before: bool) -> float | None:
    landed, output = city[Measure.LANDED], city[Measure.OUTPUT]
    part, whole = (landed.before, output.before) if before else (landed.value, output.value)
    return float(part / whole) if whole > 0 else None


def _placed(repository: BoardRepository, period: Period, *, parks: bool) -> dict[Place, Figures]:
    found: dict[Place, Figures] = {}
    for measures in (BUYER_MEASURES, _TOTAL, SELLER_MEASURES):
        for place, figures in repository.by_place(period, measures, parks=parks).items():
            found.setdefault(place, {}).update(figures)
    return found


def _districts(
    repository: BoardRepository, span: Span, targets: Mapping[Place, Mapping[Measure, Decimal]], places: Places
) -> list[Line]:
    now, before = (_placed(repository, period, parks=False) for period in (span.now, span.before))
    aimed = [place for place in targets if place[0] and not place[1]]
    order = [*((name, "") for name in places.parks), *sorted({*now, *before, *aimed})]
    # Those that are not named stand last.
    shown = sorted(dict.fromkeys(order), key=lambda place: not place[0])
    return [
        Line(
            key=district, name=district or NOT_NAMED, district=district,
            figures=_figured(
                _PLACED, now.get((district, ""), {}), before.get((district, ""), {}), targets.get((district, ""))
            ),
        )
        for district, _ in shown
    ]  # fmt: skip


def _parks(
    repository: BoardRepository, span: Span, targets: Mapping[Place, Mapping[Measure, Decimal]], places: Places
) -> list[Line]:
    now, before = (_placed(repository, period, parks=True) for period in (span.now, span.before))
    aimed = [place for place in targets if place[1]]
    known = [(district, park) for district, parks in places.parks.items() for park in parks]
    shown = dict.fromkeys([*known, *sorted({*now, *before, *aimed})])
    return [
        Line(
            key=park, name=f"{district} {park}".strip(), district=district, park=park,
            figures=_figured(
                _PLACED, now.get((district, park), {}), before.get((district, park), {}), targets.get((district, park))
            ),
        )
        for district, park in shown
    ]  # fmt: skip


def _lines(
    now: Mapping[str, Figures], before: Mapping[str, Figures], names: Mapping[str, str], measures: Sequence[Measure]
) -> list[Line]:
    """Return lines by key, those of most first."""
    lines = [
        Line(
            key=key, name=names.get(key) or key or NOT_NAMED,
            figures=_figured(measures, now.get(key, {}), before.get(key, {})),
        )
        for key in dict.fromkeys([*now, *before])
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.key == "", -line.figures[Measure.AMOUNT].value, line.name))


def _kinds(repository: BoardRepository, span: Span) -> list[Line]:
    now, before = (repository.by(Grouping.KIND, period, ALL_MEASURES) for period in (span.now, span.before))
    return _lines(now, before, KINDS, ALL_MEASURES)


def _chains(repository: BoardRepository, span: Span) -> list[Line]:
    now, before = (repository.by(Grouping.CHAIN, period, ALL_MEASURES) for period in (span.now, span.before))
    return _lines(now, before, {}, ALL_MEASURES)


def _universities(repository: BoardRepository, span: Span) -> list[Line]:
    now, before = (repository.by(Grouping.UNIVERSITY, period, _SOLD) for period in (span.now, span.before))
    return _lines(now, before, repository.organisation_names(_ids(now, before)), _SOLD)


def _liaisons(repository: BoardRepository, session: Session, span: Span) -> list[LiaisonLine]:
    activities = ActivityRepository(session).counts(span.now)
    now, before = (repository.by(Grouping.LIAISON, period, ALL_MEASURES) for period in (span.now, span.before))
    ids = _ids(now, *activities.values())
    names = repository.names(ids)
    lines = [
        LiaisonLine(
            key=id, name=names.get(id, NOT_NAMED),
            activities={each: activities[each].get(id, 0) for each in Activity},
            figures=_figured(ALL_MEASURES, now.get(id, {}), before.get(id, {})),
        )
        for id in ids
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.figures[Measure.AMOUNT].value, line.name))


def _ids(*found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(key for each in found for key in each))


def _years(repository: BoardRepository, settings: TargetSettings, span: Span) -> list[int]:
    """Return the years that may be chosen, the last first."""
    present = year_of(today(), settings.first_month).number
    known = repository.years()
    first = present if known is None else year_of(known[0], settings.first_month).number
    chosen = {*range(min(first, present), present + 1), span.year.number}
    return sorted((each for each in chosen if FIRST_YEAR <= each <= LAST_YEAR), reverse=True)
