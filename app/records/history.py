"""What the audit log keeps of a record, and the versions that are read from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.core.caller import Caller, Role
from app.kinds.table import Record, kind_of
from app.models import AuditEntry

# Told by the entry itself, or of no interest to a reader.
_UNTOLD = {
    "id", "title_key", "created_at", "updated_at", "submitted_at", "public_version", "public_updated_at",
}  # fmt: skip
ROLE_NAMES = {
    Role.ADMIN.value: "管理员",
    Role.LIAISON.value: "情报员",
    Role.ENTERPRISE.value: "企业",
    Role.UNIVERSITY.value: "高校院所",
}


def columns_of(record: Record) -> dict[str, Any]:
    """Return a record's columns as the audit log tells them."""
    return {column.key: getattr(record, column.key) for column in record.__table__.columns if column.key not in _UNTOLD}


def take_review_back(record: Record, waited_since: datetime | None, last: AuditEntry | None) -> None:
    """Let a record wait as it did before its last review, without the reason that it was returned for.

    Args:
        last: what was last done with it; nothing is taken back if that was no review.
    """
    if last is not None and last.action == f"{kind_of(record).name.value}.review":
        record.submitted_at = waited_since
        record.review_note = (last.before or {}).get("review_note", record.review_note)


def shown_versions(entries: Sequence[AuditEntry], caller: Caller) -> list[dict[str, Any]]:
    """Return the versions of a record, the newest first, for somebody who may see all of it.

    Members read the name of none but their own colleagues; of others the role.
    """
    return [
        {
            "number": entry.number,
            "version": (entry.after or {}).get("version"),
            "changed_at": entry.at,
            "changed_by": entry.actor if caller.sees_all or entry.role == caller.role else "",
            "role": ROLE_NAMES.get(entry.role, entry.role),
            "action": entry.action.partition(".")[2],
            "before": entry.before,
            "after": entry.after,
        }
        for entry in entries
    ]
