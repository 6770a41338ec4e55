"""Signing in and out: sessions of browsers."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts.identification import caller_of
from app.accounts.lockout import REFUSED, refusal
from app.accounts.passwords import verify_password
from app.accounts.repository import AccountRepository
from app.accounts.throttle import Throttle
from app.accounts.tokens import SESSION, new_token, token_hash
from app.audit.log import Event, append
from app.core.caller import ANYBODY, Caller
from app.core.database import Database
from app.core.errors import NotFound, Unauthenticated
from app.models import Account, SignInSession
from app.models.base import now

LIFETIME = timedelta(days=7)


class SignInService:
    """Opens and ends sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._throttle = Throttle()

    def sign_in(
        self, email: str, password: str, code: str | None, address: str, user_agent: str
    ) -> tuple[Account, str]:
        """Open a session; return the account and the token of the cookie.

        An unknown address, a wrong password, a disabled and a locked account take the same steps:
        one Argon2 verification and one transaction with an entry in the audit log.

        Raises:
            TooManyRequests, CodeRequired, Unauthenticated.
        """
        self._throttle.count(address, email.strip().lower())
        with self._database.read() as session:
            known = AccountRepository(session).by_email(email)
        right = verify_password(password, None if known is None else known.password_hash)
        token = new_token(SESSION)
        with self._database.write() as session:
            account = None if known is None else AccountRepository(session).get(known.id)
            refused = refusal(account, right, code)
            if account is None or refused is not None:
                id = "" if account is None else account.id
                append(session, Caller(ANYBODY.role, address=address), [Event("session.refuse", "accounts", id)])
            else:
                self._open(session, account, token, address, user_agent)
        if account is None or refused is not None:
            raise refused or Unauthenticated(REFUSED)
        return account, token

    def _open(self, session: Session, account: Account, token: str, address: str, user_agent: str) -> None:
        moment = now()
        repository = AccountRepository(session)
        repository.end_expired(moment)
        account.last_sign_in_at = moment
        opened = SignInSession(
            account_id=account.id, token_hash=token_hash(token), address=address, user_agent=user_agent[:300],
            created_at=moment, last_seen_at=moment, expires_at=moment + LIFETIME,
        )  # fmt: skip
        repository.add(opened)
        session.flush()
        append(session, caller_of(account, address), [Event("session.open", "sessions", opened.id)])

    def sessions(self, session: Session, caller: Caller) -> Sequence[SignInSession]:
        """Return the caller's sessions, the last used first."""
        return AccountRepository(session).sessions(caller.account_id or "")

    def end(self, id: str | None, caller: Caller) -> None:
        """End a session of the caller. Raises NotFound."""
        with self._database.write() as session:
            repository = AccountRepository(session)
            found = next((each for each in repository.sessions(caller.account_id or "") if each.id == id), None)
            if found is None:
                raise NotFound("没有这个登录，它可能已经退出。")
            repository.remove(found)
            append(session, caller, [Event("session.end", "sessions", found.id)])
