"""Pages of uploads: drop a file, see what was understood, mend it, watch it being taken, get the rest back."""

from typing import Annotated

from fastapi import Query, Response

from app.core.caller import Role
from app.imports.schemas import SHOWN_ERRORS, UploadDetail, UploadOut, kind_fields
from app.jobs.repository import OPEN
from app.kinds.fields import Id
from app.kinds.parameters import Cursor
from app.models import RecordKind
from app.web.pages import PageOf, page_router

router = page_router()
_PAGE = 20
# Rows with something to say that a page shows; the rest is in the workbook.
_SHOWN_ROWS = 100
_OWN_KIND = {Role.UNIVERSITY: RecordKind.ACHIEVEMENTS, Role.ENTERPRISE: RecordKind.NEEDS}


@router.get("/imports")
def imports(
    page: PageOf,
    cursor: Cursor = None,
    round_id: Annotated[Id | None, Query(alias="round")] = None,
) -> Response:
    """Show the place to drop a file, and what was dropped before."""
    rows, following = page.services.imports.page(page.session, page.caller, None, cursor, _PAGE)
    return page.render(
        "imports/index.html",
        kind=_OWN_KIND.get(page.caller.role),
        uploads=[UploadOut.of(each) for each in rows],
        next_cursor=following,
        cursor=cursor,
        round_id=round_id,
    )


@router.get("/imports/{id}")
def upload(page: PageOf, id: str) -> Response:
    """Show how far an upload is, what was understood of its columns, and which rows need a person."""
    found = page.services.imports.get(page.session, id, page.caller)
    rejected = page.services.imports.rejected(page.session, found, SHOWN_ERRORS)
    warned = page.services.imports.warned(page.session, found, SHOWN_ERRORS)
    shown = UploadDetail.with_rows(found, rejected, warned)
    fields = {field.field: field.name for field in kind_fields(shown.kind)}
    return page.render(
        "imports/upload.html", upload=shown, fields=fields, under_way=shown.status in OPEN, shown_rows=_SHOWN_ROWS
    )
