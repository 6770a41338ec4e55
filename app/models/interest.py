"""Interest of one side in the other's record, and the contacts that were shown for it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.account import Account
from app.models.achievement import Achievement
from app.models.base import Base, UtcDateTime, now
from app.models.need import Need


class InterestState(StrEnum):
    """With the liaison, before both sides, agreed by both, declined, or taken back."""

    SUBMITTED = "submitted"
    FORWARDED = "forwarded"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Interest(Base):
    """An enterprise or university would like to talk about a pair.

    Attributes:
        by_organisation_id: who asked; None for a liaison who brings the two together.
        message: of who asks, to the other side; without contacts.
        liaison_id: who looks after it.
        forwarded_at: when the other side came to see it; None while only staff do.
        need_agreed_by, achievement_agreed_by: accounts that agreed, or recorded that a side did.
        reason: why it was declined.
    """

    __tablename__ = "interests"
    __table_args__ = (Index(None, "need_id", "achievement_id"), Index(None, "state"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    need_id: Mapped[str] = mapped_column(ForeignKey("needs.id"))
    achievement_id: Mapped[str] = mapped_column(ForeignKey("achievements.id"), index=True)
    by_account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    by_organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    message: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default=InterestState.SUBMITTED)
    liaison_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    forwarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    need_agreed_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    achievement_agreed_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    need_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    achievement_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    need: Mapped[Need] = relationship(Need, lazy="raise")
    achievement: Mapped[Achievement] = relationship(Achievement, lazy="raise")
    liaison: Mapped[Account | None] = relationship(Account, lazy="raise", foreign_keys=[liaison_id])


class Disclosure(Base):
    """A contact that was shown: of which record, to whom, when."""

    __tablename__ = "disclosures"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    interest_id: Mapped[str] = mapped_column(ForeignKey("interests.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    disclosed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
