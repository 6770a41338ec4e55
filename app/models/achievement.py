"""University achievements, 科技成果."""

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WanAmount
from app.models.record import SearchableRecord


class AchievementVisibility(StrEnum):
    """Who may see an achievement."""

    PUBLIC = "public"
    REGISTERED = "registered"
    LIAISON = "liaison"


class Origin(StrEnum):
    """Whether an achievement comes from within the city."""

    LOCAL = "local"
    OUTSIDE = "outside"


class Achievement(SearchableRecord, Base):
    """What a university offers. Prices in 万元; both None means 面议."""

    __tablename__ = "achievements"
    __table_args__ = (
        Index(None, "organisation_id", "external_id", unique=True),
        Index(None, "organisation_id", "title_key"),
        Index(None, "organisation_id", "id"),
        Index(None, "status", "id"),
        Index(None, "status", "submitted_at"),
        Index(None, "valid_until"),
    )

    summary: Mapped[str] = mapped_column(Text)
    keywords: Mapped[list[str]] = mapped_column(default=list)
    discipline: Mapped[str | None] = mapped_column(String(100))
    maturity: Mapped[int | None] = mapped_column(Integer)
    stage: Mapped[str | None] = mapped_column(String(50))
    ip: Mapped[list[str]] = mapped_column(default=list)
    price_min_wan: Mapped[Decimal | None] = mapped_column(WanAmount)
    price_max_wan: Mapped[Decimal | None] = mapped_column(WanAmount)
    origin: Mapped[str | None] = mapped_column(String(20))
