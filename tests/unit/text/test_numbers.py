"""What a number with a unit is; the same to whoever asks for one."""

import pytest

from app.achievements.open_points import open_points
from app.captures.proposal import propose
from app.codes.industries import IndustryNames
from app.models import Achievement, Need
from app.needs.clarity import clarity
from matching.text.normalise import normalise
from matching.text.numbers import carries_number


@pytest.mark.parametrize("text", ["2018年", "3D打印", "5G基站", "专利12项", "一种材料", "60Si2Mn弹簧钢"])
def test_dates_names_and_counts_are_no_quantities(text: str) -> None:
    assert not carries_number(normalise(text))


@pytest.mark.parametrize("text", ["≥98%", "25℃", "30㎡/h", "ＰＨ值小于7", "千分之三", "提高两倍", "0.5～3mm", "50 μm"])
def test_numbers_with_units_or_bounds_are_quantities(text: str) -> None:
    assert carries_number(normalise(text))


@pytest.mark.parametrize(
    ("text", "carries"),
    [
        ("温度超过200度就没效果了", True),
        ("产量提高两倍", True),
        ("能耗下降六成", True),
        ("氢气检测下限5 μL/L", True),
        ("抗压强度≥８０ＭＰａ", True),
        ("2021年投产", False),
        ("预算5000万元", False),
        ("用于5G基站", False),
        ("授权发明专利12项", False),
        ("已在多家企业应用", False),
    ],
)
def test_whoever_asks_for_a_number_with_a_unit_means_the_same(text: str, carries: bool) -> None:
    assert carries_number(normalise(text)) is carries
    need = Need(title="需求", description=text, indicators="", industries=[])
    assert ("indicators" not in [each.field for each in clarity(need).questions]) is carries
    achievement = Achievement(
        title="成果", summary=text, indicators="", industries=[], ip=[], cooperation_modes=[], contact=""
    )
    assert (not any("数值和单位" in point for point in open_points(achievement))) is carries
    assert propose(f"成果名称：样品\n{text}", IndustryNames({})).indicators == (text if carries else "")


def test_how_many_patents_there_are_is_no_indicator() -> None:
    assert carries_number("获发明专利2件")
    assert propose("成果名称：样品\n获发明专利2件。寿命8年。", IndustryNames({})).indicators == "寿命8年。"
