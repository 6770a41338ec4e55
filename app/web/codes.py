"""The page on which code lists are looked through and searched."""

from typing import Annotated

from fastapi import Response

from app.models import CodeList
from app.web.filters import FILLED, FilledWord
from app.web.pages import PageOf, page_router

router = page_router()
# Entries that one page shows; further down the tree, or by a search, there are fewer.
_MOST = 200


@router.get("/admin/codes")
def codes(
    page: PageOf,
    list: Annotated[CodeList | None, FILLED] = None,
    parent: FilledWord = None,
    q: FilledWord = None,
) -> Response:
    """Show one level of a list, or the entries that contain a text."""
    which = list or CodeList.INDUSTRIES
    service = page.services.codes
    found = service.page(page.session, which, q=q, parent=parent, limit=_MOST + 1)
    shown = found[:_MOST]
    return page.render(
        "admin/codes/index.html",
        which=which,
        lists=[each.value for each in CodeList],
        filled=service.filled(page.session),
        codes=shown,
        more=len(found) > _MOST,
        trail=service.trail(page.session, which, parent) if parent and not q else [],
        opened=service.with_children(page.session, which, [each.code for each in shown]),
        most=_MOST,
    )
