"""Who is calling: by the operator's key, an API key or the cookie of a session."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.cookies import check_origin, cookie_name
from app.accounts.repository import AccountRepository
from app.accounts.tokens import token_hash
from app.core.caller import ANYBODY, OPERATOR, Caller, Role
from app.core.client_address import client_address
from app.core.database import Database
from app.core.errors import Unauthenticated
from app.core.security import key_digest
from app.core.settings import Settings
from app.models import Account
from app.models.base import now

log = structlog.get_logger()

IDLE = timedelta(hours=12)
# How often the last use of a key or session is written down.
_NOTED_EVERY = timedelta(minutes=1)


class Identifier:
    """Tells who sends a request; without credentials it asks no database.

    An edge: it reads before the request has a session of its own, which it may never come to, and writes a last
    use down in a transaction of its own, which stays whatever becomes of the request.

    Args:
        operator_digest: of the operator's key.
    """

    def __init__(self, settings: Settings, database: Database, operator_digest: bytes) -> None:
        self._settings = settings
        self._database = database
        self._operator = operator_digest

    def __call__(self, request: Request) -> Caller:
        """Return who calls.

        Raises:
            Unauthenticated: a key is given and does not count.
            Forbidden: a session's cookie comes with a changing request of another site.
        """
        address = client_address(request, self._settings.proxies)
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and key.strip():
            return self._by_key(key.strip(), address)
        token = request.cookies.get(cookie_name(self._settings))
        caller = None if token is None else self._by_session(token, address)
        if caller is None:  # also with a cookie that has run out: public pages go on
            return replace(ANYBODY, address=address)
        check_origin(request)
        return caller

    def _by_key(self, key: str, address: str) -> Caller:
        digest = key_digest(key)
        if hmac.compare_digest(digest, self._operator):
            return replace(OPERATOR, address=address)
        with self._database.read() as session:
            found = AccountRepository(session).key_by_hash(digest.hex())
        moment = now()
        expired = found is not None and found.expires_at is not None and found.expires_at <= moment
        if found is None or expired or found.revoked_at is not None or found.account.disabled_at is not None:
            raise Unauthenticated("密钥不正确，或已过期、已停用。请换用有效的密钥，或联系管理员重新生成。")
        if _due(found.last_used_at, moment):
            self._note(lambda repository: repository.key_used(found.id, moment, address))
        scopes = None if found.scopes is None else frozenset(found.scopes)
        return caller_of(found.account, address, scopes)

    def _by_session(self, token: str, address: str) -> Caller | None:
        with self._database.read() as session:
            found = AccountRepository(session).session_by_hash(token_hash(token))
        moment = now()
        if found is None or found.expires_at <= moment or found.last_seen_at + IDLE <= moment:
            return None
        if found.account.disabled_at is not None:
            return None
        if _due(found.last_seen_at, moment):
            self._note(lambda repository: repository.seen(found.id, moment))
        return replace(caller_of(found.account, address), session_id=found.id)

    def _note(self, write: Callable[[AccountRepository], None]) -> None:
        """Write a last use down; a request never fails for it."""
        try:
            with self._database.write() as session:
                write(AccountRepository(session))
        except SQLAlchemyError as error:
            log.warning("last use not noted", reason=type(error).__name__)


def caller_of(account: Account, address: str, scopes: frozenset[str] | None = None) -> Caller:
    """Return who calls with an account."""
    return Caller(
        Role(account.role),
        account_id=account.id,
        name=account.email,
        organisation_id=account.organisation_id,
        manages_organisation=account.manages_organisation,
        scopes=scopes,
        address=address,
    )


def _due(last: datetime | None, moment: datetime) -> bool:
    return last is None or last + _NOTED_EVERY <= moment
