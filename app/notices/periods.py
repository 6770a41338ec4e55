"""When digests are due: every day at eight, every Monday at eight, in the city's time."""

from datetime import datetime, time, timedelta

from app.core.city_time import CITY_TIME
from app.models import NoticePace

DUE_AT = time(8)


def digest_due(pace: NoticePace, moment: datetime) -> datetime:
    """Return when the next digest of a pace is due after a moment.

    Args:
        pace: DAILY or WEEKLY.
    """
    here = moment.astimezone(CITY_TIME)
    due = datetime.combine(here.date(), DUE_AT, CITY_TIME)
    if pace is NoticePace.WEEKLY:
        due -= timedelta(days=here.weekday())
    step = timedelta(days=7 if pace is NoticePace.WEEKLY else 1)
    while due <= moment:
        due += step
    return due


def digest_key(pace: NoticePace, due: datetime) -> str:
    """Return what makes a digest one of a kind for an account and channel."""
    return f"{pace}:{due.astimezone(CITY_TIME).date().isoformat()}"
