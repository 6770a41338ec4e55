"""Routes of interests."""

from typing import Annotated

from fastapi import Query, Response

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook, workbook_answer
from app.interests.schemas import (
    SIDES,
    STATES,
    ConsentIn,
    ContactsOut,
    DeclineIn,
    InterestIn,
    InterestOut,
    InterestPage,
)
from app.interests.service import InterestService
from app.kinds.parameters import Cursor, Limit
from app.models import InterestState

router = guarded_router("/interests", "对接意向")
_MOST_EXPORTED = 5000


@router.post("", status_code=201, summary="提出对接意向")
def express_interest(body: InterestIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> InterestOut:
    """Ask to talk about a pair; the liaison gets it first."""
    interest = parts[InterestService].express(session, body.need_id, body.achievement_id, body.message, caller)
    return InterestOut.of(interest, caller)


@router.get("", summary="列出对接意向")
def list_interests(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    state: Annotated[InterestState | None, Query(title="进展")] = None,
    mine: Annotated[bool, Query(title="只看由我负责的", description="供情报员使用")] = False,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> InterestPage:
    """Return the interests of the caller's organisation, for staff all; the newest first."""
    rows, following = parts[InterestService].page(session, caller, state, mine=mine, cursor=cursor, limit=limit)
    return InterestPage(items=[InterestOut.of(each, caller) for each in rows], next_cursor=following)


@router.get("/list.xlsx", summary="导出对接意向", responses=WORKBOOK, response_class=Response)
def interests_workbook(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    state: Annotated[InterestState | None, Query(title="进展")] = None,
    mine: Annotated[bool, Query(title="只看由我负责的", description="供情报员使用")] = False,
) -> Response:
    """Return the list as a workbook, the newest first; what the caller may not know of a side stays empty."""
    rows, _ = parts[InterestService].page(session, caller, state, mine=mine, limit=_MOST_EXPORTED)
    header = [
        "提出日期", "进展", "发起方", "需求", "需求方", "需求方同意", "成果", "成果方", "成果方同意", "转达日期",
        "情报员", "婉拒理由", "id",
    ]  # fmt: skip
    out = (InterestOut.of(each, caller) for each in rows)
    return workbook_answer(workbook("对接意向", header, [_row(each) for each in out]), "interests.xlsx")


def _row(shown: InterestOut) -> list[object]:
    need, achievement = shown.need, shown.achievement
    return [
        shown.created_at.date(),
        STATES[shown.state],
        "情报员" if shown.started_by is None else SIDES[shown.started_by],
        need.title,
        need.organisation,
        need.agreed_at and need.agreed_at.date(),
        achievement.title,
        achievement.organisation,
        achievement.agreed_at and achievement.agreed_at.date(),
        shown.forwarded_at and shown.forwarded_at.date(),
        shown.liaison and shown.liaison.name,
        shown.reason,
        shown.id,
    ]


@router.get("/{id}", summary="读取对接意向")
def get_interest(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> InterestOut:
    """Return one interest."""
    return InterestOut.of(parts[InterestService].get(session, id, caller), caller)


@router.post("/{id}/forward", summary="转达给对方")
def forward_interest(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> InterestOut:
    """Show an interest to the other side."""
    return InterestOut.of(parts[InterestService].forward(session, id, caller), caller)


@router.post("/{id}/consent", summary="同意交换联系方式")
def consent(id: str, body: ConsentIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> InterestOut:
    """Agree for a side; when both did, contacts are shown."""
    return InterestOut.of(parts[InterestService].consent(session, id, body.side, body.note, caller), caller)


@router.post("/{id}/decline", summary="婉拒")
def decline(id: str, body: DeclineIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> InterestOut:
    """Decline for a side, or as the liaison."""
    return InterestOut.of(parts[InterestService].decline(session, id, body.reason, caller), caller)


@router.delete("/{id}", status_code=204, summary="撤回意向")
def withdraw_interest(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Take back what the caller's side asked."""
    parts[InterestService].withdraw(session, id, caller)


@router.get("/{id}/contacts", summary="查看对方联系方式")
def contacts(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> ContactsOut:
    """Return the contacts of the other side once both agreed; each time is kept."""
    return parts[InterestService].contacts(session, id, caller)
