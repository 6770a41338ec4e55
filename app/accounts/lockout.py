"""Who may not sign in: disabled, locked after wrong attempts, without the right password or code."""

from datetime import timedelta

from app.accounts.totp import take_code
from app.core.errors import AppError, CodeRequired, Unauthenticated
from app.models import Account
from app.models.base import now

ATTEMPTS = 8
LOCKED_FOR = timedelta(minutes=15)
# One message for every reason, so that nobody learns which addresses have an account.
REFUSED = "邮箱或密码不正确，或账号暂时不能登录。请核对后重试；连续输错会锁定 15 分钟，忘记密码请联系本单位管理员重置。"


def refusal(account: Account | None, right: bool, code: str | None) -> AppError | None:
    """Return why an account may not sign in, and count wrong attempts."""
    if account is None:
        return Unauthenticated(REFUSED)
    locked = account.locked_until is not None and account.locked_until > now()
    if locked or account.disabled_at is not None:
        return Unauthenticated(REFUSED)
    if right and account.totp_confirmed:
        if code is None:
            return CodeRequired("请再输入身份验证器上的 6 位动态口令。")
        right = take_code(account, code)
    if right:
        account.failed_attempts = 0
        return None
    account.failed_attempts += 1
    if account.failed_attempts >= ATTEMPTS:
        account.failed_attempts, account.locked_until = 0, now() + LOCKED_FOR
    return Unauthenticated(REFUSED)
