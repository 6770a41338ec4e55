"""Pages of interests: whose turn it is, both sides in short, what happened and what comes next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import BeforeValidator

from app.core.caller import Role
from app.interests.schemas import SIDES, InterestOut, PartyOut, Side
from app.kinds.parameters import Cursor
from app.models import DockingStage, InterestState, RecordKind
from app.services import OUTPUTS
from app.web.pages import Page, PageOf, page_router

router = page_router()
_PAGE = 20
# Those that wait for the viewer stand above all others; who has more of them opens their own list.
_TURN_SHOWN = 20
_MOST_COUNTED = 1000
_KINDS = {Side.NEED: RecordKind.NEEDS, Side.ACHIEVEMENT: RecordKind.ACHIEVEMENTS}
_State = Annotated[InterestState | None, BeforeValidator(lambda value: value or None)]
_Mine = Annotated[bool, BeforeValidator(lambda value: value or False)]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to an interest, and when."""

    at: datetime
    text: str


@router.get("/interests")
def interests(
    page: PageOf,
    state: _State = None,
    mine: _Mine = False,
    turn: Annotated[bool, Query(title="只看等我处理的")] = False,
    cursor: Cursor = None,
) -> Response:
    """Show interests: first those that wait for the viewer, unless the address narrows the list."""
    service, session, caller = page.services.interests, page.session, page.caller
    split = state is None and not turn and not mine
    waiting = []
    if split and cursor is None:
        rows, _ = service.page(session, caller, turn=True, limit=_TURN_SHOWN)
        waiting = [InterestOut.of(each, caller) for each in rows]
    wanted = True if turn else (False if split else None)
    rows, following = service.page(session, caller, state, mine=mine, turn=wanted, cursor=cursor, limit=_PAGE)
    return page.render(
        "interests/index.html",
        waiting=waiting,
        waiting_count=service.turn_count(session, caller, _MOST_COUNTED),
        most=_MOST_COUNTED,
        rows=[InterestOut.of(each, caller) for each in rows],
        next_cursor=following,
        cursor=cursor,
        state=state,
        mine=mine,
        turn=turn,
        turn_of=whose_turn,
    )


@router.get("/interests/{id}")
def interest(page: PageOf, id: str) -> Response:
    """Show an interest, and what its viewer may do now."""
    shown = InterestOut.of(page.services.interests.get(page.session, id, page.caller), page.caller)
    parties = {Side.NEED: shown.need, Side.ACHIEVEMENT: shown.achievement}
    return page.render(
        "interests/interest.html",
        interest=shown,
        sides=[(side, SIDES[side], party, _record(page, side, party)) for side, party in parties.items()],
        kinds=_KINDS,
        silent={side: SIDES[side] for side, party in parties.items() if party.agreed_at is None},
        history=history(shown),
        next=what_next(shown, page.caller.role),
        own_request=shown.started_by == shown.your_side,
        docking=_docking(page, shown),
    )


def _docking(page: Page, shown: InterestOut) -> tuple[str, DockingStage] | None:
    """Return the docking of a pair whose sides both agreed, which both may see."""
    if shown.state is not InterestState.AGREED:
        return None
    return page.services.dockings.of_pair(page.session, shown.need.id, shown.achievement.id, page.caller)


def _record(page: Page, side: Side, party: PartyOut) -> object | None:
    """Return the record of a side as the viewer sees it; None where it is not shown to them, or no more."""
    kind = _KINDS[side]
    found = page.services.records[kind].by_ids(page.session, [party.id], page.caller)
    return OUTPUTS[kind].of(found[0], page.caller) if found else None


def history(shown: InterestOut) -> list[Happened]:
    """Return what happened, the first first."""
    started = "情报员牵线" if shown.started_by is None else f"{SIDES[shown.started_by]}提出意向"
    found = [Happened(shown.created_at, started)]
    if shown.forwarded_at is not None:
        whom = "双方" if shown.started_by is None else SIDES[other_side(shown.started_by)]
        found.append(Happened(shown.forwarded_at, f"情报员转达给{whom}"))
    for side, party in ((Side.NEED, shown.need), (Side.ACHIEVEMENT, shown.achievement)):
        if party.agreed_at is not None and side is not shown.started_by:
            found.append(Happened(party.agreed_at, f"{SIDES[side]}同意交换联系方式"))
    if shown.state in _ENDED:
        found.append(Happened(shown.updated_at, _ENDED[shown.state]))
    return sorted(found, key=lambda each: each.at)


_ENDED = {InterestState.DECLINED: "婉拒", InterestState.WITHDRAWN: "发起方撤回"}


def other_side(side: Side) -> Side:
    """Return the side across."""
    return Side.ACHIEVEMENT if side is Side.NEED else Side.NEED


def whose_turn(shown: InterestOut) -> str:
    """Return who has to act, empty where nobody has."""
    if shown.state is InterestState.SUBMITTED:
        return "情报员"
    if shown.state is not InterestState.FORWARDED:
        return ""
    silent = [
        side for side, party in ((Side.NEED, shown.need), (Side.ACHIEVEMENT, shown.achievement)) if not party.agreed_at
    ]
    return "双方" if len(silent) > 1 else SIDES[silent[0]]


def what_next(shown: InterestOut, role: Role) -> str:
    """Return in a sentence what the viewer does now, or waits for."""
    staff = shown.your_side is None and role in {Role.ADMIN, Role.LIAISON}
    if staff:
        return _NEXT_FOR_STAFF[shown.state].format(turn=whose_turn(shown))
    if shown.state is InterestState.FORWARDED and shown.your_turn:
        return "请您答复。同意只表示愿意交换联系方式，不构成任何合同承诺；不合适就婉拒，可以写明理由。"
    return _NEXT_FOR_MEMBERS[shown.state]


_NEXT_FOR_STAFF = {
    InterestState.SUBMITTED: "请核对两边的情况：合适就转达给对方，不合适就婉拒并写明理由，发起方会看到。",
    InterestState.FORWARDED: "等{turn}答复。可以打电话催一催；口头或书面同意的，由您代为登记。",
    InterestState.AGREED: "双方都同意了，可以查看联系方式，约双方见面。",
    InterestState.DECLINED: "这条意向已经结束，不必再做什么。情况变了可以重新提出。",
    InterestState.WITHDRAWN: "发起方撤回了，不必再做什么。",
}
_NEXT_FOR_MEMBERS = {
    InterestState.SUBMITTED: "情报员核对后会转给对方。转达之前，对方看不到这条意向。",
    InterestState.FORWARDED: "已转达，正在等对方答复。对方同意后，双方都能看到联系方式。",
    InterestState.AGREED: "双方都同意了，可以查看对方的联系方式，直接联系。",
    InterestState.DECLINED: "这条意向已经结束。可以看看其他匹配。",
    InterestState.WITHDRAWN: "发起方撤回了，不必再做什么。",
}
