"""Enterprise technology needs, 技术需求."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Boolean, Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WanAmount
from app.models.record import SearchableRecord


class NeedVisibility(StrEnum):
    """Who may see a need; ANONYMOUS is seen by all, without who posted it."""

    PUBLIC = "public"
    ANONYMOUS = "anonymous"
    LIAISON = "liaison"


class NeedClass(StrEnum):
    """产业链协同攻关, 关键共性技术, 应用基础研究."""

    JOINT = "joint"
    COMMON_KEY = "common_key"
    BASIC = "basic"


class Condition(StrEnum):
    """Structured conditions that a need may state, and may call hard."""

    INDUSTRY = "industry"
    CHAIN = "chain"
    DISTRICT = "district"
    MATURITY = "maturity"
    BUDGET = "budget"
    COOPERATION = "cooperation"
    VALIDITY = "validity"


class Need(SearchableRecord, Base):
    """What an enterprise looks for. Budgets in 万元; both None means 面议.

    `hard_conditions` names the conditions whose conflict rules an achievement out.
    """

    __tablename__ = "needs"
    __table_args__ = (
        Index(None, "organisation_id", "external_id", unique=True),
        Index(None, "organisation_id", "title_key"),
        Index(None, "organisation_id", "id"),
        Index(None, "status", "id"),
        Index(None, "status", "submitted_at"),
        Index(None, "valid_until"),
    )

    description: Mapped[str] = mapped_column(Text)
    need_class: Mapped[str | None] = mapped_column(String(20))
    min_maturity: Mapped[int | None] = mapped_column(Integer)
    budget_min_wan: Mapped[Decimal | None] = mapped_column(WanAmount)
    budget_max_wan: Mapped[Decimal | None] = mapped_column(WanAmount)
    deadline: Mapped[date | None] = mapped_column(Date)
    hard_conditions: Mapped[list[str]] = mapped_column(default=list)
    # The poster read what in the texts may give them away, and publishes them so.
    disclosures_accepted: Mapped[bool] = mapped_column(Boolean, default=False)
    # The 征集 that it answers; no foreign key, as SQLite would copy the whole table for it.
    round_id: Mapped[str | None] = mapped_column(String(32), index=True)
