"""A free-text search as people leaf through it: what is related, in their order, with counts to narrow it by."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.kinds.industries import with_ancestors
from app.kinds.table import KINDS, Kind
from app.kinds.visibility import RecordFilter
from app.matches.schemas import CaptureTaskOut, ResultOut, Shown
from app.matches.service import MatchService, Ranking
from app.models import RecordKind
from app.search.gateway import Gateway
from matching.types import Match, Verdict

# Where nothing is suitable, so many of the nearest are shown: for people to see that, not to choose from.
NEAREST = 5
# Sections and divisions of GB/T 4754; finer classes would make a long list of ones.
_INDUSTRY_DIGITS = 2

Facets = Mapping[str, Sequence[tuple[str, int]]]


class Order(StrEnum):
    """What results are sorted by; the last two for offers and for demands alone."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    MATURITY = "maturity"
    BUDGET = "budget"


def orders_of(kind: Kind) -> tuple[Order, ...]:
    """Return what records of a kind are sorted by: what they offer by its maturity, what they ask by the money."""
    own = (Order.BUDGET, kind.amount) if kind.is_demand else (Order.MATURITY, kind.maturity)
    return (Order.RELEVANCE, Order.NEWEST, *(own[:1] if own[1] is not None else ()))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for, and how they look at it.

    Attributes:
        weak: also what has little to do with the text.
        start, count: the part of the list that is shown; count None for all.
    """

    text: str
    target: RecordKind
    filters: RecordFilter
    order: Order = Order.RELEVANCE
    weak: bool = False
    start: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Part of what was found.

    Attributes:
        suitable: False where nothing is: the results are the nearest then, and not recommended.
        degraded: found by words alone, in want of the model.
        related, weak: how many of the best have to do with the text, and how many have not.
        listed: how many the list has, over all its parts.
        facets: values and their counts among what is related, the most frequent first.
    """

    suitable: bool
    degraded: bool
    related: int
    weak: int
    listed: int
    results: Sequence[ResultOut]
    following: int | None
    facets: Facets
    capture_task: CaptureTaskOut | None


class SearchListing:
    """Lists what free texts find; only the part that is shown gets reasons."""

    def __init__(self, gateway: Gateway, matches: MatchService) -> None:
        self._gateway = gateway
        self._matches = matches

    def page(self, session: Session, wanted: Wanted, caller: Caller) -> Listing:
        """Return part of what a text finds among what the caller may see. Raises Busy."""
        with self._gateway.answering(session):
            return self._page(session, wanted, caller)

    def _page(self, session: Session, wanted: Wanted, caller: Caller) -> Listing:
        ranking = self._matches.rank(session, wanted.text, wanted.target, caller, wanted.filters)
        related = self.related(ranking)
        shown = {match.id: self._matches.shown(ranking, match, caller) for match in ranking.matches}
        rest = [match for match in ranking.matches if match not in related]
        listed = related or rest[:NEAREST]
        if related and wanted.order is not Order.RELEVANCE:
            key = partial(_SORTS[wanted.order], KINDS[wanted.target])
            # Equal ones by their score.
            listed = sorted(listed, key=lambda match: (key(shown[match.id]), match.score), reverse=True)
        if related and wanted.weak:
            listed = [*listed, *rest]
        end = len(listed) if wanted.count is None else wanted.start + wanted.count
        return Listing(
            suitable=bool(related),
            degraded=ranking.found.result.degraded,
            related=len(related),
            weak=len(rest),
            listed=len(listed),
            results=self._matches.explained(session, ranking, listed[wanted.start : end], caller),
            following=end if end < len(listed) else None,
            facets=facet_counts(KINDS[wanted.target], [shown[match.id] for match in related]),
            capture_task=self._matches.capture_task(session, ranking),
        )

    def related(self, ranking: Ranking) -> list[Match]:
        """Return the matches that have to do with the text; none where nothing is suitable.

        Where none is most probably related, but the verdict speaks for the list all the same, those
        as likely as it asks of the best.
        """
        if ranking.found.result.verdict is Verdict.NONE_SUITABLE:
            return []
        related = [match for match in ranking.matches if match.related]
        return [match for match in related if match.grade > 1] or related


def facet_counts(kind: Kind, records: Sequence[Shown]) -> Facets:
    """Return how many records have each value that a search can be narrowed by, as they are shown.

    A maturity counts whatever its filter would keep: offers of at least it, demands of at most it.
    """
    industries: Counter[str] = Counter()
    for record in records:
        codes = with_ancestors(record.industries)
        industries.update(code for code in codes if len(code) <= _INDUSTRY_DIGITS)
    levels = [level for record in records if (level := kind.maturity_of(record)) is not None]
    at_least = not kind.is_demand
    return {
        "industry": _frequent(industries),
        "chain": _frequent(Counter(chain for record in records for chain in record.chains)),
        "district": _frequent(Counter(record.district for record in records if record.district)),
        "maturity": [
            (str(level), sum(each >= level if at_least else each <= level for each in levels))
            for level in sorted(set(levels), reverse=not at_least)
        ],
        "cooperation": _frequent(Counter(mode for record in records for mode in record.cooperation_modes)),
    }


def _frequent(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _amount(kind: Kind, record: Shown) -> Decimal:
    low, high = kind.amounts_of(record)
    return next((end for end in (high, low) if end is not None), Decimal(-1))


_SORTS: Mapping[Order, Callable[[Kind, Shown], Any]] = {
    Order.NEWEST: lambda _, record: record.created_at,
    Order.MATURITY: lambda kind, record: kind.maturity_of(record) or 0,
    Order.BUDGET: _amount,
}
