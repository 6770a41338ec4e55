"""Signing in and out: sessions of browsers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from app.core.database import Overtaken, release
from app.core.errors import AppError, NotFound, Unauthenticated
from app.models import Account, SignInSession
from app.models.base import now

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True, repr=False)  # no log shows it
class Attempt:
    """That somebody tries to sign in.

    Attributes:
        account_id: whose address was given; None where nobody has it.
        hash: that the password was compared with.
        right: whether the password is that of the account.
    """

    account_id: str | None
    hash: str | None
    right: bool


@dataclass(frozen=True, slots=True, repr=False)  # no log shows it
class SignedIn:
    """Who has signed in, and the token of the cookie."""

    account: Account
    token: str


class SignInService:
    """Opens and ends sessions.

    Signing in takes three steps: `count`, `verify` before the transaction that writes, for it takes long, and
    `open` in it. An unknown address, a wrong password, a disabled and a locked account take the same: one Argon2
    verification and one transaction with an entry in the audit log.
    """

    def __init__(self) -> None:
        self._throttle = Throttle()

    def count(self, email: str, caller: Caller) -> None:
        """Count an attempt, before anything is read for it. Raises TooManyRequests."""
        self._throttle.count(caller.address, email.strip().lower())

    def verify(self, session: Session, email: str, password: str) -> Attempt:
        """Compare a password with that of the account of an address, if there is one."""
        known = AccountRepository(session).by_email(email)
        release(session)
        hash = None if known is None else known.password_hash
        return Attempt(None if known is None else known.id, hash, verify_password(password, hash))

    def open(
        self, session: Session, attempt: Attempt, code: str | None, user_agent: str, caller: Caller
    ) -> SignedIn | AppError:
        """Open a session, or return why not: to be raised once the count of wrong attempts and the entry are kept.

        Raises:
            Overtaken: the account has another password by now.
        """
        account = None if attempt.account_id is None else AccountRepository(session).get(attempt.account_id)
        if account is not None and account.password_hash != attempt.hash:
            raise Overtaken
        refused = refusal(account, attempt.right, code)
        if account is None or refused is not None:
            id = "" if account is None else account.id
            append(session, replace(ANYBODY, address=caller.address), [Event("session.refuse", "accounts", id)])
            return refused or Unauthenticated(REFUSED)
        token = new_token(SESSION)
        self._open(session, account, token, caller.address, user_agent)
        return SignedIn(account, token)

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

    def end(self, session: Session, id: str | None, caller: Caller) -> None:
        """End a session of the caller. Raises NotFound."""
        repository = AccountRepository(session)
        found = next((each for each in repository.sessions(caller.account_id or "") if each.id == id), None)
        if found is None:
            raise NotFound("没有这个登录，它可能已经退出。")
        repository.remove(found)
        append(session, caller, [Event("session.end", "sessions", found.id)])
