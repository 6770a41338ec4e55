"""Accounts, sessions, keys and one-time tokens in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from app.core.caller import Caller, Role
from app.models import Account, AccountState, AccountToken, ApiKey, Notice, SignInSession

_IN_STATE: Mapping[AccountState, ColumnElement[bool]] = {
    AccountState.DISABLED: Account.disabled_at.is_not(None),
    AccountState.INVITED: and_(Account.disabled_at.is_(None), Account.password_hash.is_(None)),
    AccountState.ACTIVE: and_(Account.disabled_at.is_(None), Account.password_hash.is_not(None)),
}


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What a list is narrowed by; None leaves a side open.

    Attributes:
        q: part of name, e-mail address or unit.
    """

    role: Role | None = None
    state: AccountState | None = None
    organisation_id: str | None = None
    q: str | None = None


class AccountRepository:
    """Reads and writes accounts and what proves who uses them. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str) -> Account | None:
        """Return an account."""
        return self._session.get(Account, id)

    def with_organisation(self, id: str) -> Account | None:
        """Return an account with its organisation."""
        return self._session.scalar(select(Account).options(joinedload(Account.organisation)).where(Account.id == id))

    def greeted(self, id: str, most: int) -> tuple[Account, int] | None:
        """Return an account with its organisation, and how many notices it has not seen, counted up to `most`.

        In one query, as every page asks: the count reads at most so many entries of an index.
        """
        unseen = select(Notice.id).where(Notice.account_id == id, Notice.seen_at.is_(None)).limit(most).subquery()
        count = select(func.count()).select_from(unseen).scalar_subquery()
        query = select(Account, count).options(joinedload(Account.organisation)).where(Account.id == id)
        row = self._session.execute(query).one_or_none()
        return None if row is None else (row[0], row[1])

    def demo(self) -> Sequence[Account]:
        """Return the accounts that came with the illustrative data, in their order."""
        return self._session.scalars(select(Account).where(Account.demo).order_by(Account.id)).all()

    def has_real(self) -> bool:
        """Say whether there is an account that did not come with the illustrative data."""
        return self._session.scalar(select(Account.id).where(~Account.demo).limit(1)) is not None

    def by_email(self, email: str) -> Account | None:
        """Return the account of an e-mail address, however it is written."""
        return self._session.scalar(select(Account).where(Account.email == email.strip().lower()))

    def managed(self, id: str, caller: Caller) -> Account | None:
        """Return an account that the caller manages: all for administrators, else of the own organisation."""
        query = select(Account).options(joinedload(Account.organisation)).where(Account.id == id)
        if caller.role is not Role.ADMIN:
            query = query.where(Account.organisation_id == caller.organisation_id)
        return self._session.scalar(query)

    def page(self, caller: Caller, wanted: AccountFilter, after: str | None, limit: int) -> list[Account]:
        """Return accounts that the caller manages, with their organisations, the newest first."""
        query = select(Account).options(joinedload(Account.organisation)).order_by(Account.id.desc()).limit(limit)
        if caller.role is not Role.ADMIN:
            query = query.where(Account.organisation_id == caller.organisation_id)
        if wanted.role is not None:
            query = query.where(Account.role == wanted.role)
        if wanted.state is not None:
            query = query.where(_IN_STATE[wanted.state])
        if wanted.organisation_id is not None:
            query = query.where(Account.organisation_id == wanted.organisation_id)
        if wanted.q:
            columns = (Account.name, Account.email, Account.unit)
            query = query.where(or_(*(column.icontains(wanted.q, autoescape=True) for column in columns)))
        if after is not None:
            query = query.where(Account.id < after)
        return list(self._session.scalars(query))

    def other_admins(self, id: str) -> int:
        """Return how many other administrators can still work."""
        query = select(func.count()).select_from(Account)
        query = query.where(Account.role == Role.ADMIN, Account.id != id, Account.disabled_at.is_(None))
        return self._session.scalar(query) or 0

    def key_by_hash(self, hash: str) -> ApiKey | None:
        """Return a key with its account."""
        return self._session.scalar(select(ApiKey).options(joinedload(ApiKey.account)).where(ApiKey.key_hash == hash))

    def key(self, id: str) -> ApiKey | None:
        """Return a key with its account."""
        return self._session.scalar(select(ApiKey).options(joinedload(ApiKey.account)).where(ApiKey.id == id))

    def keys(self, account_id: str | None) -> Sequence[ApiKey]:
        """Return the keys of an account, or all, the newest first."""
        query = select(ApiKey).options(joinedload(ApiKey.account)).order_by(ApiKey.created_at.desc(), ApiKey.id)
        return self._session.scalars(
            query if account_id is None else query.where(ApiKey.account_id == account_id)
        ).all()

    def session_by_hash(self, hash: str) -> SignInSession | None:
        """Return a session with its account."""
        query = select(SignInSession).options(joinedload(SignInSession.account))
        return self._session.scalar(query.where(SignInSession.token_hash == hash))

    def sessions(self, account_id: str) -> Sequence[SignInSession]:
        """Return an account's sessions, the last used first."""
        query = select(SignInSession).where(SignInSession.account_id == account_id)
        return self._session.scalars(query.order_by(SignInSession.last_seen_at.desc(), SignInSession.id)).all()

    def end_sessions(self, account_id: str, *, but: str | None = None) -> None:
        """End an account's sessions, except one."""
        query = delete(SignInSession).where(SignInSession.account_id == account_id)
        self._session.execute(query if but is None else query.where(SignInSession.id != but))

    def end_expired(self, moment: datetime) -> None:
        """Forget sessions that no longer count."""
        self._session.execute(delete(SignInSession).where(SignInSession.expires_at < moment))

    def token_by_hash(self, hash: str) -> AccountToken | None:
        """Return a one-time token."""
        return self._session.scalar(select(AccountToken).where(AccountToken.token_hash == hash))

    def spend_tokens(self, account_id: str, moment: datetime) -> None:
        """Make an account's unused tokens worthless."""
        query = update(AccountToken).where(AccountToken.account_id == account_id, AccountToken.used_at.is_(None))
        self._session.execute(query.values(used_at=moment))

    def seen(self, session_id: str, moment: datetime) -> None:
        """Note that a session was used."""
        query = update(SignInSession).where(SignInSession.id == session_id)
        self._session.execute(query.values(last_seen_at=moment))

    def key_used(self, key_id: str, moment: datetime, address: str) -> None:
        """Note that a key was used, and from where."""
        query = update(ApiKey).where(ApiKey.id == key_id)
        self._session.execute(query.values(last_used_at=moment, last_used_address=address))

    def add(self, row: Account | ApiKey | SignInSession | AccountToken) -> None:
        """Add a new row."""
        self._session.add(row)

    def remove(self, row: SignInSession) -> None:
        """End a session."""
        self._session.delete(row)
