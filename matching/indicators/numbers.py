"""Read numbers: Arabic, scientific and Chinese."""

import math
import re
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_SHARES = {"百": 100.0, "千": 1000.0, "万": 10000.0}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = r"(?:(?:\^|\*\*)\(?([-+]?[0-9]{1,3})\)?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})|的([0-9]{1,2})次方)"
ARABIC = re.compile(
    rf"10{_POWER}"
    rf"|([0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}}(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    rf"(?: ?[×x*·] ?10(?:{_POWER}|(-[0-9]{{1,2}}))|[eE]([-+]?[0-9]{{1,2}})(?![0-9A-Za-z]))?"
)
_WORDS = "零一二三四五六七八九十百千两"
_FRACTION = re.compile(r"([1-9])/([2-9])(?![0-9/.A-Za-z%×~-])")
HAN_FRACTION = re.compile(r"([二三四五六七八九十])分之([一二三四五六七八九])(?![零一二三四五六七八九十百])")
HAN = re.compile(
    rf"([百千万])分之([0-9]+(?:\.[0-9]+)?|[{_WORDS}]{{1,8}}(?:点[{_WORDS}]{{1,8}})?)|半|[{_WORDS}]{{1,8}}(?:点[零一二三四五六七八九]{{1,8}})?半?"
)
# Longer ones are keys, bar codes or noise; none is a technical value.
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text, the unit that it names itself (百分之九十), and where it ends."""

    value: float
    unit: str
    end: int
    han: bool = False


def read_number(text: str, at: int) -> Number | None:
    """Return the number that begins at `at` in a folded text."""
    part = _FRACTION.match(text, at)
    if part is not None:
        return Number(int(part.group(1)) / int(part.group(2)) * 100, "%", part.end())
    han_part = HAN_FRACTION.match(text, at)
    if han_part is not None:
        whole, share = map(_han, han_part.groups())
        return Number(share / whole * 100, "%", han_part.end(), han=True)
    found = ARABIC.match(text, at)
    if found is not None:
        value = _arabic(found)
        return None if value is None else Number(value, "", found.end())
    found = HAN.match(text, at)
    if found is None:
        return None
    if found.group(1):
        share = _han(found.group(2))
        return Number(share / _SHARES[found.group(1)] * 100, "%", found.end(), han=True)
    return Number(_han(found.group()), "", found.end(), han=True)


def _arabic(found: re.Match[str]) -> float | None:
    bare, mantissa, tenth = found.group(1, 2, 3), found.group(4), found.group(5, 6, 7, 8, 9)
    power = next(filter(None, (*bare, *tenth)), "0").translate(_SUPERSCRIPTS)
    digits = (mantissa or "1").replace(",", "")
    if len(digits) > _MOST_DIGITS:
        return None
    # Through text: 5e-06 is then the nearest float, which 5 * 10**-6 need not be.
    value = float(f"{digits}e{power}")
    return value if math.isfinite(value) else None


def _han(word: str) -> float:
    if word[0].isascii():
        return float(word[:_MOST_DIGITS])
    half = 0.5 if word.endswith("半") else 0.0
    whole, _, fraction = word.removesuffix("半").partition("点")
    total, digit = 0.0, 0
    for c in whole:
        if c in _STEPS:
            total += (digit or 1) * _STEPS[c]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[c]
    tail = "".join(str(_DIGITS.get(c, 0)) for c in fraction)
    return total + digit + half + (float(f"0.{tail}") if tail else 0.0)
