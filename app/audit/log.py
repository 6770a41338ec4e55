"""Write the audit log, in the transaction of what it tells of."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.database import lock_audit_log
from app.models import AuditEntry
from app.models.base import now

# What the first entry seals.
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """What was done to what.

    Attributes:
        action: noun and verb, as `need.create`, `session.refuse`.
        before: the changed fields as they were; None where nothing was there.
        after: the changed fields as they are; None where nothing is left. Never a secret: no
            password, token, key or hash of one.
    """

    action: str
    kind: str
    id: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def append(session: Session, caller: Caller, events: Sequence[Event]) -> None:
    """Append events to the log, sealed.

    Writers wait for one another from here to their commit: call it late, and before
    `app.search.preparation.store`, so that nobody waits crosswise.
    """
    lock_audit_log(session)
    last = session.execute(
        select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).one_or_none()
    number, seal = (0, BEGINNING) if last is None else (last.number, last.hash)
    rows = []
    for event in events:
        number += 1
        row: dict[str, Any] = {
            "number": number,
            "at": now(),
            "actor": caller.name,
            "account_id": caller.account_id,
            "role": caller.role.value,
            "address": caller.address,
            "action": event.action,
            "object_kind": event.kind,
            "object_id": event.id,
            "before": _plain(event.before),
            "after": _plain(event.after),
            "previous_hash": seal,
        }
        seal = row["hash"] = entry_hash(row)
        rows.append(row)
    if rows:
        session.execute(insert(AuditEntry), rows)


def entry_hash(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 that seals an entry: over its columns without `hash`, as canonical JSON."""
    sealed = {name: value for name, value in row.items() if name != "hash"}
    text = json.dumps(sealed, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_as_text)
    return hashlib.sha256(text.encode()).hexdigest()


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(dict(values), default=_as_text))
    return plain


def _as_text(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(f"{type(value).__name__} has no place in the audit log")
