"""API keys: named, scoped, expiring, told once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.repository import AccountRepository
from app.accounts.tokens import API_KEY, new_token, token_hash
from app.audit.log import Event, append
from app.core.caller import Caller, Role
from app.core.errors import FieldError, InvalidInput, NotFound
from app.models import ApiKey
from app.models.base import now

LIFETIME = timedelta(days=365)
_HINT = 10


class KeyService:
    """Makes and revokes keys."""

    def create(
        self,
        session: Session,
        name: str,
        caller: Caller,
        *,
        account_id: str | None = None,
        scopes: Sequence[str] | None = None,
        expires_at: datetime | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key; return it and the key itself, which is not kept.

        Args:
            account_id: whose; None for the caller's own. Administrators alone name others.
            scopes: what it may do; None for all that the account may.
            expires_at: None for a year from now.

        Raises:
            InvalidInput: there is no such account, or the end lies in the past.
        """
        expires_at = expires_at or now() + LIFETIME
        if expires_at <= now():
            raise _invalid("expires_at", "应晚于现在，请改填将来的时间")
        if caller.scopes is not None and (scopes is None or not caller.scopes.issuperset(scopes)):
            raise _invalid("scopes", "不能超出当前密钥的范围，请缩小范围或用密码登录后再建")
        wanted = caller.account_id if account_id is None or caller.role is not Role.ADMIN else account_id
        key = new_token(API_KEY)
        account = AccountRepository(session).get(wanted or "")
        if account is None or account.disabled_at is not None:
            raise _invalid("account_id", "没有这个账号，或已停用；运营方密钥要指明替哪个账号建密钥")
        made = ApiKey(
            account_id=account.id, name=name, key_hash=token_hash(key), hint=key[:_HINT],
            scopes=None if scopes is None else sorted(scopes), expires_at=expires_at,
        )  # fmt: skip
        made.account = account
        AccountRepository(session).add(made)
        session.flush()
        told = {"name": name, "account_id": account.id, "scopes": made.scopes, "expires_at": expires_at}
        append(session, caller, [Event("key.create", "keys", made.id, None, told)])
        return made, key

    def page(self, session: Session, caller: Caller) -> Sequence[ApiKey]:
        """Return the caller's keys; for administrators, everybody's."""
        return AccountRepository(session).keys(None if caller.role is Role.ADMIN else caller.account_id or "")

    def own(self, session: Session, caller: Caller) -> Sequence[ApiKey]:
        """Return the caller's own keys, also for administrators."""
        return AccountRepository(session).keys(caller.account_id or "")

    def of(self, session: Session, account_id: str, caller: Caller) -> Sequence[ApiKey]:
        """Return an account's keys, to administrators; to others none but their own."""
        if caller.role is not Role.ADMIN and account_id != caller.account_id:
            return []
        return AccountRepository(session).keys(account_id)

    def revoke(self, session: Session, id: str, caller: Caller) -> None:
        """End a key at once. Raises NotFound."""
        found = AccountRepository(session).key(id)
        if found is None or (caller.role is not Role.ADMIN and found.account_id != caller.account_id):
            raise NotFound("没有这个密钥，它可能已被删除。")
        if found.revoked_at is None:
            found.revoked_at = now()
            append(session, caller, [Event("key.revoke", "keys", id)])


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"{field}：{message}。", (FieldError(field, "invalid", message),))
