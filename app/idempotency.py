"""Requests that may be sent twice and take effect once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import Header
from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.errors import Conflict
from app.models.idempotency import IdempotentRequest

KeyHeader = Annotated[str | None, Header(max_length=200)]


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The key of a request, told apart by route, and a hash of its body."""

    key: str
    request_hash: str

    @classmethod
    def of(cls, route: str, caller: Caller, header: str | None, body: str) -> "IdempotencyKey | None":
        """Make a key from the Idempotency-Key header, if there is one, and the validated body: one for every caller."""
        if header is None:
            return None
        return cls(
            hashlib.sha256(f"{route}\0{caller.account_id}\0{header}".encode()).hexdigest(),
            hashlib.sha256(body.encode()).hexdigest(),
        )


def recall(session: Session, idempotency: IdempotencyKey) -> str | None:
    """Return the id of the record that the same request made before.

    Raises:
        Conflict: the key was used for another body.
    """
    answer = session.get(IdempotentRequest, idempotency.key)
    if answer is None:
        return None
    if answer.request_hash != idempotency.request_hash:
        raise Conflict("这个 Idempotency-Key 已用于另一份内容，请换一个新的键再提交。")
    return answer.record_id


def forget_requests(session: Session, before: datetime) -> int:
    """Drop what was kept of requests before a moment; return of how many."""
    statement = delete(IdempotentRequest).where(IdempotentRequest.created_at < before)
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def remember(session: Session, idempotency: IdempotencyKey, id: str) -> None:
    """Keep what the request made, in the transaction of the write."""
    session.add(IdempotentRequest(key=idempotency.key, request_hash=idempotency.request_hash, record_id=id))
