"""Where an achievement was found that a liaison captured, 捕捉成果."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now


class Capture(Base):
    """Source, platform and day of a captured achievement, with the text as it was pasted."""

    __tablename__ = "captures"

    achievement_id: Mapped[str] = mapped_column(ForeignKey("achievements.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    platform: Mapped[str | None] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(Text)
    found_on: Mapped[date] = mapped_column(Date)
    pasted: Mapped[str] = mapped_column(Text)
    captured_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
