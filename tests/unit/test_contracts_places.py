"""What a region in words means, when a year begins, what a contract is worth."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.targets.places import Places, Region
from app.targets.years import Period, Year, year_of

PLACES = Places.parse("云澜市", "矿南区：矿山装备园、煤化工园\n高新区: 智造园\n\n桐城市\n 青石县 ：")


def test_places_are_read_line_by_line():
    assert PLACES.parks == {"矿南区": ("矿山装备园", "煤化工园"), "高新区": ("智造园",), "桐城市": (), "青石县": ()}
    with pytest.raises(ValueError, match="矿南区"):
        Places.parse("", "矿南区\n矿南区：园")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("", None),
        ("  ", None),
        ("矿南区", Region(True, "矿南区")),
        ("某省云澜市矿南区", Region(True, "矿南区")),
        ("云澜市 矿南区 煤化工园", Region(True, "矿南区", "煤化工园")),
        ("煤化工园", Region(True, "矿南区", "煤化工园")),
        ("云澜市", Region(True)),
        ("本市", Region(True)),
        ("桐城市", Region(True, "桐城市")),
        # Many cities have a 高新区.
        ("合肥市高新区", Region(False, "合肥市高新区")),
        ("某省高新区", Region(False, "某省高新区")),
        ("高新区", Region(True, "高新区")),
        ("省外", Region(False, "省外")),
        ("境外", Region(False, "境外")),
        ("江北", Region(False, "江北")),
        ("内蒙古自治区", Region(False, "内蒙古自治区")),
    ],
)
def test_a_region_is_local_by_the_citys_own_names_alone(text, region):
    assert PLACES.region(text) == region


@given(st.text(max_size=30))
def test_any_text_is_a_region_or_none(text):
    found = PLACES.region(text)
    assert found is None or found.local or found.park is None


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(1, 12))
def test_every_day_lies_in_one_year(day, first_month):
    year = year_of(day, first_month)
    assert year.start <= day <= year.end
    assert year.before.end < year.start
    assert year.period(day) == Period(year.start, day)
    before = year.same_part_before(day)
    assert before.start == year.before.start
    assert year.before.start <= before.until <= year.before.end


def test_the_same_part_of_a_year_before_a_leap_day():
    assert Year(2028).same_part_before(date(2028, 2, 29)).until == date(2027, 2, 28)
    assert Year(2028, 3).end == date(2029, 2, 28)
    assert Year(2028, 3).same_part_before(date(2029, 2, 28)).until == date(2028, 2, 29)
    assert Year(2026).period(date(2030, 1, 1)).until == date(2026, 12, 31)
