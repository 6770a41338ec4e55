"""Pages of liaison duty: who looks after whom, when they last talked, and handing over."""

from typing import Annotated

from fastapi import Query, Response

from app.core.caller import Role
from app.liaisons.duty import OVERDUE_DAYS, is_overdue
from app.liaisons.schemas import ContactOut, LiaisonOut
from app.liaisons.service import RosterEntry
from app.web.filters import FILLED, FilledWord
from app.web.pages import Page, PageOf, page_router

router = page_router()
_PAGE = 50


@router.get("/admin/roster")
def roster(
    page: PageOf,
    q: FilledWord = None,
    overdue: Annotated[bool | None, FILLED] = None,
    cursor: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """Show every liaison; a liaison's own duties stand above."""
    everybody = page.services.liaisons.roster(page.session, page.caller)
    found = [each for each in everybody if _wanted(each, q, overdue=bool(overdue))]
    own = next((each for each in everybody if each.liaison.id == page.caller.account_id), None)
    following = cursor + _PAGE
    return page.render(
        "admin/roster/index.html",
        own=own and LiaisonOut.of(own),
        liaisons=[LiaisonOut.of(each) for each in found[cursor:following]],
        narrowed=bool(q or overdue),
        everybody=len(everybody),
        held=sum(len(each.assignments) for each in everybody),
        overdue=sum(is_overdue(one) for each in everybody for one in each.assignments),
        next_cursor=str(following) if following < len(found) else None,
        cursor=cursor or None,
        overdue_days=OVERDUE_DAYS,
    )


@router.get("/admin/roster/contacts/{id}")
def contacts(page: PageOf, id: str) -> Response:
    """Show the contacts of an assignment, the last first, as a part of a page."""
    found = page.services.liaisons.contacts(page.session, id, page.caller)
    return page.render("admin/roster/contacts.html", contacts=[ContactOut.model_validate(each) for each in found])


@router.get("/admin/roster/{id}")
def liaison(page: PageOf, id: str) -> Response:
    """Show whom a liaison looks after; administrators assign and hand over here."""
    found = LiaisonOut.of(page.services.liaisons.entry(page.session, id, page.caller))
    admin = page.caller.role is Role.ADMIN
    return page.render(
        "admin/roster/one.html",
        liaison=found,
        mine=id == page.caller.account_id,
        others=_successors(page, id) if admin else {},
        interests=page.services.liaisons.open_interests(page.session, id, page.caller) if admin else 0,
        overdue_days=OVERDUE_DAYS,
    )


def _wanted(entry: RosterEntry, q: str | None, *, overdue: bool) -> bool:
    if overdue and not any(is_overdue(one) for one in entry.assignments):
        return False
    who = entry.liaison
    named = (who.name, who.unit or "", who.email, *(one.organisation.name for one in entry.assignments))
    return q is None or any(q.lower() in name.lower() for name in named)


def _successors(page: Page, id: str) -> dict[str, str]:
    others = page.services.liaisons.others(page.session, id, page.caller)
    return {each.id: f"{each.name}（{each.unit}）" if each.unit else each.name for each in others}
