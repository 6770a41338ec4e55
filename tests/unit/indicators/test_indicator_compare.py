"""The table of verdicts, row by row, and which indicators may be compared at all."""

import pytest

from matching.indicators.compare import compare
from matching.indicators.names import agreement
from matching.indicators.reader import read_indicators
from matching.indicators.types import IndicatorVerdict


def verdict_on(asked: str, offered: str) -> IndicatorVerdict:
    (one,) = read_indicators(asked)
    return compare(one, read_indicators(offered))


TABLE = [
    # asked, offered, verdict
    ("效率≥85%", "效率为90%", "met"),
    ("效率≥85%", "效率为80%", "not_met"),
    ("效率≥85%", "效率≥85%", "met"),
    ("效率≥85%", "效率≥80%", "not_met"),
    ("效率≥85%", "效率≤80%", "not_met"),
    ("效率≥85%", "效率≤95%", "not_mentioned"),
    ("效率≥85%", "效率86%~92%", "met"),
    ("效率≥85%", "效率70%~80%", "not_met"),
    ("效率≥85%", "效率80%~90%", "not_mentioned"),
    ("噪声≤70dB", "噪声65dB", "met"),
    ("噪声≤70dB", "噪声75dB", "not_met"),
    ("噪声≤70dB", "噪声≤65dB", "met"),
    ("噪声≤70dB", "噪声≤75dB", "not_met"),
    ("噪声≤70dB", "噪声≥75dB", "not_met"),
    ("噪声≤70dB", "噪声≥60dB", "not_mentioned"),
    ("噪声≤70dB", "噪声60~65dB", "met"),
    ("噪声≤70dB", "噪声72~75dB", "not_met"),
    ("噪声≤70dB", "噪声65~75dB", "not_mentioned"),
    ("粒径50~100nm", "粒径80nm", "met"),
    ("粒径50~100nm", "粒径120nm", "not_met"),
    ("粒径50~100nm", "粒径60~90nm", "met"),
    ("粒径50~100nm", "粒径200~300nm", "not_met"),
    ("粒径50~100nm", "粒径80~120nm", "not_mentioned"),
    ("粒径50~100nm", "粒径≥150nm", "not_met"),
    ("粒径50~100nm", "粒径≥60nm", "not_mentioned"),
    ("粒径50~100nm", "粒径≤40nm", "not_met"),
    ("粒径50~100nm", "粒径≤90nm", "not_mentioned"),
    ("工作温度-20~60℃", "工作温度-40~85℃", "met"),
    ("工作温度-20~60℃", "工作温度-10~50℃", "not_met"),
    ("工作温度-20~60℃", "工作温度≥0℃", "not_met"),
    ("工作温度-20~60℃", "工作温度≤50℃", "not_met"),
    ("工作温度-20~60℃", "工作温度≤80℃", "not_mentioned"),
    ("效率达到85%", "效率为90%", "met"),
    ("效率达到85%", "效率为80%", "not_met"),
    ("能耗为20kWh/t", "能耗16kWh/t", "met"),
    ("幅宽1500mm", "幅宽1.5m", "met"),
    ("幅宽1500mm", "幅宽1.2m", "not_met"),
    ("幅宽1500mm", "幅宽1000~2000mm", "met"),
]


@pytest.mark.parametrize(("asked", "offered", "verdict"), TABLE)
def test_the_table_of_verdicts(asked: str, offered: str, verdict: str) -> None:
    assert verdict_on(asked, offered).verdict == verdict


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("能耗降低20%以上", "能耗降低25%", "met"),
        ("能耗降低20%以上", "能耗降低10%", "not_met"),
        ("能耗降低20%以上", "能耗增加5%", "not_met"),
        ("能耗降低20%以上", "能耗为30kWh/t", "not_mentioned"),
        ("效率≥20%", "效率提高30%", "not_mentioned"),
        ("效率提高20%以上", "效率为30%", "not_mentioned"),
        ("能耗降低20%以上", "能耗由50kWh/t降到35kWh/t", "met"),
        ("能耗降低20%以上", "能耗由50kWh/t降到45kWh/t", "not_met"),
        ("能耗降低20%以上", "能耗由30kWh/t升到35kWh/t", "not_met"),
        ("产量提高1倍以上", "产量提高120%", "met"),
        ("收率由60%提高到85%以上", "收率达到88%", "met"),
    ],
)
def test_changes_are_compared_with_changes(asked: str, offered: str, verdict: str) -> None:
    assert verdict_on(asked, offered).verdict == verdict


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("使用温度不低于600℃", "使用温度1273K", "met"),
        ("使用温度不低于600℃", "使用温度800K", "not_met"),
        ("温差≤5℃", "温差3K", "met"),
        ("处理能力≥20t/d", "处理量500kg/h", "not_met"),
        ("总投资不超过1亿元", "总投资8000万元", "met"),
        ("年产能≥5万吨", "产能6万吨/年", "met"),
        ("长度≥0.1m", "长度100mm", "met"),
        ("杂质含量≤0.1%", "杂质含量800ppm", "met"),
        ("操作人员不超过5人", "操作人员3台", "not_mentioned"),
    ],
)
def test_units_are_converted_before_comparing(asked: str, offered: str, verdict: str) -> None:
    assert verdict_on(asked, offered).verdict == verdict


def test_the_best_name_decides_and_is_returned() -> None:
    result = verdict_on("转换效率≥24%", "光电转换效率25%，转换效率22%")
    assert result.verdict == "not_met"
    assert result.offered is not None
    assert result.offered.quantity == "转换效率"


def test_at_equal_names_what_meets_goes_first() -> None:
    result = verdict_on("效率≥85%", "效率80%；效率90%")
    assert result.offered is not None
    assert (result.verdict, result.offered.low) == ("met", 90)


def test_nothing_comparable_gives_no_indicator() -> None:
    assert verdict_on("效率≥85%", "噪声60dB，重量3kg").offered is None


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("效率", "效率"),
        ("噪声", "整机噪音"),
        ("处理能力", "样机处理量"),
        ("转换效率", "光电转换效率"),
        ("刀盘寿命", "使用寿命"),
        ("最高使用温度", "使用温度"),
        ("COD", "出水cod"),
        ("水泥抗压强度", "砂浆抗压强度"),
    ],
)
def test_names_of_one_quantity(asked: str, offered: str) -> None:
    assert agreement(asked, offered) > 0
    assert agreement(offered, asked) > 0


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("抗拉强度", "抗压强度"),
        ("充电时间", "续航时间"),
        ("铜回收率", "金回收率"),
        ("氨氮排放浓度", "粉尘排放浓度"),
        ("介电常数", "介电损耗"),
        ("效率", "产品效益"),
        ("温度", "烧结温度"),
        ("效率", ""),
        ("年产值", "总投资"),
    ],
)
def test_names_of_two_quantities(asked: str, offered: str) -> None:
    assert agreement(asked, offered) == 0
    assert agreement(offered, asked) == 0


@pytest.mark.parametrize(
    ("asked", "offered", "verdict"),
    [
        ("保质期≥6个月", "保质期达到180天", "met"),
        ("保质期≥6个月", "保质期达到170天", "not_met"),
        ("寿命不低于1年", "寿命达到360天", "met"),
        ("寿命不低于365天", "寿命达到1年", "met"),
        ("寿命不低于12个月", "寿命达到11个月", "not_met"),
        ("工期不超过180天", "工期为6个月", "met"),
        ("寿命不低于180天", "寿命达到179天", "not_met"),
    ],
)
def test_months_and_years_are_taken_as_people_write_them(asked: str, offered: str, verdict: str) -> None:
    assert compare(read_indicators(asked)[0], read_indicators(offered)).verdict == verdict
