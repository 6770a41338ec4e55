"""Read the indicators of a text.

One pass: a token expression finds where numbers stand, and tables say what the words around each
mean. Windows are bounded on both sides, so time grows with the length of the text and nothing else.
"""

import bisect
import re
from dataclasses import dataclass, replace

from matching.indicators.folding import fold
from matching.indicators.quantities import (
    WINDOW,
    clean,
    last_piece,
    phrase_before,
    quantity_after,
)
from matching.indicators.tokens import NUMBER, SKIPPED, next_token
from matching.indicators.types import Change, Direction, Indicator
from matching.indicators.units import scan_unit
from matching.indicators.values import Value, convert, product_end, read_and, read_value
from matching.indicators.words import AFTER, BETTER, BOUNDS, CHANGES, LEVEL, SPEAKING, first_change, last_word, word_after

_SENTENCE_END = re.compile(r"[。！？!?；;\n]+")
_MOST_WORDS = 6
# Smaller is better of these: 优于 0.05 mm asks for at most that.
_SMALLER_BETTER = re.compile(r"精度|误差|偏差|公差|分辨率|时间|延迟|延时|噪|粗糙度|灵敏度|检出限|损耗|能耗|变异|漂移")
_SHARES = frozenset({"%", "‰", "倍", "个百分点", "百分点", "个点", "成", "ppm"})
_CHANGED_NOUN = re.compile(r"^[\u4e00-\u9fffA-Za-z]{1,14}$")
_FROM = re.compile(r"(?:由|从|自)(?:原来的?|原先的?|原有的?|目前的?|现有的?|现在的?|当前的?|最初的?|初始的?|传统的?|的)?$")
_REACHING = re.compile(r" ?(?:左右|以上|以下|的|,)? ?(?:大幅|逐步|显著|进一步)?")
_TO = re.compile(r"(?:到了|至了|到|至|为|达到)? ?(?:约|≥|≤|<|>|不低于|不高于|不超过|小于|大于|低于|高于|目前的|现在的|现有的)? ?")
_BARE = re.compile(
    r"(?:pH值?|系数|指数|比|值|数|率|度|碱度|等级|倍数|密度|纯度|因子|Ra|Rz|分|COD|Mn)$"
)
_MONEY = re.compile(r"投资|投入|资金|经费|预算|费用|成本|产值|利润|收入|利税|税收|销售额|效益|出资|营收|金额|产值")
_HEAT = re.compile(r"温|热|冷|冻|烘|烧")
_GOES_ON = frozenset("的可,和与或及并且、且而同,每等时以至到,")
_TIMES = frozenset({"年", "个月", "天", "d", "周", "日", "个星期", "星期", "周年"})
_SPANS = re.compile(r"寿命|周期|期$|期限|时间|年限|工期|时长|续航|龄|质保|保修|保质|间隔|运行|使用|保存|货架|耐|稳定")
_NUMERAL_BEFORE = frozenset("第几数同统单专均每某逐进另任唯之万亿余十百千")
_ADVERB = re.compile(r"^(?:近|过去|未来|今后|连续|前|后|历时|为期|长达|每隔|每|前期|最近)$")
_TWIN_JOINT = re.compile(r" ?(?:[、,/]|和|与|及|以及) ?")
_NAMES = re.compile(r"[、/]|和|与|及|以及")


@dataclass(frozen=True, slots=True)
class _Before:
    """What the words before a value say, and where the phrase before them ends."""

    direction: Direction | None
    change: Change | None
    relative: bool
    verb: str
    plain: bool
    better: bool
    apart: bool
    end: int


def read_indicators(text: str) -> tuple[Indicator, ...]:
    """Return the indicators of `text` in order; an empty tuple if it holds none. Never raises."""
    return _Reader(text).read()


class _Reader:
    """The state of one reading."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded = fold(text)
        self._found: list[Indicator] = []
        self._taken = 0  # where the last expression ended
        self._twins: list[str] = []  # names of 分别 that wait for their values
        self._ends = [found.end() for found in _SENTENCE_END.finditer(text)]
        self._sentences: dict[int, tuple[int, str]] = {}

    def read(self) -> tuple[Indicator, ...]:
        at = 0
        while (token := next_token(self._folded, at)) is not None:
            at = token.end()
            if token.lastgroup == SKIPPED:
                self._taken = at
            elif token.lastgroup == NUMBER:
                at = max(at, self._number(token.start()))
        return tuple(self._found)

    def _number(self, at: int) -> int:
        """Read the number at `at`; return where to go on."""
        text = self._folded
        value = read_value(text, at, self._taken)
        if value is None:
            return self._step_over(at)
        if value.han and not self._is_numeral(at, value):
            return value.end
        end = product_end(text, value)
        if end > value.end:
            self._taken = end
            return end
        if not value.unit and text[value.end : value.end + 1].isascii() and text[value.end : value.end + 1].isalnum():
            return self._step_over(value.end)
        before = self._before(value.start)
        if before.apart and value.low == value.high:
            value = read_and(text, value) or value
        target = self._transition(value)
        if target is not None:
            return self._add_transition(value, target)
        return self._add(value, before)

    def _step_over(self, at: int) -> int:
        """Leave a run of letters and digits: 60Si2Mn, 3D, a key of 40 digits."""
        end = at + 1
        while end < len(self._folded) and self._folded[end].isascii() and self._folded[end].isalnum():
            end += 1
        self._taken = end
        return end

    def _is_numeral(self, at: int, value: Value) -> bool:
        """Tell 三年 from 第三, 一种 and 统一."""
        written = self._folded[at : value.end]
        if not value.unit or (at and self._folded[at - 1] in _NUMERAL_BEFORE and "分之" not in written):
            return False
        if value.unit in {"元", "位", "级", "分", "方", "成"} and value.low < 10:
            return False
        bounded = self._before(value.start).direction is not None or word_after(self._folded, value.end) != ""
        return bounded or not written.startswith(("一", "百", "千"))

    def _before(self, at: int) -> _Before:
        """Read the words before a value, backwards."""
        low = max(self._taken, at - WINDOW)
        window = self._folded[low:at]
        direction: Direction | None = None
        change: Change | None = None
        verb, plain, better, level, apart = "", False, False, False, False
        for _ in range(_MOST_WORDS):
            window = window.rstrip(" ")
            word = last_word(window)
            if not word or (verb and word not in PLAIN and word not in BOUNDS):
                break
            if word in CHANGES:
                if len(word) == 1 and not level and window[:-1].endswith(("新", "年", "递", "自", "提", "下")):
                    break
                change, verb = CHANGES[word], word
                window = window[: -len(word)]
                break
            window = window[: -len(word)]
            direction = direction or BOUNDS.get(word)
            better = better or word in BETTER
            level = level or word in LEVEL
            apart = apart or word == "介于"
            plain = True
        return _Before(direction, change, change is not None and not level, verb, plain, better, apart, low + len(window))

    def _after(self, at: int) -> tuple[Direction | None, int, bool]:
        """Read the word behind a value: the direction, where it ends, whether there is one."""
        blanks = at + (self._folded[at : at + 1] == " ")
        word = word_after(self._folded, blanks)
        if word:
            return AFTER[word], blanks + len(word), True
        if self._folded[blanks : blanks + 1] == "内" and self._folded[blanks + 1 : blanks + 2] not in set("径部存置容腔壁层燃螺"):
            return Direction.AT_MOST, blanks + 1, True
        return None, at, False

    def _transition(self, value: Value) -> Value | None:
        """Return the value that `value` changes to, in 由 A 提高到 B."""
        if value.low != value.high or value.tolerance:
            return None
        text = self._folded
        gap = _REACHING.match(text, value.end)
        at = gap.end() if gap else value.end
        verb = first_change(text, at)
        to = _TO.match(text, at + len(verb)) if verb else None
        comes_from = _FROM.search(text[max(self._taken, value.start - 8) : value.start])
        if to is None and comes_from and (to := re.compile(r"(?:变为|变成|达到|到了) ?").match(text, at)) is None:
            return None
        if to is None or not to.group():
            return None
        start = to.end()
        number = next_token(text, start)
        if number is None or number.lastgroup != NUMBER or number.start() > start + 1:
            return None
        target = read_value(text, number.start(), value.end)
        return target if target and (not value.unit or not target.unit or self._same(value, target)) else None

    @staticmethod
    def _same(value: Value, target: Value) -> bool:
        return convert(value.low, value.unit, target.unit) is not None

    def _add_transition(self, value: Value, target: Value) -> int:
        text = self._folded
        unit = target.unit or value.unit
        baseline = convert(value.low, value.unit or unit, unit)
        rises = baseline is not None and target.high > baseline
        after, end, _ = self._after(target.end)
        direction = after or (Direction.AT_LEAST if rises else Direction.AT_MOST)
        low = max(self._taken, value.start - WINDOW)
        quantity, _ = phrase_before(text, low, value.start)
        if target.low != target.high and after is None:
            direction = Direction.RANGE
        change = Change.INCREASE if rises else Change.DECREASE
        self._emit(quantity, direction, target, unit, value.start, end, baseline=baseline, change=change)
        return end

    def _add(self, value: Value, before: _Before) -> int:
        text = self._folded
        after, end, followed = self._after(value.end)
        direction = before.direction or after
        quantity, inside = phrase_before(text, self._taken, before.end)
        change, relative = before.change, before.relative
        if before.verb in SPEAKING and not quantity:
            quantity = before.verb
        if change is None and value.unit in _SHARES:
            change, quantity = _verb_first(quantity)
            relative = change is not None
        if relative and value.unit == "":
            relative, change = False, None
        twins = self._apart(value, before)
        if twins is not None:
            quantity = twins
        elif not quantity and before.plain and self._found and self._leads_on(before.end):
            quantity = self._found[-1].quantity
        unit = _settle_unit(value, quantity, inside)
        if not unit and inside:
            unit = ""
        exact = direction is None and value.low == value.high
        if before.better and direction is None:
            direction, exact = _better(quantity, unit, value), False
        if value.tolerance:
            direction, exact = Direction.AT_MOST, False
        start = self._start(value.start, before)
        if not quantity and not (exact and not before.plain):
            quantity = quantity_after(text, end)
        if not self._holds(value, quantity, unit, before, end, exact=exact, bounded=direction is not None):
            self._taken = value.end
            return value.end
        if direction is None:
            direction = Direction.EXACT if exact else Direction.RANGE
        self._emit(quantity, direction, value, unit, start, end, change=change, relative=relative)
        return end

    def _start(self, at: int, before: _Before) -> int:
        start = before.end
        while start < at and self._folded[start] in " :(":
            start += 1
        return start

    def _apart(self, value: Value, before: _Before) -> str | None:
        """Give the values of 分别 their names, one after the other."""
        text = self._folded
        if self._twins:
            gap = text[self._taken : value.start]
            if _TWIN_JOINT.fullmatch(gap):
                return self._twins.pop(0)
            self._twins = []
        words = text[before.end : value.start]
        if "分别" not in words:
            return None
        window = text[max(self._taken, before.end - WINDOW) : before.end]
        piece = window[max(map(window.rfind, ",。;:!?\n()")) + 1 :]
        names = [clean(name) for name in _NAMES.split(piece)]
        if len(names) < 2:
            return None
        self._twins = names[1:]
        return names[0]

    def _leads_on(self, at: int) -> bool:
        """Whether only a comma stands between the last expression and `at`: …，达到 96%."""
        gap = self._folded[self._taken : at] if at - self._taken < 5 else "far"
        return gap.strip(" ") in {",", "、", "", ",并", ",且", "并", "且"} and self._found[-1].end <= self._taken <= self._found[-1].end + 1

    def _holds(
        self, value: Value, quantity: str, unit: str, before: _Before, end: int, *, exact: bool, bounded: bool
    ) -> bool:
        """Whether what was read is an indicator, and not a number in passing."""
        next_ = self._folded[end : end + 1]
        if not unit:
            return bool(quantity) and (bounded or bool(_BARE.search(quantity)))
        if unit == "K" and not _HEAT.search(quantity):
            return False
        if bounded and not exact:
            return bool(quantity) or value.unit not in _TIMES
        if not quantity or _ADVERB.match(quantity):
            return False
        if unit in _TIMES and not _SPANS.search(quantity):
            return False
        goes_on = "\u4e00" <= next_ <= "\u9fff" and next_ not in _GOES_ON
        if exact and goes_on and not before.verb:
            return before.plain and end == value.end and False
        return True

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
        """Return the sentence around an offset, one object for all that ask for it."""
        index = bisect.bisect_right(self._ends, at)
        if index not in self._sentences:
            low = self._ends[index - 1] if index else 0
            high = self._ends[index] if index < len(self._ends) else len(self._text)
            self._sentences[index] = (low, self._text[low:high].strip())
        return self._sentences[index][1]


def _verb_first(quantity: str) -> tuple[Change | None, str]:
    """Split 降低能耗 into the way of the change and the noun."""
    verb = first_change(quantity, 0)
    noun = quantity[len(verb) :]
    if verb and len(verb) > 1 and noun and verb not in SPEAKING and _CHANGED_NOUN.match(noun):
        return CHANGES[verb], clean(noun) or noun
    return None, quantity


def _settle_unit(value: Value, quantity: str, inside: str) -> str:
    """Return the unit, where only the words around the number tell it."""
    if value.unit == "度" and _HEAT.search(quantity):
        return "℃"
    if value.unit in {"万", "亿", "千万", "百万"} and _MONEY.search(quantity):
        return f"{value.unit}元"
    if not value.unit and inside:
        unit = scan_unit(inside, 0)
        if unit is not None and unit.end == len(inside):
            return unit.spelling
    return value.unit


def _better(quantity: str, unit: str, value: Value) -> Direction:
    share = unit == "%" and value.low >= 50
    return Direction.AT_MOST if _SMALLER_BETTER.search(quantity) and not share else Direction.AT_LEAST


__all__ = ["read_indicators"]
_ = replace
