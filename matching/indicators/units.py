"""Find units behind numbers, and say what they measure.

Texts spell one unit in many ways (Mpa, MPa, 兆帕; m3/d, m³/天). A table names the parts, `scan_unit`
puts compounds together, and pint says what a compound measures and how large it is. Pint is asked
once for each spelling: building its registry takes about 0.3 s, and parsing 0.1 ms.
"""

import itertools
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pint import UnitRegistry

_TABLE = files("matching.indicators").joinpath("units.txt")
_SYMBOL = re.compile(r"(?:wt|vol|at|mol)\.?%|%(?:RH|vol|FS|F\.S\.?|VOL)|[%‰℃℉Å㎡㎥′″]|° ?[CF]?|[A-Za-zμΩ]{1,6}")
_HAN = re.compile(r"[\u4e00-\u9fff]{1,6}(?:/套)?")
_POWER = re.compile(r"\^?([-⁻]?)([234²³⁴1¹])(?![0-9])")
_WEIGHTED = re.compile(r" ?\([ABC]\)")
_MULTIPLIER = re.compile(r"[余多]?(?:十|百|千)?[余多]?(?:万亿|[万亿千百])[余多]?")
_SCALE = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_POWERS = str.maketrans("²³⁴¹", "2341")
_RAISED = str.maketrans("234", "²³⁴")
_LENGTHS = frozenset({"m", "dm", "cm", "mm", "km", "μm", "nm", "s", "Nm", "米", "厘米", "毫米", "in"})
_JOINT = re.compile(r"([·*⋅•∙./每])(\(?)((?:10{0,4}(?=[a-zA-Zμ毫克千升米]))?)")
_PARTS = 5  # more than any unit has: W/(m·K)
_LONGEST_HAN = 6
_EXACT = frozenset({"cd", "ha", "in", "us", "uA", "uS", "uF", "uH", "bit", "mol", "lux", "bar", "mT", "Gs", "PB", "px"})
_VARIANTS = 4  # letters; longer symbols are varied as a whole


@dataclass(frozen=True, slots=True)
class Part:
    """A spelling of the table: what it becomes, its expression for pint, where it may stand."""

    spelling: str
    expression: str
    sign: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit found in a text: its one spelling, its expression for pint, where it ends."""

    spelling: str
    expression: str
    end: int


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit measures: a dimension, and base = value * factor + offset."""

    dimension: str
    factor: float
    offset: float = 0.0


@cache
def _parts() -> tuple[dict[str, Part], dict[str, Part]]:
    """Return the table: parts that stand anywhere, and parts behind a stroke."""
    anywhere: dict[str, Part] = {}
    below: dict[str, Part] = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        expression, *spellings = line.split()
        sign = expression[0] if expression[0] in "/+" else ""
        target = below if sign == "/" else anywhere
        for spelling in spellings:
            shown = spellings[0] if spelling.isascii() or spelling[0] in "μ°" else spelling
            target.setdefault(spelling, Part(shown, expression.removeprefix(sign), sign))
    # Only now: a variant must not take the place of what a later line spells out.
    for spelling, part in list(anywhere.items()):
        for variant in _variants(spelling):
            anywhere.setdefault(variant, part)
    return anywhere, below


def _variants(spelling: str) -> list[str]:
    # Short ones that other words are made of: 1C/1CD, 2 IN 1.
    if len(spelling) < 2 or spelling in _EXACT or not spelling.isascii() or not spelling.isalpha():
        return []
    if len(spelling) > _VARIANTS:
        return [spelling.lower(), spelling.upper(), spelling.capitalize()]
    return ["".join(letters) for letters in itertools.product(*((c.lower(), c.upper()) for c in spelling))]


def scan_unit(text: str, at: int) -> Unit | None:
    """Return the unit that begins at `at` in a folded text, None if none does."""
    multiplier = _MULTIPLIER.match(text, at)
    whole = _scan_compound(text, at)
    # 千克 and 千瓦时 are parts of the table; 万吨 and 百万次 are a multiplier and a part.
    if multiplier is None or (whole is not None and whole.end > multiplier.end()):
        return whole
    words = multiplier.group().replace("余", "").replace("多", "")
    scale = math.prod(_SCALE[word] for word in words)
    unit = _scan_compound(text, multiplier.end())
    if unit is None:
        return Unit(words, f"{scale:g}", multiplier.end())
    return Unit(words + unit.spelling, f"{scale:g}*({unit.expression})", unit.end)


def _scan_compound(text: str, at: int) -> Unit | None:
    first = _scan_part(text, at, below=False)
    if first is None:
        return _scan_reciprocal(text, at)
    spelling, expression, end, sign = first
    expression = f"({expression})"
    closing = ""
    for _ in range(_PARTS):
        joint = _JOINT.match(text, end)
        if joint is None or (closing and joint.group(1) in "/每"):
            break
        operator = "/" if joint.group(1) in "/每" else "*"
        opening, number = joint.group(2), joint.group(3)
        part = _scan_part(text, joint.end(), below=operator == "/" or bool(closing))
        if part is None or (operator == "*" and (opening or number)):
            break
        closing = ")" if opening else closing
        expression += f"{operator}{opening}({number or 1}*{part[1]})"
        spelling += ("/" if operator == "/" else "·") + opening + number + part[0]
        end, sign = part[2], ""
        if closing and text.startswith(")", end):
            spelling, expression, end, closing = spelling + ")", expression + ")", end + 1, ""
    if sign or closing:
        return None
    return Unit(spelling, expression, end)


def _scan_reciprocal(text: str, at: int) -> Unit | None:
    """Read a unit that begins with its stroke: a coefficient of 5×10^-6/℃."""
    part = _scan_part(text, at + 1, below=True) if text.startswith("/", at) else None
    return None if part is None else Unit(f"/{part[0]}", f"1/({part[1]})", part[2])


def _scan_part(text: str, at: int, *, below: bool) -> tuple[str, str, int, str] | None:
    anywhere, under = _parts()
    found = _SYMBOL.match(text, at)
    if found is not None:
        written = found.group().replace(" ", "").replace(".", "")
        part = (under.get(written) if below else None) or anywhere.get(written)
        return None if part is None else _raise(text, found.end(), part, below=below)
    han = _HAN.match(text, at)
    for length in range(min(_LONGEST_HAN, len(han.group())) if han else 0, 0, -1):
        written = text[at : at + length]
        part = (under.get(written) if below else None) or anywhere.get(written)
        if part is not None:
            return _raise(text, at + length, part, below=below)
    return None


def _raise(text: str, end: int, part: Part, *, below: bool) -> tuple[str, str, int, str] | None:
    """Read the power behind a part, and (A) behind decibels."""
    if part.spelling == "dB" and (weighted := _WEIGHTED.match(text, end)):
        return "dB", part.expression, weighted.end(), part.sign
    power = _POWER.match(text, end)
    if power is None:
        if text[end - 1].isalpha() and text[end : end + 1].isascii() and text[end : end + 1].isalnum():
            return None
        return part.spelling, part.expression, end, part.sign
    minus, digit = power.group(1), power.group(2).translate(_POWERS)
    if not minus and part.spelling not in _LENGTHS and power.group().isdigit() and power.group().isascii():
        return None
    if minus == "-" and not below and not text[end - 1].isascii():
        return part.spelling, part.expression, end, part.sign
    if minus == "-" and digit != "1" and part.spelling not in _LENGTHS:
        return part.spelling, part.expression, end, part.sign
    if part.spelling == "Nm":  # of gas, at 0 ℃ and 1 atm
        return f"Nm{digit.translate(_RAISED)}", f"meter**{digit}", power.end(), ""
    shown = ("⁻" if minus else "") + digit.translate(str.maketrans("1234", "¹²³⁴"))
    return part.spelling + shown, f"{part.expression}**{'-' if minus else ''}{digit}", power.end(), ""


@cache
def _registry() -> "UnitRegistry[float]":
    """Return pint's registry with our own base units; at the first comparison, not at import."""
    from pint import UnitRegistry

    registry: UnitRegistry[float] = UnitRegistry(on_redefinition="ignore")
    registry.define("peak_watt = watt")
    for name in sorted(set(re.findall(r"@(\w+)", _TABLE.read_text("utf-8")))):
        registry.define(f"own_{name} = [own_{name}]")
    return registry


@lru_cache(maxsize=4096)
def measure(spelling: str) -> Measure:
    """Return what the unit of an indicator measures; a spelling unknown is comparable with itself."""
    if not spelling:
        return Measure("dimensionless", 1.0)
    unit = scan_unit(spelling, 0)
    if unit is None or unit.end != len(spelling):
        return Measure(f"unknown {spelling}", 1.0)
    if unit.expression in {"(degC)", "(degF)"}:
        degrees = unit.expression[1:-1]
        base = _registry().Quantity(0.0, degrees).to("kelvin").magnitude
        step = _registry().Quantity(1.0, degrees).to("kelvin").magnitude - base
        return Measure("[temperature]", step, base)
    expression = unit.expression.replace("@", "own_").replace("deg", "delta_deg")
    base_units: Any = _registry().Quantity(expression).to_base_units()
    return Measure(str(base_units.dimensionality), float(base_units.magnitude))
