"""Marks in shown texts: everything is escaped, and what two texts share is not marked."""

import re

import pytest
from markupsafe import Markup

from app.web.highlight import differing, marked

ONE = "底流浓度达到68%，滤饼含水率不高于16%。已连续运行2000 h。"
OTHER = "底流浓度达到66%，滤饼含水率不高于16%。适用于铜、铁尾矿。"


def _marks(text):
    return re.findall("<mark>(.*?)</mark>", text, re.DOTALL)


def _plain(text):
    return Markup(re.sub("</?mark>", "", text)).unescape()


def test_words_are_marked_and_the_text_is_escaped():
    assert marked("<b>高岭土</b>提纯", ["高岭", "高岭土"]) == "&lt;b&gt;<mark>高岭土</mark>&lt;/b&gt;提纯"


def test_only_what_differs_is_marked():
    left, right = differing(ONE, OTHER)
    assert _marks(left)[0] == "68"
    assert _marks(right)[0] == "66"
    assert "滤饼含水率不高于16%。" in left
    assert "滤饼含水率不高于16%。" in right
    assert "2000" in "".join(_marks(left))
    assert "铜" in "".join(_marks(right))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""), ("", "新增"), (ONE, ONE), ("<script>&", "<script>&amp;"), ("，。" * 5000, "。，" * 5000),
        ("ab" * 9000, "ba" * 9000), ("甲，" * 9000, "乙，甲，" * 4000),
    ],
)  # fmt: skip
def test_no_character_is_lost_and_none_added(one, other):
    left, right = differing(one, other)
    assert (_plain(left), _plain(right)) == (one, other)
    assert "<script>" not in left


def test_the_same_text_has_no_marks():
    assert "<mark>" not in "".join(differing(ONE, ONE))
