"""Routes of the audit log."""

from collections.abc import Iterator

from fastapi import Response
from fastapi.responses import StreamingResponse

from app.access.guard import CallerOf, guarded_router
from app.audit.export import as_lines, as_workbook
from app.audit.parameters import Wanted
from app.audit.schemas import AuditEntryOut, AuditPage
from app.audit.service import AuditService
from app.core.database import DatabaseOf, ReadSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.kinds.parameters import Cursor, Limit

router = guarded_router("/audit", "审计日志")
_LINES = "application/x-ndjson"


@router.get("", summary="查询审计日志")
def list_entries(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: Wanted,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> AuditPage:
    """Return entries, the newest first."""
    entries, following = parts[AuditService].page(session, wanted, cursor, limit, caller)
    return AuditPage(items=[AuditEntryOut.model_validate(each) for each in entries], next_cursor=following)


@router.get(
    "/export.jsonl",
    summary="导出审计日志，可再次校验",
    response_class=Response,
    responses={200: {"content": {_LINES: {}}, "description": "每行一条"}},
)
def export_lines(parts: PartsOf, database: DatabaseOf, caller: CallerOf, wanted: Wanted) -> Response:
    """Return entries as lines of JSON, the oldest first."""
    service = parts[AuditService]
    with database.write() as session:
        service.log_export(session, wanted, caller)

    def lines() -> Iterator[str]:  # read while they are sent, when the sessions of the route have ended
        with database.read() as session:
            yield from as_lines(service.rows(session, wanted, caller))

    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(lines(), media_type=_LINES, headers=headers)


@router.get(
    "/export.xlsx",
    summary="导出审计日志为工作簿",
    response_class=Response,
    responses=WORKBOOK,
)
def export_workbook(parts: PartsOf, database: DatabaseOf, caller: CallerOf, wanted: Wanted) -> Response:
    """Return entries as a workbook, the oldest first."""
    service = parts[AuditService]
    with database.read() as session:
        service.check_fits_a_workbook(session, wanted, caller)
    with database.write() as session:
        service.log_export(session, wanted, caller)
    with database.read() as session:
        content = as_workbook(service.rows(session, wanted, caller))
    return workbook_answer(content, "audit.xlsx")
