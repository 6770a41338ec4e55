"""What is read of a text, and the verdict on it."""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Which values an indicator allows."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"
    EXACT = "exact"


class Change(StrEnum):
    """Which way a quantity moves where the text speaks of a change."""

    INCREASE = "increase"
    DECREASE = "decrease"


class DemandVerdict(StrEnum):
    """How something asked for is answered: 满足, 不满足, 未提及; `NOT_MET` is said of compared numbers alone."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_MENTIONED = "not_mentioned"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One numeric requirement or statement of a text.

    Attributes:
        quantity: the noun phrase as it stands in the text, "" if there is none.
        direction: at_least has only `low`, at_most only `high`, range both; exact has both, equal.
        low: least value, in `unit`; None if open.
        high: greatest value, in `unit`; None if open.
        unit: as written, in one spelling (Mpa → MPa, m3 → m³); "" for a bare number.
        baseline: value before the change, in `unit`, of "由 A 提高到 B".
        relative: whether the values are an amount of change ("提高30%") instead of a level.
        change: the way of the change, None where the text speaks of none.
        start: where the numeric expression begins in the text, in characters.
        end: where it ends, exclusive.
        sentence: the extract of the text that holds it, verbatim.
    """

    quantity: str
    direction: Direction
    low: float | None
    high: float | None
    unit: str
    baseline: float | None
    relative: bool
    change: Change | None
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class IndicatorVerdict:
    """A verdict, and the offered indicator it rests on (None where nothing answers)."""

    verdict: DemandVerdict
    offered: Indicator | None
