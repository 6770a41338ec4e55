"""Searches that people keep, and what they had seen of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now


class SavedSearch(Base):
    """A text that an account searches with again and again.

    Attributes:
        target: the kind that is searched.
        filters: what it is narrowed by, without what is left open.
        digest: whether new results are told on the first page.
        model_id, vectors: the text under an embedding model, (1 + passages, dimension) float32,
            little-endian, the title first; None while there was no model.
        seen_ids: what was related when the owner last looked.
        seen_sequence: of the last change that was in the index then.
        deleted_at: when it was deleted; kept a while, so that this can be taken back.
    """

    __tablename__ = "saved_searches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(String(20))
    filters: Mapped[dict[str, Any]]
    digest: Mapped[bool] = mapped_column(Boolean, default=True)
    model_id: Mapped[str | None] = mapped_column(String(200))
    vectors: Mapped[bytes | None] = mapped_column(LargeBinary)
    seen_ids: Mapped[list[str]] = mapped_column(default=list)
    seen_sequence: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
