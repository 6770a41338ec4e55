"""Judgements, 研判: what a person says of a need and an achievement."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now


class ReasonCode(StrEnum):
    """Why a grade was given."""

    GOOD_FIT = "good_fit"
    FIELD_DIFFERS = "field_differs"
    OBJECT_DIFFERS = "object_differs"
    PROCESS_DIFFERS = "process_differs"
    INDICATOR_UNMET = "indicator_unmet"
    TOO_EARLY = "too_early"
    TOO_EXPENSIVE = "too_expensive"
    OTHER = "other"


class Judgement(Base):
    """One judge's grade of a pair: 1 无相关, 2 弱相关, 3 较强相关, 4 强相关.

    A judge has one judgement of a pair; judging again replaces it. `judge` says who or which file.
    """

    __tablename__ = "judgements"
    __table_args__ = (
        Index(None, "need_id", "achievement_id", "judge", unique=True),
        # Of an achievement: which needs it was judged for.
        Index(None, "achievement_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    need_id: Mapped[str] = mapped_column(ForeignKey("needs.id"))
    achievement_id: Mapped[str] = mapped_column(ForeignKey("achievements.id"))
    judge: Mapped[str] = mapped_column(String(200))
    grade: Mapped[int] = mapped_column(Integer)
    reason_code: Mapped[str | None] = mapped_column(String(30))
    comment: Mapped[str] = mapped_column(Text, default="")
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
