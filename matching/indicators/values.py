"""Read one value: sign, number, unit, and the shapes that hold two numbers."""

import re
from dataclasses import dataclass, replace

from matching.indicators.numbers import Number, read_number
from matching.indicators.units import Unit, measure, scan_unit

_BLANKS = re.compile(r" {0,2}")
_VAGUE = re.compile(r"[余多]?")
_RANGE = re.compile(r" ?(?:~|-{1,4}|至|到){1,2} ?| ?[≤<] ?[A-Za-z]{1,3} ?[≤<] ?")
_PLUS_MINUS = re.compile(r" ?(?:±|\+/-|\+-) ?")
_TIMES = re.compile(r" ?[×*xX] ?")
_SIEVE = re.compile(r"/([0-9]{1,5})(?: ?(?:目|mesh)|(?= ?粒度))")
_HALF_MORE = re.compile(r"半")
_SIGNS_BEFORE = frozenset("~-至到于在为约是达≥≤<>=:,、。;(± \n")


@dataclass(frozen=True, slots=True)
class Value:
    """One or two numbers with their unit, as they stand in a text."""

    low: float
    high: float
    unit: str
    start: int
    end: int
    tolerance: bool = False  # ±0.5: the values are deviations
    vague: bool = False  # 20余台
    han: bool = False


def read_value(text: str, at: int, floor: int) -> Value | None:
    """Return the value whose first digit stands at `at`; what lies before `floor` is taken already."""
    tolerance = _tolerance_start(text, at, floor)
    start, negative = (tolerance, False) if tolerance is not None else _sign(text, at, floor)
    first = _single(text, at, negative=negative)
    if first is None:
        return None
    first = Value(first.low, first.high, first.unit, start, first.end, vague=first.vague, han=first.han)
    if tolerance is not None:
        return Value(first.low, first.high, first.unit, start, first.end, tolerance=True)
    second = _mesh(text, first) or _spread(text, first) or _range(text, first) or first
    return _bracketed(text, second)


def _sign(text: str, at: int, floor: int) -> tuple[int, bool]:
    if text[max(at - 2, floor) : at] == "零下":
        return at - 2, True
    if at > floor and text[at - 1] == "-" and (at - 1 == floor or at == 1 or _opens(text[at - 2])):
        return at - 1, True
    if at > floor and text[at - 1] == "+" and (at == 1 or not text[at - 2].isalnum()):
        return at - 1, False
    return at, False


def _opens(character: str) -> bool:
    return character in _SIGNS_BEFORE or "\u4e00" <= character <= "\u9fff"


def _tolerance_start(text: str, at: int, floor: int) -> int | None:
    for sign in ("± ", "±", "+/-", "+-"):
        start = at - len(sign)
        if start >= floor and text.startswith(sign, start):
            return start
    return None


def _single(text: str, at: int, *, negative: bool = False) -> Value | None:
    number = read_number(text, at)
    if number is None:
        return None
    vague = _VAGUE.match(text, number.end)
    after = vague.end() if vague else number.end
    unit = _unit(text, after, number)
    if unit is None and after > number.end:
        return None
    end = unit.end if unit else number.end
    value = -number.value if negative else number.value
    spelling = unit.spelling if unit else number.unit
    half = (
        _HALF_MORE.match(text, end) if unit and unit.spelling in {"年", "小时", "个月", "天", "倍", "个小时"} else None
    )
    if half:
        value, end = value + 0.5, half.end()
    return Value(value, value, spelling, at, end, vague=after > number.end, han=number.han)


def _unit(text: str, at: int, number: Number) -> Unit | None:
    if number.unit:
        return None
    blanks = _BLANKS.match(text, at)
    return scan_unit(text, blanks.end() if blanks else at)


def _range(text: str, first: Value) -> Value | None:
    """Read A~B, A-B, A至B; the unit may stand behind the last alone."""
    joint = _RANGE.match(text, first.end)
    if joint is None:
        return None
    at = joint.end()
    negative = text[at : at + 1] == "-" or (joint.group().strip() == "--" and first.low < 0)
    at += text[at : at + 1] == "-"
    if text[at : at + 2] == "零下":
        negative, at = True, at + 2
    at += text[at : at + 1] == "+"
    second = _single(text, at, negative=negative)
    return None if second is None or second.han != first.han else _join(first, second)


def read_and(text: str, first: Value) -> Value | None:
    """Read the second value of 介于 A 和 B 之间."""
    if text[first.end : first.end + 1] not in {"和", "与"}:
        return None
    second = _single(text, first.end + 1)
    return None if second is None or not text.startswith("之间", second.end) else _join(first, second)


def _join(first: Value, second: Value) -> Value | None:
    unit = second.unit or first.unit
    if first.unit and second.unit.startswith(f"{first.unit}/"):  # 0.5m~2m/min
        first = replace(first, unit=unit)
    low = convert(first.low, first.unit or unit, unit)
    if low is None:
        return None
    low, high = sorted((low, second.high))
    return Value(low, high, unit, first.start, second.end)


def convert(value: float, unit: str, into: str) -> float | None:
    """Return `value` of one unit in another one, None if they do not measure the same."""
    if unit == into:
        return value
    one, other = measure(unit), measure(into)
    if one.dimension != other.dimension:
        return None
    return (value * one.factor + one.offset - other.offset) / other.factor


def _spread(text: str, first: Value) -> Value | None:
    """Read 25±2℃."""
    joint = _PLUS_MINUS.match(text, first.end)
    second = _single(text, joint.end()) if joint else None
    if second is None:
        return None
    unit = second.unit or first.unit
    if second.unit == "%" and first.unit not in {"", "%"}:  # 220V±10%
        spread = abs(first.low) * second.low / 100
        return Value(first.low - spread, first.low + spread, first.unit, first.start, second.end)
    if first.unit and second.unit and first.unit != second.unit:
        return None
    return Value(first.low - second.low, first.low + second.low, unit, first.start, second.end)


def _mesh(text: str, first: Value) -> Value | None:
    """Read 100/120粒度: between two sieves."""
    second = None if first.unit else _SIEVE.match(text, first.end)
    if second is None:
        return None
    low, high = sorted((first.low, float(second.group(1))))
    return Value(low, high, "目", first.start, second.end())


def _bracketed(text: str, value: Value) -> Value:
    """Read the unit behind the bracket of (25±2)℃."""
    if value.unit or text[value.end : value.end + 1] != ")" or text[value.start - 1 : value.start] != "(":
        return value
    unit = scan_unit(text, value.end + 1)
    if unit is None:
        return value
    return Value(value.low, value.high, unit.spelling, value.start - 1, unit.end)


def read_product(text: str, first: Value) -> list[Value]:
    """Return the factors of a product of sizes (10×20mm, 2×350MW); an empty list if it is none."""
    sides = [first]
    while (joint := _TIMES.match(text, sides[-1].end)) is not None:
        factor = _single(text, joint.end())
        if factor is None:
            break
        sides.append(factor)
    return sides if len(sides) > 1 else []
