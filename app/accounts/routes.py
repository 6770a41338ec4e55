"""Routes of accounts and API keys."""

from typing import Annotated

from fastapi import Depends, Query, Response

from app.access.guard import CallerOf, guarded_router
from app.accounts.keys import KeyService
from app.accounts.repository import AccountFilter
from app.accounts.schemas import (
    AccountIn,
    AccountOut,
    AccountPage,
    AccountPatch,
    InvitedOut,
    KeyCreated,
    KeyIn,
    KeyList,
    KeyOut,
    TokenOut,
)
from app.accounts.service import AccountService
from app.core.caller import Role
from app.core.database import DatabaseOf, ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.kinds.fields import Id
from app.kinds.parameters import Contains, Cursor, Limit
from app.models import AccountState

router = guarded_router("", "账号")


def _filter(
    role: Annotated[Role | None, Query(title="角色")] = None,
    state: Annotated[AccountState | None, Query(title="状态")] = None,
    organisation: Annotated[Id | None, Query(title="单位 id")] = None,
    q: Contains = None,
) -> AccountFilter:
    return AccountFilter(role, state, organisation, q)


Wanted = Annotated[AccountFilter, Depends(_filter)]


@router.post("/accounts", status_code=201, summary="邀请成员")
def invite(body: AccountIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response) -> InvitedOut:
    """Make an account; its owner sets a password with the one-time token."""
    account, token = parts[AccountService].invite(session, body.model_dump(), caller)
    tell_version(response, account.version)
    response.headers["Location"] = f"/api/v1/accounts/{account.id}"
    return InvitedOut.of(account, token)


@router.get("/accounts", summary="列出账号")
def list_accounts(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: Wanted,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> AccountPage:
    """Return the accounts that the caller manages, the newest first."""
    rows, next_cursor = parts[AccountService].page(session, caller, wanted, cursor, limit)
    return AccountPage(items=[AccountOut.model_validate(each) for each in rows], next_cursor=next_cursor)


@router.get("/accounts.xlsx", summary="导出账号", response_class=Response, responses=WORKBOOK)
def export_accounts(parts: PartsOf, database: DatabaseOf, caller: CallerOf, wanted: Wanted) -> Response:
    """Return the accounts that the caller manages as a workbook."""
    service = parts[AccountService]
    with database.read() as session:
        content = service.exported(session, wanted, caller)
    with database.write() as session:
        service.log_export(session, wanted, caller)
    return workbook_answer(content, "accounts.xlsx")


@router.get("/accounts/{id}", summary="读取账号")
def get_account(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> AccountOut:
    """Return one account."""
    account = parts[AccountService].get(session, id, caller)
    tell_version(response, account.version)
    return AccountOut.model_validate(account)


@router.patch("/accounts/{id}", summary="修改或停用账号")
def change_account(
    id: str,
    body: AccountPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> AccountOut:
    """Change the given fields; a disabled account's sessions and keys end at once."""
    account = parts[AccountService].change(session, id, body.model_dump(exclude_unset=True), if_match, caller)
    tell_version(response, account.version)
    return AccountOut.model_validate(account)


@router.post("/accounts/{id}/reset", summary="重置密码")
def reset(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> TokenOut:
    """Return a one-time token that sets a new password; the old one ends now."""
    return TokenOut(token=parts[AccountService].reset(session, id, caller))


@router.post("/keys", status_code=201, summary="新建 API 密钥")
def create_key(body: KeyIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> KeyCreated:
    """Make a key for a system; it is told this once."""
    scopes = None if body.scopes is None else [scope.value for scope in body.scopes]
    made, key = parts[KeyService].create(
        session, body.name, caller, account_id=body.account_id, scopes=scopes, expires_at=body.expires_at
    )
    return KeyCreated.of(made, key=key)


@router.get("/keys", summary="列出 API 密钥")
def list_keys(parts: PartsOf, session: ReadSession, caller: CallerOf) -> KeyList:
    """Return the caller's keys, with their last use."""
    return KeyList(items=[KeyOut.of(each) for each in parts[KeyService].page(session, caller)])


@router.delete("/keys/{id}", status_code=204, summary="撤销 API 密钥")
def revoke_key(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """End a key at once."""
    parts[KeyService].revoke(session, id, caller)
