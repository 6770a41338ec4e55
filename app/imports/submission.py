"""Hand a file in at an edge: kept first, then queued in one transaction."""

from collections.abc import Mapping
from typing import IO, Any

from app.core.caller import Caller
from app.core.database import Database
from app.imports.service import ImportService
from app.models import RecordKind, Upload


def submit(
    database: Database,
    imports: ImportService,
    content: IO[bytes],
    file_name: str,
    kind: RecordKind,
    caller: Caller,
    **wishes: Any,
) -> Upload:
    """Keep a file and queue its job; both are safe when this returns.

    Args:
        wishes: as `ImportService.receive` takes them.

    Raises:
        UnreadableFile, InvalidInput: see `ImportService.receive`.
    """
    with database.read() as session:
        received = imports.receive(session, content, file_name, kind, caller, **wishes)
    try:
        with database.write() as session:
            kept = imports.queue(session, received, caller)
    except BaseException:
        imports.discard(received)
        raise
    if kept is not received.upload:
        imports.discard(received)
    return kept


def submit_again(
    database: Database,
    imports: ImportService,
    id: str,
    mapping: Mapping[str, str | None] | None,
    caller: Caller,
    *,
    dry_run: bool = False,
    restore_withdrawn: bool | None = None,
) -> Upload:
    """Take in the file of an earlier upload: a dry run, or one that failed or was cancelled.

    Args:
        dry_run: look once more, with another mapping, and write nothing.
        mapping: column name to field, remembered for the organisation; None takes that of before.
        restore_withdrawn: None does as before.

    Raises:
        NotFound, Conflict: still at work, or the file is no longer kept.
        InvalidInput: the mapping names unknown fields.
    """
    with database.read() as session:
        before, path = imports.kept(session, id, caller)
    restores = before.restore_withdrawn if restore_withdrawn is None else restore_withdrawn
    with path.open("rb") as content:
        return submit(
            database, imports, content, before.file_name, RecordKind(before.kind), caller,
            organisation=before.organisation, mapping=before.mapping if mapping is None else mapping,
            round_id=before.round_id, dry_run=dry_run, restore_withdrawn=restores,
        )  # fmt: skip
