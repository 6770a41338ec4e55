"""Read, export and verify the audit log. Exports are themselves logged."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from app.access.rule import ADMIN, STAFF
from app.audit.export import MOST_ROWS
from app.audit.log import BEGINNING, Event, append
from app.audit.repository import AuditFilter, AuditRepository
from app.audit.verification import Verification, verify_entries
from app.core.caller import Caller, Role
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.paging import page_of
from app.models import AuditEntry


class AuditService:
    """What administrators do with the log. Raises Forbidden for everybody else, unless a method says otherwise."""

    def page(
        self, session: Session, wanted: AuditFilter, cursor: str | None, limit: int, caller: Caller
    ) -> tuple[list[AuditEntry], str | None]:
        """Return entries, the newest first, and where to go on. Raises InvalidInput for a wrong cursor."""
        _check_may_read(caller)
        if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
            raise InvalidInput("cursor：不是本接口给出的位置，请从第一页重新读取。")
        rows = AuditRepository(session).page(wanted, None if cursor is None else int(cursor), limit + 1)
        return page_of(rows, limit, lambda each: each.number)

    def entry(self, session: Session, number: int, caller: Caller) -> AuditEntry:
        """Return an entry. Raises NotFound."""
        _check_may_read(caller)
        found = AuditRepository(session).entry(number)
        if found is None:
            raise NotFound("审计日志里没有这个序号，请返回列表核对。")
        return found

    def of_one(self, session: Session, kind: str, id: str, limit: int, caller: Caller) -> list[AuditEntry]:
        """Return the last entries of one thing, the newest first, to staff and the bureau.

        Whether the caller may see the thing itself, who asks has asked.
        """
        if caller.role not in STAFF | {Role.BUREAU}:
            raise _forbidden()
        return AuditRepository(session).page(AuditFilter(object_kind=kind, object_id=id), None, limit)

    def head(self, session: Session, caller: Caller) -> tuple[int, str]:
        """Return number and hash of the last entry, which seal all before it."""
        _check_may_read(caller)
        last = AuditRepository(session).page(AuditFilter(), None, 1)
        return (last[0].number, last[0].hash) if last else (0, BEGINNING)

    def check_fits_a_workbook(self, session: Session, wanted: AuditFilter, caller: Caller) -> None:
        """Raise InvalidInput for more entries than a workbook is for."""
        _check_may_read(caller)
        count = AuditRepository(session).count(wanted)
        if count > MOST_ROWS:
            message = f"共 {count:,} 条，超过工作簿的 {MOST_ROWS:,} 条"
            raise InvalidInput(f"{message}，请缩小时间范围（since、until），或改用 export.jsonl。")

    def log_export(self, session: Session, wanted: AuditFilter, caller: Caller) -> None:
        """Log that the caller takes a copy: to be kept before `rows` are read, which so tell of it too."""
        _check_may_read(caller)
        append(session, caller, [_export(wanted)])

    def rows(self, session: Session, wanted: AuditFilter, caller: Caller) -> Iterator[dict[str, Any]]:
        """Return the entries, the oldest first, as they are read."""
        _check_may_read(caller)
        return AuditRepository(session).rows(wanted)

    def verify(self, session: Session, caller: Caller, known_head: tuple[int, str] | None = None) -> Verification:
        """Check the whole log."""
        return verify_entries(self.rows(session, AuditFilter(), caller), known_head)


def _check_may_read(caller: Caller) -> None:
    if caller.role not in ADMIN:
        raise _forbidden()


def _forbidden() -> Forbidden:
    return Forbidden("审计日志只对管理员开放。如工作需要，请联系管理员。")


def _export(wanted: AuditFilter) -> Event:
    narrowed = {name: value for name, value in asdict(wanted).items() if value is not None}
    return Event("audit.export", "audit", "", None, narrowed)
