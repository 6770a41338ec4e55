"""Pages of accounts: administrators see all, who manages an organisation its members."""

from typing import Annotated

from fastapi import Response

from app.accounts.membership import check_manages
from app.accounts.repository import AccountFilter
from app.accounts.schemas import ASSIGNABLE, AccountOut, KeyOut
from app.core.caller import Role
from app.kinds.fields import Id
from app.kinds.parameters import Cursor
from app.models import Account, AccountState
from app.models.base import now
from app.organisations.schemas import OrganisationRow
from app.web.filters import FILLED, FilledWord
from app.web.pages import Page, PageOf, page_router
from app.web.vocabulary import WORDS

router = page_router()
_PAGE = 50
# Roles that cannot do without an organisation.
_NEEDING = (Role.ENTERPRISE.value, Role.UNIVERSITY.value)
_Id = Annotated[Id | None, FILLED]


@router.get("/admin/accounts")
def accounts(
    page: PageOf,
    role: Annotated[Role | None, FILLED] = None,
    state: Annotated[AccountState | None, FILLED] = None,
    organisation: _Id = None,
    q: FilledWord = None,
    cursor: Cursor = None,
) -> Response:
    """Show the accounts that the viewer manages, the newest first."""
    wanted = AccountFilter(role, state, organisation, q)
    rows, following = page.services.accounts.page(page.session, page.caller, wanted, cursor, _PAGE)
    return page.render(
        "admin/accounts/index.html",
        accounts=[(AccountOut.model_validate(each), _organisation(each)) for each in rows],
        roles=_roles(page),
        only=_named(page, organisation),
        narrowed=wanted != AccountFilter(organisation_id=organisation),
        next_cursor=following,
        cursor=cursor,
    )


@router.get("/admin/accounts/new")
def new_account(page: PageOf, organisation: _Id = None, role: Annotated[Role | None, FILLED] = None) -> Response:
    """Show the form that invites somebody."""
    check_manages(page.caller)
    return page.render(
        "admin/accounts/new.html",
        roles=_roles(page),
        role=role,
        organisation=_named(page, organisation),
        needing=_NEEDING,
    )


@router.get("/admin/accounts/{id}")
def account(page: PageOf, id: str) -> Response:
    """Show an account, what may be done with it, and to administrators its keys."""
    found = page.services.accounts.get(page.session, id, page.caller)
    keys = page.services.keys.of(page.session, id, page.caller)
    return page.render(
        "admin/accounts/one.html",
        account=AccountOut.model_validate(found),
        organisation=_organisation(found),
        oneself=id == page.caller.account_id,
        demo=found.demo,
        roles=_roles(page),
        keys=[KeyOut.of(each) for each in keys],
        now=now(),
    )


def _roles(page: Page) -> dict[str, str]:
    """Return the roles that the viewer may give, with their names."""
    given = ASSIGNABLE if page.caller.role is Role.ADMIN else (page.caller.role,)
    return {role.value: WORDS["role"][role.value] for role in given}


def _organisation(account: Account) -> tuple[str, str] | None:
    return None if account.organisation is None else (account.organisation.id, account.organisation.name)


def _named(page: Page, id: str | None) -> OrganisationRow | None:
    """Return the organisation that a list or an invitation is about."""
    if id is None or page.caller.role is not Role.ADMIN:
        return None
    return OrganisationRow.of(page.services.organisations.get(page.session, id, page.caller), page.caller)
