"""The page on which a liaison's day begins."""

from fastapi import Response

from app.kinds.table import kind_of
from app.web.pages import Page
from app.workbench.repository import MOST_COUNTED


def workbench(page: Page) -> Response:
    """Show what waits, what is new and what runs out."""
    day = page.services.workbench.day(page.session, page.caller)
    dockings = page.services.dockings.day(page.session, page.caller)
    return page.render("workbench/index.html", day=day, dockings=dockings, kind_of=kind_of, most=MOST_COUNTED)
