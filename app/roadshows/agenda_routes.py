"""Routes of agendas: proposing, seating by hand, results, and what is printed and taken along."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from app.access.guard import CallerOf, guarded_router
from app.core import word
from app.core.caller import Caller
from app.core.database import DatabaseOf, ReadSession, WriteSession, prepare_then_apply
from app.core.parts import Parts, PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.models import Roadshow, RoadshowMeeting
from app.models.base import now
from app.roadshows import calendar
from app.roadshows.agenda import AgendaService, Proposal
from app.roadshows.agenda_schemas import (
    Agenda,
    MeetingIn,
    MeetingOut,
    MeetingPatch,
    OfferedList,
    ResultIn,
)
from app.roadshows.handout import agenda_workbook, calendar_of, handout, handout_document
from app.roadshows.pairs import Chosen
from app.roadshows.service import RoadshowService
from app.roadshows.shown import Shown, shown_candidate
from app.roadshows.times import slots_of

router = guarded_router("/roadshows", "路演")
_DOCUMENT: dict[int | str, dict[str, Any]] = {200: {"content": {word.MEDIA_TYPE: {}}, "description": "文档"}}
_CALENDAR: dict[int | str, dict[str, Any]] = {200: {"content": {"text/calendar": {}}, "description": "日历"}}
Full = Annotated[bool, Query(title="含匿名企业名称", description="仅情报员工作用，勿发给来宾")]


@router.get("/{id}/agenda", summary="读取议程")
def get_agenda(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Agenda:
    """Return the agenda: for guests their own meetings, once it is settled."""
    roadshow = parts[RoadshowService].get(session, id, caller)
    return _agenda(roadshow, parts[AgendaService].meetings(session, roadshow, caller), session, caller)


@router.post("/{id}/agenda", summary="自动排议程")
def propose_agenda(id: str, parts: PartsOf, database: DatabaseOf, caller: CallerOf) -> Agenda:
    """Seat the best pairs of the guests around what is pinned; what was not pinned is seated anew."""

    def made(session: Session) -> Proposal:
        return parts[AgendaService].prepare_agenda(session, id, caller)

    def stored(session: Session, proposal: Proposal) -> Agenda:
        meetings = parts[AgendaService].propose(session, id, proposal, caller)
        return _agenda(parts[RoadshowService].get(session, id, caller), meetings, session, caller)

    return prepare_then_apply(database, made, stored)


@router.get("/{id}/pairs", summary="可排入的对")
def offered_pairs(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> OfferedList:
    """Return the best pairs of the guests that are not seated."""
    return OfferedList(items=[shown_candidate(each) for each in parts[AgendaService].offered(session, id, caller)])


@router.post("/{id}/meetings", status_code=201, summary="手工排入一场洽谈")
def seat_pair(
    id: str, body: MeetingIn, parts: PartsOf, database: DatabaseOf, caller: CallerOf, response: Response
) -> MeetingOut:
    """Seat a pair at a free table; it is pinned."""

    def chosen(session: Session) -> Chosen:
        return parts[AgendaService].prepare_seat(session, id, body, caller)

    def seated(session: Session, pair: Chosen) -> MeetingOut:
        meeting = parts[AgendaService].seat(session, id, body, pair, caller)
        return _one(parts, session, id, meeting, caller, response)

    return prepare_then_apply(database, chosen, seated)


@router.patch("/{id}/meetings/{meeting_id}", summary="移动或固定一场洽谈")
def move_meeting(
    id: str,
    meeting_id: str,
    body: MeetingPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> MeetingOut:
    """Move a meeting to a free table and slot, pin it or loosen it."""
    meeting = parts[AgendaService].move(session, id, meeting_id, body, if_match, caller)
    return _one(parts, session, id, meeting, caller, response)


@router.delete("/{id}/meetings/{meeting_id}", status_code=204, summary="删去一场洽谈")
def unseat_meeting(
    id: str, meeting_id: str, parts: PartsOf, session: WriteSession, caller: CallerOf, if_match: IfMatch = None
) -> None:
    """Take a meeting out of the agenda."""
    parts[AgendaService].unseat(session, id, meeting_id, if_match, caller)


@router.put("/{id}/meetings/{meeting_id}/result", summary="登记洽谈结果")
def record_result(
    id: str,
    meeting_id: str,
    body: ResultIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
) -> MeetingOut:
    """Keep what came of a meeting; a pair that met gets a docking, once."""
    meeting = parts[AgendaService].record(session, id, meeting_id, body, caller)
    return _one(parts, session, id, meeting, caller, response)


@router.get("/{id}/agenda.xlsx", summary="导出议程与结果", responses=WORKBOOK, response_class=Response)
def agenda_table(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the agenda as a workbook."""
    roadshow = parts[RoadshowService].get(session, id, caller)
    meetings = parts[AgendaService].meetings(session, roadshow, caller)
    shown = Shown(session, roadshow, meetings).all(meetings, caller)
    return workbook_answer(agenda_workbook(roadshow, shown), "roadshow-agenda.xlsx")


@router.get("/{id}/handout.docx", summary="导出手册", responses=_DOCUMENT, response_class=Response)
def handout_file(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, full: Full = False) -> Response:
    """Return sheets for tables and organisations as a document."""
    roadshow = parts[RoadshowService].get(session, id, caller)
    meetings = parts[AgendaService].meetings(session, roadshow, caller)
    sheets = handout(Shown(session, roadshow, meetings), meetings, caller, full=full)
    return word.word_answer(handout_document(roadshow, sheets), "roadshow-handout.docx")


@router.get("/{id}/calendar.ics", summary="日历文件", responses=_CALENDAR, response_class=Response)
def calendar_file(id: str, request: Request, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the event, and a guest's own meetings, for a calendar."""
    roadshow = parts[RoadshowService].get(session, id, caller)
    meetings = parts[AgendaService].meetings(session, roadshow, caller) if caller.organisation_id else []
    shown = Shown(session, roadshow, meetings).all(meetings, caller)
    address = f"{request.base_url}roadshows/{id}"
    return calendar.calendar_answer(calendar_of(roadshow, shown, address, now()), "roadshow.ics")


def _agenda(roadshow: Roadshow, meetings: list[RoadshowMeeting], session: Session, caller: Caller) -> Agenda:
    shown = Shown(session, roadshow, meetings).all(meetings, caller)
    return Agenda(slots=slots_of(roadshow), tables=roadshow.tables, items=shown)


def _one(
    parts: Parts, session: Session, id: str, meeting: RoadshowMeeting, caller: Caller, response: Response
) -> MeetingOut:
    tell_version(response, meeting.version)
    roadshow = parts[RoadshowService].get(session, id, caller)
    return Shown(session, roadshow, [meeting]).one(meeting, caller)
