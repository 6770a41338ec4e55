"""The first page: each role's own place to begin."""

from collections.abc import Callable, Mapping

from fastapi import Response

from app.core.caller import Role
from app.web.board import bureau_home
from app.web.challenges import expert_home
from app.web.pages import Page, PageOf, page_router
from app.web.portals import enterprise_home, public_home, university_home
from app.web.workbench import workbench

router = page_router()
_HOMES: Mapping[Role, Callable[[Page], Response]] = {
    Role.ADMIN: workbench,
    Role.LIAISON: workbench,
    Role.ENTERPRISE: enterprise_home,
    Role.UNIVERSITY: university_home,
    Role.BUREAU: bureau_home,
    Role.EXPERT: expert_home,
}


@router.get("/")
def home(page: PageOf) -> Response:
    """Show where the viewer's work begins."""
    return _HOMES.get(page.caller.role, public_home)(page)
