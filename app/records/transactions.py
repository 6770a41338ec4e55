"""Store and change records at an edge: encoded first, then written in one transaction."""

from collections.abc import Mapping
from typing import Any

from app.core.caller import Caller
from app.core.database import Database, prepare_then_apply
from app.idempotency import IdempotencyKey
from app.kinds.table import Record
from app.records.service import RecordService


def create_record(
    database: Database,
    service: RecordService,
    fields: Mapping[str, Any],
    caller: Caller,
    idempotency: IdempotencyKey | None = None,
) -> tuple[Record, bool]:
    """Store a new record; see `RecordService.create`."""
    return prepare_then_apply(
        database,
        lambda session: service.prepare_new(session, fields, caller, idempotency),
        lambda session, prepared: service.create(session, prepared, caller),
    )


def change_record(
    database: Database, service: RecordService, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
) -> Record:
    """Change fields of a record; see `RecordService.change`."""
    return prepare_then_apply(
        database,
        lambda session: service.prepare_change(session, id, fields, expected, caller),
        lambda session, prepared: service.change(session, prepared, caller),
    )
