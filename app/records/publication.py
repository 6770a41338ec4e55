"""Who may bring a record into which state: 草稿 → 待审 → 发布, or 退回 with reasons; 撤回.

Staff publish. Members hand in; what they change in a published record is looked at again.
"""

from collections.abc import Collection
from enum import StrEnum

from app.core.caller import Caller
from app.core.errors import FieldError, InvalidInput
from app.kinds.table import written_columns
from app.models import Status

# Beside the texts: a change of one by a member brings a published record back before the reviewer.
_REVIEWED = frozenset({"visibility", "disclosures_accepted"})
_FOR_MEMBERS = (Status.DRAFT, Status.SUBMITTED, Status.WITHDRAWN)


class Decision(StrEnum):
    """What a reviewer says of a record."""

    PUBLISH = "publish"
    RETURN = "return"


def first_status(caller: Caller, wanted: str | None) -> str:
    """Return the status of a new record.

    Raises:
        InvalidInput: the caller may not give it.
    """
    if wanted is None:
        return Status.PUBLISHED if caller.sees_all else Status.SUBMITTED
    if not caller.sees_all and wanted not in _FOR_MEMBERS:
        raise _not_for_members(wanted)
    return wanted


def next_status(caller: Caller, current: str, wanted: str | None, changed: Collection[str]) -> str:
    """Return the status of a record after a change.

    Args:
        current: the status before.
        wanted: the status that the caller asks for, None for no wish.
        changed: names of the fields whose values change.

    Raises:
        InvalidInput: the caller may not give it.
    """
    if caller.sees_all:
        return wanted or current
    if current == Status.PUBLISHED and wanted in {None, Status.PUBLISHED}:
        return Status.SUBMITTED if (_REVIEWED | {*written_columns()}).intersection(changed) else current
    if wanted is None or wanted == current:
        return current
    if wanted not in _FOR_MEMBERS:
        raise _not_for_members(wanted)
    return wanted


def _not_for_members(status: str) -> InvalidInput:
    message = "发布和退回由情报员审核决定，请填 submitted（提交审核）、draft（暂存）或 withdrawn（撤回）"
    return InvalidInput(f"status：{message}。", (FieldError("status", "not_allowed", message, status),))
