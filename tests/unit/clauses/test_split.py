"""Clauses and sentences are exact extracts, few, and the same every time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.clauses.document import MOST_SENTENCES, document_sentences
from matching.clauses.pieces import LONGEST, MOST_READ
from matching.clauses.query import MOST_CLAUSES, split_clauses
from matching.clauses.types import ClauseKind, Field
from tests.hostile_texts import no_hanging

PARTS = [
    "提高过滤精度",
    "采用陶瓷膜",
    "我公司成立于2001年",
    "员工60人",
    "需求内容：",
    "预期目标：",
    "三、现有工作基础",
    "（1）",
    "2、",
    "①",
    "，",
    "。",
    "；",
    "、",
    "通量≥120L/(m²·h)",
    "含油废水",
    "在高温条件下",
    "目前国内普遍使用",
    "聯系人：",
    "奈米",
    "Al2O3",
    "1,200",
    ".",
    "ﬁ",
    "（",
    "）",
    "😀",
    "\n",
    " ",
    "\u3000",
    "\u200b",
    "\ud800",
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=40).map("".join) | st.text(max_size=80)
HOSTILE = ["长" * 100_000, "，" * 100_000, "1、" * 50_000, "（" * 100_000, "a" * 100_000, " " * 100_000, "①。" * 50_000]


@given(TEXTS, TEXTS, TEXTS)
def test_clauses_are_exact_extracts_in_order(title: str, body: str, indicators: str) -> None:
    texts = {Field.TITLE: title, Field.BODY: body, Field.INDICATORS: indicators}
    clauses = split_clauses(title, body, indicators)
    assert len(clauses) <= MOST_CLAUSES
    for clause in clauses:
        assert clause.text == texts[clause.field][clause.start : clause.end]
        assert clause.text.strip() == clause.text
        assert 0 < len(clause.text) <= LONGEST
        assert clause.encoded
    places = [(list(Field).index(each.field), each.start) for each in clauses]
    assert places == sorted(places)
    assert len({each.encoded for each in clauses}) == len(clauses)
    assert split_clauses(title, body, indicators) == clauses


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_sentences_are_exact_extracts(title: str, body: str, indicators: str, keywords: str) -> None:
    texts = {Field.TITLE: title, Field.BODY: body, Field.INDICATORS: indicators, Field.KEYWORDS: keywords}
    sentences = document_sentences(title, body, indicators, keywords)
    assert len(sentences) <= MOST_SENTENCES
    for each in sentences:
        assert each.text == texts[each.field][each.start : each.end]
        assert 0 < len(each.text) <= LONGEST
        assert each.encoded
    assert document_sentences(title, body, indicators, keywords) == sentences


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_cut(text: str) -> None:
    with no_hanging():  # 0.1 s where it was measured; without the limits minutes
        assert len(split_clauses(text, text, text)) <= MOST_CLAUSES
        assert len(document_sentences(text, text, text, text)) <= MOST_SENTENCES


@pytest.mark.parametrize("text", ["", " \n", "。，；", "★※→", "——"])
def test_without_words_there_is_nothing(text: str) -> None:
    assert split_clauses(text, text, text) == ()
    assert document_sentences(text, text, text, text) == ()


@pytest.mark.parametrize(
    ("title", "body"),
    [("需求", ""), ("1", ""), ("", "我公司成立于1998年，员工80人。"), ("", "稻壳"), ("Q", "联系人：设备部")],
)
def test_a_query_with_any_word_gives_a_clause(title: str, body: str) -> None:
    assert split_clauses(title, body)


def test_a_run_on_paragraph_is_split_into_what_it_asks() -> None:
    body = (
        "我公司成立于2009年，占地面积60亩，主营番茄酱。目前皮渣靠人工清运，夏季容易发酵发臭，需要一种连续脱水设备，"
        "采用机械挤压，在车间高湿环境下运行，含水率降到65%以下。希望与高校合作，联系人：生产部。"
    )
    found = [(str(each.kind), each.text) for each in split_clauses("番茄皮渣脱水", body)]
    assert found == [
        ("object", "番茄皮渣脱水"),
        ("goal", "夏季容易发酵发臭"),
        ("object", "需要一种连续脱水设备"),
        ("process", "采用机械挤压"),
        ("condition", "在车间高湿环境下运行"),
        ("indicator", "含水率降到65%以下"),
    ]


def test_headings_numbers_of_lists_and_what_stands_under_a_self_description_go() -> None:
    body = "一、需求内容：\n1、皮渣连续脱水；（2）挤压筒防堵\n二、现有工作基础\n已建成两条线\n三、预期目标：\n皮渣干粉"
    clauses = split_clauses("番茄", body)
    assert [each.text for each in clauses] == ["番茄", "皮渣连续脱水", "挤压筒防堵", "皮渣干粉"]
    assert clauses[-1].kind is ClauseKind.GOAL
    assert all(each.demanded for each in clauses)


def test_of_too_many_clauses_the_telling_ones_stay() -> None:
    body = (
        "需求内容：" + "；".join(f"{name}号番茄罐体" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未") + "；破损率≤2%"
    )
    clauses = split_clauses("番茄", body)
    assert len(clauses) == MOST_CLAUSES
    assert clauses[0].text == "番茄"
    assert clauses[-1].text == "破损率≤2%"


def test_long_sentences_are_cut_at_commas_and_short_ones_are_whole() -> None:
    long = "，".join(
        ["该机由进料斗和变径螺旋组成", "螺旋转速可按来料含水自动调节", "筒体开有楔形缝以防纤维堵塞", "滤液经沉淀后回用"]
        * 2
    )
    sentences = document_sentences("脱水机", f"样机已连续运行三个月，未见堵塞。{long}。")
    assert sentences[1].text == "样机已连续运行三个月，未见堵塞"
    assert all(15 <= len(each.text) <= 80 for each in sentences[1:])
    assert len(sentences) == 4


def test_indicators_and_work_go_before_background_where_room_is_short() -> None:
    body = "".join(f"目前第{at}类皮渣多作填埋。" for at in range(30)) + "".join(
        f"第{at}段螺旋采用变径。" for at in range(25)
    )
    sentences = document_sentences("脱水机", body, "含水率≤65%", "皮渣；脱水")
    assert len(sentences) == MOST_SENTENCES
    assert sum("变径" in each.text for each in sentences) == 25
    assert [each.field for each in sentences[-2:]] == [Field.INDICATORS, Field.KEYWORDS]


def test_a_self_description_goes_on_until_something_is_asked() -> None:
    body = "我公司拥有挤压设备三台，采用进口滤布，提高了出汁率，急需皮渣烘干机。"
    assert [each.text for each in split_clauses("番茄", body)] == ["番茄", "急需皮渣烘干机"]


def test_what_stands_behind_the_limit_is_not_read() -> None:
    behind = "，" * MOST_READ + "降低皮渣含水率"
    assert [each.text for each in split_clauses("番茄", behind)] == ["番茄"]
    assert [each.text for each in document_sentences("番茄", behind)] == ["番茄"]


@pytest.mark.parametrize("sign", ["-", "－", "—"])
def test_a_sign_stays_with_its_number(sign: str) -> None:
    text = f"{sign}25 ℃升至5 ℃不超过15 min"
    assert [each.text for each in document_sentences("", "", text)] == [text]
    assert [each.text for each in split_clauses("", "", text)] == [text]


def test_a_dash_before_words_is_a_mark_of_a_list() -> None:
    assert [each.text for each in document_sentences("", "- 耐压性好\n-耐蚀性好")] == ["耐压性好", "耐蚀性好"]


def test_an_enumeration_within_a_sentence_is_no_chapter() -> None:
    text = "浓水经纳滤将一、二价盐分开"
    assert [each.text for each in document_sentences("", text)] == [text]
    assert [each.text for each in document_sentences("", "一、研究内容好二、技术路线新")] == [
        "研究内容好",
        "技术路线新",
    ]
