"""定点联系: which platforms and enterprises a liaison looks after, and when they last talked."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.account import Account
from app.models.base import Base, UtcDateTime, now
from app.models.organisation import Organisation


class Assignment(Base):
    """An organisation that a liaison looks after; ended, it stays as history.

    Attributes:
        platform: a platform of the organisation, as a key laboratory; None for the whole of it.
        handed_over_from: the assignment that this one continues.
    """

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "liaison_id", "ended_at"), Index(None, "organisation_id", "ended_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    liaison_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    platform: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_over_from: Mapped[str | None] = mapped_column(ForeignKey("assignments.id"))
    last_contact_on: Mapped[date | None] = mapped_column(Date)

    liaison: Mapped[Account] = relationship(Account, lazy="raise")
    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise")


class LiaisonContact(Base):
    """A visit or call of a liaison at an assigned organisation."""

    __tablename__ = "liaison_contacts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), index=True)
    liaison_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    contacted_on: Mapped[date] = mapped_column(Date)
    manner: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
