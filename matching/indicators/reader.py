"""Read the indicators of a text.

One pass: a token expression finds where numbers stand, and tables say what the words around each
mean. Windows are bounded on both sides, so time grows with the length of the text and nothing else.
"""

import bisect
import re
from dataclasses import replace

from matching.indicators.context import Before, read_after, read_before
from matching.indicators.folding import fold
from matching.indicators.quantities import WINDOW, clean, is_measured, phrase_before, quantity_after
from matching.indicators.rules import is_indicator, settle_change, settle_direction, settle_unit
from matching.indicators.tokens import NUMBER, SKIPPED, next_token
from matching.indicators.types import Change, Direction, Indicator
from matching.indicators.units import measure, scan_unit
from matching.indicators.values import Value, convert, read_and, read_product, read_value
from matching.indicators.words import first_change, word_after

_SENTENCE_END = re.compile(r"[。！？!?；;\n]+")
_FROM = re.compile(
    r"(?:由|从|自)(?:原来的?|原先的?|原有的?|目前的?|现有的?|现在的?|当前的?|最初的?|初始的?|传统的?|的)?$"
)
_REACHING = re.compile(r" ?(?:左右|以上|以下|的|,)? ?(?:大幅|逐步|显著|进一步)?")
_ARRIVING = re.compile(
    r"(?:到了|至了|到|至|为|达到|成)( ?(?:约|≥|≤|<|>|不低于|不高于|不超过|小于|大于|低于|高于|目前的|现在的|现有的)? ?)"
)
_TURNING = re.compile(r"(?:变为|变成|达到|变化到|调整为|调整到) ?")
# 第三, 统一, 逐一: no numerals.
_NO_NUMERAL_AFTER = frozenset("第几数同统单专均每某逐进另任唯之万亿余十百千")
_HARDNESS = re.compile(r"(HRC|HRA|HRB|HBW|HBS|HB|HV) ?$")
_EACH = re.compile(r"每([\u4e00-\u9fff]{1,4}) ?$")
_NUMERALS = frozenset("零一二两三四五六七八九十百千点半分")
_NAMES = re.compile(r"[、/]|和|与|及|以及")
_TWIN_JOINTS = frozenset({"、", ",", "/", "和", "与", "及", "以及"})
_SIZE = re.compile(r"尺寸|规格|外形|幅面|截面|断面|大小|体积|长|宽|面积|台面|尺度")
_CARRIED = frozenset(" ,、并且")
_MOST_NAMES = 6
# More numbers than any record has: a pasted table. At 20 µs each they take 0.2 s; the rest is not read.
MOST_NUMBERS = 10_000


def read_indicators(text: str) -> tuple[Indicator, ...]:
    """Return the indicators of `text` in order; an empty tuple if it holds none. Never raises."""
    return _Reader(text).read()


class _Reader:
    """The state of one reading."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded = fold(text)
        self._found: list[Indicator] = []
        self._floor = 0  # numbers begin behind this
        self._taken = 0  # noun phrases begin behind this
        self._twins: list[str] = []  # names of 分别 that wait for their values
        self._twin_direction: Direction | None = None
        self._ends = [found.end() for found in _SENTENCE_END.finditer(text)]
        self._sentences: dict[int, str] = {}

    def read(self) -> tuple[Indicator, ...]:
        at = numbers = 0
        while numbers < MOST_NUMBERS and (token := next_token(self._folded, at)) is not None:
            at = token.end()
            if token.lastgroup == NUMBER:
                at = max(at, self._number(token.start()))
                numbers += 1
            elif token.lastgroup == SKIPPED:
                self._taken = self._floor = at
        return tuple(self._found)

    def _number(self, at: int) -> int:
        """Read the number at `at`; return where to go on."""
        text = self._folded
        value = read_value(text, at, self._floor)
        if value is None:
            return self._step_over(at)
        value = self._each(value)
        before = read_before(text, self._taken, value.start)
        if value.han and not self._is_numeral(at, value, before):
            return value.end
        sides = read_product(text, value)
        if sides:
            return self._add_product(sides, before)
        if not value.unit and text[value.end : value.end + 1].isascii() and text[value.end : value.end + 1].isalnum():
            return self._step_over(value.end)
        if self._is_fraction(value):
            return self._step_over(value.end)
        if before.between:
            value = read_and(text, value) or value
        target = self._transition(value)
        end = self._add(value, before) if target is None else self._add_transition(value, target)
        self._floor = end
        return end

    def _each(self, value: Value) -> Value:
        """Read 每平方米200元 as 200 元/平方米, and HRC50 as 50 HRC."""
        scale = None if value.unit else _HARDNESS.search(self._folded, max(self._taken, value.start - 4), value.start)
        if scale is not None:
            return replace(value, unit=scale.group(1), start=scale.start())
        each = _EACH.search(self._folded, max(self._taken, value.start - 6), value.start)
        if each is None or not value.unit or "/" in value.unit:
            return value
        unit = scan_unit(f"{value.unit}/{each.group(1)}", 0)
        if unit is None or unit.end != len(value.unit) + 1 + len(each.group(1)):
            return value
        return replace(value, unit=unit.spelling, start=each.start())

    def _is_fraction(self, value: Value) -> bool:
        """Whether a stroke and a digit follow: 1/3, 50/60Hz, 230V/110V name no one value."""
        after = self._folded[value.end : value.end + 2]
        return after[:1] == "/" and after[1:].isdigit()

    def _step_over(self, at: int) -> int:
        """Leave a run of letters and digits: 60Si2Mn, 3D, a key of 40 digits."""
        end = at + 1
        while end < len(self._folded) and self._folded[end].isascii() and self._folded[end].isalnum():
            end += 1
        self._floor = end
        return end

    def _is_numeral(self, at: int, value: Value, before: Before) -> bool:
        """Tell 三年 from 第三, 一种 and 统一."""
        written = self._folded[at : value.end]
        if (
            not value.unit
            or not value.high
            or (at and self._folded[at - 1] in _NO_NUMERAL_AFTER and "分之" not in written)
        ):
            return False
        bounded = before.direction is not None or before.verb != "" or word_after(self._folded, value.end) != ""
        if value.unit in {"元", "位", "级", "分"} and value.low < 10:
            return False
        lone = written[0] in "一百千" and written[1:2] not in _NUMERALS
        return bounded or not (lone or value.unit == "成")

    def _transition(self, value: Value) -> Value | None:
        """Return the value that `value` changes to, in 由 A 提高到 B."""
        if value.low != value.high:
            return None
        text = self._folded
        gap = _REACHING.match(text, value.end)
        at = gap.end() if gap else value.end
        verb = first_change(text, at)
        arrival = _ARRIVING.match(text, at + len(verb)) if verb else None
        if arrival is None and _FROM.search(text, max(self._taken, value.start - 8), value.start):
            arrival = _TURNING.match(text, at)
        number = next_token(text, arrival.end()) if arrival else None
        if arrival is None or number is None or number.lastgroup != NUMBER or number.start() > arrival.end() + 1:
            return None
        target = read_value(text, number.start(), value.end)
        if target is None or (target.han and not target.unit):
            return None
        alike = not value.unit or not target.unit or convert(value.low, value.unit, target.unit) is not None
        return target if alike else None

    def _add_transition(self, value: Value, target: Value) -> int:
        unit = target.unit or value.unit
        baseline = convert(value.low, value.unit or unit, unit)
        rises = baseline is not None and target.high > baseline
        after, end = read_after(self._folded, target.end)
        direction = after or (Direction.AT_LEAST if rises and not target.tolerance else Direction.AT_MOST)
        if target.low != target.high and after is None:
            direction = Direction.RANGE
        quantity, _ = phrase_before(self._folded, self._taken, value.start)
        change = Change.INCREASE if rises else Change.DECREASE
        self._emit(quantity, direction, target, unit, value.start, end, baseline=baseline, change=change)
        return end

    def _add(self, value: Value, before: Before) -> int:
        """Decide on one value; return where to go on."""
        text = self._folded
        after, end = read_after(text, value.end)
        quantity, inside = phrase_before(text, self._taken, before.end)
        change, relative, quantity = settle_change(value, before, quantity)
        unit = settle_unit(value, quantity, inside)
        direction = settle_direction(value, before, after, quantity)
        names = self._names(value, before, direction)
        if names and names[0] is not None:
            direction = direction or self._twin_direction
        else:
            names = [self._name(quantity, value, before, unit, end, bounded=direction is not None)]
        if self._narrows(before, direction, names[0], unit):
            return self._narrow(value, end)
        if not is_indicator(value, before, names[0], unit, text, end, bounded=direction is not None):
            return value.end
        direction = direction or (Direction.EXACT if value.low == value.high else Direction.RANGE)
        for name in names:
            self._emit(name, direction, value, unit, self._start(value, before), end, change=change, relative=relative)
        return end

    def _add_product(self, sides: list[Value], before: Before) -> int:
        """Add the sides of a size: 外形尺寸 10×20mm; other products (2×350MW) are stepped over."""
        unit = sides[-1].unit
        after, end = read_after(self._folded, sides[-1].end)
        quantity, _ = phrase_before(self._folded, self._taken, before.end)
        self._floor = end
        if not _SIZE.search(quantity) or measure(unit).dimension != "[length]":
            return end
        direction = before.direction or after or Direction.EXACT
        for side in sides:
            scaled = convert(side.low, side.unit or unit, unit)
            if scaled is not None:
                side = replace(side, low=scaled, high=scaled)  # noqa: PLW2901
                self._emit(quantity, direction, side, unit, self._start(sides[0], before), end)
        return end

    def _name(self, quantity: str, value: Value, before: Before, unit: str, end: int, *, bounded: bool) -> str:
        """Return the quantity of a value: what stands before, else what was spoken of, else what follows."""
        text = self._folded
        if text.startswith("粒度", value.end) and (not quantity or unit == "目"):
            return "粒度"
        owned = self._taken and text[self._taken : self._taken + 1] == "的" and self._found  # by the value before
        if owned and text[: before.end][-2:].endswith(("和", "与", "及")):
            quantity = ""
        if quantity:
            return quantity
        if self._carries(before, unit):
            return self._found[-1].quantity
        counted = measure(unit).dimension.startswith("[own_") if unit and bounded else False
        owns = text[end : end + 1] == "的"
        if bounded and (counted or owns):
            return quantity_after(text, end)
        if owns and value.low != value.high:  # -30℃到60℃的环境温度范围, but 20到30吨的货车
            name = quantity_after(text, end)
            return name if is_measured(name) else ""
        return ""

    def _carries(self, before: Before, unit: str) -> bool:
        """Whether a clause speaks on of the last quantity: …提升了 3 个百分点，达到 96%."""
        if not self._found or not (before.plain or before.verb) or before.end - self._taken > WINDOW:
            return False
        last, gap = self._found[-1], self._folded[self._taken : before.end]
        if self._sentence(self._taken) != last.sentence:
            return False
        aside = gap.strip(" ,、").startswith(("比", "较", "相比", "与")) or gap.rstrip(" ").endswith(
            ("时", "下", "要求")
        )
        if any(c not in _CARRIED for c in gap) and not (aside and gap.count(",") == 1 and gap.startswith(",")):
            return False
        return unit in {"%", last.unit} or before.verb != ""

    def _names(self, value: Value, before: Before, direction: Direction | None) -> list[str]:
        """Return the names that share this value (均), or the one whose turn it is (分别)."""
        if self._twins:
            if self._folded[self._taken : value.start].strip(" ") in _TWIN_JOINTS:
                return [self._twins.pop(0)]
            self._twins = []
        if not before.each:
            return []
        window = self._folded[max(self._taken, before.end - WINDOW) : before.end]
        piece = window[max(map(window.rfind, ",。;:!?\n()")) + 1 :]
        names = [name for part in _NAMES.split(piece)[:_MOST_NAMES] if (name := clean(part))]
        if len(names) < 2:
            return []
        if before.each == "分别":
            self._twins, self._twin_direction = names[1:], direction
            return names[:1]
        return names

    def _narrows(self, before: Before, direction: Direction | None, name: str, unit: str) -> bool:
        """Whether a bound closes the one before it: 大于 8 微米小于 15 微米."""
        if direction is not Direction.AT_MOST or not self._found or self._found[-1].direction is not Direction.AT_LEAST:
            return False
        gap = self._folded[self._taken : before.end].strip(" ")
        last = self._found[-1]
        named = not name or name == last.quantity
        return (
            named
            and gap in {"", ",", "且", ",且", "并", "、"}
            and measure(unit).dimension == measure(last.unit).dimension
        )

    def _narrow(self, value: Value, end: int) -> int:
        last = self._found[-1]
        high = convert(value.high, value.unit, last.unit)
        self._found[-1] = replace(last, direction=Direction.RANGE, high=high, end=end)
        self._taken = end
        return end

    def _start(self, value: Value, before: Before) -> int:
        start = before.end
        while start < value.start and self._folded[start] in " :(":
            start += 1
        return start

    def _emit(
        self,
        quantity: str,
        direction: Direction,
        value: Value,
        unit: str,
        start: int,
        end: int,
        *,
        baseline: float | None = None,
        change: Change | None = None,
        relative: bool = False,
    ) -> None:
        low = None if direction is Direction.AT_MOST else value.low
        high = None if direction is Direction.AT_LEAST else value.high
        sentence = self._sentence(start)
        self._found.append(
            Indicator(quantity, direction, low, high, unit, baseline, relative, change, start, end, sentence)
        )
        self._taken = end

    def _sentence(self, at: int) -> str:
        """Return the sentence around an offset: one object for all that ask for it."""
        index = bisect.bisect_right(self._ends, at)
        if index not in self._sentences:
            low = self._ends[index - 1] if index else 0
            high = self._ends[index] if index < len(self._ends) else len(self._text)
            self._sentences[index] = self._text[low:high].strip()
        return self._sentences[index]
