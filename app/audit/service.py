"""Read, export and verify the audit log. Exports are themselves logged."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from app.audit.export import MOST_ROWS, as_workbook
from app.audit.log import BEGINNING, Event, append
from app.audit.repository import AuditFilter, AuditRepository
from app.audit.verification import Verification, verify_entries
from app.core.caller import Caller
from app.core.database import Database
from app.core.errors import InvalidInput, NotFound
from app.core.paging import page_of
from app.models import AuditEntry


class AuditService:
    """What administrators do with the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, session: Session, wanted: AuditFilter, cursor: str | None, limit: int
    ) -> tuple[list[AuditEntry], str | None]:
        """Return entries, the newest first, and where to go on. Raises InvalidInput for a wrong cursor."""
        if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
            raise InvalidInput("cursor：不是本接口给出的位置，请从第一页重新读取。")
        rows = AuditRepository(session).page(wanted, None if cursor is None else int(cursor), limit + 1)
        return page_of(rows, limit, lambda each: each.number)

    def entry(self, session: Session, number: int) -> AuditEntry:
        """Return an entry. Raises NotFound."""
        found = AuditRepository(session).entry(number)
        if found is None:
            raise NotFound("审计日志里没有这个序号，请返回列表核对。")
        return found

    def head(self, session: Session) -> tuple[int, str]:
        """Return number and hash of the last entry, which seal all before it."""
        last = AuditRepository(session).page(AuditFilter(), None, 1)
        return (last[0].number, last[0].hash) if last else (0, BEGINNING)

    def exported(self, wanted: AuditFilter, caller: Caller) -> Iterator[dict[str, Any]]:
        """Log that the caller takes a copy, then yield the entries, the oldest first."""
        with self._database.write() as session:
            append(session, caller, [_export(wanted)])
        return self._rows(wanted)

    def exported_workbook(self, wanted: AuditFilter, caller: Caller) -> bytes:
        """Return the entries as .xlsx. Raises InvalidInput for more than a workbook is for."""
        with self._database.read() as session:
            count = AuditRepository(session).count(wanted)
        if count > MOST_ROWS:
            message = f"共 {count:,} 条，超过工作簿的 {MOST_ROWS:,} 条"
            raise InvalidInput(f"{message}，请缩小时间范围（since、until），或改用 export.jsonl。")
        return as_workbook(self.exported(wanted, caller))

    def verify(self, known_head: tuple[int, str] | None = None) -> Verification:
        """Check the whole log."""
        return verify_entries(self._rows(AuditFilter()), known_head)

    def _rows(self, wanted: AuditFilter) -> Iterator[dict[str, Any]]:
        with self._database.read() as session:
            yield from AuditRepository(session).rows(wanted)


def _export(wanted: AuditFilter) -> Event:
    narrowed = {name: value for name, value in asdict(wanted).items() if value is not None}
    return Event("audit.export", "audit", "", None, narrowed)
