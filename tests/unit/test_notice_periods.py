"""Digests are due at eight in the city, after the moment that asks and never more than a period later."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.city_time import CITY_TIME
from app.models import NoticePace
from app.notices.periods import digest_due, digest_key

MOMENTS = st.integers(1_577_836_800, 2_208_988_800).map(lambda second: datetime.fromtimestamp(second, UTC))
LENGTHS = {NoticePace.DAILY: timedelta(days=1), NoticePace.WEEKLY: timedelta(days=7)}


@given(MOMENTS, st.sampled_from(list(LENGTHS)))
def test_a_digest_is_due_at_eight_within_its_period(moment, pace):
    due = digest_due(pace, moment)
    here = due.astimezone(CITY_TIME)
    assert (here.hour, here.minute, here.second) == (8, 0, 0)
    assert moment < due <= moment + LENGTHS[pace]
    if pace is NoticePace.WEEKLY:
        assert here.weekday() == 0
    # Whatever is told until then goes into the same one.
    assert digest_due(pace, due - timedelta(microseconds=1)) == due
    assert digest_due(pace, due) == due + LENGTHS[pace]


@pytest.mark.parametrize(
    ("moment", "pace", "key"),
    [
        ("2026-11-28T07:59:59+08:00", NoticePace.DAILY, "daily:2026-11-28"),
        ("2026-11-28T08:00:00+08:00", NoticePace.DAILY, "daily:2026-11-29"),
        ("2026-11-28T23:30:00+00:00", NoticePace.DAILY, "daily:2026-11-29"),
        ("2026-11-28T12:00:00+08:00", NoticePace.WEEKLY, "weekly:2026-11-30"),
        ("2026-11-30T08:00:00+08:00", NoticePace.WEEKLY, "weekly:2026-12-07"),
    ],
)
def test_a_digest_is_named_by_its_day_in_the_city(moment, pace, key):
    assert digest_key(pace, digest_due(pace, datetime.fromisoformat(moment))) == key
