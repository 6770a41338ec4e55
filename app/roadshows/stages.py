"""States of a roadshow: which step leads where, and what may be done meanwhile.

The one table that the service holds to, that decides which buttons a page has, and that
`stages_table` prints. Every step is a liaison's or an administrator's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.errors import Conflict
from app.models import RoadshowState

STATES: Mapping[RoadshowState, str] = {
    RoadshowState.DRAFT: "草稿",
    RoadshowState.OPEN: "邀请中",
    RoadshowState.SCHEDULED: "议程已定",
    RoadshowState.HELD: "已举办",
    RoadshowState.ARCHIVED: "已归档",
    RoadshowState.CANCELLED: "已取消",
}


class Step(StrEnum):
    """What moves a roadshow on."""

    INVITE = "invite"
    SETTLE = "settle"
    REOPEN = "reopen"
    HOLD = "hold"
    ARCHIVE = "archive"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Move:
    """A step: where it starts, where it leads.

    Attributes:
        label: of its button.
        question: asked before it is done; empty for none.
        needs_reason: it says why, to the guests too.
    """

    label: str
    sources: frozenset[RoadshowState]
    target: RoadshowState
    question: str = ""
    needs_reason: bool = False


_BEFORE = frozenset({RoadshowState.DRAFT, RoadshowState.OPEN, RoadshowState.SCHEDULED})
MOVES: Mapping[Step, Move] = {
    Step.INVITE: Move(
        "发出邀请", frozenset({RoadshowState.DRAFT}), RoadshowState.OPEN, "来宾名单中的单位会收到邀请，可以答复。"
    ),
    Step.SETTLE: Move(
        "议程定稿",
        frozenset({RoadshowState.OPEN}),
        RoadshowState.SCHEDULED,
        "定稿后各来宾看到自己的洽谈时间，并收到通知。",
    ),
    Step.HOLD: Move(
        "会已举办", frozenset({RoadshowState.SCHEDULED}), RoadshowState.HELD, "此后只登记到场和洽谈结果，不再改议程。"
    ),
    Step.REOPEN: Move("重新排议程", frozenset({RoadshowState.SCHEDULED}), RoadshowState.OPEN),
    Step.ARCHIVE: Move("归档", frozenset({RoadshowState.HELD}), RoadshowState.ARCHIVED, "归档后不能再登记结果。"),
    Step.CANCEL: Move("取消活动", _BEFORE, RoadshowState.CANCELLED, "为什么取消？来宾会看到", needs_reason=True),
}


class Act(StrEnum):
    """What is done without a change of state."""

    CHANGE = "change"
    GUESTS = "guests"
    ANSWER = "answer"
    ARRANGE = "arrange"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Permitted:
    """In which states something may be done, and what it is called where it may not."""

    label: str
    states: frozenset[RoadshowState]


ACTS: Mapping[Act, Permitted] = {
    Act.CHANGE: Permitted("修改活动", _BEFORE),
    Act.GUESTS: Permitted("增减来宾", _BEFORE),
    Act.ANSWER: Permitted("答复邀请", frozenset({RoadshowState.OPEN, RoadshowState.SCHEDULED})),
    Act.ARRANGE: Permitted("排议程", frozenset({RoadshowState.DRAFT, RoadshowState.OPEN})),
    Act.RECORD: Permitted("登记到场和结果", frozenset({RoadshowState.SCHEDULED, RoadshowState.HELD})),
}
# States in which a guest sees its own meetings: before, they may still move.
SETTLED = frozenset({RoadshowState.SCHEDULED, RoadshowState.HELD, RoadshowState.ARCHIVED})
# States in which guests know of it at all.
TOLD = frozenset(RoadshowState) - {RoadshowState.DRAFT}


def steps_from(state: RoadshowState) -> list[tuple[Step, Move]]:
    """Return what may come next."""
    return [(step, move) for step, move in MOVES.items() if state in move.sources]


def after(state: RoadshowState, step: Step) -> RoadshowState:
    """Return the state that a step leads to. Raises Conflict."""
    move = MOVES[step]
    if state not in move.sources:
        wanted = "、".join(f"“{STATES[each]}”" for each in RoadshowState if each in move.sources)
        raise Conflict(f"这场路演{STATES[state]}，不能{move.label}；{wanted}时才可以。请刷新后再看。")
    return move.target


def may(state: RoadshowState, act: Act) -> bool:
    """Say whether something may be done in a state."""
    return state in ACTS[act].states


def check(state: RoadshowState, act: Act) -> None:
    """Refuse what may not be done in a state. Raises Conflict."""
    if not may(state, act):
        permitted = ACTS[act]
        wanted = "、".join(f"“{STATES[each]}”" for each in RoadshowState if each in permitted.states)
        raise Conflict(f"这场路演{STATES[state]}，不能{permitted.label}；{wanted}时才可以。")


def stages_table() -> str:
    """Return both tables as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| 步骤 | 从 | 到 |"
    yield "| --- | --- | --- |"
    for move in MOVES.values():
        yield f"| {move.label} | {_names(move.sources)} | {STATES[move.target]} |"
    yield ""
    yield "| 可以做 | 何时 |"
    yield "| --- | --- |"
    for permitted in ACTS.values():
        yield f"| {permitted.label} | {_names(permitted.states)} |"


def _names(states: frozenset[RoadshowState]) -> str:
    return "、".join(STATES[each] for each in RoadshowState if each in states)
