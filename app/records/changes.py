"""The one way in which a record is written, by routes, pages, commands and imports.

Whoever changes a record does so within `changing`, which counts its version; `write` logs and indexes what was changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.core.caller import Caller
from app.core.identifiers import new_id
from app.kinds.table import Kind, Record, is_public, kind_of
from app.kinds.visibility import OWNER_COLUMNS, own_columns
from app.models.base import now
from app.records.history import columns_of
from app.records.publication import next_status
from app.records.titles import title_key
from app.search.preparation import Prepared, store

# What the first entry of the audit log keeps of a record: the later ones hold what each field was before.
_FIRST = ("title", "external_id", "organisation_id", "visibility", "status", "version")


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What was done with a record.

    Attributes:
        was_public: whether anybody could see it before.
        vectors: of its texts, None where they stayed.
    """

    record: Record
    event: Event
    was_public: bool
    vectors: Prepared | None


def new_record(kind: Kind, values: Mapping[str, Any]) -> Record:
    """Return a record that is not stored yet, and belongs to nobody."""
    key = title_key(values["title"])
    record: Record = kind.model(id=new_id(), version=1, title_key=key, organisation_id="", **values)
    return record


def assign(record: Record, values: Mapping[str, Any], caller: Caller) -> None:
    """Give a record new values, and the status that this brings.

    Args:
        values: by field; a `status` is what the caller asks for.

    Raises:
        InvalidInput: the caller may not give that status.
    """
    moved = {name for name, value in values.items() if getattr(record, name) != value}
    status = next_status(caller, record.status, values.get("status"), moved)
    for name, value in values.items():
        if name != "status":
            setattr(record, name, value)
    record.status = status
    record.title_key = title_key(record.title)


def created(record: Record, vectors: Prepared, action: str = "create") -> RecordChange:
    """Return what was done with a new record, whose owner is known by now."""
    kind = kind_of(record).name.value
    event = Event(f"{kind}.{action}", kind, record.id, None, {name: getattr(record, name) for name in _FIRST})
    return RecordChange(record, event, was_public=False, vectors=vectors)


@contextmanager
def changing(
    changes: list[RecordChange], record: Record, action: str, vectors: Prepared | None = None
) -> Iterator[None]:
    """Let a stored record be changed; what was done with it is added to `changes`, for `write`.

    Args:
        vectors: of its texts as they become.
    """
    before, was_public = columns_of(record), is_public(record)
    yield
    _count(record, before)
    kind = kind_of(record).name.value
    event = Event(f"{kind}.{action}", kind, record.id, *changed(before, columns_of(record)))
    changes.append(RecordChange(record, event, was_public, vectors))


def write(session: Session, caller: Caller, changes: Sequence[RecordChange]) -> None:
    """Log what was done with records, and what the index has to take up; one may be there more than once."""
    append(session, caller, [each.event for each in changes])
    records = {each.record.id: each.record for each in changes}
    vectors = {each.record.id: each.vectors for each in changes if each.vectors is not None}
    were_public = {each.record.id for each in changes if each.was_public}
    store(session, [(record, vectors.get(id)) for id, record in records.items()], were_public)


def _count(record: Record, before: Mapping[str, Any]) -> None:
    """Give a record its next version, the one that others are told only if they can see the change."""
    moment = now()
    record.version += 1
    record.updated_at = moment
    kind = kind_of(record)
    hidden = own_columns(kind) | (OWNER_COLUMNS if record.visibility == kind.anonymous_visibility else frozenset())
    after = columns_of(record)
    if any(after[name] != value for name, value in before.items() if name not in hidden | {"version"}):
        record.public_version += 1
        record.public_updated_at = moment
