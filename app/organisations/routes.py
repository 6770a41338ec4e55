"""Routes of organisations."""

from typing import Annotated

from fastapi import Depends, Query, Response

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.models import OrganisationKind, Verification
from app.organisations.repository import OrganisationFilter
from app.organisations.schemas import (
    OrganisationIn,
    OrganisationPage,
    OrganisationPatch,
    OrganisationRow,
    VerificationIn,
)
from app.records.fields import Word
from app.records.parameters import Contains, Cursor, Limit
from app.records.service import plain_fields
from app.services import ServicesOf

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
    body: OrganisationIn, services: ServicesOf, caller: CallerOf, response: Response
) -> OrganisationRow:
    """Make an organisation."""
    made = services.organisations.create(plain_fields(body.model_dump(mode="json")), caller)
    tell_version(response, made.version)
    response.headers["Location"] = f"/api/v1/organisations/{made.id}"
    return OrganisationRow.of(made, caller)


@router.get("", summary="列出单位")
def list_organisations(
    services: ServicesOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: Wanted,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> OrganisationPage:
    """Return organisations, the newest first; enterprises are shown to staff and themselves alone."""
    rows, next_cursor = services.organisations.page(session, caller, wanted, cursor, limit)
    return OrganisationPage(items=[OrganisationRow.of(each, caller) for each in rows], next_cursor=next_cursor)


@router.get(".xlsx", summary="导出单位", response_class=Response, responses=WORKBOOK)
def export_organisations(services: ServicesOf, caller: CallerOf, wanted: Wanted) -> Response:
    """Return organisations as a workbook."""
    return workbook_answer(services.organisations.exported(wanted, caller), "organisations.xlsx")


@router.get("/{id}", summary="读取单位")
def get_organisation(
    id: str, services: ServicesOf, session: ReadSession, caller: CallerOf, response: Response
) -> OrganisationRow:
    """Return one organisation."""
    found = services.organisations.get(session, id, caller)
    tell_version(response, found.version)
    return OrganisationRow.of(found, caller)


@router.patch("/{id}", summary="修改单位资料")
def change_organisation(
    id: str,
    body: OrganisationPatch,
    services: ServicesOf,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> OrganisationRow:
    """Change the given fields; what was verified and changes is unverified again."""
    fields = body.model_dump(mode="json", exclude_unset=True)
    found = services.organisations.change(id, fields, if_match, caller)
    tell_version(response, found.version)
    return OrganisationRow.of(found, caller)


@router.post("/{id}/verification", summary="核验单位")
def verify_organisation(
    id: str,
    body: VerificationIn,
    services: ServicesOf,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> OrganisationRow:
    """Keep who checked an organisation, when, and what they found."""
    found = services.organisations.verify(id, Verification(body.state), body.note, if_match, caller)
    tell_version(response, found.version)
    return OrganisationRow.of(found, caller)
