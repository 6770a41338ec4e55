"""Where members and visitors begin: what is theirs, what waits for them, and the one thing to do next."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query, Response

from app.access.rules import RULES
from app.achievements.schemas import AchievementOut
from app.codes.industries import division_names
from app.core.caller import Caller
from app.core.city_time import today
from app.dockings.repository import DockingFilter
from app.dockings.schemas import DockingOut
from app.imports.schemas import UploadOut
from app.interests.schemas import InterestOut
from app.kinds.parameters import Cursor
from app.kinds.table import KINDS, Record
from app.kinds.visibility import RecordFilter
from app.models import Docking, Need, RecordKind, Status, Upload
from app.needs.clarity import clarity
from app.needs.schemas import NeedOut
from app.portfolio.repository import MOST_LOOKED_AT, Gap
from app.rounds.schemas import RoundOut
from app.services import OUTPUTS
from app.web.next_steps import GAPS, EnterpriseDay, UniversityDay, enterprise_step, university_step
from app.web.pages import Page, PageOf, page_router
from app.web.records import KindOf
from app.web.search import EXAMPLES
from matching.types import Verdict

router = page_router()
# Own records that a portal shows; the others are in the library.
_SHOWN = 10
_FEW = 5
_UPLOADS = 3
_EXPIRING = timedelta(days=31)
_RENEWED = timedelta(days=365)
# Matches that are counted: as many as the first list of matches shows.
_RANKED = 20
_BEST = 2
_GOOD = (4, 3)
MOST_COUNTED = 1000


def may(caller: Caller, path: str) -> bool:
    """Say whether the rule of a page lets the caller in: what a portal shows of it follows that rule."""
    rule = RULES["GET", path]
    return caller.role in rule.roles and (caller.scopes is None or rule.scope in caller.scopes)


def enterprise_home(page: Page) -> Response:
    """Show an enterprise its needs, what waits for its answer, and the rounds that ask it."""
    needs = _own(page, RecordKind.NEEDS, None, _SHOWN)
    rounds, _ = page.services.rounds.page(page.session, page.caller, only_open=True, cursor=None, limit=_FEW)
    answers = page.services.rounds.answers(page.session, page.caller, rounds)
    day = EnterpriseDay(
        needs=[(NeedOut.of(each, page.caller), clarity(each)) for each in needs if isinstance(each, Need)],
        rounds=[
            (RoundOut.of(each, page.caller), answers.get(each.id))
            for each in sorted(rounds, key=lambda each: each.closes_on)
        ],
        **_member_day(page, RecordKind.NEEDS),
    )
    return page.render("portals/enterprise.html", day=day, step=enterprise_step(day), **_renewal())


def university_home(page: Page) -> Response:
    """Show a university its achievements, what keeps them from being found, and needs that they fit."""
    portfolio, caller = page.services.portfolio, page.caller
    uploads: list[Upload] = []
    if may(caller, "/imports"):
        uploads, _ = page.services.imports.page(page.session, caller, None, None, _UPLOADS)
    day = UniversityDay(
        recent=[AchievementOut.of(each, caller) for each in _own(page, RecordKind.ACHIEVEMENTS, None, _FEW)],
        published=[
            AchievementOut.of(each, caller) for each in _own(page, RecordKind.ACHIEVEMENTS, Status.PUBLISHED, _FEW)
        ],
        gaps=portfolio.gaps(page.session, caller),
        **_member_day(page, RecordKind.ACHIEVEMENTS),
    )
    return page.render(
        "portals/university.html",
        day=day,
        step=university_step(day),
        gap_words=GAPS,
        most_looked_at=MOST_LOOKED_AT,
        uploads=[UploadOut.of(each) for each in uploads],
        statistics=portfolio.statistics(page.session, caller),
        divisions=division_names(),
        **_renewal(),
    )


def public_home(page: Page) -> Response:
    """Show what this is, how to search both ways, and what is new."""
    newest, counts = {}, {}
    for kind, service in page.services.records.items():
        found = service.page(page.session, page.caller, RecordFilter(), status=Status.PUBLISHED, limit=_FEW)
        newest[kind.value] = [OUTPUTS[kind].of(each, page.caller) for each in found.records]
        counts[kind.value] = service.visible_count(page.session, page.caller, MOST_COUNTED)
    return page.render(
        "portals/public.html", newest=newest, counts=counts, most=MOST_COUNTED, examples=EXAMPLES, kinds=RecordKind
    )


@router.get("/achievements/{id}/found")
@router.get("/needs/{id}/found")
def found(page: PageOf, kind: KindOf, id: str) -> Response:
    """Show in a line what an own record finds; asks the engine, so it follows the page."""
    record = page.services.records[kind].get_own(page.session, id, page.caller)
    ranking = page.services.matches.rank_record(page.session, record, page.caller, _RANKED)
    suitable = ranking.found.result.verdict is Verdict.MATCHED
    good = [match for match in ranking.matches if suitable and match.grade in _GOOD]
    target = KINDS[kind].target
    return page.render(
        "portals/found.html",
        kind=KINDS[kind],
        target=KINDS[target],
        id=id,
        suitable=suitable,
        grades={grade: count for grade in _GOOD if (count := sum(match.grade == grade for match in good))},
        best=[(OUTPUTS[target].of(ranking.records[match.id], page.caller), match.grade) for match in good[:_BEST]],
    )


@router.get("/gaps")
def gaps(page: PageOf, gap: Annotated[Gap | None, Query()] = None, cursor: Cursor = None) -> Response:
    """Show own achievements that leave something open, with where to mend it."""
    portfolio = page.services.portfolio
    rows, following = portfolio.with_gaps(page.session, page.caller, gap, cursor, 20)
    return page.render(
        "portals/gaps.html",
        gap=gap,
        rows=[(AchievementOut.of(record, page.caller), open_gaps) for record, open_gaps in rows],
        found=portfolio.gaps(page.session, page.caller),
        gap_words=GAPS,
        most_looked_at=MOST_LOOKED_AT,
        next_cursor=following,
        cursor=cursor,
    )


def _own(page: Page, kind: RecordKind, status: Status | None, limit: int) -> list[Record]:
    wanted = RecordFilter(organisation=page.caller.organisation_id or "")
    return page.services.records[kind].page(page.session, page.caller, wanted, status=status, limit=limit).records


def _member_day(page: Page, kind: RecordKind) -> dict[str, Any]:
    """Return what enterprises and universities alike look at first."""
    services, session, caller, output = page.services, page.session, page.caller, OUTPUTS[kind]
    interests: list[InterestOut] = []
    if may(caller, "/interests"):
        rows, _ = services.interests.page(session, caller, turn=True, limit=_FEW)
        interests = [InterestOut.of(each, caller) for each in rows]
    dockings: list[Docking] = []
    if may(caller, "/dockings"):
        dockings, _ = services.dockings.page(session, caller, DockingFilter(), limit=_FEW)
    expiring = services.records[kind].expiring(session, today() + _EXPIRING, caller, _FEW)
    return {
        "liaisons": [each.liaison for each in services.liaisons.of_own(session, caller)],
        "counts": services.portfolio.counts(session, kind, caller),
        "returned": [output.of(each, caller) for each in _own(page, kind, Status.RETURNED, _FEW)],
        "dockings": [DockingOut.of(each, caller) for each in dockings],
        "expiring": [output.of(each, caller) for each in expiring],
        "interests": interests,
    }


def _renewal() -> dict[str, Any]:
    return {"renewed_until": (today() + _RENEWED).isoformat()}
