"""Rounds of 需求征集: the list, the form, who is asked and who has answered; an enterprise's own answer."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query, Response

from app.access.rule import STAFF
from app.codes.industries import division_names, shipped
from app.core.caller import Role
from app.core.city_time import today
from app.kinds.fields import Phrase
from app.kinds.parameters import Cursor
from app.models import Organisation, OrganisationKind
from app.needs.schemas import NeedOut
from app.organisations.repository import OrganisationFilter
from app.organisations.schemas import OrganisationRow
from app.rounds.schemas import AskedOut, RoundOut
from app.web.filters import FilledWord
from app.web.pages import Page, PageOf, page_router
from app.web.records import industry_labels

router = page_router()
_PAGE = 20
_ASKED_SHOWN = 50
_NEEDS_SHOWN = 20
_FOUND_SHOWN = 20
# How long a round usually runs.
_USUAL = timedelta(days=21)
_Start = Annotated[int, Query(ge=0, le=100_000)]


@router.get("/rounds")
def rounds(page: PageOf, open: bool = False, cursor: Cursor = None) -> Response:
    """Show rounds, the newest first: for enterprises with their own answer, for the others with how many answered."""
    service = page.services.rounds
    rows, following = service.page(page.session, page.caller, only_open=open, cursor=cursor, limit=_PAGE)
    member = page.caller.role is Role.ENTERPRISE
    return page.render(
        "rounds/index.html",
        rounds=[RoundOut.of(each, page.caller) for each in rows],
        counts={} if member else service.counts(page.session, rows),
        answers={id: AskedOut.of(each) for id, each in service.answers(page.session, page.caller, rows).items()},
        member=member,
        only_open=open,
        next_cursor=following,
        cursor=cursor,
    )


@router.get("/rounds/new")
def new_round(page: PageOf) -> Response:
    """Show the form of a new round, beginning today."""
    day = today()
    return page.render("rounds/form.html", round=None, opens_on=day, closes_on=day + _USUAL, sections=sections())


@router.get("/rounds/{id}/edit")
def edit_round(page: PageOf, id: str) -> Response:
    """Show the form of a round."""
    found = RoundOut.of(page.services.rounds.get(page.session, id, page.caller), page.caller)
    return page.render(
        "rounds/form.html", round=found, opens_on=found.opens_on, closes_on=found.closes_on, sections=sections()
    )


@router.get("/rounds/{id}")
def round_page(
    page: PageOf,
    id: str,
    silent: bool = False,
    district: Phrase | None = None,
    start: _Start = 0,
    cursor: Cursor = None,
) -> Response:
    """Show a round: its text, who has answered, whom to ask; for an enterprise its own answer."""
    service = page.services.rounds
    found = service.get(page.session, id, page.caller)
    shown = RoundOut.of(found, page.caller)
    needs, following = service.needs(page.session, id, page.caller, cursor, _NEEDS_SHOWN)
    values: dict[str, Any] = {
        "round": shown,
        "industries": industry_labels(page, shown.industries),
        "needs": [NeedOut.of(each, page.caller) for each in needs],
        "next_cursor": following,
        "cursor": cursor,
    }
    if page.caller.role is Role.ENTERPRISE:
        own = service.answers(page.session, page.caller, [found]).get(id)
        return page.render("rounds/answer.html", own=own and AskedOut.of(own), **values)
    completion = service.completion(page.session, id, page.caller)
    if page.caller.role not in STAFF:
        return page.render("rounds/round.html", completion=completion, **values)
    rows = service.asked(
        page.session, id, page.caller, silent=silent, district=district, start=start, limit=_ASKED_SHOWN + 1
    )
    return page.render(
        "rounds/round.html",
        completion=completion,
        asked=[(AskedOut.of(each), _phones(page, each.invitation.organisation)) for each in rows[:_ASKED_SHOWN]],
        more=len(rows) > _ASKED_SHOWN,
        shown_each=_ASKED_SHOWN,
        silent=silent,
        district=district,
        start=start,
        places=service.places(page.session),
        sections=sections(),
        **values,
    )


@router.get("/rounds/{id}/candidates")
def candidates(page: PageOf, id: str, q: FilledWord = None) -> Response:
    """Show enterprises whose name contains a text, to be asked one by one."""
    round = page.services.rounds.get(page.session, id, page.caller)
    wanted = OrganisationFilter(kind=OrganisationKind.ENTERPRISE, q=q)
    rows, following = page.services.organisations.page(page.session, page.caller, wanted, None, _FOUND_SHOWN)
    found = [OrganisationRow.of(each, page.caller) for each in rows] if q else []
    invited = page.services.rounds.invited(page.session, round, [each.id for each in found])
    return page.render("rounds/candidates.html", id=id, q=q, found=found, invited=invited, more=bool(q and following))


def sections() -> dict[str, list[tuple[str, str]]]:
    """Return the (code, name) of the divisions of each section of the industry standard, the section first."""
    names = division_names()
    found: dict[str, list[tuple[str, str]]] = {}
    for code, above, name in shipped():
        if above:
            found[names[above]].append((code, name))
        else:
            found[name] = [(code, f"{name}（整个门类）")]
    return found


def _phones(page: Page, organisation: Organisation) -> str:
    return "、".join(OrganisationRow.of(organisation, page.caller).phones or [])
