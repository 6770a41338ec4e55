"""Needs and achievements by industry, in SQL."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.kinds.table import KINDS
from app.kinds.visibility import valid_sql, visible_sql
from app.models import RecordKind, Status, Tag

_DIVISION_DIGITS = 2


class SupplyRepository:
    """Counts records that are open to the caller."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_division(self, kind: RecordKind, caller: Caller) -> dict[str, int]:
        """Return published, valid records that the caller may see, by 大类 of GB/T 4754.

        A record of several industries counts for each.
        """
        model = KINDS[kind].model
        query = (
            select(Tag.value, func.count())
            .join(model, model.id == Tag.record_id)
            .where(
                Tag.kind == kind,
                Tag.facet == "industry",
                func.length(Tag.value) == _DIVISION_DIGITS,
                model.status == Status.PUBLISHED,
                valid_sql(KINDS[kind]),
                visible_sql(KINDS[kind], caller),
            )
            .group_by(Tag.value)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}
