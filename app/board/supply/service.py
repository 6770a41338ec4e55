"""供需地图: where needs find no achievements, and the reverse."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.board.schemas import Supply, SupplyMap
from app.board.supply.repository import SupplyRepository
from app.codes.industries import division_names
from app.core.caller import Caller
from app.models import RecordKind


def supply_map(session: Session, caller: Caller) -> SupplyMap:
    """Return the industries of both libraries, as far as the caller may see them; two queries."""
    repository = SupplyRepository(session)
    needs = repository.by_division(RecordKind.NEEDS, caller)
    achievements = repository.by_division(RecordKind.ACHIEVEMENTS, caller)
    rows = _rows(needs, achievements)
    return SupplyMap(
        without_achievements=sorted((row for row in rows if not row.achievements), key=lambda row: -row.needs),
        without_needs=sorted((row for row in rows if not row.needs), key=lambda row: -row.achievements),
        both=sorted(
            (row for row in rows if row.needs and row.achievements), key=lambda row: -row.needs / row.achievements
        ),
    )


def _rows(needs: Mapping[str, int], achievements: Mapping[str, int]) -> list[Supply]:
    names = division_names()
    return [
        Supply(
            division=code, name=names.get(code, code), needs=needs.get(code, 0),
            achievements=achievements.get(code, 0),
        )
        for code in sorted({*needs, *achievements})
    ]  # fmt: skip
