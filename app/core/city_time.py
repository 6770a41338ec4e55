"""Time where the users are; the database keeps UTC."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

CITY_TIME = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Return the present day where the users are."""
    return datetime.now(CITY_TIME).date()
