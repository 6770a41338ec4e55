"""Roadshows, 路演: events at which invited enterprises and universities meet, a pair a slot and table."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.achievement import Achievement
from app.models.base import Base, UtcDateTime, now
from app.models.need import Need
from app.models.organisation import Organisation


class RoadshowKind(StrEnum):
    """成果路演, 需求路演, 双向对接会."""

    ACHIEVEMENTS = "achievements"
    NEEDS = "needs"
    BOTH = "both"


class RoadshowState(StrEnum):
    """草稿, 邀请中, 议程已定, 已举办, 已归档; or 已取消 on the way."""

    DRAFT = "draft"
    OPEN = "open"
    SCHEDULED = "scheduled"
    HELD = "held"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class GuestAnswer(StrEnum):
    """未答复, 参加, 谢绝."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class MeetingOutcome(StrEnum):
    """What became of a meeting: 谈了, 没谈, 未到场."""

    MET = "met"
    NOT_MET = "not_met"
    NO_SHOW = "no_show"


class Roadshow(Base):
    """An event.

    Attributes:
        starts, ends: HH:MM of `held_on`, in the city's time.
        slot_minutes: how long a meeting takes; `tables` meetings go on at once.
        most_meetings: of one organisation.
        capacity: how many people the place holds; None where nobody said.
        reason: why it was cancelled.
    """

    __tablename__ = "roadshows"
    __table_args__ = (Index(None, "held_on", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), default=RoadshowKind.BOTH)
    held_on: Mapped[date] = mapped_column(Date)
    starts: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    place: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    host: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[int | None] = mapped_column(Integer)
    slot_minutes: Mapped[int] = mapped_column(Integer)
    tables: Mapped[int] = mapped_column(Integer)
    most_meetings: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), default=RoadshowState.DRAFT)
    reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class RoadshowGuest(Base):
    """An organisation that is invited; `attended` is None until somebody noted it."""

    __tablename__ = "roadshow_guests"

    roadshow_id: Mapped[str] = mapped_column(ForeignKey("roadshows.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True, index=True)
    answer: Mapped[str] = mapped_column(String(20), default=GuestAnswer.NONE)
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attended: Mapped[bool | None] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise")


class RoadshowMeeting(Base):
    """A pair at a table in a slot. The unique keys are the promise that no clash is ever stored.

    Attributes:
        slot: from 0 on; `seat`: the table, from 1 on.
        enterprise_id, university_id: owners of the two records, kept here for the unique keys.
        probability: of at least 较强相关, as it was when the pair was seated.
        pinned: stays where it is when the agenda is made again.
        docking_id: what was opened when the pair had met.
    """

    __tablename__ = "roadshow_meetings"
    __table_args__ = (
        Index(None, "roadshow_id", "slot", "seat", unique=True),
        Index(None, "roadshow_id", "slot", "enterprise_id", unique=True),
        Index(None, "roadshow_id", "slot", "university_id", unique=True),
        Index(None, "roadshow_id", "need_id", "achievement_id", unique=True),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    roadshow_id: Mapped[str] = mapped_column(ForeignKey("roadshows.id"))
    slot: Mapped[int] = mapped_column(Integer)
    seat: Mapped[int] = mapped_column(Integer)
    need_id: Mapped[str] = mapped_column(ForeignKey("needs.id"))
    achievement_id: Mapped[str] = mapped_column(ForeignKey("achievements.id"))
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    university_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    grade: Mapped[int | None] = mapped_column(Integer)
    probability: Mapped[float | None] = mapped_column(Float)
    pinned: Mapped[bool] = mapped_column(Boolean, default=False)
    outcome: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    docking_id: Mapped[str | None] = mapped_column(ForeignKey("dockings.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    need: Mapped[Need] = relationship(Need, lazy="raise")
    achievement: Mapped[Achievement] = relationship(Achievement, lazy="raise")
