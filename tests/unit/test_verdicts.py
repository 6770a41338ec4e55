"""Verdicts rest on clauses and numbers together: numbers decide, and everything shown is quoted."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.clauses.answer import MET, prepare_clauses
from matching.clauses.background import ClauseBackground
from matching.clauses.document import document_sentences
from matching.clauses.query import split_clauses
from matching.indicators.types import DemandVerdict
from matching.types import Document, Floats
from matching.verdicts import NUMBERS_COUNT, ClauseVerdict, clause_verdicts
from tests.encoders import HashingEncoder

ENCODER = HashingEncoder()
BACKGROUND = ClauseBackground(np.zeros(ENCODER.dimension, np.float32), 0.0, 0.05)
SURE = 0.9
PARTS = [
    "密封圈耐压强度≥30 MPa",
    "密封圈耐压强度达到 25 MPa",
    "耐压强度不小于 40 MPa",
    "装配时间缩短30%以上",
    "装配期缩短40%",
    "采用双唇结构防止泄漏",
    "需要耐磨的密封圈",
    "工作温度-40～120 ℃",
    "。",
    "；",
    "，",
    "\n",
    "（1）",
    "目前国内普遍使用",
    "密封圈",
    "Al2O3",
    "\u3000",
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=12).map("".join) | st.text(max_size=30)


def _encode(texts: Sequence[str]) -> Floats:
    return ENCODER.encode(texts) if texts else np.zeros((0, ENCODER.dimension), np.float32)


def _verdicts(asked: str, document: Document, relevance: float = SURE, body: str = "") -> tuple[ClauseVerdict, ...]:
    clauses = split_clauses("", body, asked)
    sentences = document_sentences(document.title, document.body, document.indicators, document.keywords)
    prepared = prepare_clauses(clauses, _encode([each.encoded for each in clauses]), BACKGROUND)
    return clause_verdicts(prepared, document, _encode([each.encoded for each in sentences]), BACKGROUND, relevance)


def _offer(indicators: str, title: str = "双唇密封圈", body: str = "") -> Document:
    return Document("", title, body, "", indicators)


@pytest.mark.parametrize(
    ("offered", "verdict"),
    [
        ("密封圈耐压强度≥35 MPa", DemandVerdict.MET),
        ("密封圈耐压强度≥30 MPa", DemandVerdict.MET),
        ("密封圈耐压强度≥25 MPa", DemandVerdict.NOT_MET),
        ("密封圈耐压强度≥0.035 GPa", DemandVerdict.MET),
    ],
)
def test_numbers_decide_where_a_clause_states_one(offered: str, verdict: DemandVerdict) -> None:
    (answer,) = _verdicts("密封圈耐压强度≥30 MPa", _offer(offered))
    assert answer.verdict is verdict
    assert answer.evidence == offered


@pytest.mark.parametrize(
    ("told", "answers"),
    [
        ("一般年份落果损失率10%～20%", 0),
        ("重病果园落果损失率达30%以上", 0),
        ("落果损失率≤5%", 1),
        ("糖度达到15%以上", 1),
    ],
)
def test_numbers_that_tell_how_bad_things_are_are_not_asked_for(told: str, answers: int) -> None:
    offer = _offer("落果损失率35%，糖度16%")
    (answer,) = _verdicts("", offer, body=told)
    assert len(answer.indicators) == answers
    assert answers or answer.verdict is not DemandVerdict.NOT_MET
    (headed,) = _verdicts("", offer, body=f"预期目标：{told}")
    assert len(headed.indicators) == 1


def test_what_is_not_met_quotes_the_number_that_fails() -> None:
    (answer,) = _verdicts("密封圈耐压强度≥30 MPa且装配时间≤10 min", _offer("密封圈耐压强度≥35 MPa；装配时间≤12 min"))
    assert answer.verdict is DemandVerdict.NOT_MET
    assert answer.evidence == "装配时间≤12 min"
    assert [each.verdict for each in answer.indicators] == [DemandVerdict.MET, DemandVerdict.NOT_MET]


def test_of_several_numbers_all_must_be_met() -> None:
    asked = "密封圈耐压强度≥30 MPa且装配时间≤10 min"
    (half,) = _verdicts(asked, _offer("密封圈耐压强度≥35 MPa"))
    assert half.verdict is DemandVerdict.NOT_MENTIONED
    assert half.evidence is None
    assert [each.verdict for each in half.indicators] == [DemandVerdict.MET, DemandVerdict.NOT_MENTIONED]
    (whole,) = _verdicts(asked, _offer("密封圈耐压强度≥35 MPa；装配时间≤8 min"))
    assert whole.verdict is DemandVerdict.MET
    assert whole.evidence == "密封圈耐压强度≥35 MPa；"


def test_a_clause_whose_number_the_document_lacks_is_not_mentioned_however_like() -> None:
    (answer,) = _verdicts(
        "双唇密封圈耐压强度≥30 MPa", _offer("", title="双唇密封圈耐压强度高", body="双唇密封圈耐压强度好")
    )
    assert answer.similarity >= MET
    assert answer.verdict is DemandVerdict.NOT_MENTIONED
    assert answer.evidence is None
    assert answer.nearest is not None


def test_without_numbers_the_sentence_decides() -> None:
    (answer,) = _verdicts("采用双唇结构防止泄漏", _offer("", body="密封圈采用双唇结构防止泄漏。另有蓝色外壳。"))
    assert answer.verdict is DemandVerdict.MET
    assert answer.evidence == "密封圈采用双唇结构防止泄漏"
    assert answer.indicators == ()


def test_a_number_under_another_name_meets_where_its_sentence_is_the_nearest() -> None:
    (answer,) = _verdicts("泵体装配时间缩短30%以上", _offer("泵体装配期缩短40%"))
    assert answer.verdict is DemandVerdict.MET
    assert answer.evidence == "泵体装配期缩短40%"


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("泵体装配时间缩短30%以上", "泵体装配期缩短20%"),
        ("泵体装配时间缩短30%以上", "泵体装配期延长40%"),
        ("泵体装配时间缩短30%以上", "泵体价格缩短40%"),
        ("出口污水TDS浓度≤500 mg/L", "出口污水COD浓度≤100 mg/L"),
    ],
)
def test_a_number_under_another_name_never_fails_nor_meets_another_quantity(asked: str, offered: str) -> None:
    (answer,) = _verdicts(asked, _offer(offered))
    assert answer.verdict is DemandVerdict.NOT_MENTIONED
    assert answer.evidence is None


def test_a_number_under_another_name_of_a_far_sentence_meets_nothing() -> None:
    near, far = "缩短装配时间是本工装的特点，装配时间缩短明显", "包装箱改型后的周期缩短40%"
    (answer,) = _verdicts("装配时间缩短30%以上", _offer(f"{near}；{far}"))
    assert answer.nearest == near
    assert answer.verdict is DemandVerdict.NOT_MENTIONED


def test_a_name_that_only_ends_alike_does_not_fail_a_clause() -> None:
    (answer,) = _verdicts("出口侧耐压强度极限≥30 MPa", _offer("外壳耐压强度极限≥25 MPa"))
    assert answer.verdict is DemandVerdict.NOT_MENTIONED
    assert answer.indicators[0].offered is not None


@pytest.mark.parametrize("offered", ["密封圈耐压强度≥25 MPa", "密封圈耐压强度≥35 MPa"])
def test_numbers_of_a_document_about_something_else_decide_nothing(offered: str) -> None:
    asked = "密封圈耐压强度≥30 MPa"
    (answer,) = _verdicts(asked, _offer(offered), NUMBERS_COUNT - 0.01)
    assert (answer.verdict, answer.evidence) == (DemandVerdict.NOT_MENTIONED, None)
    (answer,) = _verdicts(asked, _offer(offered), NUMBERS_COUNT)
    assert answer.verdict is not DemandVerdict.NOT_MENTIONED


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.floats(0, 1))
def test_everything_shown_is_an_exact_extract(
    asked: str, title: str, body: str, indicators: str, relevance: float
) -> None:
    document = Document("", title, body, "", indicators)
    fields = (title, body, indicators)
    for each in _verdicts(asked, document, relevance):
        assert each.clause.text in asked
        assert (each.evidence is None) == (each.verdict is DemandVerdict.NOT_MENTIONED)
        for quoted in (each.evidence, each.nearest):
            assert quoted is None or any(quoted in field for field in fields)
        if each.verdict is DemandVerdict.NOT_MET:
            failing = [one.offered for one in each.indicators if one.verdict is DemandVerdict.NOT_MET]
            assert each.evidence in [one.sentence for one in failing if one is not None]


SIMPLE = "采用陶瓷涂层防腐的热交换器管束，耐压强度≥35 MPa，检修时间缩短40%，适用于盐雾环境"
TRADITIONAL = "採用陶瓷塗層防腐的熱交換器管束，耐壓強度≥35 MPa，檢修時間縮短40%，適用於鹽霧環境"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True), st.floats(0, 1))
def test_twins_in_both_writings_get_the_same_verdicts(order: list[int], relevance: float) -> None:
    asked = "采用陶瓷涂层防腐；耐压强度≥30 MPa；检修周期缩短30%；耐压强度≥50 MPa"
    one, other = (
        Document("", "热交换器" if text is SIMPLE else "熱交換器", "。".join(text.split("，")[at] for at in order))
        for text in (SIMPLE, TRADITIONAL)
    )
    pairs = list(zip(_verdicts(asked, one, relevance), _verdicts(asked, other, relevance), strict=True))
    assert pairs
    for simple, traditional in pairs:
        assert simple.verdict is traditional.verdict
        assert simple.similarity == traditional.similarity
        assert (simple.evidence is None) == (traditional.evidence is None)
        assert len(simple.nearest or "") == len(traditional.nearest or "")


def test_the_same_gets_the_same_verdicts() -> None:
    document = _offer("密封圈耐压强度≥35 MPa；装配期缩短40%", body="采用双唇结构。")
    asked = "采用双唇结构；耐压强度≥30 MPa；装配时间缩短30%"
    assert _verdicts(asked, document) == _verdicts(asked, document)
