"""Targets of a year, and what the board counts by: where a year begins, which counties and parks there are."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, WanAmount, now


class TargetScope(StrEnum):
    """全市, 县区, 园区."""

    CITY = "city"
    DISTRICT = "district"
    PARK = "park"


class Target(Base):
    """What a year is to bring the city, a county or a park.

    Attributes:
        year: as the board numbers them.
        measure: of `app.targets.measures`.
        district, park: empty above them, so that a measure has one target a place and year.
        amount: 万元, or pieces for what is counted.
    """

    __tablename__ = "targets"
    __table_args__ = (Index(None, "year", "measure", "scope", "district", "park", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    year: Mapped[int] = mapped_column(Integer)
    measure: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(100), default="")
    park: Mapped[str] = mapped_column(String(100), default="")
    amount: Mapped[Decimal] = mapped_column(WanAmount)
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class TargetSettings(Base):
    """What the whole city counts by; one row.

    Attributes:
        first_month: in which a year begins, 1 for the calendar's.
        city: its name, as regions are written.
        places: a county a line, its parks after a colon.
    """

    __tablename__ = "target_settings"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    first_month: Mapped[int] = mapped_column(Integer, default=1)
    city: Mapped[str] = mapped_column(String(100), default="")
    places: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
