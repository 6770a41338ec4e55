"""Structured conditions of a demand against what an offer states.

Compared are the records as they are shown to the caller: what somebody may not see (the district
of an anonymous need) counts as not stated, and so cannot be read off an answer.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.kinds.conditions import Stated
from app.kinds.industries import divisions, tree_distance, with_ancestors
from app.models import Condition

Ends = tuple[Decimal | None, Decimal | None]


class Agreement(StrEnum):
    """Whether what is offered fits what is asked."""

    AGREE = "agree"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StructuredFit:
    """One condition: what was asked and offered, as the records state it, and whether they agree.

    `distance` is the number of steps between the nearest industry codes in the tree of GB/T 4754.
    """

    field: Condition
    agreement: Agreement
    asked: Any
    offered: Any
    hard: bool
    distance: int | None = None


def structured_fit(demand: Stated, hard: Collection[str], offer: Stated, today: date) -> list[StructuredFit]:
    """Compare what a demand and an offer state of every condition, in the order in which people ask for them.

    Args:
        demand, offer: as far as a caller may know it, from `stated`.
        hard: the conditions that the demand calls hard.
    """
    fits = []
    for field, compare in _COMPARISONS.items():
        asked, offered = demand[field], offer[field]
        agreement = compare(asked, offered, today)
        distance = nearest_industry(asked, offered) if field is Condition.INDUSTRY else None
        fits.append(StructuredFit(field, agreement, asked, offered, field in hard, distance))
    return fits


def nearest_industry(asked: list[str], offered: list[str]) -> int | None:
    """Return the least number of steps between two codes, None if either side states none."""
    return min((tree_distance(one, other) for one in asked for other in offered), default=None)


def _industry(asked: list[str], offered: list[str], _: date) -> Agreement:
    if not asked or not offered:
        return Agreement.UNKNOWN
    return _agree(not set(divisions(asked)).isdisjoint(with_ancestors(offered)))


def _shared(asked: list[str], offered: list[str], _: date) -> Agreement:
    if not asked or not offered:
        return Agreement.UNKNOWN
    return _agree(not set(asked).isdisjoint(offered))


def _equal(asked: str | None, offered: str | None, _: date) -> Agreement:
    return Agreement.UNKNOWN if asked is None or offered is None else _agree(asked == offered)


def _at_least(asked: int | None, offered: int | None, _: date) -> Agreement:
    return Agreement.UNKNOWN if asked is None or offered is None else _agree(offered >= asked)


def _affordable(asked: Ends, offered: Ends, _: date) -> Agreement:
    budget = asked[1]
    low, high = offered
    if budget is None or (low is None and high is None):
        return Agreement.UNKNOWN
    if low is None:
        # "At most 80" may still cost 10.
        return Agreement.AGREE if high is not None and high <= budget else Agreement.UNKNOWN
    return _agree(low <= budget)


def _valid(asked: date | None, offered: date | None, today: date) -> Agreement:
    ends = [end for end in (asked, offered) if end is not None]
    return _agree(all(end >= today for end in ends)) if ends else Agreement.UNKNOWN


def _agree(fits: bool) -> Agreement:
    return Agreement.AGREE if fits else Agreement.CONFLICT


_COMPARISONS: Mapping[Condition, Callable[[Any, Any, date], Agreement]] = {
    Condition.INDUSTRY: _industry,
    Condition.CHAIN: _shared,
    Condition.DISTRICT: _equal,
    Condition.MATURITY: _at_least,
    Condition.BUDGET: _affordable,
    Condition.COOPERATION: _shared,
    Condition.VALIDITY: _valid,
}
