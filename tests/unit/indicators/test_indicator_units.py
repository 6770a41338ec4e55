"""Spellings of units, and what they measure."""

import pytest

from matching.indicators.units import measure, scan_unit


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("MPa", "kPa", 1e3),
        ("Mpa", "兆帕", 1),
        ("t/h", "kg/s", 1 / 3.6),
        ("m3/d", "立方米/天", 1),
        ("m³/h", "m³/d", 24),
        ("万吨/年", "t/a", 1e4),
        ("亿元", "万元", 1e4),
        ("mg/L", "g/m3", 1),
        ("%", "‰", 10),
        ("ppm", "mg/kg", 1),
        ("倍", "%", 100),
        ("kWh/t", "度电/吨", 1),
        ("r/min", "转/分", 1),
        ("rpm", "r/min", 1),
        ("g/cm3", "克/立方厘米", 1),
        ("W/(m·K)", "W·m-1·K-1", 1),
        ("W/(m.K)", "W/(m·℃)", 1),
        ("Nm³/h", "m3/h", 1),
        ("N·m", "牛米", 1),
        ("亩", "㎡", 666.6667),
        ("g/100mL", "g/L", 10),
        ("小时", "min", 60),
        ("mm2/s", "cSt", 1),
        ("bar", "MPa", 0.1),
        ("kcal", "kJ", 4.184),
        ("项", "件", 1),
        ("万小时", "h", 1e4),
        ("百万次", "次", 1e6),
    ],
)
def test_units_are_converted(one: str, other: str, factor: float) -> None:
    left, right = measure(one), measure(other)
    assert left.dimension == right.dimension
    assert left.factor / right.factor == pytest.approx(factor)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("台", "人"),
        ("%", "个百分点"),
        ("r/min", "Hz"),
        ("°", "%"),
        ("dB", "%"),
        ("目", "μm"),
        ("kgce/t", "kWh/t"),
        ("元", "美元"),
    ],
)
def test_what_differs_in_kind_is_not_converted(one: str, other: str) -> None:
    assert measure(one).dimension != measure(other).dimension


def test_degrees_have_their_zero_where_they_stand_alone() -> None:
    celsius = measure("℃")
    assert 600 * celsius.factor + celsius.offset == pytest.approx(873.15)
    assert measure("K").offset == 0
    assert measure("℃/min") == measure("K/min")


@pytest.mark.parametrize("text", ["G基站", "D打印", "Si2Mn", "C充电", "mol2x9", "", "。"])
def test_other_letters_are_no_units(text: str) -> None:
    assert scan_unit(text, 0) is None


def test_an_unknown_spelling_is_comparable_with_itself_alone() -> None:
    assert measure("foo") == measure("foo")
    assert measure("foo").dimension != measure("bar2x").dimension
