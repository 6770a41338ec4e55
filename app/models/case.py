"""Cases, 案例: a docking that came to a contract or a product, told on one page with both sides' consent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now
from app.models.docking import Docking


class CaseState(StrEnum):
    """草稿, 征求双方同意, 已发布, 已撤下."""

    DRAFT = "draft"
    CONSENT = "consent"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ConsentMeans(StrEnum):
    """书面, 电话, 会议, 系统内确认."""

    WRITTEN = "written"
    CALL = "call"
    MEETING = "meeting"
    ONLINE = "online"


class Case(Base):
    """A page about what a match became.

    Attributes:
        problem: what the enterprise lacked, in its own words; `solution`: what was done;
            `effect`: what it brought, with figures.
        names_enterprise: the enterprise is named; never where its need hides it.
        enterprise_label: what stands in place of its name, such as 本市某装备制造企业.
        shows_amount: the contract's amount is told, once both sides' consent covers it.
    """

    __tablename__ = "cases"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    docking_id: Mapped[str] = mapped_column(ForeignKey("dockings.id"), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    problem: Mapped[str] = mapped_column(Text)
    solution: Mapped[str] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text)
    names_enterprise: Mapped[bool] = mapped_column(Boolean, default=False)
    enterprise_label: Mapped[str] = mapped_column(String(100))
    shows_amount: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(20), default=CaseState.DRAFT)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    docking: Mapped[Docking] = relationship(Docking, lazy="raise")


class CaseConsent(Base):
    """That a side agreed to the text as it stood; ended when it was taken back, or the text was changed.

    Attributes:
        side: need or achievement, as with interests.
        person: who agreed, as they are called in the organisation: a post, or a name.
        amount: it covers the contract's amount.
        recorded_by: the account that agreed, or wrote down that the side did.
    """

    __tablename__ = "case_consents"
    __table_args__ = (Index(None, "case_id", "side"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    side: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(100))
    means: Mapped[str] = mapped_column(String(20))
    amount: Mapped[bool] = mapped_column(Boolean, default=False)
    recorded_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, default="")
