"""Targets and what the city counts by, in SQL."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Target, TargetSettings

_ONLY = 1


class TargetRepository:
    """Reads and writes targets. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def settings(self, *, lock: bool = False) -> TargetSettings:
        """Return what the city counts by; as it is by default, not yet stored, where nobody has said."""
        query = select(TargetSettings).where(TargetSettings.id == _ONLY)
        found = self._session.scalar(query.with_for_update() if lock else query)
        return found or TargetSettings(id=_ONLY, first_month=1, city="", places="", version=1)

    def of_year(self, year: int) -> Sequence[Target]:
        """Return the targets of a year: of a measure the city's first, then counties and parks by name."""
        query = select(Target).where(Target.year == year)
        return self._session.scalars(query.order_by(Target.measure, Target.scope, Target.district, Target.park)).all()

    def get(self, id: str, *, lock: bool = False) -> Target | None:
        """Return a target."""
        query = select(Target).where(Target.id == id)
        return self._session.scalar(query.with_for_update() if lock else query)

    def same(self, wanted: Target) -> Target | None:
        """Return the target of the same year, measure and place."""
        return self._session.scalar(
            select(Target).where(
                Target.year == wanted.year,
                Target.measure == wanted.measure,
                Target.scope == wanted.scope,
                Target.district == wanted.district,
                Target.park == wanted.park,
            )
        )

    def add(self, row: Target | TargetSettings) -> None:
        """Add a new row."""
        self._session.add(row)

    def delete(self, row: Target) -> None:
        """Take a target away."""
        self._session.delete(row)
