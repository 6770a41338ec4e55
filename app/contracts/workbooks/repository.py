"""Workbooks and their rows in SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, insert, select, true
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.models import ContractBatch, ContractBatchRow


class BatchRepository:
    """Reads and writes workbooks. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> ContractBatch | None:
        """Return a workbook; to staff alone."""
        query = select(ContractBatch).where(ContractBatch.id == id, _visible_sql(caller))
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalar(query)

    def page(self, caller: Caller, after: str | None, limit: int) -> Sequence[ContractBatch]:
        """Return workbooks, the newest first, that come after an id; to staff alone."""
        query = select(ContractBatch).where(_visible_sql(caller)).order_by(ContractBatch.id.desc()).limit(limit)
        return self._session.scalars(query if after is None else query.where(ContractBatch.id < after)).all()

    def rows(
        self, batch_id: str, outcomes: Sequence[str] = (), after: int = -1, limit: int | None = None
    ) -> Sequence[ContractBatchRow]:
        """Return rows in their order, after a position; of some outcomes, or all."""
        query = (
            select(ContractBatchRow)
            .where(ContractBatchRow.batch_id == batch_id, ContractBatchRow.position > after)
            .order_by(ContractBatchRow.position)
            .limit(limit)
        )
        if outcomes:
            query = query.where(ContractBatchRow.outcome.in_(outcomes))
        return self._session.scalars(query).all()

    def add(self, batch: ContractBatch, rows: Sequence[dict[str, Any]]) -> None:
        """Add a workbook with its rows."""
        self._session.add(batch)
        self._session.flush()
        if rows:
            self._session.execute(insert(ContractBatchRow), [{"batch_id": batch.id, **each} for each in rows])


def _visible_sql(caller: Caller) -> ColumnElement[bool]:
    return true() if caller.sees_all else false()
