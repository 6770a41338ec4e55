"""Import a file from a command: the same upload and job, done in this process."""

import time
from collections.abc import Callable
from pathlib import Path

from app.core.caller import Caller
from app.core.database import Database
from app.core.errors import UnreadableFile
from app.core.parts import Parts
from app.imports.job import ImportJob
from app.imports.service import ImportService
from app.imports.submission import submit
from app.jobs.repository import OPEN
from app.jobs.worker import Worker
from app.models import JobState, RecordKind, Upload
from app.tables.reading import check_file

_WAIT_SECONDS = 0.3


def import_here(
    parts: Parts,
    file: Path,
    kind: RecordKind,
    caller: Caller,
    organisation: str | None = None,
    progress: Callable[[Upload], None] | None = None,
    *,
    dry_run: bool = False,
    mapping: dict[str, str | None] | None = None,
    restore_withdrawn: bool = False,
) -> Upload:
    """Hand a file in for the caller and do its job, and those that wait before it.

    A server that runs meanwhile may do it instead; then its progress is shown.

    Args:
        progress: called with the upload after each batch, when its rows are in the database for good.

    Raises:
        UnreadableFile: nothing of the file can be understood.
    """
    imports = parts[ImportService]
    check_file(file, file.name)
    with file.open("rb") as content:
        upload = submit(
            parts[Database], imports, content, file.name, kind, caller,
            organisation=organisation, dry_run=dry_run, mapping=mapping, restore_withdrawn=restore_withdrawn,
        )  # fmt: skip
    id, lane = upload.id, upload.job.lane
    told = -1

    def tell(current: Upload) -> None:
        nonlocal told
        if progress is not None and current.id == id and current.rows_done != told:
            progress(current)
            told = current.rows_done

    parts[ImportJob].on_progress = tell
    try:
        while True:
            worked = parts[Worker].work_once(lane)
            with parts[Database].read() as session:
                upload = imports.get(session, id, caller)
            tell(upload)
            if upload.job.state not in OPEN:
                break
            if not worked:
                time.sleep(_WAIT_SECONDS)
    finally:
        parts[ImportJob].on_progress = None
    if upload.job.state == JobState.FAILED:
        raise UnreadableFile(upload.job.error or "导入没有完成，请重新执行。")
    return upload
