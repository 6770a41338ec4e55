"""Pages of searches that are kept: all of them with what is new, and the part for the first page."""

from fastapi import Response

from app.kinds.visibility import RecordFilter
from app.saved_searches.schemas import SavedSearchOut
from app.web.pages import PageOf, page_router, with_query
from app.web.search_facets import chips_of

router = page_router()


@router.get("/saved-searches")
def saved_searches(page: PageOf) -> Response:
    """Show the caller's; what is new is searched for, so it follows the page."""
    if not page.is_fragment:
        return page.render("saved_searches/index.html")
    items = page.services.saved_searches.digest(page.session, page.caller, every=True)
    return page.render("saved_searches/list.html", items=items, address=address, narrowed=_narrowed)


@router.get("/saved-searches/digest")
def digest(page: PageOf) -> Response:
    """Show what is new, as a part of another page."""
    items = page.services.saved_searches.digest(page.session, page.caller)
    kept = bool(items) or bool(page.services.saved_searches.all(page.session, page.caller))
    return page.render("saved_searches/digest.html", items=items, kept=kept, address=address)


def address(search: SavedSearchOut) -> str:
    """Return where a search is done again, narrowed as it was."""
    return with_query(f"/search/{search.target.value}", search.filters.model_dump(), saved=search.id)


def _narrowed(search: SavedSearchOut) -> list[str]:
    return [name for _, name in chips_of(search.target, RecordFilter(**search.filters.model_dump()))]
