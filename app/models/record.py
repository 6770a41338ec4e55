"""What achievements and needs have in common."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Date, ForeignKey, FromClause, Integer, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from app.core.identifiers import new_id
from app.models.base import UtcDateTime, now
from app.models.organisation import Organisation


class Status(StrEnum):
    """States of a record on its way to publication and out of it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class RecordKind(StrEnum):
    """Kinds of searchable records; the names of their routes."""

    ACHIEVEMENTS = "achievements"
    NEEDS = "needs"


class SearchableRecord:
    """Columns of a searchable record.

    `version` grows with every change and is the ETag of those who see all of it; `public_version` and
    `public_updated_at` move only with what others can see too.
    """

    __table__: ClassVar[FromClause]

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    external_id: Mapped[str | None] = mapped_column(String(200))
    # Who has no external id is told apart by this: a hash of the normalised title.
    title_key: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    indicators: Mapped[str] = mapped_column(Text, default="")
    industries: Mapped[list[str]] = mapped_column(default=list)
    chains: Mapped[list[str]] = mapped_column(default=list)
    cooperation_modes: Mapped[list[str]] = mapped_column(default=list)
    district: Mapped[str | None] = mapped_column(String(100))
    contact: Mapped[str | None] = mapped_column(Text)
    visibility: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default=Status.PUBLISHED)
    valid_until: Mapped[date | None] = mapped_column(Date)
    # Since when it has waited for review, or did when it last was.
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why a reviewer sent it back; empty while nobody has.
    review_note: Mapped[str] = mapped_column(Text, default="")
    # Cells of an imported table as they stood, by field, where they were turned into something else.
    originals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)
    public_version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    public_updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    @validates("status")
    def _note_submission(self, _key: str, status: str) -> str:
        """Note since when the record waits; who takes something back puts the earlier moment back too."""
        if status == Status.SUBMITTED != self.status:
            self.submitted_at = now()
        return status

    @declared_attr
    def organisation_id(cls) -> Mapped[str]:
        """The organisation that the record belongs to."""
        return mapped_column(ForeignKey("organisations.id"))

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        """Loaded explicitly, never by accident."""
        return relationship(Organisation, lazy="raise")
