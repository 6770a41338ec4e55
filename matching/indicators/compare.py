"""Compare what is asked with what is offered.

Both become intervals in base units. What the offered interval says about the asked one:

| asked        | offered exact v  | at_least l          | at_most h           | range l..h                      |
|--------------|------------------|---------------------|---------------------|---------------------------------|
| at_least a   | met if v ≥ a,    | met if l ≥ a,       | not met if h < a,   | met if l ≥ a, not met if h < a, |
|              | else not met     | else not met        | else not mentioned  | else not mentioned              |
| at_most b    | met if v ≤ b,    | not met if l > b,   | met if h ≤ b,       | met if h ≤ b, not met if l > b, |
|              | else not met     | else not mentioned  | else not met        | else not mentioned              |
| range a..b,  | met if inside,   | not met if l > b,   | not met if h < a,   | met if inside, not met if       |
| a property   | else not met     | else not mentioned  | else not mentioned  | apart, else not mentioned       |
| range a..b,  | not met: one     | not met if l > a,   | not met if h < b,   | met if it covers a..b,          |
| conditions   | point inside: met| else not mentioned  | else not mentioned  | else not met                    |
| exact a      | read as at_least where more is better (效率, 强度) or the value is a change, as at_most where    |
|              | less is better (能耗, 误差), else met if the offered interval holds a, else not met              |

An offer that claims less than is asked (≥80 for ≥85) is not met: the record promises no more. Conditions
are ranges to work in (工作温度, 调速范围): the offer must cover them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matching.indicators.names import agreement
from matching.indicators.types import Change, DemandVerdict, Direction, Indicator, IndicatorVerdict
from matching.indicators.units import Measure, measure
from matching.text.word_lists import alternatives

_WORDS = alternatives("matching.indicators")
_SLACK = 1e-9  # relative; 0.1 t and 100 kg differ in the last bit
_OPEN = float("inf")
# 180 天 is half a year to whoever writes it: months and years beside another unit are taken by 3 in 100.
_CALENDAR = {"月", "个月", "年", "周年", "a"}
_CALENDAR_SLACK = 0.03
_DIFFERENCE = re.compile(r"温差|温升|波动|偏差|均匀|误差|精度|变化")
_CONDITIONS = re.compile(_WORDS["conditions"])
_LESS_IS_BETTER = re.compile(_WORDS["less_is_better"])
_MORE_IS_BETTER = re.compile(_WORDS["more_is_better"])
_TO_LIVE = re.compile(_WORDS["to_live"])
# 年产 3 万吨 is 3 万吨/年.
_PER = {"年": "/年", "日": "/天", "天": "/天", "时": "/小时"}
_RATE = re.compile(r"(?:每)?(年|日|天|时)(?:产|处理|加工|生产|消纳|处置|利用|吞吐)")
_PERCENT = {"%", "‰", "倍", "成"}


@dataclass(frozen=True, slots=True)
class _Interval:
    """What an indicator allows, in base units; ±inf where it is open."""

    low: float
    high: float

    def relaxed(self, share: float) -> "_Interval":
        """Return the interval with each end moved out by a share of itself."""
        return _Interval(self.low - share * abs(self.low), self.high + share * abs(self.high))

    def holds(self, other: "_Interval") -> bool:
        return _at_most(self.low, other.low) and _at_most(other.high, self.high)


def compare(asked: Indicator, offered: Sequence[Indicator]) -> IndicatorVerdict:
    """Compare one asked indicator with those of an offer, as the table of this module says.

    Of several comparable ones the best agreement of names decides; at equal names one that meets
    what is asked goes before one that does not, and that before one that leaves it open.

    Returns:
        the verdict, and the indicator it rests on; None if nothing was comparable.
    """
    best: tuple[float, int, Indicator, DemandVerdict] | None = None
    rank = {DemandVerdict.MET: 2, DemandVerdict.NOT_MET: 1, DemandVerdict.NOT_MENTIONED: 0}
    for one in offered:
        alike = agreement(asked.quantity, one.quantity)
        verdict = compare_values(asked, one) if alike > 0.0 else None
        if verdict is not None and (best is None or (alike, rank[verdict]) > best[:2]):
            best = (alike, rank[verdict], one, verdict)
    if best is None:
        return IndicatorVerdict(DemandVerdict.NOT_MENTIONED, None)
    return IndicatorVerdict(best[3], best[2])


def compare_values(asked: Indicator, one: Indicator) -> DemandVerdict | None:
    """Return the verdict on two of one quantity, whatever they are called; None if they cannot be compared."""
    if asked.relative and not one.relative:
        return _compare_change(asked, one)
    if asked.relative != one.relative:
        return None
    if asked.relative and asked.change is not one.change:
        return None if None in {asked.change, one.change} else DemandVerdict.NOT_MET
    left, right = _measure(asked), _measure(one)
    if left.dimension != right.dimension:
        return None
    wish = _interval(asked, left)
    if asked.unit != one.unit and not _CALENDAR.isdisjoint((asked.unit, one.unit)):
        wish = wish.relaxed(_CALENDAR_SLACK)
    return _decide(asked, wish, one.direction, _interval(one, right))


def _compare_change(asked: Indicator, one: Indicator) -> DemandVerdict | None:
    """Compare 降低 20% with 由 50 降到 35: the change is computed from both ends."""
    level = one.high if one.low is None else one.low
    if not one.baseline or level is None or asked.unit not in _PERCENT:
        return None
    change = (level - one.baseline) / abs(one.baseline)
    if asked.change is Change.DECREASE:
        change = -change
    moved = _Interval(change, change)
    return _decide(asked, _interval(asked, measure(asked.unit)), Direction.EXACT, moved)


def _measure(one: Indicator) -> Measure:
    """Return what the unit measures: a difference of temperatures has no zero, 年产 is by the year."""
    found = measure(one.unit)
    if found.offset and (one.relative or _DIFFERENCE.search(one.quantity)):
        return Measure(found.dimension, found.factor)
    rate = _RATE.search(one.quantity)
    if rate is not None and one.unit and "/" not in one.unit:
        return measure(one.unit + _PER[rate.group(1)])
    return found


def _interval(one: Indicator, unit: Measure) -> _Interval:
    low = -_OPEN if one.low is None else one.low * unit.factor + unit.offset
    high = _OPEN if one.high is None else one.high * unit.factor + unit.offset
    return _Interval(low, high)


def _decide(asked: Indicator, wish: _Interval, direction: Direction, offer: _Interval) -> DemandVerdict:
    way = asked.direction if asked.direction is not Direction.EXACT else _better_way(asked)
    if way is Direction.AT_LEAST:
        return _at_least(wish.low, direction, offer)
    if way is Direction.AT_MOST:
        # The same question, mirrored.
        mirrored = {Direction.AT_LEAST: Direction.AT_MOST, Direction.AT_MOST: Direction.AT_LEAST}
        return _at_least(-wish.high, mirrored.get(direction, direction), _Interval(-offer.high, -offer.low))
    if way is Direction.EXACT:
        return DemandVerdict.MET if offer.holds(wish) else DemandVerdict.NOT_MET
    if direction is Direction.EXACT:
        return DemandVerdict.MET if wish.holds(offer) else DemandVerdict.NOT_MET
    if _CONDITIONS.search(asked.quantity):
        return _cover(wish, offer)
    if wish.holds(offer):
        return DemandVerdict.MET
    apart = not _at_most(offer.low, wish.high) or not _at_most(wish.low, offer.high)
    return DemandVerdict.NOT_MET if apart else DemandVerdict.NOT_MENTIONED


def _at_least(least: float, direction: Direction, offer: _Interval) -> DemandVerdict:
    if _at_most(least, offer.low):
        return DemandVerdict.MET
    if direction is Direction.AT_LEAST or not _at_most(least, offer.high):
        return DemandVerdict.NOT_MET
    return DemandVerdict.NOT_MENTIONED


def _cover(wish: _Interval, offer: _Interval) -> DemandVerdict:
    if offer.low == -_OPEN or offer.high == _OPEN:
        contradicts = not _at_most(offer.low, wish.low) or not _at_most(wish.high, offer.high)
        return DemandVerdict.NOT_MET if contradicts else DemandVerdict.NOT_MENTIONED
    return DemandVerdict.MET if offer.holds(wish) else DemandVerdict.NOT_MET


def _better_way(asked: Indicator) -> Direction:
    """Return how an exact wish is meant: 效率达到 95 % as at least that."""
    if asked.relative:
        return Direction.AT_LEAST
    if _LESS_IS_BETTER.search(asked.quantity) and not _TO_LIVE.search(asked.quantity):
        return Direction.AT_MOST
    if _MORE_IS_BETTER.search(asked.quantity) or _TO_LIVE.search(asked.quantity):
        return Direction.AT_LEAST
    return Direction.EXACT


def _at_most(low: float, high: float) -> bool:
    return low <= high or (low - high) <= _SLACK * min(abs(low), abs(high))
