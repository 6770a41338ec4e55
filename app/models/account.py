"""Accounts, and what proves who uses them: sessions, API keys, one-time tokens."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now
from app.models.organisation import Organisation


class AccountState(StrEnum):
    """可登录, 待本人设置密码, 已停用."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


class Account(Base):
    """A person or a system that signs in.

    Attributes:
        email: in lower case.
        role: as in `app.core.caller.Role`.
        unit: of a liaison: the 专班, county, park or university that they work for.
        manages_organisation: invites, disables and resets members of the own organisation.
        password_hash: Argon2id; None until the invitation is accepted.
        totp_secret: base32; counts once `totp_confirmed`.
        totp_used: the last time step whose code was taken, so that none is taken twice.
        failed_attempts: wrong passwords in a row.
        demo: came with the illustrative data; disabled once there is an account that did not.
    """

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    manages_organisation: Mapped[bool] = mapped_column(Boolean, default=False)
    unit: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(50))
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_confirmed: Mapped[bool] = mapped_column(Boolean, default=False)
    totp_used: Mapped[int] = mapped_column(Integer, default=0)
    failed_attempts: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    demo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    organisation: Mapped[Organisation | None] = relationship(Organisation, lazy="raise", foreign_keys=[organisation_id])

    @property
    def state(self) -> AccountState:
        """Whether its owner can sign in."""
        if self.disabled_at is not None:
            return AccountState.DISABLED
        return AccountState.INVITED if self.password_hash is None else AccountState.ACTIVE


class SignInSession(Base):
    """A browser that signed in; the cookie's token is kept as its SHA-256."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(100))
    user_agent: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(Account, lazy="raise")


class ApiKey(Base):
    """A key of a system; only its SHA-256 is kept. `scopes` None means all that the role may do."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Its first characters, to tell keys apart in lists.
    hint: Mapped[str] = mapped_column(String(20))
    scopes: Mapped[list[str] | None] = mapped_column(JSON)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_address: Mapped[str | None] = mapped_column(String(100))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    account: Mapped[Account] = relationship(Account, lazy="raise")


class TokenPurpose(StrEnum):
    """What a one-time token lets its holder do."""

    INVITATION = "invitation"
    RESET = "reset"


class AccountToken(Base):
    """A one-time token that sets the password of an account; kept as its SHA-256."""

    __tablename__ = "account_tokens"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
