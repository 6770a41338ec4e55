"""Declarative base, naming convention and column types."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

# Places behind the point that an amount in 万元 may have: down to one 分.
WAN_PLACES = 6


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {list[str]: JSON, dict[str, Any]: JSON}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC without a zone, read with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment to UTC; a naive one is a mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class WanAmount(TypeDecorator[Decimal]):
    """An amount in 万元, exact: stored as a whole number of 分, as SQLite has no decimals."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Turn 万元 into 分."""
        return None if value is None else int(value.scaleb(WAN_PLACES))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Turn 分 into 万元."""
        return None if value is None else Decimal(value).scaleb(-WAN_PLACES)


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
