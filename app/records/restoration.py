"""Take a withdrawal back: for the route, and for imports that bring the record again."""

from app.kinds.table import Record, kind_of
from app.models import AuditEntry, Status


def put_back(record: Record, last: AuditEntry | None, changed_since: str | None = None) -> bool:
    """Give a withdrawn record the status that it had, without another review; say whether that was done.

    Args:
        last: what was last done with the record.
        changed_since: the status to give it where that was not its withdrawal, so that nobody has reviewed what it
            says now; None leaves it withdrawn.
    """
    if record.status != Status.WITHDRAWN:
        return False
    if last is not None and last.action == f"{kind_of(record).name.value}.withdraw":
        waited_since, record.status = record.submitted_at, (last.before or {}).get("status", Status.DRAFT.value)
        record.submitted_at = waited_since or record.submitted_at
        return True
    if changed_since is not None:
        record.status = changed_since
    return changed_since is not None
