"""Numbers with their direction, unit and quantity; and what only looks like one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.indicators.reader import MOST_NUMBERS, read_indicators
from matching.indicators.types import Change, Direction, Indicator
from tests.hostile_texts import NUMBERS, no_hanging

INF = None
WORDS = (
    "处理能力 效率 噪声 温度 由 从 提高 降低 到 至 达到 ≥ ≤ ＞ < 不低于 不超过 ± ~",
    "— - 以上 以下 以内 之间 介于 和 约 分别 均 5 0.3 100 1×10^5 10^6 百分之九十 三 半",
    "两万 十五 十万 % ‰ ppm 倍 ℃ MPa t/h m³/d mg/L 万元 吨 年 小时 目 个 W/(m·K)",
    "dB(A) 2020年3月 GB/T3077-2015 IP65 PM2.5 第二代 一种 （1） 1、 ， 。 ； ： 、 （ ） / ×",
)
PIECES = st.lists(st.sampled_from([*(word for line in WORDS for word in line.split()), " ", "\n"]), max_size=14).map(
    "".join
)


def only(text: str) -> Indicator:
    (found,) = read_indicators(text)
    return found


def values(text: str) -> tuple[Direction, float | None, float | None, str]:
    one = only(text)
    return one.direction, one.low, one.high, one.unit


@pytest.mark.parametrize(
    ("text", "direction", "low", "high", "unit"),
    [
        ("效率≥85%", "at_least", 85, INF, "%"),
        ("效率不低于85%", "at_least", 85, INF, "%"),
        ("效率>=85％", "at_least", 85, INF, "%"),
        ("效率在85%以上", "at_least", 85, INF, "%"),
        ("效率达百分之八十五以上", "at_least", 85, INF, "%"),
        ("噪声不得超过70dB(A)", "at_most", INF, 70, "dB"),
        ("噪声（dB）≤70", "at_most", INF, 70, "dB"),
        ("能耗控制在0.5kWh/t以内", "at_most", INF, 0.5, "kWh/t"),
        ("误差±0.2%", "at_most", INF, 0.2, "%"),
        ("密度25±2kg/m3", "range", 23, 27, "kg/m³"),
        ("压力(35±3)MPa", "range", 32, 38, "MPa"),
        ("供电电压220V±10%", "range", 198, 242, "V"),
        ("温度-20℃~60℃", "range", -20, 60, "℃"),
        ("温度零下20℃至60℃", "range", -20, 60, "℃"),
        ("温度20-60℃", "range", 20, 60, "℃"),
        ("功率500kW~1MW", "range", 0.5, 1, "MW"),
        ("厚度大于8微米小于15微米", "range", 8, 15, "微米"),
        ("深度1.2≤h≤1.6mm", "range", 1.2, 1.6, "mm"),
        ("孔隙率介于30%与50%之间", "range", 30, 50, "%"),
        ("电阻在（2.4～2.9）Ω内", "range", 2.4, 2.9, "Ω"),
        ("绝缘电阻大于10^6Ω", "at_least", 1e6, INF, "Ω"),
        ("电导率≥1×10⁵S/m", "at_least", 1e5, INF, "S/m"),
        ("系数≤5×10^-6/℃", "at_most", INF, 5e-6, "/℃"),
        ("规模达到30万吨/年", "exact", 30, 30, "万吨/年"),
        ("年产30万吨", "exact", 30, 30, "万吨"),
        ("总投资约一千五百万元", "exact", 1500, 1500, "万元"),
        ("预算30-50万", "range", 30, 50, "万元"),
        ("载重两万公斤", "exact", 2, 2, "万公斤"),
        ("响应时间不超过半秒", "at_most", INF, 0.5, "秒"),
        ("研发周期一年半以内", "at_most", INF, 1.5, "年"),
        ("筛选用100/120粒度", "range", 100, 120, "目"),
        ("成本控制在每平方米200元以内", "at_most", INF, 200, "元/平方米"),
        ("焊接速度0.5m～2m/min", "range", 0.5, 2, "m/min"),
        ("孔径Φ50mm", "exact", 50, 50, "mm"),
        ("耐热70度以上", "at_least", 70, INF, "℃"),
        ("转角70度以上", "at_least", 70, INF, "度"),
        ("外圆硬度≥HRC50", "at_least", 50, INF, "HRC"),
        ("耐寒—15度", "exact", -15, -15, "℃"),
        ("硬度HRC58-62", "range", 58, 62, "HRC"),
        ("出水pH6～9", "range", 6, 9, ""),
        ("成本1,200元/t以下", "at_most", INF, 1200, "元/t"),
        ("定位精度优于0.05mm", "at_most", INF, 0.05, "mm"),
        ("识别率优于95%", "at_least", 95, INF, "%"),
    ],
)
def test_values_and_directions(text: str, direction: str, low: float | None, high: float | None, unit: str) -> None:
    assert values(text) == (direction, pytest.approx(low), pytest.approx(high), unit)


@pytest.mark.parametrize(
    "text",
    [
        "成立于2009年3月，2016-2020年连续获奖。",
        "2021.05.18通过验收。",
        "依据GB/T 3077-2015、JB/T 5000.8-2007和ISO 9001执行。",
        "已获专利ZL202010345678.9。",
        "联系电话0371-60000000，手机13800000000。",
        "防护等级IP65，材质Q235，选用H13钢与60Si2Mn弹簧钢。",
        "5G基站、3D打印与4K镜头。",
        "目前生产500MPa级抗震钢筋。",
        "第二代工艺，第3章，十分可靠，一种方法，统一标准，三元锂电池。",
        "CO2与PM2.5监测。",
        "1、研究内容；（2）预期目标；3) 现有基础。",
        "提出了3种方法，用2组实验验证。",
        "在25℃下测试，28天后取样。",
        "比例为35：18:8。",
        "2×350MW机组改造。",
        "零件加工，百年企业，半自动化。",
        "供电230V/110V，50/60Hz。",
    ],
)
def test_what_only_looks_like_an_indicator_is_left(text: str) -> None:
    assert read_indicators(text) == ()


def test_a_change_names_its_way_and_its_amount() -> None:
    up = only("巷道掘进效率提高30%以上")
    assert (up.quantity, up.relative, up.change, up.low) == ("巷道掘进效率", True, Change.INCREASE, 30)
    down = only("综合能耗降低20%")
    assert (down.direction, down.relative, down.change) == (Direction.EXACT, True, Change.DECREASE)
    verb_first = only("可降低人工成本25%以上")
    assert (verb_first.quantity, verb_first.relative, verb_first.change) == ("人工成本", True, Change.DECREASE)
    surpassed = only("单价低于同类产品20%")
    assert (surpassed.quantity, surpassed.relative, surpassed.change) == ("单价", True, Change.DECREASE)
    compared = only("单产比对照高12%")
    assert (compared.quantity, compared.relative, compared.change) == ("单产", True, Change.INCREASE)


def test_a_level_that_a_change_arrives_at_is_no_amount() -> None:
    one = only("产品收率提高到90%")
    assert (one.relative, one.change, one.direction, one.low) == (False, Change.INCREASE, Direction.AT_LEAST, 90)


def test_both_ends_of_a_change_are_kept() -> None:
    up = only("锂的回收率由60%提高到85%以上")
    assert (up.baseline, up.low, up.direction, up.relative) == (60, 85, Direction.AT_LEAST, False)
    down = only("检测周期从7天缩短至2小时")
    assert (down.baseline, down.high, down.direction, down.unit) == (168, 2, Direction.AT_MOST, "小时")


def test_names_and_values_of_respectively_are_paired() -> None:
    found = read_indicators("抗拉强度和屈服强度分别不低于1180MPa和980MPa。")
    assert [(one.quantity, one.low, one.high) for one in found] == [
        ("抗拉强度", 1180, None),
        ("屈服强度", 980, None),
    ]


def test_one_value_for_several_names_is_read_for_each() -> None:
    found = read_indicators("抗拉强度、屈服强度均不低于500MPa")
    assert [(one.quantity, one.low) for one in found] == [("抗拉强度", 500), ("屈服强度", 500)]


def test_a_clause_without_a_name_speaks_on_of_the_last() -> None:
    found = read_indicators("识别准确率提升了3.5个百分点，达到96.2%。")
    assert [(one.quantity, one.low, one.relative) for one in found] == [
        ("识别准确率", 3.5, True),
        ("识别准确率", 96.2, False),
    ]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("能够在-35℃至55℃的环境温度范围内启动", "环境温度范围"),
        ("在5到20MPa的工作压力下密封", "工作压力"),
        ("碱洗----漂洗----烘干（90-110℃）----入库", "烘干"),
        ("碱洗→漂洗→烘干温度90~110℃→入库", "烘干温度"),
    ],
)
def test_a_range_is_named_by_what_it_is_of(text: str, quantity: str) -> None:
    one = only(text)
    assert (one.quantity, one.direction) == (quantity, Direction.RANGE)


def test_a_range_that_describes_a_thing_is_left() -> None:
    assert read_indicators("8到12吨的货车停放") == ()


def test_a_size_gives_each_of_its_sides() -> None:
    found = read_indicators("工作台尺寸≥400×600mm")
    assert [(one.quantity, one.low, one.unit) for one in found] == [
        ("工作台尺寸", 400, "mm"),
        ("工作台尺寸", 600, "mm"),
    ]


def test_a_list_is_read_in_its_order() -> None:
    found = read_indicators("首次效率≥90%、克容量≥450mAh/g；循环1000次以上，成本≤8万元/t。")
    assert [one.unit for one in found] == ["%", "mAh/g", "次", "万元/t"]
    assert [one.start for one in found] == sorted(one.start for one in found)


def test_the_quoted_sentence_is_the_original_to_the_letter() -> None:
    text = "背景介绍。要求 效率≥８５％ ，噪声≤70dB！其他。"
    one, other = read_indicators(text)
    assert one.sentence == other.sentence == "要求 效率≥８５％ ，噪声≤70dB！"
    assert text[one.start : one.end] == "≥８５％"


FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code) not in "\"'`"}


@given(PIECES)
@example("效率由5%提高到0.3‰以上，温度-20~60℃。")
def test_full_width_writing_reads_the_same(text: str) -> None:
    wide = text.translate(FULL_WIDTH)
    assert [(i.direction, i.low, i.high, i.unit, i.start, i.end) for i in read_indicators(wide)] == [
        (i.direction, i.low, i.high, i.unit, i.start, i.end) for i in read_indicators(text)
    ]


@given(st.one_of(st.text(), PIECES))
@example("\ud800效率≥5%\udfff")
@example("效率≥" + "9" * 400 + "%")
@example("效率≥1e99999%，1×10^999Ω")
def test_any_text_is_read_and_every_quotation_is_in_it(text: str) -> None:
    end = 0
    for one in read_indicators(text):
        assert one.sentence
        assert one.sentence in text
        assert text[one.start : one.end].strip() in one.sentence
        assert 0 <= one.start < one.end <= len(text)
        assert one.end >= end
        end = one.end
        assert (one.low is None) == (one.direction is Direction.AT_MOST)
        assert (one.high is None) == (one.direction is Direction.AT_LEAST)
        if one.low is not None and one.high is not None:
            assert one.low <= one.high


@pytest.mark.parametrize("text", NUMBERS.values(), ids=NUMBERS.keys())
def test_hostile_texts_are_read(text: str) -> None:
    with no_hanging():
        assert len(read_indicators(text)) <= MOST_NUMBERS


def test_no_more_numbers_are_read_than_a_record_has() -> None:
    assert len(read_indicators("效率≥5%，" * (MOST_NUMBERS + 100))) == MOST_NUMBERS
