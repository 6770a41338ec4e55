"""What an organisation has, put together for its own people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.paging import page_of
from app.kinds.industries import divisions
from app.kinds.table import KINDS
from app.models import Achievement, RecordKind
from app.portfolio.repository import Gap, PortfolioRepository

_DIVISIONS = 8


@dataclass(frozen=True, slots=True)
class Gaps:
    """What own achievements leave open.

    Attributes:
        looked_at: how many achievements were looked at, the newest ones.
        counts: by gap; one achievement may have several.
    """

    looked_at: int
    counts: Mapping[Gap, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The newest published achievements by maturity, None for those that state none, and by the most frequent 大类."""

    maturities: Mapping[int | None, int]
    divisions: Sequence[tuple[str, int]]


class PortfolioService:
    """Counts what belongs to the caller's organisation; callers without one have nothing."""

    def counts(self, session: Session, kind: RecordKind, caller: Caller) -> dict[str, int]:
        """Return how many records of a kind are in each state."""
        return _own(session, caller).counts(KINDS[kind])

    def gaps(self, session: Session, caller: Caller) -> Gaps:
        """Return what own achievements leave open."""
        return Gaps(*_own(session, caller).gap_counts())

    def with_gaps(
        self, session: Session, caller: Caller, gap: Gap | None, cursor: str | None, limit: int
    ) -> tuple[list[tuple[Achievement, frozenset[Gap]]], str | None]:
        """Return own achievements that have a gap, or any, the newest first, and where to go on."""
        rows = _own(session, caller).with_gaps(gap, cursor, limit + 1)
        return page_of(rows, limit, lambda each: each[0].id)

    def statistics(self, session: Session, caller: Caller) -> Statistics:
        """Return own published achievements by maturity and industry."""
        published = _own(session, caller).published()
        found = Counter(division for _, codes in published for division in set(divisions(codes)))
        frequent = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:_DIVISIONS]
        return Statistics(Counter(maturity for maturity, _ in published), frequent)


def _own(session: Session, caller: Caller) -> PortfolioRepository:
    return PortfolioRepository(session, caller.organisation_id or "")
