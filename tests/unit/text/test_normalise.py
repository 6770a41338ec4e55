"""One form for all ways of writing the same thing."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.text.normalise import normalise

INVISIBLE = "\u200b\u200c\u200d\u200e\ufeff\u00ad\u2060\u0000\u0007\u001f\ue000\U000f0000"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("奈米材料", "纳米材料"),
        ("納米材料", "纳米材料"),
        ("纳米材料", "纳米材料"),
        ("奈米材料之製備與應用", "纳米材料之制备与应用"),
        ("鋰離子電池隔膜", "锂离子电池隔膜"),
        ("氫能儲運裝備", "氢能储运装备"),
        ("積體電路晶片封裝", "集成电路芯片封装"),
        ("雷射熔覆", "激光熔覆"),
        ("機械臂軌跡規劃", "机械臂轨迹规划"),
        ("檢測雲臺", "检测云台"),
    ],
)
def test_traditional_writing_becomes_simplified(written: str, meant: str) -> None:
    assert normalise(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("功率≥５０ｋＷ", "功率≥50kW"),
        ("占地３㎡", "占地3m2"),
        ("①②③", "123"),
        ("（试行）", "(试行)"),
        ("Ⅲ级", "III级"),
        ("㎏", "kg"),
        ("ﬁlm", "film"),
        ("Ｈ₂Ｏ", "H2O"),
    ],
)
def test_compatibility_forms_are_folded(written: str, meant: str) -> None:
    assert normalise(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("氢 能 储 运", "氢能储运"),
        ("  氢能\t储运\r\n装备  ", "氢能储运装备"),
        ("氢能\u3000储运", "氢能储运"),
        ("氢能\u00a0储运", "氢能储运"),
        ("年产 10 万吨", "年产10万吨"),
        ("采用 PLC 控制 ， 节能", "采用PLC控制,节能"),
        ("deep   learning  model", "deep learning model"),
        ("用 deep learning 检测", "用deep learning检测"),
        ("3 - 5 MPa", "3 - 5 MPa"),
    ],
)
def test_blanks_beside_chinese_go_and_others_become_one(written: str, meant: str) -> None:
    assert normalise(written) == meant


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda character: f"U+{ord(character):04X}")
def test_invisible_characters_vanish(character: str) -> None:
    assert normalise(f"{character}石墨{character}烯{character}") == "石墨烯"


def test_letter_case_stays() -> None:
    assert normalise("TiO2 光催化 pH") == "TiO2光催化pH"


@pytest.mark.parametrize("nothing", ["", " ", "\n\t", "\u200b", "\ue000\u3000"])
def test_what_shows_nothing_becomes_nothing(nothing: str) -> None:
    assert normalise(nothing) == ""


@pytest.mark.parametrize("word", ["核心", "元件", "程序", "文件", "紫外接枝", "主元件分析", "二噁英"])
def test_a_simplified_word_reads_the_same_alone_and_in_a_long_text(word: str) -> None:
    # Else a short query would not meet the long record that holds the very same word.
    assert normalise(word) in normalise(f"本项目围绕{word}开展试验，团队已经验证过产业化条件。")


def test_one_character_of_both_writings_does_not_reword_a_simplified_text() -> None:
    # 噁 is traditional to OpenCC, yet it is the standard way to write 二噁英 in simplified texts.
    result = normalise("二噁英减排装置的核心元件与控制程序已经验证")
    assert result.endswith("减排装置的核心元件与控制程序已经验证")


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from("氢能儲運裝備奈米材料纳米，。；： \t\n\u3000①㎡ＡＢａｂ\u200d\u0301薴苧臺台后後里裡干乾著着"),
    max_size=30,
)


@given(TEXTS)
@example("e\u200d\u0301")
@example("\u1100\u200b\u1161")
@example("薴")
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(TEXTS)
def test_what_comes_out_is_folded_trimmed_and_visible(text: str) -> None:
    result = normalise(text)
    assert result == result.strip()
    assert "  " not in result
    assert not {unicodedata.category(character) for character in result} & {"Cc", "Cf", "Co", "Cs", "Cn"}


@given(st.text(max_size=30))
def test_blanks_around_do_not_matter(text: str) -> None:
    assert normalise(f" \n{text}\u3000") == normalise(text)


def test_lone_surrogates_vanish() -> None:
    assert normalise("石\ud800墨\udfff烯") == "石墨烯"
