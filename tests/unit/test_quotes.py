"""Quotes in a text: nothing is lost, each is found, also where they overlap."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.matches.schemas import IndicatorOut
from app.models import Condition
from app.web.match_words import FEATURE_NAMES, condition, figure
from app.web.quotes import quoted
from matching.ranking.features import Feature

TEXTS = {"title": "磨矿细度在线检测", "summary": "先磨矿，再分级。磨矿细度80%。先磨矿。", "keywords": ""}


def test_each_quote_is_pointed_at_where_it_stands_first():
    pieces = quoted(TEXTS, ["先磨矿", "磨矿细度80%。", "没有这句", "细度"])
    assert [piece.text for piece in pieces["title"] if 3 in piece.quotes] == ["细度"]
    begun = [(piece.text, piece.begins, piece.ends) for piece in pieces["summary"] if piece.quotes]
    assert begun == [("先磨矿", (0,), (0,)), ("磨矿细度80%。", (1,), (1,))]
    assert pieces["keywords"] == []


def test_overlapping_quotes_share_pieces():
    pieces = quoted({"body": "抗压强度48 MPa，养护24 h"}, ["强度48 MPa，养护", "48 MPa，养护24 h"])["body"]
    assert [(piece.text, piece.quotes) for piece in pieces] == [
        ("抗压", ()), ("强度", (0,)), ("48 MPa，养护", (0, 1)), ("24 h", (1,)),
    ]  # fmt: skip


@given(st.text("甲乙丙", max_size=20), st.lists(st.text("甲乙丙", min_size=1, max_size=6), max_size=5))
def test_the_pieces_are_the_text_again(text, quotes):
    pieces = quoted({"body": text}, quotes)["body"]
    assert "".join(piece.text for piece in pieces) == text
    for number, quote in enumerate(quotes):
        marked = "".join(piece.text for piece in pieces if number in piece.quotes)
        assert marked == (quote if quote in text else "")


def _number(**fields):
    values = {"quantity": "强度", "direction": "exact", "low": None, "high": None, "unit": "MPa", "relative": False}
    return figure(IndicatorOut(**{**values, "sentence": "", **fields}))


def test_numbers_are_told_with_their_signs():
    assert _number(direction="at_least", low=30.0) == "强度 ≥ 30 MPa"
    assert _number(direction="at_most", high=0.05, quantity="", unit="%") == "≤ 0.05%"
    assert _number(direction="range", low=10.0, high=20.5) == "强度 10–20.5 MPa"
    assert _number(low=3.0, high=3.0, unit="") == "强度 3"
    assert _number(direction="at_least", low=30.0, unit="%", relative=True) == "强度 ≥ 30%（变化量）"


def test_conditions_are_told_as_people_write_them():
    assert condition(Condition.INDUSTRY, ["3511"]) == "3511 专用设备制造业"
    assert condition(Condition.BUDGET, (Decimal(60), None)) == "60 万元起"
    assert condition(Condition.BUDGET, (None, None)) == "—"
    assert condition(Condition.COOPERATION, ["技术转让", "技术服务"]) == "技术转让、技术服务"
    assert condition(Condition.DISTRICT, None) == "—"


def test_every_feature_has_a_name():
    assert set(Feature) <= set(FEATURE_NAMES)
