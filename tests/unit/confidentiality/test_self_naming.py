"""Forty texts that name their enterprise, and thirty that do not; written before the rules were tried."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.confidentiality.names import Profile, Sort
from app.confidentiality.self_naming import ADVICE, find_self_naming

GOLDEN = Path(__file__).parents[2] / "golden"
PROFILES = {
    key: Profile(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})
    for key, fields in json.loads((GOLDEN / "self_naming_organisations.json").read_text("utf-8")).items()
}
TEXTS = [json.loads(line) for line in (GOLDEN / "self_naming.jsonl").read_text("utf-8").splitlines()]
NAMING = [each for each in TEXTS if each["gives_away"]]
CLEAN = [each for each in TEXTS if not each["gives_away"]]
BEST = PROFILES["zuanshi"]


def _found(text, part, findings):
    start = text.index(part)
    hit = [each for each in findings if each.start < start + len(part) and start < each.end]
    return "certain" if any(each.certain for each in hit) else "hint" if hit else "missed"


@pytest.mark.parametrize("case", NAMING, ids=lambda case: f"{case['organisation']}-{case['way']}")
def test_what_gives_away_is_found_as_recorded(case):
    found = find_self_naming(case["text"], PROFILES[case["organisation"]])
    assert {_found(case["text"], part, found) for part in case["gives_away"]} == {case["found"]}


def test_the_figures_of_the_readme():
    """34 certain, 2 as hints, 4 not: a change of the rules changes the figures that people read."""
    counts = {name: sum(case["found"] == name for case in NAMING) for name in ("certain", "hint", "missed")}
    assert (len(NAMING), len(CLEAN)) == (40, 30)
    assert counts == {"certain": 34, "hint": 2, "missed": 4}


@pytest.mark.parametrize("case", CLEAN, ids=lambda case: case["text"][:12])
def test_texts_that_name_nobody_are_left_alone(case):
    found = find_self_naming(case["text"], PROFILES[case["organisation"]])
    assert bool(found) == (case["found"] != "missed"), found


@pytest.mark.parametrize(
    ("text", "sort", "part"),
    [
        ("恒\u200b砺的产线", Sort.NAME, "恒\u200b砺"),
        ("ＨＬ－３００型微粉", Sort.PRODUCT, "ＨＬ－３００"),
        ("统一社会信用代码 91411400MA3X12345Y 的企业", Sort.CREDIT_CODE, "91411400MA3X12345Y"),
        ("厂址：人民路与建设路交叉口", Sort.ADDRESS, "人民路与建设路交叉口"),
        ("传真 0370 6028118", Sort.PHONE, "0370 6028118"),
        ("QQ：88123456", Sort.MESSENGER, "88123456"),
        ("我司是上市公司，股票代码：300000", Sort.NAME, "300000"),
        ("隶属于豫东钢铁集团，求脱硫工艺", Sort.OTHER_COMPANY, "豫东钢铁集团"),
        ("法定代表人：王建国，求脱硫工艺", Sort.PERSON, "王建国"),
    ],
)
def test_positions_are_those_of_the_text_as_it_was_written(text, sort, part):
    (found, *_) = [each for each in find_self_naming(text, BEST) if each.sort is sort]
    assert (found.text, text[found.start : found.end]) == (part, part)
    assert found.advice


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("增大夹紧力量", []),
        ("力量牌液压泵", ["力量"]),
        ("我司力量液压的泵", ["力量液压"]),
        ("粒度碳峰值", []),
    ],
)
def test_words_that_are_names_too_need_their_context(text, certain):
    profile = Profile("云澜力量液压有限公司", aliases=("碳峰",))
    assert [each.text for each in find_self_naming(text, profile) if each.certain] == certain


@given(st.text(max_size=300))
def test_any_text_is_read_and_findings_do_not_overlap(text):
    found = find_self_naming(text, BEST)
    assert all(each.text == text[each.start : each.end] and each.text for each in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_full_name_is_found_wherever_it_stands(before, after):
    name = "恒砺金刚石制品"
    found = find_self_naming(f"{before}。{name}。{after}", BEST)
    assert any(each.certain and name in each.text for each in found)


def test_every_sort_has_advice():
    assert set(ADVICE) == set(Sort)
