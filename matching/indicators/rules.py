"""Decide what a value with its words amounts to: which unit, which way, and whether at all."""

import re

from matching.indicators.context import Before
from matching.indicators.quantities import clean
from matching.indicators.types import Change, Direction
from matching.indicators.units import measure, scan_unit
from matching.indicators.values import Value
from matching.indicators.words import CHANGES, SPEAKING

# 优于 0.05 mm asks for at most that, 优于 90 % for at least.
_SMALLER_BETTER = re.compile(
    r"精度|误差|偏差|公差|分辨率|时间|延迟|延时|噪|粗糙度|灵敏度|检出限|损耗|能耗|变异|漂移|清洁度|线性度|重复性|均匀|一致性|波动"
)
_SHARES = frozenset({"%", "‰", "倍", "x", "个百分点", "百分点", "个点", "成", "ppm"})
# 单价低于同类产品 20 %: by how much, not how much.
_SURPASSED = re.compile(r"(.{2,}?)(高于|低于|多于|少于|超过)([\u4e00-\u9fff]{2,12})$")
_NOUN = re.compile(r"(?!.*同时)[\u4e00-\u9fffA-Za-z]{2,20}$")
_VERB = re.compile("|".join(word for word in CHANGES if len(word) > 1 and word not in SPEAKING))
# Quantities without a unit.
_BARE = re.compile(r"(?:pH值?|系数|指数|比|值|数|率|度|倍数|因子|Ra|Rz|Rq|COD|BOD|n|K)$")
_MONEY = re.compile(r"投资|投入|资金|经费|预算|费|成本|产值|利润|收入|利税|税收|销售额|效益|出资|营收|金额")
_HEAT = re.compile(r"温|热|冷|冻|寒|烘|烧")
# What may stand behind an exact value; a noun there makes it an attribute: 28天抗压强度.
_GOES_ON = frozenset("的可和与或及并且而同每等以至到左上")
_HEAT_NAME = re.compile(r"温|热|点|熔|凝|冷|冻|寒|范围|环境|条件|局部|差|分辨|精度|均匀|灵敏")
_DURATIONS = re.compile(
    r"寿命|周期|期|时|年限|续航|龄|质保|保修|间隔|运行|耐|稳定|响应|延迟|滞后|节拍|速度|耗|使用|连续|保存|工作|启动|凝|干"
)
_ADVERB = re.compile(r"^(?:近|过去|未来|今后|连续|前|后|历时|为期|长达|每隔|每|前期|最近|成立|累计)$")
_TIME = "[time]"
_HEAT_DIMENSION = "[temperature]"
_SCALE_NAME = re.compile(r"[A-Za-z] ?$")


def settle_unit(value: Value, quantity: str, inside: str) -> str:
    """Return the unit of a value, where only the words around it tell; `inside` stood in brackets."""
    if value.unit == "度" and _HEAT.search(quantity):
        return "℃"
    if value.unit in {"万", "亿", "千万", "百万"} and _MONEY.search(quantity):
        return f"{value.unit}元"
    if not value.unit and inside:
        unit = scan_unit(inside, 0)
        if unit is not None and unit.end == len(inside):
            return unit.spelling
    return value.unit


def settle_change(value: Value, before: Before, quantity: str) -> tuple[Change | None, bool, str]:
    """Return the change, whether the value is its amount, and the quantity that changes."""
    share = value.unit in _SHARES
    if before.verb in SPEAKING:
        quantity += before.verb
        return (before.change, share, quantity) if share else (None, False, quantity)
    if before.change is not None and value.unit:
        # 提高至原来的 1.8 倍 is a change although it names a level.
        return before.change, not before.level or value.unit == "倍", quantity
    if before.change is None and share and not before.each and not before.stated:
        surpassed = _SURPASSED.match(quantity)
        if surpassed is not None:
            way = Change.DECREASE if surpassed.group(2) in {"低于", "少于"} else Change.INCREASE
            return way, True, clean(surpassed.group(1))
        verb, noun = _verb_and_noun(quantity)
        if verb:
            return CHANGES[verb], True, clean(noun) or noun
    return before.change, False, quantity


def _verb_and_noun(quantity: str) -> tuple[str, str]:
    """Split 降低能耗 and 显著减少巷道的变形量 at their verb; two empty strings if there is none."""
    found = list(_VERB.finditer(quantity))
    noun = quantity[found[-1].end() :] if found else ""
    # 增长率 and 缩短量 are nouns themselves.
    if not _NOUN.match(noun) or noun[0] in "率幅速比量后剂值型":
        return "", ""
    return found[-1].group(), noun


def settle_direction(value: Value, before: Before, after: Direction | None, quantity: str) -> Direction | None:
    """Return the direction that words or signs give, None where they give none."""
    if value.low != value.high and not before.direction and after is Direction.AT_MOST:
        return None  # (2.4~2.9)Ω内: within the range, not below its end
    if before.direction or after:
        return before.direction or after
    if value.tolerance:
        return Direction.AT_MOST
    if before.better:
        share = value.unit == "%" and value.low >= 50
        return Direction.AT_MOST if _SMALLER_BETTER.search(quantity) and not share else Direction.AT_LEAST
    if before.level and value.low == value.high:
        return Direction.AT_LEAST if before.change is Change.INCREASE else Direction.AT_MOST
    return None


def is_indicator(value: Value, before: Before, quantity: str, unit: str, text: str, end: int, *, bounded: bool) -> bool:
    """Whether a value is an indicator, and not a number in passing.

    Args:
        value: what was read.
        before: the words before it.
        quantity: the noun phrase found for it.
        unit: its unit, settled.
        text: the folded text.
        end: where the expression ends.
        bounded: whether a direction was found.
    """
    if not unit or unit in {"万", "亿", "千", "百", "百万", "千万"}:
        return bool(quantity) and (bounded or bool(_BARE.search(quantity)))
    if unit == "K" and not _HEAT.search(quantity):
        return False
    # 循环性能：25℃: the condition of a test.
    told = before.plain and text[: value.start].rstrip(" ")[-1:] != ":"
    if unit in {"℃", "°C"} and not bounded and not told and not _HEAT_NAME.search(quantity):
        return False
    if unit == "级" and _SCALE_NAME.search(text[max(0, value.start - 2) : value.start]):
        return False
    if bounded and not value.tolerance:
        return bool(quantity) or unit not in _CALENDAR
    if not quantity or _ADVERB.match(quantity):
        return False
    if unit in _CLOCK and not _DURATIONS.search(quantity):
        return False
    return not _is_attribute(value, before, text, end, unit)


def _is_attribute(value: Value, before: Before, text: str, end: int, unit: str) -> bool:
    """Whether an exact value only describes the noun behind it, or stands in brackets as a condition."""
    if value.low != value.high:
        return False
    if _in_brackets(text, value.start, end) or unit in {"类", "种"}:
        return True
    next_ = text[end : end + 1]
    if text[before.end - 1 : before.end] == "产":  # 年产1000台套生产线
        return False
    if next_ == "级" and not before.plain:
        return True  # 500MPa级抗震钢筋
    describes = "\u4e00" <= next_ <= "\u9fff" and next_ not in _GOES_ON and not before.verb
    if not describes:
        return False
    dimension = measure(unit).dimension
    if len(unit) == 1 and unit.isascii() and unit.isupper() and not before.plain:
        return True  # 304N不锈钢, 20A型
    return dimension in {_TIME, _HEAT_DIMENSION, "dimensionless"} or dimension.startswith("[own_")


def _in_brackets(text: str, at: int, end: int) -> bool:
    opening = text.rfind("(", max(0, at - 20), at)
    return opening > text.rfind(")", max(0, at - 20), at) and text[end : end + 1] == ")"


_CALENDAR = frozenset({"年", "个月", "天", "d", "周", "日", "个星期", "星期", "周年"})
_CLOCK = _CALENDAR | {"h", "小时", "个小时", "min", "分钟", "s", "秒", "秒钟", "ms", "毫秒"}
