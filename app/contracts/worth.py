"""What a contract is worth on a day: its registration and the adjustments up to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from app.models import AdjustmentKind


@dataclass(frozen=True, slots=True)
class Worth:
    """Amounts in 万元. A cancelled contract is worth nothing."""

    amount_wan: Decimal
    technology_amount_wan: Decimal
    cancelled: bool = False


class Change(Protocol):
    """What is added to the amounts from a day on."""

    kind: str
    amount_wan: Decimal
    technology_amount_wan: Decimal
    effective_on: date


def worth(registered: Worth, changes: Iterable[Change], on: date | None = None) -> Worth:
    """Return what a contract is worth on a day; with everything that is known, without one."""
    amount, technology, cancelled = registered.amount_wan, registered.technology_amount_wan, registered.cancelled
    for each in changes:
        if on is None or each.effective_on <= on:
            amount += each.amount_wan
            technology += each.technology_amount_wan
            cancelled = cancelled or each.kind == AdjustmentKind.CANCELLATION
    return Worth(amount, technology, cancelled)


def first_impossible_day(registered: Worth, changes: Sequence[Change]) -> tuple[date, Worth] | None:
    """Return the first day from which the amounts make no sense, and what they would be; None where they always do.

    Neither may be less than nothing, and the technology is a part of the whole.
    """
    for day in sorted({each.effective_on for each in changes}):
        then = worth(registered, changes, day)
        if not 0 <= then.technology_amount_wan <= then.amount_wan:
            return day, then
    return None
