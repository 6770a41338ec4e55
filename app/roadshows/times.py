"""When a roadshow and its slots begin and end, in the city's time."""

from datetime import datetime, time, timedelta

from app.core.city_time import CITY_TIME
from app.models import Roadshow

# More slots than a day has quarters of an hour are a mistake.
MOST_SLOTS = 96


def slot_count(starts: str, ends: str, slot_minutes: int) -> int:
    """Return how many whole slots lie between two times of a day, HH:MM."""
    return max(0, _minutes(ends) - _minutes(starts)) // slot_minutes


def timing_problem(starts: str, ends: str, slot_minutes: int) -> tuple[str, str] | None:
    """Return the field that is wrong and what to do about it; None where all is right."""
    if _minutes(ends) <= _minutes(starts):
        return "ends", "结束时间不晚于开始时间，请改正"
    count = slot_count(starts, ends, slot_minutes)
    if count == 0:
        return "slot_minutes", "一场洽谈比整个活动还长，请缩短每场分钟数或推迟结束时间"
    if count > MOST_SLOTS:
        return "slot_minutes", f"时段超过 {MOST_SLOTS} 个，请加长每场分钟数"
    return None


def slots_of(roadshow: Roadshow) -> int:
    """Return how many slots a roadshow has."""
    return slot_count(roadshow.starts, roadshow.ends, roadshow.slot_minutes)


def period(roadshow: Roadshow) -> tuple[datetime, datetime]:
    """Return when a roadshow begins and ends."""
    return _moment(roadshow, roadshow.starts), _moment(roadshow, roadshow.ends)


def slot_period(roadshow: Roadshow, slot: int) -> tuple[datetime, datetime]:
    """Return when a slot begins and ends."""
    length = timedelta(minutes=roadshow.slot_minutes)
    begin = _moment(roadshow, roadshow.starts) + slot * length
    return begin, begin + length


def slot_name(roadshow: Roadshow, slot: int) -> str:
    """Return what a slot is called, with its times."""
    begin, end = slot_period(roadshow, slot)
    return f"第 {slot + 1} 时段（{begin:%H:%M}–{end:%H:%M}）"


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _moment(roadshow: Roadshow, clock: str) -> datetime:
    return datetime.combine(roadshow.held_on, time.fromisoformat(clock), CITY_TIME)
