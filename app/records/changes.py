"""The one way in which a record is written, by routes, pages, commands and imports.

`RecordWriter` counts versions, logs and tells the index what was changed.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.core.caller import ANYBODY, Caller
from app.core.identifiers import new_id
from app.kinds.table import Kind, Record, is_public, kind_of
from app.kinds.visibility import hidden_columns
from app.models import Organisation
from app.models.base import now
from app.records.disclosures import hold_back_named
from app.records.history import columns_of
from app.records.publication import next_status
from app.records.titles import title_key
from app.search.preparation import Prepared, store

# What the first entry of the audit log keeps of a record: the later ones hold what each field was before.
_FIRST = ("title", "external_id", "organisation_id", "visibility", "status", "version")


@dataclass(frozen=True, slots=True)
class _Change:
    record: Record
    event: Event
    was_public: bool  # whether anybody could see the record before
    vectors: Prepared | None  # None where its texts stayed


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


class RecordWriter:
    """Takes down what one transaction does with records, and writes it at its end.

    Args:
        caller: who writes.
    """

    def __init__(self, session: Session, caller: Caller) -> None:
        self._session = session
        self._caller = caller
        self._changes: list[_Change] = []

    def add(self, record: Record, owner: Organisation, vectors: Prepared, action: str = "create") -> bool:
        """Add a new record, its owner's from now on; say whether it is held back as a draft."""
        record.organisation, record.organisation_id = owner, owner.id
        held = hold_back_named(record, owner)
        self._session.add(record)
        kind = kind_of(record).name.value
        event = Event(f"{kind}.{action}", kind, record.id, None, {name: getattr(record, name) for name in _FIRST})
        self._changes.append(_Change(record, event, was_public=False, vectors=vectors))
        return held

    @contextmanager
    def changing(self, record: Record, action: str, vectors: Prepared | None = None) -> Iterator[None]:
        """Let a stored record be changed, which gives it its next version.

        Args:
            vectors: of its texts as they become, None where they stay.
        """
        before, was_public = columns_of(record), is_public(record)
        yield
        _count(record, before)
        kind = kind_of(record).name.value
        event = Event(f"{kind}.{action}", kind, record.id, *changed(before, columns_of(record)))
        self._changes.append(_Change(record, event, was_public, vectors))

    def write(self) -> None:
        """Write records, what the audit log keeps of them and what the index needs; others wait from here on."""
        if not self._changes:
            return
        self._session.flush()
        append(self._session, self._caller, [each.event for each in self._changes])
        records = {each.record.id: each.record for each in self._changes}
        vectors = {each.record.id: each.vectors for each in self._changes if each.vectors is not None}
        were_public = {each.record.id for each in self._changes if each.was_public}
        store(self._session, [(record, vectors.get(id)) for id, record in records.items()], were_public)


def _count(record: Record, before: Mapping[str, Any]) -> None:
    """Give a record its next version, the one that others are told only if they can see the change."""
    moment = now()
    record.version += 1
    record.updated_at = moment
    hidden, after = hidden_columns(record, ANYBODY), columns_of(record)
    if any(after[name] != value for name, value in before.items() if name not in hidden | {"version"}):
        record.public_version += 1
        record.public_updated_at = moment
