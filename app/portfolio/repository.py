"""An organisation's own records as a whole, in SQL."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, String, Subquery, and_, case, cast, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.kinds.table import Kind
from app.models import Achievement, Status

# The newest of an organisation's achievements, which are looked at.
MOST_LOOKED_AT = 2000
SHORT = 60  # characters: shorter summaries in the seed data leave out the object or the result


class Gap(StrEnum):
    """What an achievement leaves open that makes it hard to match."""

    NUMBERS = "numbers"
    SUMMARY = "summary"
    INDUSTRY = "industry"
    MATURITY = "maturity"
    TERMS = "terms"
    KEYWORDS = "keywords"


def _empty(column: InstrumentedAttribute[list[str]]) -> ColumnElement[bool]:
    return cast(column, String).in_(["[]", "null"])


def _gaps() -> Mapping[Gap, ColumnElement[bool]]:
    model = Achievement
    number = or_(model.indicators.regexp_match("[0-9０-９]"), model.summary.regexp_match("[0-9０-９]"))
    priceless = and_(model.price_min_wan.is_(None), model.price_max_wan.is_(None))
    return {
        Gap.NUMBERS: not_(number),
        Gap.SUMMARY: func.length(model.summary) < SHORT,
        Gap.INDUSTRY: _empty(model.industries),
        Gap.MATURITY: model.maturity.is_(None),
        Gap.TERMS: and_(priceless, _empty(model.cooperation_modes)),
        Gap.KEYWORDS: _empty(model.keywords),
    }


GAPS = _gaps()


class PortfolioRepository:
    """Reads what one organisation has. Never commits."""

    def __init__(self, session: Session, organisation_id: str) -> None:
        self._session = session
        self._own = organisation_id

    def counts(self, kind: Kind) -> dict[str, int]:
        """Return how many records of a kind are in each state."""
        model = kind.model
        query = select(model.status, func.count()).where(model.organisation_id == self._own).group_by(model.status)
        return {row[0]: row[1] for row in self._session.execute(query)}

    def gap_counts(self) -> tuple[int, dict[Gap, int]]:
        """Return how many achievements were looked at, and how many of them have each gap."""
        looked_at = self._newest(Achievement.status != Status.WITHDRAWN)
        counts = [func.sum(case((condition, 1), else_=0)) for condition in GAPS.values()]
        query = select(func.count(), *counts).select_from(Achievement).join(looked_at, Achievement.id == looked_at.c.id)
        total, *found = self._session.execute(query).one()
        return total, dict(zip(GAPS, (each or 0 for each in found), strict=True))

    def with_gaps(self, gap: Gap | None, after: str | None, limit: int) -> Sequence[tuple[Achievement, frozenset[Gap]]]:
        """Return achievements that have a gap, or any, with all their gaps; the newest first, after an id."""
        looked_at = self._newest(Achievement.status != Status.WITHDRAWN)
        wanted = GAPS[gap] if gap is not None else or_(*GAPS.values())
        query = (
            select(Achievement, *GAPS.values())
            .options(joinedload(Achievement.organisation))
            .join(looked_at, Achievement.id == looked_at.c.id)
            .where(wanted)
            .order_by(Achievement.id.desc())
            .limit(limit)
        )
        rows = self._session.execute(query if after is None else query.where(Achievement.id < after))
        return [(row[0], frozenset(gap for gap, open in zip(GAPS, row[1:], strict=True) if open)) for row in rows]

    def published(self) -> Sequence[tuple[int | None, list[str]]]:
        """Return maturity and industries of the newest published achievements."""
        shown = self._newest(Achievement.status == Status.PUBLISHED)
        query = select(Achievement.maturity, Achievement.industries).join(shown, Achievement.id == shown.c.id)
        return [(row[0], row[1]) for row in self._session.execute(query)]

    def _newest(self, condition: ColumnElement[bool]) -> Subquery:
        return (
            select(Achievement.id)
            .where(Achievement.organisation_id == self._own, condition)
            .order_by(Achievement.id.desc())
            .limit(MOST_LOOKED_AT)
            .subquery()
        )
