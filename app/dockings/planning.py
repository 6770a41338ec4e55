"""Who follows a docking, and what is done next, by whom, until when."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core.caller import Caller, Role
from app.core.city_time import today
from app.core.errors import FieldError, InvalidInput
from app.core.versions import check_version, is_version
from app.dockings.announcing import tell_given
from app.dockings.repository import DockingRepository
from app.models import Account, Docking, DockingAction

# A plan further off than this is a slip of the keyboard.
_FURTHEST = timedelta(days=3 * 366)
_FIELDS = ("next_action", "next_owner_id", "next_due_on", "liaison_id")
Note = Callable[[DockingAction, str | None, str | None, str], None]


def plan(
    session: Session, docking: Docking, fields: Mapping[str, Any], expected: str | None, caller: Caller, note: Note
) -> None:
    """Change the given fields of a docking that is locked; the others stay.

    Args:
        expected: the If-Match header.
        note: adds to the history.

    Raises:
        VersionRequired, StaleVersion, InvalidInput.
    """
    check_docking_version(session, docking, expected, fields)
    values = {name: fields[name] for name in _FIELDS if name in fields}
    if values.get("next_action") == "":
        values |= {"next_owner_id": None, "next_due_on": None}
    _check_day(docking, values)
    people: dict[str, Account | None] = {
        name: _person(session, name, values[name]) for name in ("next_owner_id", "liaison_id") if name in values
    }
    if not values.get("next_action", docking.next_action) and (
        values.get("next_due_on") or values.get("next_owner_id")
    ):
        raise _wrong("next_action", "请先写明下一步做什么，再定负责人和期限")
    before = {name: getattr(docking, name) for name in _FIELDS}
    for name, value in values.items():
        setattr(docking, name, value)
    _record(session, docking, before, people, caller, note)


def check_docking_version(session: Session, docking: Docking, expected: str | None, fields: Mapping[str, Any]) -> None:
    """Refuse a change of another version than the stored one. Raises VersionRequired, StaleVersion."""
    current = {name: getattr(docking, name) for name in _FIELDS}

    def shown(values: Mapping[str, Any]) -> dict[str, Any]:
        ids = {str(values[name]) for name in ("next_owner_id", "liaison_id") if values.get(name)}
        names = {id: each.name for id, each in DockingRepository(session).accounts(ids).items()}
        return {name: names.get(str(value), value) for name, value in values.items()}

    stale = expected is not None and not is_version(expected, docking.version)
    check_version(
        "这条对接",
        expected,
        docking.version,
        lambda: {"stage": docking.stage, **shown(current)},
        shown(fields) if stale else fields,
    )


def _check_day(docking: Docking, values: Mapping[str, Any]) -> None:
    day = values.get("next_due_on")
    if day is None or day == docking.next_due_on:
        return
    if day < today():
        raise _wrong("next_due_on", "期限早于今天，请改正")
    if day > today() + _FURTHEST:
        raise _wrong("next_due_on", "期限在三年之后，请核对年份")


def _person(session: Session, name: str, id: str | None) -> Account | None:
    if id is None:
        return None
    found = DockingRepository(session).working_staff(id)
    if found is None or (name == "liaison_id" and found.role != Role.LIAISON):
        whom = "情报员" if name == "liaison_id" else "情报员或管理员"
        raise _wrong(name, f"没有这位{whom}，或其账号已停用，请重新选择")
    return found


def _record(
    session: Session, docking: Docking, before: Mapping[str, Any], people: Mapping[str, Account | None],
    caller: Caller, note: Note,
) -> None:  # fmt: skip
    if docking.liaison_id != before["liaison_id"]:
        note(DockingAction.LIAISON, before["liaison_id"], docking.liaison_id, "")
        person = people.get("liaison_id")
        if person is not None:
            tell_given(session, docking, person, caller, "有一条对接交给您负责")
    if any(getattr(docking, name) != before[name] for name in _FIELDS[:3]):
        if docking.next_action:
            day = docking.next_due_on.isoformat() if docking.next_due_on else None
            note(DockingAction.PLAN, day, docking.next_owner_id, docking.next_action)
        else:
            note(DockingAction.DONE, None, None, str(before["next_action"]))
        person = people.get("next_owner_id")
        if person is not None and person.id != before["next_owner_id"]:
            tell_given(session, docking, person, caller, "有一件对接工作请您办")


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"{field}：{message}。", (FieldError(field, "invalid", message),))
