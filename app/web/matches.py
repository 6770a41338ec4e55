"""Pages of matches: the ranked list of a record, and one need and one achievement side by side."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request, Response

from app.achievements.schemas import AchievementOut
from app.core.caller import Caller
from app.core.sheets import WORKBOOK, workbook_answer, workbook_of
from app.kinds.parameters import TOP_K_LIMIT, FilterOf
from app.kinds.table import KINDS, Record
from app.matches.listing import facet_counts
from app.matches.schemas import ClauseOut
from app.models import Judgement, RecordKind, Status
from app.needs.schemas import NeedOut
from app.web import match_words
from app.web.match_tables import match_sheets
from app.web.pages import Page, PageOf, page_router
from app.web.quotes import quoted
from app.web.search_facets import chips_of, facets_of

router = page_router()
# How many matches a list shows; who wants more narrows it, or takes the workbook.
SHOWN = (20, 50)
# Where none is suitable, so many of the nearest: for people to see that, not to choose from.
NEAREST = 5
# Needs that read like this one whose cases are looked through.
_SIMILAR = 5
_ENDS = "。；;，, \n"

Top = Annotated[int | None, Query(ge=1, le=SHOWN[-1])]
TopOfWorkbook = Annotated[int, Query(ge=1, le=TOP_K_LIMIT)]


def _kind(request: Request) -> RecordKind:
    return RecordKind(request.url.path.split("/")[1])


KindOf = Annotated[RecordKind, Depends(_kind)]


@dataclass(frozen=True, slots=True)
class Judged:
    """What people said of a pair: the viewer, and the others."""

    mine: Judgement | None
    others: list[Judgement]

    @classmethod
    def of(cls, given: list[Judgement], caller: Caller) -> "Judged":
        """Tell the viewer's own judgement from those of others."""
        mine = next((each for each in given if each.judge == caller.name), None)
        return cls(mine, [each for each in given if each is not mine])


@router.get("/needs/{id}/matches")
@router.get("/achievements/{id}/matches")
def matches(page: PageOf, kind: KindOf, id: str, wanted: FilterOf, top: Top = None) -> Response:
    """Show what matches a record: as a fragment the list itself, else the page that it comes into."""
    record = page.services.records[kind].get(page.session, id, page.caller)
    out = NeedOut if kind is RecordKind.NEEDS else AchievementOut
    shown: dict[str, Any] = {
        "kind": KINDS[kind],
        "record": out.of(record, page.caller),
        "address": f"/{kind}/{id}/matches",
    }
    if not page.is_fragment:
        return page.render("matches/index.html", **shown)
    found = page.services.matches.for_record(page.session, record, page.caller, top or SHOWN[0], wanted)
    related = sum(each.related for each in found.results) if found.verdict == "matched" else 0
    results = found.results if related or top else found.results[:NEAREST]
    ids = [each.record.id for each in results]
    target = KINDS[kind].target
    return page.render(
        "matches/results.html",
        **shown,
        told=match_words,
        found=found,
        results=results,
        related=related,
        is_demand=KINDS[target].is_demand,
        titles={each.record.id: each.record.title for each in found.results},
        judged=_judged(page, kind, id, ids) if page.caller.sees_all else {},
        chips=chips_of(target, wanted),
        facets=facets_of(target, wanted, facet_counts(KINDS[target], [each.record for each in found.results])),
        top=len(results) if top is None and not related else top or SHOWN[0],
        sizes=SHOWN,
        embedded=not urlsplit(page.request.headers.get("HX-Current-URL", "")).path.endswith("/matches"),
    )


@router.get("/needs/{id}/matches.xlsx", response_class=Response, responses=WORKBOOK)
@router.get("/achievements/{id}/matches.xlsx", response_class=Response, responses=WORKBOOK)
def matches_workbook(page: PageOf, kind: KindOf, id: str, wanted: FilterOf, top: TopOfWorkbook = SHOWN[0]) -> Response:
    """Return the list with its reasons as a workbook."""
    record = page.services.records[kind].get(page.session, id, page.caller)
    found = page.services.matches.for_record(page.session, record, page.caller, top, wanted)
    return workbook_answer(workbook_of(match_sheets(KINDS[KINDS[kind].target], found)), f"{kind.value}-matches.xlsx")


@router.get("/needs/{id}/matches/{achievement_id}")
def pair(page: PageOf, id: str, achievement_id: str) -> Response:
    """Show a need and an achievement side by side, each clause with its evidence."""
    need, achievement = _pair(page, id, achievement_id)
    explained = page.services.matches.for_pairs(page.session, need, [achievement], page.caller)[0]
    offered = AchievementOut.of(achievement, page.caller)
    clauses = explained.explanation.clauses
    quotes = list(dict.fromkeys(quote for each in clauses if (quote := quote_of(each)) is not None))
    # Which clauses a quote is the evidence of; what is merely nearest to one answers none.
    answers = {
        at: [number for number, each in enumerate(clauses, start=1) if each.evidence and quote_of(each) == quote]
        for at, quote in enumerate(quotes)
    }
    texts = {
        "title": offered.title,
        "summary": offered.summary,
        "indicators": offered.indicators,
        "keywords": "、".join(offered.keywords),
    }
    return page.render(
        "matches/pair.html",
        told=match_words,
        need=NeedOut.of(need, page.caller),
        achievement=offered,
        pair=explained,
        clauses=[(each, None if (quote := quote_of(each)) is None else quotes.index(quote)) for each in clauses],
        pieces=quoted(texts, quotes),
        answers=answers,
        cited={at for at, numbers in answers.items() if numbers},
        judged=_judged(page, RecordKind.NEEDS, id, [achievement_id]).get(achievement_id, Judged(None, []))
        if page.caller.sees_all
        else None,
        may_ask=_may_ask(need, achievement, page.caller),
        docking=page.services.dockings.of_pair(page.session, id, achievement_id, page.caller)
        if page.caller.sees_all
        else None,
    )


@router.get("/needs/{id}/matches/{achievement_id}/judgements")
def judgements(page: PageOf, id: str, achievement_id: str) -> Response:
    """Show what people said of a pair, as the part of its page that changes when somebody judges."""
    _pair(page, id, achievement_id)
    judged = _judged(page, RecordKind.NEEDS, id, [achievement_id])
    return page.render("matches/judgements.html", judged=judged.get(achievement_id, Judged(None, [])))


@router.get("/needs/{id}/matches/{achievement_id}/cases")
def cases(page: PageOf, id: str, achievement_id: str) -> Response:
    """Show what people judged to fit before, of this achievement and for needs like this one."""
    need, achievement = _pair(page, id, achievement_id)
    similar = page.services.matches.similar_needs(page.session, need, page.caller, _SIMILAR)
    found = page.services.judgements.cases(page.session, need, achievement, similar, page.caller)
    return page.render("matches/cases.html", cases=found, achievement_id=achievement_id)


def quote_of(clause: ClauseOut) -> str | None:
    """Return what is pointed at for a clause: its evidence, or what comes nearest."""
    # Numbers are quoted with the mark at the end of their sentence, and sentences without.
    return (clause.evidence or clause.nearest or "").rstrip(_ENDS) or None


def _pair(page: Page, need_id: str, achievement_id: str) -> tuple[Record, Record]:
    need = page.services.records[RecordKind.NEEDS].get(page.session, need_id, page.caller)
    return need, page.services.records[RecordKind.ACHIEVEMENTS].get(page.session, achievement_id, page.caller)


def _judged(page: Page, kind: RecordKind, id: str, others: list[str]) -> dict[str, Judged]:
    """Return what was said of a record's pairs, by the id of the other record; for staff alone."""
    is_demand = KINDS[kind].is_demand
    pairs = ([id], others) if is_demand else (others, [id])
    given = page.services.judgements.of_pairs(page.session, *pairs, page.caller)
    return {pair[is_demand]: Judged.of(each, page.caller) for pair, each in given.items()}


def _may_ask(need: Record, achievement: Record, caller: Caller) -> bool:
    """Say whether the caller may ask for a talk about a pair: staff, and members of either side."""
    open_ = need.status == achievement.status == Status.PUBLISHED
    theirs = any(caller.owns(each.organisation_id) for each in (need, achievement))
    return open_ and (caller.sees_all or theirs) and need.organisation_id != achievement.organisation_id
