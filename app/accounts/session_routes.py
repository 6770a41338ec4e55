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
from app.core.database import ReadSession
from app.core.parts import PartsOf
from app.core.settings import Settings

router = guarded_router("", "登录")


@router.post("/sessions", status_code=201, summary="登录")
def sign_in(body: SignInIn, parts: PartsOf, caller: CallerOf, request: Request, response: Response) -> AccountOut:
    """Open a session; its token comes as a cookie that scripts cannot read."""
    if "Sec-Fetch-Site" in request.headers or "Origin" in request.headers:
        check_origin(request)  # another site must not sign a browser in either
    agent = request.headers.get("User-Agent", "")
    account, token = parts[SignInService].sign_in(body.email, body.password, body.code, caller.address, agent)
    set_cookie(response, parts[Settings], token, int(LIFETIME.total_seconds()))
    return AccountOut.model_validate(account)


@router.get("/sessions", summary="我的登录")
def list_sessions(parts: PartsOf, session: ReadSession, caller: CallerOf) -> SessionList:
    """Return the browsers in which the caller is signed in."""
    items = [SessionOut.model_validate(each) for each in parts[SignInService].sessions(session, caller)]
    for each in items:
        each.current = each.id == caller.session_id
    return SessionList(items=items)


@router.delete("/sessions/current", status_code=204, summary="退出登录")
def sign_out(parts: PartsOf, caller: CallerOf, response: Response) -> None:
    """End this session."""
    parts[SignInService].end(caller.session_id, caller)
    clear_cookie(response, parts[Settings])


@router.delete("/sessions/{id}", status_code=204, summary="让某处的登录退出")
def end_session(id: str, parts: PartsOf, caller: CallerOf) -> None:
    """End one of the caller's sessions."""
    parts[SignInService].end(id, caller)


@router.post("/passwords", status_code=204, summary="用邀请码或重设码设置密码")
def set_password(body: NewPasswordIn, parts: PartsOf, caller: CallerOf) -> None:
    """Set the password of the account that a one-time token belongs to."""
    parts[AccountService].use_token(body.token, body.password, caller.address)


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
def change_password(body: PasswordChangeIn, parts: PartsOf, caller: CallerOf) -> None:
    """Change the caller's password; other sessions end."""
    parts[AccountService].change_password(body.present, body.password, caller)


@router.post("/me/totp", status_code=201, summary="开始启用动态口令")
def begin_totp(parts: PartsOf, caller: CallerOf) -> TotpOut:
    """Return a secret for an authenticator app; it counts once confirmed."""
    account = parts[AccountService].begin_totp(caller)
    secret = account.totp_secret or ""
    return TotpOut(secret=secret, uri=provisioning_uri(secret, account.email))


@router.put("/me/totp", status_code=204, summary="确认启用动态口令")
def confirm_totp(body: CodeIn, parts: PartsOf, caller: CallerOf) -> None:
    """Ask for a code at every sign-in from now on."""
    parts[AccountService].confirm_totp(body.code, caller)


@router.delete("/me/totp", status_code=204, summary="停用动态口令")
def end_totp(body: PresentPasswordIn, parts: PartsOf, caller: CallerOf) -> None:
    """Ask for no codes any more."""
    parts[AccountService].end_totp(body.present, caller)
