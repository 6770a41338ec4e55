"""Cases: the published ones for everybody, one on a page that prints, writing one and both sides' consent."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import BeforeValidator

from app.cases.document import sides_line
from app.cases.plain_language import check_language
from app.cases.routes import candidate
from app.cases.schemas import MEANS, TEXTS
from app.cases.stages import STATES, Step, steps_from
from app.interests.schemas import SIDES
from app.kinds.parameters import Cursor
from app.models import CaseState
from app.web.pages import PageOf, page_router

router = page_router()
_PAGE = 20
_StateOf = Annotated[CaseState | None, BeforeValidator(lambda value: value or None)]
_WORDS: dict[str, Any] = {
    "states": {each.value: name for each, name in STATES.items()},
    "means": {each.value: name for each, name in MEANS.items() if each != "online"},
    "all_means": {each.value: name for each, name in MEANS.items()},
    "sides": {each.value: name for each, name in SIDES.items()},
    "texts": TEXTS,
}


@router.get("/cases")
def cases(page: PageOf, state: _StateOf = None, cursor: Cursor = None) -> Response:
    """Show cases: what is published, for staff and both sides what is not yet, too."""
    items, following = page.services.cases.page(page.session, page.caller, state=state, cursor=cursor, limit=_PAGE)
    return page.render("cases/index.html", cases=items, state=state, next_cursor=following, cursor=cursor, **_WORDS)


@router.get("/cases/new")
def new_case(page: PageOf) -> Response:
    """Show dockings that could become a case."""
    found = [candidate(each) for each in page.services.cases.candidates(page.session, page.caller)]
    return page.render("cases/new.html", candidates=found)


@router.get("/cases/{id}")
def case_page(page: PageOf, id: str) -> Response:
    """Show a case on one page, and to whom it concerns what is to be done with it."""
    row = page.services.cases.get(page.session, id, page.caller)
    shown = page.services.cases.shown_all(page.session, [row], page.caller)[0]
    staff = page.caller.sees_all
    steps = [each for each in steps_from(shown.state) if each[0] is not Step.PUBLISH or len(shown.agreed) == len(SIDES)]
    return page.render(
        "cases/case.html",
        case=shown,
        line=sides_line(shown),
        steps=steps if staff else [],
        given_away=page.services.cases.given_away(row) if staff else [],
        remarks=check_language({name: getattr(shown, name) for name in TEXTS}) if staff else [],
        names={"need": row.docking.need.organisation.name, "achievement": shown.university} if staff else {},
        **_WORDS,
    )


@router.get("/cases/{id}/edit")
def edit_case(page: PageOf, id: str) -> Response:
    """Show the form of a draft, with what could be plainer."""
    row = page.services.cases.get(page.session, id, page.caller)
    shown = page.services.cases.shown_all(page.session, [row], page.caller)[0]
    return page.render(
        "cases/form.html",
        case=shown,
        may_name=row.docking.need.visibility == "public",
        given_away=page.services.cases.given_away(row),
        remarks=check_language({name: getattr(shown, name) for name in TEXTS}),
        **_WORDS,
    )
