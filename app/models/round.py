"""Rounds of 需求征集: who is asked for needs, until when, and who has answered."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now
from app.models.organisation import Organisation


class Round(Base):
    """A call for needs. Both days are inclusive, in the city's time."""

    __tablename__ = "rounds"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text, default="")
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    industries: Mapped[list[str]] = mapped_column(default=list)
    chains: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class RoundInvitation(Base):
    """An organisation that is asked in a round; `declined` is what it said in place of a need."""

    __tablename__ = "round_invitations"

    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    declined: Mapped[str | None] = mapped_column(Text)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise")
