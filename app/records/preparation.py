"""What is made ready, encoded and all, before the transaction that writes a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.idempotency import IdempotencyKey
from app.kinds.table import Record
from app.search.preparation import Prepared


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that is ready to be stored.

    Attributes:
        owner: the name of its organisation, as it was given.
        idempotency: of the request that asks for it.
        vectors: None where the same request has stored it before.
    """

    record: Record
    owner: str | None
    idempotency: IdempotencyKey | None
    vectors: Prepared | None


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """What a record is to become.

    Attributes:
        version: that it was prepared from.
        expected: the If-Match header.
        owner: the name of another organisation that it goes to.
        vectors: None where no text changes.
    """

    id: str
    version: int
    expected: str | None
    values: Mapping[str, Any]
    owner: str | None
    vectors: Prepared | None
