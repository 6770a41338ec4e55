"""Structured conditions of a need against what an achievement states.

Compared are the records as they are shown to the caller: what somebody may not see (the district
of an anonymous need) counts as not stated, and so cannot be read off an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.kinds.industries import divisions, tree_distance, with_ancestors
from app.models import Condition

Shown = Mapping[str, Any]


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


def structured_fit(need: Shown, achievement: Shown, today: date) -> list[StructuredFit]:
    """Compare every condition, in the order in which people ask for them."""
    hard = set(need["hard_conditions"])
    fits = []
    for field, (asked_of, offered_of, compare) in _CONDITIONS.items():
        asked, offered = asked_of(need), offered_of(achievement)
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


def _affordable(asked: list[str | None], offered: list[str | None], _: date) -> Agreement:
    budget = Decimal(asked[1]) if asked[1] is not None else None
    low, high = (Decimal(end) if end is not None else None for end in offered)
    if budget is None or (low is None and high is None):
        return Agreement.UNKNOWN
    if low is None:
        # "At most 80" may still cost 10.
        return Agreement.AGREE if high is not None and high <= budget else Agreement.UNKNOWN
    return _agree(low <= budget)


def _valid(asked: str | None, offered: str | None, today: date) -> Agreement:
    ends = [date.fromisoformat(end) for end in (asked, offered) if end is not None]
    return _agree(all(end >= today for end in ends)) if ends else Agreement.UNKNOWN


def _agree(fits: bool) -> Agreement:
    return Agreement.AGREE if fits else Agreement.CONFLICT


def _field(name: str) -> Callable[[Shown], Any]:
    return lambda shown: shown[name]


def _range(low: str, high: str) -> Callable[[Shown], Any]:
    return lambda shown: [shown[low], shown[high]]


# Per condition: what the need states, what the achievement states, and how they are compared.
_CONDITIONS: Mapping[Condition, tuple[Callable[[Shown], Any], Callable[[Shown], Any], Callable[..., Agreement]]] = {
    Condition.INDUSTRY: (_field("industries"), _field("industries"), _industry),
    Condition.CHAIN: (_field("chains"), _field("chains"), _shared),
    Condition.DISTRICT: (_field("district"), _field("district"), _equal),
    Condition.MATURITY: (_field("min_maturity"), _field("maturity"), _at_least),
    Condition.BUDGET: (
        _range("budget_min_wan", "budget_max_wan"),
        _range("price_min_wan", "price_max_wan"),
        _affordable,
    ),
    Condition.COOPERATION: (_field("cooperation_modes"), _field("cooperation_modes"), _shared),
    Condition.VALIDITY: (_field("valid_until"), _field("valid_until"), _valid),
}
