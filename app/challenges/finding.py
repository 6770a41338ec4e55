"""What every change of a challenge begins and ends with."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.challenges.repository import ChallengeRepository
from app.challenges.stages import Part, parts_of
from app.challenges.words import PARTS
from app.core.caller import Caller
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.models import Challenge
from app.models.base import now


def find(session: Session, id: str, caller: Caller, *, lock: bool = False) -> Challenge:
    """Return a challenge with its needs and criteria. Raises NotFound, also for one that the caller may not see."""
    found = ChallengeRepository(session).get(id, caller, lock=lock)
    if found is None:
        raise NotFound("没有这个榜单项目，或它还没有发榜。请返回揭榜挂帅列表重新查找。")
    return found


def stored(session: Session, challenge: Challenge, caller: Caller) -> Challenge:
    """Return a challenge that was written as it is stored now, with its needs and criteria. Raises NotFound."""
    id = challenge.id
    session.flush()
    session.expire(challenge)
    return find(session, id, caller)


def require(challenge: Challenge, caller: Caller, by: frozenset[Part]) -> None:
    """Refuse whoever has none of these parts. Raises Forbidden."""
    if not parts_of(challenge, caller) & by:
        whose = "、".join(PARTS[part] for part in Part if part in by)
        if caller.sees_all and challenge.owner_id is not None and by == {Part.OWNER}:
            raise Forbidden("这一步由出题企业自己办理（企业出题、牵头评价），请联系企业登录后操作。")
        raise Forbidden(f"这一步由{whose}办理。如需协助请联系情报员。")


def require_state(challenge: Challenge, states: Sequence[str], message: str) -> None:
    """Refuse what is not to be done in the present state. Raises Conflict."""
    if challenge.state not in states:
        raise Conflict(message)


def wrong(field: str, code: str, message: str) -> InvalidInput:
    """Return the error of one field."""
    return InvalidInput(f"{field}：{message}。", (FieldError(field, code, message),))


def touch(challenge: Challenge) -> None:
    """Note that a challenge was changed."""
    challenge.version += 1
    challenge.updated_at = now()


def record(
    session: Session,
    caller: Caller,
    verb: str,
    challenge: Challenge,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    """Append what was done to the audit log."""
    session.flush()
    append(session, caller, [Event(f"challenge.{verb}", "challenges", challenge.id, before, after)])
