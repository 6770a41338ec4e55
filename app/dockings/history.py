"""The history of a docking as sentences, as far as a caller may read it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from app.core.caller import Caller, Role
from app.core.city_time import CITY_TIME
from app.dockings.schemas import ORIGINS
from app.dockings.stages import CLOSE_REASONS, STAGES, TEAMS
from app.models import CloseReason, DockingAction, DockingEvent, DockingOrigin, DockingStage, Team

_A = DockingAction
# What both sides read: where it stands. The bureau reads besides which 专班 was asked.
_FOR_SIDES = frozenset({_A.OPEN, _A.STEP, _A.BACK, _A.CLOSE, _A.REOPEN, _A.AGREE})
_FOR_BUREAU = _FOR_SIDES | {_A.BLOCK, _A.CLEAR}


class HappenedOut(BaseModel):
    """A line of the history."""

    at: Annotated[datetime, Field(title="时间")]
    action: Annotated[DockingAction, Field(title="发生了什么")]
    by: Annotated[str | None, Field(title="由谁", description="只有情报员看到")]
    text: Annotated[str, Field(title="一句话")]
    note: Annotated[str | None, Field(title="说明", description="只有情报员看到")]


class HistoryOut(BaseModel):
    """What happened to a docking."""

    items: Annotated[list[HappenedOut], Field(title="经过", description="最新的在前，至多 200 条")]


def history_of(events: Sequence[DockingEvent], names: Mapping[str, str], caller: Caller) -> list[HappenedOut]:
    """Return what the caller may read of a history.

    Args:
        names: what the accounts are called that it speaks of, by id.
    """
    staff = caller.sees_all
    shown = frozenset(_A) if staff else _FOR_BUREAU if caller.role is Role.BUREAU else _FOR_SIDES
    return [
        HappenedOut(
            at=each.at.astimezone(CITY_TIME),
            action=_A(each.action),
            by=_by(each) if staff else None,
            text=_sentence(each, names),
            # Of a plan the note is what it says, and is in the sentence.
            note=each.note if staff and each.note and each.action not in {_A.PLAN, _A.DONE} else None,
        )
        for each in events
        if each.action in shown
    ]


def accounts_in(events: Sequence[DockingEvent]) -> set[str]:
    """Return the ids of the accounts that a history speaks of."""
    of_people = [each for each in events if each.action in {_A.LIAISON, _A.PLAN}]
    ids = {each.after for each in of_people} | {each.before for each in of_people if each.action == _A.LIAISON}
    return {id for id in ids if id is not None}


def _by(event: DockingEvent) -> str | None:
    if event.action == _A.AGREE:
        return None
    return "运营方" if event.account is None else event.account.name


def _sentence(event: DockingEvent, names: Mapping[str, str]) -> str:
    return _SENTENCES[DockingAction(event.action)](event, names)


def _opened(event: DockingEvent, _: Mapping[str, str]) -> str:
    return f"从{ORIGINS[DockingOrigin(event.after or '')]}开始对接"


def _closed(event: DockingEvent, _: Mapping[str, str]) -> str:
    return f"在“{_stage(event.before)}”阶段关闭：{CLOSE_REASONS[CloseReason(event.after or '')]}"


def _agreed(event: DockingEvent, _: Mapping[str, str]) -> str:
    moved = f"，从“{_stage(event.before)}”进到“{_stage(event.after)}”" if event.before != event.after else ""
    return f"双方在意向中都同意{moved}"


def _planned(event: DockingEvent, names: Mapping[str, str]) -> str:
    owner = f"由{names.get(event.after, '他人')}办" if event.after else ""
    until = f"{event.before} 前" if event.before else ""
    told = "，".join(part for part in (owner, until) if part)
    return f"定下一步：{event.note}" + (f"（{told}）" if told else "")


def _given(event: DockingEvent, names: Mapping[str, str]) -> str:
    return f"交给{names.get(event.after, '他人')}负责" if event.after else "不再有人负责"


_SENTENCES: Mapping[DockingAction, Callable[[DockingEvent, Mapping[str, str]], str]] = {
    _A.OPEN: _opened,
    _A.STEP: lambda event, _: f"从“{_stage(event.before)}”进到“{_stage(event.after)}”",
    _A.BACK: lambda event, _: f"从“{_stage(event.before)}”退回“{_stage(event.after)}”",
    _A.CLOSE: _closed,
    _A.REOPEN: lambda event, _: f"重新打开，回到“{_stage(event.after)}”",
    _A.AGREE: _agreed,
    _A.PLAN: _planned,
    _A.DONE: lambda event, _: f"办结：{event.note}" if event.note else "清空下一步",
    _A.LIAISON: _given,
    _A.BLOCK: lambda event, _: f"转交{TEAMS[Team(event.after or '')]}",
    _A.CLEAR: lambda event, _: f"{TEAMS[Team(event.before or '')]}的阻碍解除",
}


def _stage(value: str | None) -> str:
    return STAGES[DockingStage(value or "")]
