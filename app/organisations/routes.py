"""Routes of organisations."""

from typing import Annotated

from fastapi import Depends, Query, Response

from app.access.guard import CallerOf, guarded_router
from app.core.database import DatabaseOf, ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.kinds.fields import Word, plain_fields
from app.kinds.parameters import Contains, Cursor, Limit
from app.models import OrganisationKind, Verification
from app.organisations.repository import OrganisationFilter
from app.organisations.schemas import (
    OrganisationIn,
    OrganisationPage,
    OrganisationPatch,
    OrganisationRow,
    VerificationIn,
)
from app.organisations.service import OrganisationService

router = guarded_router("/organisations", "单位")


def _filter(
    kind: Annotated[OrganisationKind | None, Query(title="单位类型")] = None,
    district: Annotated[Word | None, Query(title="县区")] = None,
    verification: Annotated[Verification | None, Query(title="核验状态")] = None,
    q: Contains = None,
) -> OrganisationFilter:
    return OrganisationFilter(kind, district, verification, q)


Wanted = Annotated[OrganisationFilter, Depends(_filter)]


@router.post("", status_code=201, summary="新增单位")
def create_organisation(
    body: OrganisationIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> OrganisationRow:
    """Make an organisation."""
    made = parts[OrganisationService].create(session, plain_fields(body.model_dump(mode="json")), caller)
    tell_version(response, made.version)
    response.headers["Location"] = f"/api/v1/organisations/{made.id}"
    return OrganisationRow.of(made, caller)


@router.get("", summary="列出单位")
def list_organisations(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: Wanted,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> OrganisationPage:
    """Return organisations, the newest first; enterprises are shown to staff and themselves alone."""
    rows, next_cursor = parts[OrganisationService].page(session, caller, wanted, cursor, limit)
    return OrganisationPage(items=[OrganisationRow.of(each, caller) for each in rows], next_cursor=next_cursor)


@router.get(".xlsx", summary="导出单位", response_class=Response, responses=WORKBOOK)
def export_organisations(parts: PartsOf, database: DatabaseOf, caller: CallerOf, wanted: Wanted) -> Response:
    """Return organisations as a workbook."""
    service = parts[OrganisationService]
    with database.read() as session:
        content = service.exported(session, wanted, caller)
    with database.write() as session:
        service.log_export(session, wanted, caller)
    return workbook_answer(content, "organisations.xlsx")


@router.get("/{id}", summary="读取单位")
def get_organisation(
    id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response
) -> OrganisationRow:
    """Return one organisation."""
    found = parts[OrganisationService].get(session, id, caller)
    tell_version(response, found.version)
    return OrganisationRow.of(found, caller)


@router.patch("/{id}", summary="修改单位资料")
def change_organisation(
    id: str,
    body: OrganisationPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> OrganisationRow:
    """Change the given fields; what was verified and changes is unverified again."""
    fields = body.model_dump(mode="json", exclude_unset=True)
    found = parts[OrganisationService].change(session, id, fields, if_match, caller)
    tell_version(response, found.version)
    return OrganisationRow.of(found, caller)


@router.post("/{id}/verification", summary="核验单位")
def verify_organisation(
    id: str,
    body: VerificationIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> OrganisationRow:
    """Keep who checked an organisation, when, and what they found."""
    found = parts[OrganisationService].verify(session, id, Verification(body.state), body.note, if_match, caller)
    tell_version(response, found.version)
    return OrganisationRow.of(found, caller)
