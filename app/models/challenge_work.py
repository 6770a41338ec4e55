"""What people add to a challenge: the panel's ballots, bids, milestones, and reviews after acceptance."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.account import Account
from app.models.achievement import Achievement
from app.models.base import Base, UtcDateTime, WanAmount, now
from app.models.challenge import Challenge
from app.models.organisation import Organisation


class ExpertKind(StrEnum):
    """科学家, 产业专家, 投资专家."""

    SCIENTIST = "scientist"
    INDUSTRY = "industry"
    INVESTMENT = "investment"


class BidState(StrEnum):
    """已揭榜, 已撤回, 已选定, 未选定."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"


class ChallengePanellist(Base):
    """An expert of a panel with their declaration and their one ballot.

    Attributes:
        conflict: None until declared. Only a ballot of one who declared none is ever counted.
        scores: by the ids of the criteria; None until cast.
    """

    __tablename__ = "challenge_panellists"
    __table_args__ = (Index(None, "challenge_id", "round", "account_id", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenges.id"))
    round: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    conflict: Mapped[bool | None] = mapped_column(Boolean)
    declaration: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scores: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    comment: Mapped[str] = mapped_column(Text, default="")
    voted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    account: Mapped[Account] = relationship(Account, lazy="raise")
    challenge: Mapped[Challenge] = relationship(Challenge, lazy="raise")


class ChallengeBid(Base):
    """What an organisation offers to solve a challenge; one each in a round. Fee in 万元."""

    __tablename__ = "challenge_bids"
    __table_args__ = (Index(None, "challenge_id", "round", "organisation_id", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenges.id"))
    round: Mapped[int] = mapped_column(Integer)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    team: Mapped[str] = mapped_column(Text)
    approach: Mapped[str] = mapped_column(Text)
    fee_wan: Mapped[Decimal] = mapped_column(WanAmount)
    months: Mapped[int] = mapped_column(Integer)
    achievement_id: Mapped[str | None] = mapped_column(ForeignKey("achievements.id"))
    state: Mapped[str] = mapped_column(String(20), default=BidState.SUBMITTED)
    scores: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    comment: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise")
    achievement: Mapped[Achievement | None] = relationship(Achievement, lazy="raise")


class ChallengeMilestone(Base):
    """Something that a project reaches by a day; evidence says how it is known."""

    __tablename__ = "challenge_milestones"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenges.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(Date, index=True)
    done_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text, default="")

    challenge: Mapped[Challenge] = relationship(Challenge, lazy="raise")


class ChallengeEvaluation(Base):
    """A review some months after the acceptance; empty until the enterprise writes it. Score from 1 to 5."""

    __tablename__ = "challenge_evaluations"
    __table_args__ = (Index(None, "challenge_id", "months", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenges.id"))
    months: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(Date, index=True)
    done_on: Mapped[date | None] = mapped_column(Date)
    in_use: Mapped[bool | None] = mapped_column(Boolean)
    score: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text, default="")

    challenge: Mapped[Challenge] = relationship(Challenge, lazy="raise")
