"""The queue of what members handed in: both kinds together, the longest waiting first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.paging import page_of
from app.kinds.table import KINDS, Record
from app.models import RecordKind
from app.records.repository import RecordRepository

# What `place_of` says.
PLACE = "^[0-9a-f]{14}-[0-9a-f]{1,32}$"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
# Counted and looked through no further: beyond it a page says “1000+”.
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Queue:
    """Part of the queue.

    Attributes:
        left: how many wait, by kind, at most `MOST_COUNTED` each.
        owners: whose records wait, name by id, in the order of their names.
    """

    records: list[Record]
    next_cursor: str | None
    left: Mapping[RecordKind, int]
    owners: Mapping[str, str]


def review_queue(
    session: Session,
    caller: Caller,
    kinds: Collection[RecordKind],
    organisation_id: str | None,
    cursor: str | None,
    limit: int,
) -> Queue:
    """Return records that wait for review, with what is left of each kind; seven queries at most.

    Args:
        cursor: from a `PLACE`; None for the first part.
        kinds: what to list; the figures are of all kinds.
        organisation_id: whose records to list and count; None for everybody's.
    """
    stores = {name: RecordRepository(session, kind) for name, kind in KINDS.items()}
    after = None if cursor is None else _read_place(cursor)
    waiting = [stores[name].submitted(caller, organisation_id, after, limit + 1) for name in stores if name in kinds]
    records, following = page_of(list(merge(*waiting, key=_waits)), limit, place_of)
    owners = {id: name for store in stores.values() for id, name in store.submitters(caller, MOST_COUNTED).items()}
    return Queue(
        records=records,
        next_cursor=following,
        left={name: store.submitted_count(caller, organisation_id, MOST_COUNTED) for name, store in stores.items()},
        owners=dict(sorted(owners.items(), key=lambda each: each[1])),
    )


def _waits(record: Record) -> tuple[datetime, str]:
    return record.submitted_at or record.updated_at, record.id


def place_of(record: Record) -> str:
    """Return the place of a record in the queue, after which the next part is read."""
    moment, id = _waits(record)
    return f"{(moment - _BEGINNING) // _TICK:014x}-{id}"


def _read_place(place: str) -> tuple[datetime, str]:
    ticks, _, id = place.partition("-")
    try:
        return _BEGINNING + int(ticks, 16) * _TICK, id
    except OverflowError:  # made up: beyond the last year there is
        return datetime.max.replace(tzinfo=UTC), id
