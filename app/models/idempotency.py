"""Requests that may be sent again, and the record that each made."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now


class IdempotentRequest(Base):
    """A POST with an Idempotency-Key; kept in the transaction of the write itself."""

    __tablename__ = "idempotent_requests"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
