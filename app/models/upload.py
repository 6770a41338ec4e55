"""Files that were handed in, what became of each of their rows, and what was learned of their columns."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now
from app.models.job import Job


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


class Upload(Base):
    """A file of records and how far it is taken in; its id is that of its job.

    Counts are written in the transaction that writes the rows they count.
    """

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    # Owner of rows that name none; None takes the rows' own.
    organisation: Mapped[str | None] = mapped_column(String(200))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    # Who handed it in, as the permission rules saw them then.
    caller: Mapped[dict[str, Any]] = mapped_column()
    file_name: Mapped[str] = mapped_column(String(300))
    # Below the data directory; empty once the file was removed.
    stored_as: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    dry_run: Mapped[bool] = mapped_column(Boolean, default=False)
    # Column name to field, as a person corrected it; "" leaves the column out.
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    round_id: Mapped[str | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    # Whether rows bring withdrawn records back.
    restore_withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)
    # What was understood of each table, and what was left out.
    tables: Mapped[list[Any]] = mapped_column(JSON, default=list)
    notes: Mapped[list[str]] = mapped_column(default=list)
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[int] = mapped_column(Integer, default=0)
    updated: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0)
    # Rows whose records came back, which are among the updated; and rows whose records stay withdrawn.
    restored: Mapped[int] = mapped_column(Integer, default=0)
    withdrawn: Mapped[int] = mapped_column(Integer, default=0)
    encoded: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    job: Mapped[Job] = relationship(Job, lazy="raise")


class UploadRow(Base):
    """What became of one row; `position` counts the rows of a file through all of its tables."""

    __tablename__ = "upload_rows"

    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    table: Mapped[int] = mapped_column(Integer)
    # The row that people see in the sheet, from 1.
    number: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str | None] = mapped_column(String(32))
    # [{column, code, message, value}]: why it was rejected, or what to look at in a row that was taken.
    errors: Mapped[list[Any]] = mapped_column(JSON, default=list)
    warnings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    warned: Mapped[bool] = mapped_column(Boolean, default=False)
    # Its cells as they stood, of rejected rows alone: they go back to who sent them.
    cells: Mapped[list[Any] | None] = mapped_column(JSON)


class ColumnMemory(Base):
    """Which field a column is, as an organisation once said; `field` is "" for a column to leave out."""

    __tablename__ = "column_memories"

    # An organisation's id, or "staff".
    owner: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    column: Mapped[str] = mapped_column(String(200), primary_key=True)
    field: Mapped[str] = mapped_column(String(50))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Fingerprint(Base):
    """One band of a record's MinHash: records that share one are probably about the same."""

    __tablename__ = "fingerprints"
    __table_args__ = (Index(None, "band"),)

    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    band: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))


class Verdict(StrEnum):
    """What a person says of two records that read alike."""

    SAME = "same"
    DIFFERENT = "different"


class NearDuplicate(Base):
    """Two records that read alike, for a person to decide upon; nothing is merged by itself."""

    __tablename__ = "near_duplicates"
    __table_args__ = (Index(None, "kind", "first_id", "second_id", unique=True), Index(None, "second_id"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    # The one that was there first.
    first_id: Mapped[str] = mapped_column(String(32))
    second_id: Mapped[str] = mapped_column(String(32))
    # Jaccard similarity of their character trigrams, 0..1.
    similarity: Mapped[float] = mapped_column(Float)
    verdict: Mapped[str | None] = mapped_column(String(20))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
