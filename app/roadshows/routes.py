"""Routes of roadshows and their guests."""

from typing import Annotated

from fastapi import Query, Response

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.idempotency import IdempotencyKey, KeyHeader
from app.kinds.parameters import Cursor, Limit
from app.models import RoadshowState
from app.roadshows.repository import When
from app.roadshows.schemas import (
    ANSWERS,
    KINDS,
    AnswerIn,
    GuestIn,
    GuestList,
    GuestOut,
    GuestsIn,
    InvitedOut,
    RoadshowIn,
    RoadshowOut,
    RoadshowPage,
    RoadshowPatch,
    StepIn,
)
from app.roadshows.service import RoadshowService
from app.roadshows.stages import STATES

router = guarded_router("/roadshows", "路演")
_MOST_EXPORTED = 2000
WhenOf = Annotated[When | None, Query(title="时间", description="coming 将举办，past 已过去")]
StateOf = Annotated[RoadshowState | None, Query(title="状态")]


@router.post("", status_code=201, summary="筹备路演")
def create_roadshow(
    body: RoadshowIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    idempotency_key: KeyHeader = None,
) -> RoadshowOut:
    """Plan a roadshow; nobody is told yet."""
    idempotency = IdempotencyKey.of("roadshows", caller, idempotency_key, body.model_dump_json())
    made = parts[RoadshowService].create(session, body.model_dump(), caller, idempotency)
    tell_version(response, made.version)
    response.headers["Location"] = f"/api/v1/roadshows/{made.id}"
    return RoadshowOut.of(made)


@router.get("", summary="列出路演")
def list_roadshows(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    when: WhenOf = None,
    state: StateOf = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> RoadshowPage:
    """Return roadshows; for members those that they are invited to."""
    rows, following = parts[RoadshowService].page(session, caller, when=when, state=state, cursor=cursor, limit=limit)
    own = parts[RoadshowService].answers(session, caller, rows)
    return RoadshowPage(items=[RoadshowOut.of(each, own.get(each.id)) for each in rows], next_cursor=following)


@router.get("/list.xlsx", summary="导出路演", responses=WORKBOOK, response_class=Response)
def roadshows_workbook(
    parts: PartsOf, session: ReadSession, caller: CallerOf, when: WhenOf = None, state: StateOf = None
) -> Response:
    """Return the list as a workbook."""
    rows, _ = parts[RoadshowService].page(session, caller, when=when, state=state, limit=_MOST_EXPORTED)
    header = ["日期", "时间", "活动", "类型", "状态", "地点", "主办"]
    counts = {}
    if caller.organisation_id is None:
        header += ["邀请单位", "参加", "谢绝", "到场"]
        counts = parts[RoadshowService].counts(session, rows)
    table: list[list[object]] = []
    for each in rows:
        shown = RoadshowOut.of(each)
        row = [shown.held_on, f"{shown.starts}–{shown.ends}", shown.title, KINDS[shown.kind], STATES[shown.state],
               shown.place, shown.host]  # fmt: skip
        if caller.organisation_id is None:
            found = counts.get(each.id, {})
            asked = sum(count for name, count in found.items() if name != "attended")
            row += [asked, *(found.get(name, 0) for name in ("accepted", "declined", "attended"))]
        table.append(row)
    return workbook_answer(workbook("路演", header, table), "roadshows.xlsx")


@router.get("/{id}", summary="读取路演")
def get_roadshow(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> RoadshowOut:
    """Return one roadshow."""
    found = parts[RoadshowService].get(session, id, caller)
    tell_version(response, found.version)
    return RoadshowOut.of(found, parts[RoadshowService].answers(session, caller, [found]).get(id))


@router.patch("/{id}", summary="修改路演")
def change_roadshow(
    id: str,
    body: RoadshowPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> RoadshowOut:
    """Change the given fields; guests are told of a new time or place."""
    found = parts[RoadshowService].change(session, id, body.model_dump(exclude_unset=True), if_match, caller)
    tell_version(response, found.version)
    return RoadshowOut.of(found)


@router.post("/{id}/steps", summary="推进路演")
def take_step(id: str, body: StepIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> RoadshowOut:
    """Send the invitations, settle the agenda, say that it was held, archive or cancel."""
    return RoadshowOut.of(parts[RoadshowService].step(session, id, body.step, body.reason, caller))


@router.post("/{id}/guests", summary="邀请单位")
def invite_guests(id: str, body: GuestsIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> InvitedOut:
    """Invite enterprises and universities; before the invitations are sent they are only noted."""
    fresh, already = parts[RoadshowService].invite(session, id, body.organisation_ids, caller)
    return InvitedOut(invited=fresh, already=already)


@router.get("/{id}/guests", summary="来宾名单")
def list_guests(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> GuestList:
    """Return who is invited, and what they said."""
    return GuestList(items=[GuestOut.of(each) for each in parts[RoadshowService].guests(session, id, caller)])


@router.get("/{id}/guests.xlsx", summary="导出来宾名单", responses=WORKBOOK, response_class=Response)
def guests_workbook(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return who is invited as a workbook, with whom to call and room to sign."""
    rows = []
    for each in parts[RoadshowService].guests(session, id, caller):
        shown = GuestOut.of(each)
        came = {None: None, True: "到场", False: "未到"}[shown.attended]
        rows.append([shown.organisation, shown.district, ANSWERS[shown.answer], shown.reason,
                     "、".join(each.organisation.phones or []), came, None])  # fmt: skip
    header = ["单位", "县区", "答复", "说明", "电话", "到场", "签到"]
    return workbook_answer(workbook("来宾名单", header, rows), "roadshow-guests.xlsx")


@router.put("/{id}/guests/{organisation_id}", summary="登记来宾答复与到场")
def note_guest(
    id: str, organisation_id: str, body: GuestIn, parts: PartsOf, session: WriteSession, caller: CallerOf
) -> GuestOut:
    """Keep what a guest said by telephone, or whether it came."""
    return GuestOut.of(parts[RoadshowService].note(session, id, organisation_id, body, caller))


@router.delete("/{id}/guests/{organisation_id}", status_code=204, summary="移出来宾名单")
def uninvite_guest(id: str, organisation_id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Take an organisation off the list."""
    parts[RoadshowService].uninvite(session, id, organisation_id, caller)


@router.post("/{id}/answer", status_code=204, summary="答复邀请")
def answer_invitation(id: str, body: AnswerIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Say whether the own organisation comes."""
    parts[RoadshowService].answer(session, id, body.answer, body.reason, caller)
