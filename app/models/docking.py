"""Dockings, 对接: what becomes of a match, from the recommendation to the product in use."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.account import Account
from app.models.achievement import Achievement
from app.models.base import Base, UtcDateTime, now
from app.models.need import Need
from app.models.organisation import Organisation


class DockingStage(StrEnum):
    """推荐, 已联系, 双方有意, 洽谈, 中试/验证, 签约, 落地; or closed, 已关闭, on the way."""

    RECOMMENDED = "recommended"
    CONTACTED = "contacted"
    INTERESTED = "interested"
    NEGOTIATING = "negotiating"
    PILOT = "pilot"
    SIGNED = "signed"
    LANDED = "landed"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a docking came to nothing."""

    TOO_EARLY = "too_early"
    BENEFIT_UNCLEAR = "benefit_unclear"
    PRICE = "price"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    TECHNICAL_MISMATCH = "technical_mismatch"
    NO_ANSWER = "no_answer"
    SOLVED_ELSEWHERE = "solved_elsewhere"
    NEED_GONE = "need_gone"
    OTHER = "other"


class DockingOrigin(StrEnum):
    """Where a docking began."""

    MATCH = "match"
    INTEREST = "interest"
    ROADSHOW = "roadshow"
    CHALLENGE = "challenge"


class Team(StrEnum):
    """专班: 双需, 场景, 人才, 平台, 金融."""

    MATCHING = "matching"
    SCENARIO = "scenario"
    TALENT = "talent"
    PLATFORM = "platform"
    FINANCE = "finance"


class Docking(Base):
    """A pair that a liaison brings together.

    Attributes:
        open_key: need and achievement while it is open, None once closed: at most one open docking a pair.
        interest_id, roadshow_id, challenge_id: what it began with, as `origin` says.
        agreed_at: when both sides agreed to know each other, in an interest; never taken back, as what was
            shown cannot be. Until then a need that hides its enterprise hides it here too.
        liaison_id: who follows it; None where nobody does yet.
        closed_from: the stage that it had reached when it was closed.
        next_action, next_owner_id, next_due_on: what is to be done, by whom, until when.
        blocked_team: the 专班 that is asked to clear what is in the way; None while nothing is.
        judgement_id, judged_at: the judgement that its outcome gave, and when; see `app.dockings.outcome`.
    """

    __tablename__ = "dockings"
    __table_args__ = (
        Index(None, "need_id", "achievement_id"),
        Index(None, "stage", "id"),
        Index(None, "liaison_id", "stage"),
        Index(None, "next_due_on"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    need_id: Mapped[str] = mapped_column(ForeignKey("needs.id"))
    achievement_id: Mapped[str] = mapped_column(ForeignKey("achievements.id"), index=True)
    open_key: Mapped[str | None] = mapped_column(String(70), unique=True)
    origin: Mapped[str] = mapped_column(String(20), default=DockingOrigin.MATCH)
    interest_id: Mapped[str | None] = mapped_column(String(32))
    roadshow_id: Mapped[str | None] = mapped_column(String(32), index=True)
    challenge_id: Mapped[str | None] = mapped_column(String(32))
    liaison_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    stage: Mapped[str] = mapped_column(String(20), default=DockingStage.RECOMMENDED)
    stage_since: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_from: Mapped[str | None] = mapped_column(String(20))
    close_reason: Mapped[str | None] = mapped_column(String(30))
    close_note: Mapped[str] = mapped_column(Text, default="")
    next_action: Mapped[str] = mapped_column(Text, default="")
    next_owner_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    next_due_on: Mapped[date | None] = mapped_column(Date)
    blocked_team: Mapped[str | None] = mapped_column(String(20), index=True)
    blocked_note: Mapped[str] = mapped_column(Text, default="")
    blocked_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    judgement_id: Mapped[str | None] = mapped_column(String(32))
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    need: Mapped[Need] = relationship(Need, lazy="raise")
    achievement: Mapped[Achievement] = relationship(Achievement, lazy="raise")
    liaison: Mapped[Account | None] = relationship(Account, lazy="raise", foreign_keys=[liaison_id])
    next_owner: Mapped[Account | None] = relationship(Account, lazy="raise", foreign_keys=[next_owner_id])


class DockingAction(StrEnum):
    """What happened to a docking."""

    OPEN = "open"
    STEP = "step"
    BACK = "back"
    CLOSE = "close"
    REOPEN = "reopen"
    AGREE = "agree"
    PLAN = "plan"
    DONE = "done"
    LIAISON = "liaison"
    BLOCK = "block"
    CLEAR = "clear"


class DockingEvent(Base):
    """A line of a docking's history.

    Attributes:
        account_id: who did it; None for the operator and for what follows from an interest.
        before, after: stages, teams or accounts, as the action says.
        note: for staff alone.
    """

    __tablename__ = "docking_events"
    __table_args__ = (Index(None, "docking_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    docking_id: Mapped[str] = mapped_column(ForeignKey("dockings.id"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    action: Mapped[str] = mapped_column(String(20))
    before: Mapped[str | None] = mapped_column(String(32))
    after: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    account: Mapped[Account | None] = relationship(Account, lazy="raise")


class EntryKind(StrEnum):
    """记事, 留言, 会面."""

    NOTE = "note"
    COMMENT = "comment"
    MEETING = "meeting"


class DockingEntry(Base):
    """A note, comment or meeting.

    Attributes:
        organisation_id: of the member who wrote it; None for staff.
        shared: both sides read it; else staff and the writer's own side.
        met_on: the day of a meeting.
        removed_at: when its writer took it back; the text is emptied then.
    """

    __tablename__ = "docking_entries"
    __table_args__ = (Index(None, "docking_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    docking_id: Mapped[str] = mapped_column(ForeignKey("dockings.id"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    met_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account | None] = relationship(Account, lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(Organisation, lazy="raise")


class DockingFile(Base):
    """A file of a docking; its bytes lie in the data directory, see `app.dockings.files`.

    Attributes:
        organisation_id, shared, removed_at: as of an entry; the bytes go with it.
        size: in bytes.
        sha256: of the bytes.
    """

    __tablename__ = "docking_files"
    __table_args__ = (Index(None, "docking_id", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    docking_id: Mapped[str] = mapped_column(ForeignKey("dockings.id"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account | None] = relationship(Account, lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(Organisation, lazy="raise")
