"""States of a case: which step leads where. The service, the buttons and `stages_table` read this table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.errors import Conflict
from app.models import CaseState

STATES: Mapping[CaseState, str] = {
    CaseState.DRAFT: "草稿",
    CaseState.CONSENT: "征求双方同意",
    CaseState.PUBLISHED: "已发布",
    CaseState.WITHDRAWN: "已撤下",
}


class Step(StrEnum):
    """What moves a case on; WITHDRAW also happens by itself when a side takes its consent back."""

    ASK = "ask"
    PUBLISH = "publish"
    REVISE = "revise"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Move:
    """A step: where it starts, where it leads, and what its button asks."""

    label: str
    sources: frozenset[CaseState]
    target: CaseState
    question: str = ""
    needs_reason: bool = False


MOVES: Mapping[Step, Move] = {
    Step.ASK: Move(
        "征求双方同意", frozenset({CaseState.DRAFT}), CaseState.CONSENT, "双方会看到这份文字并表态，期间不能再改。"
    ),
    Step.PUBLISH: Move("发布", frozenset({CaseState.CONSENT}), CaseState.PUBLISHED, "发布后任何人都能看到。"),
    Step.REVISE: Move(
        "退回修改",
        frozenset({CaseState.CONSENT, CaseState.WITHDRAWN}),
        CaseState.DRAFT,
        "文字一改，双方已给的同意就失效，要重新征求。",
    ),
    Step.WITHDRAW: Move(
        "撤下", frozenset({CaseState.PUBLISHED}), CaseState.WITHDRAWN, "为什么撤下？", needs_reason=True
    ),
}
# States in which both sides see it: it concerns them.
SHOWN_TO_SIDES = frozenset({CaseState.CONSENT, CaseState.PUBLISHED, CaseState.WITHDRAWN})


def steps_from(state: CaseState) -> list[tuple[Step, Move]]:
    """Return what may come next."""
    return [(step, move) for step, move in MOVES.items() if state in move.sources]


def after(state: CaseState, step: Step) -> CaseState:
    """Return the state that a step leads to. Raises Conflict."""
    move = MOVES[step]
    if state not in move.sources:
        wanted = "、".join(f"“{STATES[each]}”" for each in CaseState if each in move.sources)
        raise Conflict(f"这个案例{STATES[state]}，不能{move.label}；{wanted}时才可以。请刷新后再看。")
    return move.target


def stages_table() -> str:
    """Return the table as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| 步骤 | 从 | 到 |"
    yield "| --- | --- | --- |"
    for move in MOVES.values():
        sources = "、".join(STATES[each] for each in CaseState if each in move.sources)
        yield f"| {move.label} | {sources} | {STATES[move.target]} |"
