"""Amounts of money in the cells of real tables, in 万元."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import cn2an

_NEGOTIABLE = {"面议", "面谈", "商议", "协商", "可议", "待定", "不限", "无", "-", "--", "/"}
_RANGE = re.compile(r"[-~～—–至到]+")
# What stands around an amount, and which end of it a word leaves open.
_SAID = re.compile(r"人民币|¥|￥|rmb|约|大约|大概|左右|上下|整", re.IGNORECASE)
_AT_LEAST = re.compile(r"最低|最少|起码|大于|高于|超过|以上|起步|起|≥|>|\+")
_AT_MOST = re.compile(r"不超过|不高于|不大于|不多于|最多|最高|上限|低于|小于|少于|以内|以下|之内|内|≤|<")
# 二百余万元 and 200多万 are more than what they name.
_AND_MORE = re.compile(r"(?<=[0-9零〇一二三四五六七八九十百千])[余多](?=[百千]?[万亿元w]|$)", re.IGNORECASE)
# 80万元（含税）: what a bracket adds to an amount is no amount.
_ASIDE = re.compile(r"[（(][^（）()0-9]*[）)]")
_CHINESE_DIGITS = "零〇一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟两"
# 万 and 亿 are units of the whole amount, so a Chinese number ends before them: 一千二百万 is 1,200.
_AMOUNT = re.compile(
    rf"^(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?|[{_CHINESE_DIGITS}]+)(?P<unit>亿元?|千万元?|百万元?|万元?|元|w)?$",
    re.IGNORECASE,
)
_UNITS = {"亿": Decimal(10_000), "千万": Decimal(1000), "百万": Decimal(100), "万": Decimal(1), "元": Decimal("0.0001")}
_UNITS |= {"w": _UNITS["万"], "W": _UNITS["万"]}
_HEADER_UNITS = (("亿元", Decimal(10_000)), ("万元", Decimal(1)), ("元", Decimal("0.0001")))


def unit_of(header: str) -> Decimal:
    """Return how many 万元 a bare number under this header means; 万元 where it names no unit."""
    return next((factor for word, factor in _HEADER_UNITS if word in header), Decimal(1))


def parse_wan_range(text: str, bare: Decimal = Decimal(1)) -> tuple[Decimal | None, Decimal | None] | None:
    """Return the lower and upper amount in 万元 of a cell such as 300-500, 约80, 伍拾, 100万元以上 or 面议.

    `bare` is how many 万元 a number without a unit counts.

    A single amount is both; an end that a word leaves open is None; 面议 and an empty cell are
    (None, None); None if it cannot be read.
    """
    plain = _ASIDE.sub("", unicodedata.normalize("NFKC", text).replace(" ", ""))
    if not plain or plain in _NEGOTIABLE:
        return None, None
    plain = plain.replace("至少", "≥").replace("至多", "≤")  # 至 stands in ranges too
    # Ranges first: cn2an reads 三百到五百万元 as one number.
    parts = [part for part in _RANGE.split(plain.lstrip("-")) if part]
    if plain.startswith("-") or not 1 <= len(parts) <= 2:
        return None
    bounds = [_bound(part) for part in parts]
    if len(bounds) == 2 and (bounds[0].at_most or bounds[1].at_least):
        return None
    last_unit = _unit(bounds[-1].amount, bare)
    low, high = _amount(bounds[0].amount, last_unit), _amount(bounds[-1].amount, last_unit)
    if low is None or high is None or low > high:
        return None
    if len(bounds) == 2:
        return low, high
    return None if bounds[0].at_most else low, None if bounds[0].at_least else high


@dataclass(frozen=True, slots=True)
class _Bound:
    """An amount without the words around it, and which way these leave it open."""

    amount: str
    at_least: bool
    at_most: bool


def _bound(part: str) -> _Bound:
    # 不超过 and 不低于 before 超过 and 低于, which they hold.
    rest, most = _AT_MOST.subn("", re.sub("不低于|不少于|不小于", "≥", part))
    rest, least = _AT_LEAST.subn("", rest)
    rest, more = _AND_MORE.subn("", _SAID.sub("", rest))
    return _Bound(rest, bool(least or more), bool(most))


def _unit(text: str, bare: Decimal) -> Decimal:
    found = _AMOUNT.match(text)
    unit = found.group("unit") if found else None
    if unit is None:
        return bare
    return _UNITS[unit if unit == "元" else unit.removesuffix("元")]


def _amount(text: str, default: Decimal) -> Decimal | None:
    found = _AMOUNT.match(text)
    if found is None:
        return None
    number = found.group("number").replace(",", "")
    unit = _unit(text, default)
    try:
        value = Decimal(number) if number[0].isascii() else Decimal(str(cn2an.cn2an(number, "smart")))
    except (InvalidOperation, ValueError, KeyError, IndexError):  # cn2an on what is no number
        return None
    return value * unit if value.is_finite() else None
