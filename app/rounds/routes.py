"""Routes of rounds."""

from typing import Annotated

from fastapi import Query, Response

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.kinds.parameters import Cursor, Limit
from app.rounds.schemas import (
    AskedList,
    AskedOut,
    Completion,
    DeclineIn,
    InvitationsIn,
    InvitedOut,
    RoundIn,
    RoundOut,
    RoundPage,
    RoundPatch,
)
from app.rounds.service import RoundService

router = guarded_router("/rounds", "需求征集")


@router.post("", status_code=201, summary="发起征集")
def create_round(
    body: RoundIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> RoundOut:
    """Open a round."""
    round = parts[RoundService].create(session, body.model_dump(), caller)
    tell_version(response, round.version)
    return RoundOut.of(round, caller)


@router.get("", summary="列出征集")
def list_rounds(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    open: Annotated[bool, Query(title="只看正在征集的")] = False,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> RoundPage:
    """Return rounds, the newest first: for enterprises the open ones, and those they were asked in."""
    rows, following = parts[RoundService].page(session, caller, only_open=open, cursor=cursor, limit=limit)
    return RoundPage(items=[RoundOut.of(each, caller) for each in rows], next_cursor=following)


@router.get("/{id}", summary="读取征集")
def get_round(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> RoundOut:
    """Return one round."""
    round = parts[RoundService].get(session, id, caller)
    tell_version(response, round.version)
    return RoundOut.of(round, caller)


@router.patch("/{id}", summary="修改征集")
def change_round(
    id: str,
    body: RoundPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> RoundOut:
    """Change the given fields; the others stay."""
    round = parts[RoundService].change(session, id, body.model_dump(exclude_unset=True), if_match, caller)
    tell_version(response, round.version)
    return RoundOut.of(round, caller)


@router.post("/{id}/invitations", summary="邀请企业")
def invite(id: str, body: InvitationsIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> InvitedOut:
    """Ask enterprises for their needs."""
    fresh, already = parts[RoundService].invite(session, id, body, caller)
    return InvitedOut(invited=fresh, already=already)


@router.get("/{id}/invitations", summary="征集名单")
def invitations(
    id: str,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    silent: Annotated[bool, Query(title="只看未答复的")] = False,
) -> AskedList:
    """Return who is asked, and what came of it."""
    asked = parts[RoundService].asked(session, id, caller, silent=silent)
    return AskedList(items=[AskedOut.of(each) for each in asked])


@router.get("/{id}/invitations.xlsx", summary="导出征集名单", responses=WORKBOOK, response_class=Response)
def invitations_workbook(
    id: str,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    silent: Annotated[bool, Query(title="只看未答复的")] = False,
) -> Response:
    """Return who is asked, what came of it and whom to call, as a workbook."""
    header = ["县区", "园区", "企业", "答复", "需求数", "催办次数", "最近催办", "电话"]
    rows = []
    for each in parts[RoundService].asked(session, id, caller, silent=silent):
        shown, phones = AskedOut.of(each), each.invitation.organisation.phones
        answer = "已提交" if shown.needs else (f"无需求：{shown.declined}" if shown.declined else "未答复")
        reminded = shown.reminded_at and shown.reminded_at.strftime("%Y-%m-%d %H:%M")
        rows.append([
            shown.district or "（未注明）", shown.park, shown.organisation, answer, shown.needs, shown.reminders,
            reminded, "、".join(phones or []),
        ])  # fmt: skip
    return workbook_answer(workbook("征集名单", header, rows), "round-invitations.xlsx")


@router.post("/{id}/reminders", summary="催办未答复的企业")
def remind(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> AskedList:
    """Note a reminder for those who are silent; return whom to call or write to."""
    return AskedList(items=[AskedOut.of(each) for each in parts[RoundService].remind(session, id, caller)])


@router.post("/{id}/decline", status_code=204, summary="答复无需求")
def decline_round(id: str, body: DeclineIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Note that an enterprise has no need this time."""
    parts[RoundService].decline(session, id, body.organisation_id, body.reason, caller)


@router.get("/{id}/completion", summary="完成情况")
def completion(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Completion:
    """Return how far a round is, by district and park."""
    return parts[RoundService].completion(session, id, caller)


@router.get(
    "/{id}/completion.xlsx",
    summary="导出完成情况",
    responses=WORKBOOK,
    response_class=Response,
)
def completion_workbook(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return how far a round is as a workbook."""
    found = parts[RoundService].completion(session, id, caller)
    header = ["县区", "园区", "征集企业", "已提交", "答复无需求", "未答复", "需求数", "完成率"]
    rows = [
        [
            row.district or "（未注明）", row.park or "", row.asked, row.answered, row.declined, row.silent, row.needs,
            f"{row.done:.0%}",
        ]
        for row in found.items
    ]  # fmt: skip
    total = found.total
    rows.append(
        ["合计", "", total.asked, total.answered, total.declined, total.silent, total.needs, f"{total.done:.0%}"]
    )
    return workbook_answer(workbook("征集完成情况", header, rows), "round-completion.xlsx")
