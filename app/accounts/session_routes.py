"""Routes of signing in and of one's own account."""

from fastapi import Request, Response

from app.access.guard import CallerOf, guarded_router
from app.accounts.cookies import check_origin, clear_cookie, set_cookie
from app.accounts.repository import AccountRepository
from app.accounts.schemas import (
    AccountOut,
    CodeIn,
    MeOut,
    NewPasswordIn,
    PasswordChangeIn,
    PresentPasswordIn,
    SessionList,
    SessionOut,
    SignInIn,
    TotpOut,
)
from app.accounts.service import AccountService
from app.accounts.sign_in import LIFETIME, SignInService
from app.accounts.totp import provisioning_uri
from app.core.database import DatabaseOf, ReadSession, WriteSession, prepare_then_apply
from app.core.errors import AppError
from app.core.parts import PartsOf
from app.core.settings import Settings

router = guarded_router("", "登录")


@router.post("/sessions", status_code=201, summary="登录")
def sign_in(
    body: SignInIn, parts: PartsOf, database: DatabaseOf, caller: CallerOf, request: Request, response: Response
) -> AccountOut:
    """Open a session; its token comes as a cookie that scripts cannot read."""
    if "Sec-Fetch-Site" in request.headers or "Origin" in request.headers:
        check_origin(request)  # another site must not sign a browser in either
    service, agent = parts[SignInService], request.headers.get("User-Agent", "")
    service.count(body.email, caller)
    found = prepare_then_apply(
        database,
        lambda session: service.verify(session, body.email, body.password),
        lambda session, attempt: service.open(session, attempt, body.code, agent, caller),
    )
    if isinstance(found, AppError):  # raised within the transaction it would take the attempt back
        raise found
    set_cookie(response, parts[Settings], found.token, int(LIFETIME.total_seconds()))
    return AccountOut.model_validate(found.account)


@router.get("/sessions", summary="我的登录")
def list_sessions(parts: PartsOf, session: ReadSession, caller: CallerOf) -> SessionList:
    """Return the browsers in which the caller is signed in."""
    items = [SessionOut.model_validate(each) for each in parts[SignInService].sessions(session, caller)]
    for each in items:
        each.current = each.id == caller.session_id
    return SessionList(items=items)


@router.delete("/sessions/current", status_code=204, summary="退出登录")
def sign_out(parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response) -> None:
    """End this session."""
    parts[SignInService].end(session, caller.session_id, caller)
    clear_cookie(response, parts[Settings])


@router.delete("/sessions/{id}", status_code=204, summary="让某处的登录退出")
def end_session(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """End one of the caller's sessions."""
    parts[SignInService].end(session, id, caller)


@router.post("/passwords", status_code=204, summary="用邀请码或重设码设置密码")
def set_password(body: NewPasswordIn, parts: PartsOf, database: DatabaseOf, caller: CallerOf) -> None:
    """Set the password of the account that a one-time token belongs to."""
    service = parts[AccountService]
    prepare_then_apply(
        database,
        lambda session: service.prepare_for_token(session, body.token, body.password),
        lambda session, hash: service.use_token(session, body.token, hash, caller),
    )


@router.get("/me", summary="当前身份")
def me(session: ReadSession, caller: CallerOf) -> MeOut:
    """Return who is signed in."""
    account = AccountRepository(session).get(caller.account_id or "")
    return MeOut(
        role=caller.role,
        name=caller.name if account is None else account.name,
        organisation_id=caller.organisation_id,
        manages_organisation=caller.manages_organisation,
        scopes=None if caller.scopes is None else sorted(caller.scopes),
        account=None if account is None else AccountOut.model_validate(account),
    )


@router.put("/me/password", status_code=204, summary="修改密码")
def change_password(body: PasswordChangeIn, parts: PartsOf, database: DatabaseOf, caller: CallerOf) -> None:
    """Change the caller's password; other sessions end."""
    service = parts[AccountService]
    prepare_then_apply(
        database,
        lambda session: service.prepare_password(session, body.present, body.password, caller),
        lambda session, new: service.change_password(session, new, caller),
    )


@router.post("/me/totp", status_code=201, summary="开始启用动态口令")
def begin_totp(parts: PartsOf, session: WriteSession, caller: CallerOf) -> TotpOut:
    """Return a secret for an authenticator app; it counts once confirmed."""
    account = parts[AccountService].begin_totp(session, caller)
    secret = account.totp_secret or ""
    return TotpOut(secret=secret, uri=provisioning_uri(secret, account.email))


@router.put("/me/totp", status_code=204, summary="确认启用动态口令")
def confirm_totp(body: CodeIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Ask for a code at every sign-in from now on."""
    parts[AccountService].confirm_totp(session, body.code, caller)


@router.delete("/me/totp", status_code=204, summary="停用动态口令")
def end_totp(body: PresentPasswordIn, parts: PartsOf, database: DatabaseOf, caller: CallerOf) -> None:
    """Ask for no codes any more."""
    service = parts[AccountService]
    prepare_then_apply(
        database,
        lambda session: service.prove(session, body.present, caller),
        lambda session, proved: service.end_totp(session, proved, caller),
    )
