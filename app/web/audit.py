"""Pages of the audit log: searched by administrators; verified by a command, not by what it is to verify."""

from typing import Annotated, Any

from fastapi import Path, Response

from app.audit.parameters import Wanted
from app.audit.repository import AuditFilter
from app.audit.schemas import AuditEntryOut
from app.kinds.parameters import Cursor
from app.web import audit_words
from app.web.pages import PageOf, page_router

router = page_router()
_PAGE = 50
_LARGEST = 2**31 - 1


@router.get("/admin/audit")
def entries(page: PageOf, wanted: Wanted, cursor: Cursor = None) -> Response:
    """Show entries, the newest first, and the present head of the chain.

    A search may have to read the whole log, so what it finds follows the page.
    """
    narrowed = wanted != AuditFilter()
    values: dict[str, Any] = {"entries": None}
    if page.is_fragment or not narrowed:
        rows, following = page.services.audit.page(page.session, wanted, cursor, _PAGE, page.caller)
        shown = [_line(AuditEntryOut.model_validate(each)) for each in rows]
        values = {"entries": shown, "next_cursor": following, "cursor": cursor}
    if page.is_fragment:
        return page.render("admin/audit/list.html", **values)
    head = page.services.audit.head(page.session, page.caller)
    return page.render(
        "admin/audit/index.html",
        searched_since=wanted.since if wanted.q and not page.request.query_params.get("since") else None,
        nouns=audit_words.NOUNS,
        narrowed=narrowed,
        head="{}:{}".format(*head),
        **values,
    )


@router.get("/admin/audit/{number}")
def entry(page: PageOf, number: Annotated[int, Path(ge=1, le=_LARGEST)]) -> Response:
    """Show an entry with its values before and after; its table alone as a part of the list."""
    found = AuditEntryOut.model_validate(page.services.audit.entry(page.session, number, page.caller))
    template = "admin/audit/values.html" if page.is_fragment else "admin/audit/entry.html"
    last, _ = page.services.audit.head(page.session, page.caller)
    return page.render(template, line=_line(found), values=audit_words.values(found), last=last)


def _line(entry: AuditEntryOut) -> dict[str, object]:
    return {
        "entry": entry,
        "who": audit_words.actor_word(entry.actor),
        "action": audit_words.action_word(entry.action),
        "subject": audit_words.subject(entry),
        "path": audit_words.object_path(entry),
    }
