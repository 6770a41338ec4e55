"""The audit log: who did what, when, from where; each entry seals the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class AuditEntry(Base):
    """One entry. The database refuses to change or delete it.

    Attributes:
        number: 1, 2, 3 … without gaps.
        actor: who did it: an e-mail address, `operator`, or empty for nobody known.
        before: changed fields as they were; None where nothing was there.
        after: changed fields as they are; None where nothing is left.
        hash: SHA-256 over everything else in the entry and the hash of the one before.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "object_kind", "object_id"), Index(None, "account_id"), Index(None, "action"))

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[str | None] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(50))
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[str] = mapped_column(String(100))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
