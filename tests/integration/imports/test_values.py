"""Cells in people's own words: money, maturity, dates and lists."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tables.amounts import parse_wan_range
from app.tables.values import parse_date, parse_maturity, split_list


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("120", "120", "120"), ("约80", "80", "80"), ("80左右", "80", "80"), ("300-500", "300", "500"),
        ("300－500万元", "300", "500"), ("300～500", "300", "500"), ("300至500万", "300", "500"),
        ("三百到五百万元", "300", "500"), ("五十到八十万", "50", "80"),
        ("伍拾", "50", "50"), ("伍拾万元整", "50", "50"),
        ("二百万元", "200", "200"), ("一千二百万", "1200", "1200"), ("1.2亿元", "12000", "12000"),
        ("5000元", "0.5", "0.5"), ("5000元-1万元", "0.5", "1"), ("3-5千万", "3000", "5000"), ("2百万", "200", "200"),
        ("1,200", "1200", "1200"), ("1，200", "1200", "1200"), ("１２０", "120", "120"), ("¥120万", "120", "120"),
        ("人民币120万元", "120", "120"), ("80万元（可谈）", "80", "80"), ("50w", "50", "50"), ("50-80W", "50", "80"),
        ("50万-100万", "50", "100"), ("0", "0", "0"), ("0.5", "0.5", "0.5"), (" 120 万元 ", "120", "120"),
        ("一亿元", "10000", "10000"),
    ],
)  # fmt: skip
def test_amounts_are_read_in_wan(text, low, high):
    assert parse_wan_range(text) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("不超过200万元", None, "200"), ("200万元以内", None, "200"), ("≤200万", None, "200"),
        ("最高200万", None, "200"), ("至多20", None, "20"),
        ("100万以下", None, "100"), ("上限80", None, "80"), ("不高于三百万元", None, "300"), ("<50w", None, "50"),
        ("100万元以上", "100", None), ("不低于50万", "50", None), ("≥100万元", "100", None), ("至少30", "30", None),
        ("100万元起", "100", None), ("不少于30万元", "30", None), ("1亿元以上", "10000", None), ("100+", "100", None),
        ("二百余万元", "200", None), ("100余万", "100", None), ("200多万", "200", None), ("三千多万元", "3000", None),
        ("50万以上-100万以内", "50", "100"), ("约200万元以上（含税）", "200", None),
    ],
)  # fmt: skip
def test_an_open_end_is_open(text, low, high):
    assert parse_wan_range(text) == (low and Decimal(low), high and Decimal(high))


@pytest.mark.parametrize("text", ["面议", " 面 议 ", "面谈", "协商", "待定", "-", "/", ""])
def test_what_is_to_be_negotiated_has_no_amount(text):
    assert parse_wan_range(text) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "-5到10",
        "500-300",
        "很多",
        "abc",
        "1.2.3",
        "万元",
        "1-2-3",
        "12个月",
        "NaN",
        "Infinity",
        "1e5",
        "￥",
        "以上",
        "50以下-100",
        "50-100以上",
        "余万",
    ],
)
def test_what_is_no_amount_is_not_guessed(text):
    assert parse_wan_range(text) is None


@given(st.decimals(0, 100_000, places=2), st.decimals(0, 100_000, places=2), st.sampled_from("-~～—至到"))
def test_two_amounts_are_a_range_if_in_order(low, high, dash):
    read = parse_wan_range(f"{low}{dash}{high}万元")
    assert read == ((low, high) if low <= high else None)


@given(st.text(alphabet="0123456789.,-~至到约万亿元千百十拾伍零面议余多以上下内不超过低于w ≥１％", max_size=14))
def test_no_cell_of_money_breaks_the_reader(text):
    read = parse_wan_range(text)
    if read is not None:
        low, high = read
        assert low is None or low >= 0
        assert low is None or high is None or low <= high


@pytest.mark.parametrize(
    ("text", "stage", "level"),
    [
        ("实验室", "实验室", 3), ("初期", "实验室", 3), ("小试", "小试", 4), ("样机", "小试", 5), ("中试", "中试", 6),
        ("中试阶段", "中试", 6), ("产业化", "产业化", 9), ("批量生产", "产业化", 9), ("TRL 7", "中试", 7),
        ("trl8", "产业化", 8), ("ＴＲＬ８", "产业化", 8),
        ("5", "小试", 5), ("9级", "产业化", 9), ("第3级", "实验室", 3),
        (" 中试 ", "中试", 6), ("技术成熟度4级", "小试", 4),
    ],
)  # fmt: skip
def test_words_and_levels_of_maturity_are_read(text, stage, level):
    assert parse_maturity(text) == (stage, level)


@pytest.mark.parametrize("text", ["高", "0", "10", "TRL 0", "TRL 12", "-3", "5.5", "中试或小试", "待定"])
def test_what_is_no_maturity_is_not_guessed(text):
    assert parse_maturity(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-06-30", "2027-06-30"), ("2027/6/30", "2027-06-30"), ("2027.6.3", "2027-06-03"),
        ("2027年6月30日", "2027-06-30"), ("2027年6月", "2027-06-30"), ("2027-06", "2027-06-30"),
        ("2028年2月", "2028-02-29"),
        ("２０２７年６月３０日", "2027-06-30"), ("2027-06-30T00:00:00", "2027-06-30"),
        ("2027-06-30 00:00:00", "2027-06-30"),
        ("2027/6/3 0:00", "2027-06-03"), ("45000", "2023-03-15"),
        ("20270630", "2027-06-30"), ("2027 年 6 月 30 日", "2027-06-30"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text, day):
    found = parse_date(text)
    assert found is not None
    assert found.isoformat() == day


@pytest.mark.parametrize(
    "text",
    ["明年", "2027", "2027-13-01", "2027-02-30", "6月30日", "25000", "60001", "20271301", "长期", "2027-06-30到期前"],
)
def test_what_is_no_date_is_not_guessed(text):
    found = parse_date(text)
    assert found is None or text.startswith("2027-06-30")


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]))
def test_every_day_comes_back(day, layout):
    assert parse_date(day.strftime(layout)) == day


@pytest.mark.parametrize(
    "text", ["甲；乙；丙", "甲、乙、丙", "甲, 乙,丙", "甲|乙|丙", "甲\n乙\n丙", "甲；；乙、丙；甲"]
)
def test_lists_are_split_by_whatever_parts_them(text):
    assert split_list(text) == ["甲", "乙", "丙"]
