"""Challenges, 榜单项目: common key needs on their way from the candidate to the review years after."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, WanAmount, now
from app.models.need import Need
from app.models.organisation import Organisation


class ChallengeState(StrEnum):
    """候选, 储备库, 评审, 入榜, 发榜, 揭榜截止, 择优, 立项, 实施, 验收, 已验收; or 未通过, 已撤回."""

    CANDIDATE = "candidate"
    POOL = "pool"
    REVIEW = "review"
    LISTED = "listed"
    PUBLISHED = "published"
    CLOSED = "closed"
    SELECTED = "selected"
    ESTABLISHED = "established"
    IN_PROGRESS = "in_progress"
    ACCEPTANCE = "acceptance"
    ACCEPTED = "accepted"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class ChallengeGrade(StrEnum):
    """重点, 一般, 储备."""

    A = "A"
    B = "B"
    C = "C"


class CriteriaPurpose(StrEnum):
    """What criteria are for: the experts' review of the challenge, or the choice among bids."""

    REVIEW = "review"
    BIDS = "bids"


class Challenge(Base):
    """A need, or several that are alike, on the way to a project. Amounts in 万元.

    Attributes:
        owner_id: the enterprise whose need it is; None for needs of several, for which staff write and evaluate.
        liaison_id: who brought it forward.
        review_round, bid_round: grow with every review and every publication, so that a second one counts anew.
        closes_on: the last day for bids, inclusive, in the city's time.
        winner_id: whose bid was chosen; achievement_id: the achievement that it offers.
        decision, departure: the written record of the choice, and why it is not the first of the ranking.
    """

    __tablename__ = "challenges"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default=ChallengeState.CANDIDATE)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    need_class: Mapped[str | None] = mapped_column(String(20))
    grade: Mapped[str | None] = mapped_column(String(5))
    note: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    liaison_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    pooled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_round: Mapped[int] = mapped_column(Integer, default=0)
    bid_round: Mapped[int] = mapped_column(Integer, default=0)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_on: Mapped[date | None] = mapped_column(Date)
    decision: Mapped[str] = mapped_column(Text, default="")
    departure: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    winner_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    achievement_id: Mapped[str | None] = mapped_column(ForeignKey("achievements.id"), index=True)
    total_wan: Mapped[Decimal | None] = mapped_column(WanAmount)
    fiscal_wan: Mapped[Decimal | None] = mapped_column(WanAmount)
    own_wan: Mapped[Decimal | None] = mapped_column(WanAmount)
    established_on: Mapped[date | None] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    acceptance_score: Mapped[int | None] = mapped_column(Integer)
    acceptance_text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    members: Mapped[list["ChallengeNeed"]] = relationship(lazy="raise", order_by="ChallengeNeed.position")
    criteria: Mapped[list["ChallengeCriterion"]] = relationship(
        lazy="raise", order_by="ChallengeCriterion.position", cascade="all, delete-orphan"
    )
    owner: Mapped[Organisation | None] = relationship(Organisation, lazy="raise", foreign_keys=[owner_id])
    winner: Mapped[Organisation | None] = relationship(Organisation, lazy="raise", foreign_keys=[winner_id])


class ChallengeNeed(Base):
    """A need that a challenge is about; the most representative one stands first."""

    __tablename__ = "challenge_needs"

    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenges.id"), primary_key=True)
    need_id: Mapped[str] = mapped_column(ForeignKey("needs.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer)

    need: Mapped[Need] = relationship(Need, lazy="raise")


class ChallengeCriterion(Base):
    """Something that is scored from 0 to `maximum`; the weights of a purpose make 100."""

    __tablename__ = "challenge_criteria"
    __table_args__ = (Index(None, "challenge_id", "purpose"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenges.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(200))
    weight: Mapped[int] = mapped_column(Integer)
    maximum: Mapped[int] = mapped_column(Integer)


class ChallengeStep(Base):
    """A step that was taken: what becomes of a challenge, as people read it."""

    __tablename__ = "challenge_steps"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenges.id"), index=True)
    step: Mapped[str] = mapped_column(String(30))
    source: Mapped[str | None] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    part: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
