"""Pages of organisations: the list, one with what belongs to it, and the form that changes it."""

from typing import Annotated, Any

from fastapi import Response

from app.accounts.repository import AccountFilter
from app.accounts.schemas import AccountOut
from app.core.caller import Role
from app.core.errors import Forbidden
from app.kinds.fields import Phrase
from app.kinds.parameters import Cursor
from app.kinds.visibility import RecordFilter
from app.liaisons.schemas import AssignmentOut
from app.models import CodeList, OrganisationKind, RecordKind, Verification
from app.organisations.repository import OrganisationFilter
from app.organisations.schemas import OrganisationRow
from app.records.schemas import RecordOut
from app.services import OUTPUTS
from app.web.filters import FILLED, FilledWord
from app.web.pages import Page, PageOf, page_router

router = page_router()
_PAGE = 30
# Records and accounts that a page of one organisation shows; the rest is behind a link.
_SHOWN = 5
_SHOWN_ACCOUNTS = 20
_OPTIONS = 20
# Fields of several values that are written in freely.
_WORDS = ("aliases", "brands", "products", "phones")
_Kind = Annotated[OrganisationKind | None, FILLED]


@router.get("/admin/organisations")
def organisations(
    page: PageOf,
    kind: _Kind = None,
    verification: Annotated[Verification | None, FILLED] = None,
    district: FilledWord = None,
    q: FilledWord = None,
    cursor: Cursor = None,
) -> Response:
    """Show organisations, the newest first, narrowed by what the address says."""
    wanted = OrganisationFilter(kind, district, verification, q)
    rows, following = page.services.organisations.page(page.session, page.caller, wanted, cursor, _PAGE)
    return page.render(
        "admin/organisations/index.html",
        organisations=[OrganisationRow.of(each, page.caller) for each in rows],
        narrowed=wanted != OrganisationFilter(),
        next_cursor=following,
        cursor=cursor,
    )


@router.get("/admin/organisations/options")
def options(page: PageOf, q: FilledWord = None, kind: _Kind = None) -> Response:
    """Show organisations that are called something, as options of a select."""
    wanted = OrganisationFilter(kind=kind, q=q)
    rows, following = page.services.organisations.page(page.session, page.caller, wanted, None, _OPTIONS)
    return page.render("admin/organisations/options.html", organisations=rows, q=q, more=following is not None)


@router.get("/admin/organisations/new")
def new_organisation(page: PageOf, name: Phrase = "", kind: _Kind = None) -> Response:
    """Show the form that makes an organisation."""
    values = {"name": name.strip(), "kind": kind or OrganisationKind.ENTERPRISE}
    return _form(page, values, None)


@router.get("/admin/organisations/{id}")
def organisation(page: PageOf, id: str) -> Response:
    """Show one organisation, its records, its members and who looks after it."""
    found = OrganisationRow.of(page.services.organisations.get(page.session, id, page.caller), page.caller)
    own = page.caller.owns(id)
    return page.render(
        "admin/organisations/one.html",
        organisation=found,
        own=own,
        may_change=page.caller.sees_all or (own and page.caller.manages_organisation),
        industries=_industries(page, found.industries),
        records={kind: _records(page, kind, id) for kind in _kinds(found.kind)},
        accounts=_accounts(page, id),
        liaisons=_liaisons(page, id),
        verdicts={Verification.VERIFIED.value: "属实", Verification.REFUSED.value: "不实"},
    )


@router.get("/admin/organisations/{id}/edit")
def edit_organisation(page: PageOf, id: str) -> Response:
    """Show the form that changes an organisation: to staff, and to who manages it."""
    found = page.services.organisations.get(page.session, id, page.caller)
    if not page.caller.sees_all and not (page.caller.owns(id) and page.caller.manages_organisation):
        raise Forbidden("只有本单位的管理员可以修改单位资料，请联系本单位管理员。")
    shown = OrganisationRow.of(found, page.caller)
    return _form(page, shown.model_dump(), shown)


def _form(page: Page, values: dict[str, Any], organisation: OrganisationRow | None) -> Response:
    return page.render(
        "admin/organisations/form.html",
        values=values,
        organisation=organisation,
        industries=_industries(page, values.get("industries", [])),
        known={name: {word: word for word in values.get(name) or []} for name in _WORDS},
    )


def _industries(page: Page, codes: list[str]) -> dict[str, str]:
    """Return industries with their codes, by code."""
    if not codes:
        return {}
    names = page.services.codes.names(page.session, CodeList.INDUSTRIES, codes)
    return {code: f"{code} {names[code]}" if code in names else code for code in codes}


def _kinds(kind: OrganisationKind) -> tuple[RecordKind, ...]:
    """Return what an organisation of a kind posts, the usual first."""
    if kind is OrganisationKind.ENTERPRISE:
        return (RecordKind.NEEDS, RecordKind.ACHIEVEMENTS)
    return (RecordKind.ACHIEVEMENTS, RecordKind.NEEDS)


def _records(page: Page, kind: RecordKind, id: str) -> list[RecordOut]:
    wanted = RecordFilter(organisation=id)
    found = page.services.records[kind].page(page.session, page.caller, wanted, limit=_SHOWN)
    return [OUTPUTS[kind].of(each, page.caller) for each in found.records]


def _accounts(page: Page, id: str) -> list[AccountOut] | None:
    """Return the members, to whom may manage them; None to others."""
    if page.caller.role is not Role.ADMIN and not (page.caller.owns(id) and page.caller.manages_organisation):
        return None
    wanted = AccountFilter(organisation_id=id)
    rows, _ = page.services.accounts.page(page.session, page.caller, wanted, None, _SHOWN_ACCOUNTS)
    return [AccountOut.model_validate(each) for each in rows]


def _liaisons(page: Page, id: str) -> list[dict[str, Any]] | None:
    """Return who looks after an organisation, to staff and the bureau; None to others."""
    if not page.caller.sees_all and page.caller.role is not Role.BUREAU:
        return None
    found = page.services.liaisons.assignments(page.session, None, id, page.caller)
    return [{"duty": AssignmentOut.of(each), "unit": each.liaison.unit, "phone": each.liaison.phone} for each in found]
