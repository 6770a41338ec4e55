"""Pages of the board: figures against targets, the rows behind each, the pack of a meeting, targets and settings."""

import json
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Response

from app.access.rule import ADMIN
from app.board.activity.repository import Activity
from app.board.drilling import rows_behind
from app.board.pack import HEADLINES, SILENT, make_pack, percent
from app.board.parameters import StartOf, SubsetOf, UntilOf, YearOf
from app.board.schemas import BoardOut
from app.board.supply.service import supply_map
from app.board.words import ACTIVITIES, NOT_NAMED
from app.contracts.words import KINDS
from app.core.caller import Role
from app.core.city_time import today
from app.models import TargetScope
from app.targets.measures import ALL_MEASURES, MEASURES, SCOPES, TARGETED, Measure
from app.targets.years import year_of
from app.web.pages import Page, PageOf, page_router

router = page_router()
_ROWS = 50
# The columns of counties and parks: what they are measured by.
PLACED = (Measure.ABSORBED, Measure.OUTSIDE_ITEMS, Measure.OUTPUT, Measure.HORIZONTAL)
SOLD = (*ALL_MEASURES, Measure.LANDED, Measure.HORIZONTAL)
_AHEAD = 1
_SUPPLY_SHOWN = 12


@router.get("/board")
def board(page: PageOf, year: YearOf = None, until: UntilOf = None) -> Response:
    """Show the board of a year up to a day."""
    found = page.services.board.board(page.session, year, until)
    return page.render(
        "board/index.html",
        board=found,
        bars=_bars(found),
        supply=supply_map(page.session, page.caller),
        supply_shown=_SUPPLY_SHOWN,
        placed=PLACED,
        sold=SOLD,
        all=ALL_MEASURES,
        activities=ACTIVITIES,
        published="&status=published" if page.caller.sees_all else "",
        **_shared(page, found),
    )


@router.get("/board/rows")
def rows(
    page: PageOf,
    figure: Annotated[Measure | Activity, Query()],
    subset: SubsetOf,
    year: YearOf = None,
    until: UntilOf = None,
    cursor: StartOf = None,
) -> Response:
    """Show the rows behind a figure; they add up to it."""
    span = page.services.board.span(page.session, year, until)
    found = rows_behind(page.session, page.caller, span.now, figure, subset, int(cursor or 0), _ROWS)
    named = page.services.board.names(page.session, subset)
    return page.render(
        "board/rows.html",
        rows=found,
        span=span,
        means=MEASURES[figure].means if isinstance(figure, Measure) else None,
        cumulative=isinstance(figure, Measure) and MEASURES[figure].cumulative,
        shown_each=_ROWS,
        start=int(cursor or 0),
        of=[
            word
            for value, word in (
                (subset.district, subset.district or "未注明县区"), (subset.park, subset.park or "不在园区"),
                (subset.chain, subset.chain or "未标注产业链"),
                (subset.kind, KINDS.get(subset.kind or "", subset.kind)),
                (subset.university, named.get(subset.university or "", NOT_NAMED)),
                (subset.liaison, named.get(subset.liaison or "", NOT_NAMED)),
            )
            if value is not None
        ],
        back=f"/board?{urlencode({'year': span.year.number} | ({'until': until} if until else {}))}",
        cursor=cursor,
    )  # fmt: skip


@router.get("/board/pack")
def pack(page: PageOf, year: YearOf = None, until: UntilOf = None) -> Response:
    """Show what a meeting reads, as it is printed."""
    found = make_pack(page.services.board, page.session, year, until)
    return page.render("board/pack.html", pack=found, silent_days=SILENT.days, **_shared(page, found.board))


@router.get("/board/targets")
def targets(page: PageOf, year: YearOf = None) -> Response:
    """Show the targets of a year, and what the city counts by, to be changed."""
    service = page.services.targets
    settings = service.settings(page.session)
    present = year_of(today(), settings.first_month).number
    shown = year or present
    return page.render(
        "board/targets.html",
        year=shown,
        years=sorted({*range(present - 3, present + _AHEAD + 1), shown}, reverse=True),
        targets=service.of_year(page.session, shown),
        settings=settings,
        places=service.places(page.session),
        measures={str(each): f"{MEASURES[each].name}（{MEASURES[each].unit}）" for each in TARGETED},
        scopes={str(scope): name for scope, name in SCOPES.items()},
        city=TargetScope.CITY,
    )


def bureau_home(page: Page) -> Response:
    """Show the bureau its figures first, and where to go on."""
    found = page.services.board.board(page.session)
    return page.render("board/home.html", board=found, **_shared(page, found))


def _shared(page: Page, found: BoardOut) -> dict[str, Any]:
    # The address says up to which day where that is not the one that is taken by default.
    usual = page.services.board.span(page.session, found.year, None).now.until
    days = {"year": found.year} | ({} if found.until == usual else {"until": found.until.isoformat()})
    return {
        "headlines": HEADLINES,
        "measures": MEASURES,
        "percent1": percent,
        "sets_targets": page.caller.role in ADMIN | {Role.BUREAU},
        "days": days,
        "days_before": {"year": found.year - 1, "until": found.before_until.isoformat()},
    }


def _bars(found: BoardOut) -> str:
    """Return what the chart of counties draws: absorbed against the target, in 万元."""
    lines = [line for line in found.districts if line.key]
    figures = [line.figures[Measure.ABSORBED] for line in lines]
    return json.dumps(
        {
            "places": [line.name for line in lines],
            "now": [float(figure.value) for figure in figures],
            "before": [float(figure.before) for figure in figures],
            "targets": [None if figure.target is None else float(figure.target) for figure in figures],
        },
        ensure_ascii=False,
    )
