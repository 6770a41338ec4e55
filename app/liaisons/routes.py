"""Routes of liaison duty."""

from typing import Annotated

from fastapi import Query, Response

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.kinds.fields import Word
from app.liaisons.roster import roster_workbook
from app.liaisons.schemas import (
    AssignmentIn,
    AssignmentList,
    AssignmentOut,
    ContactIn,
    ContactList,
    ContactOut,
    HandOverIn,
    HandOverOut,
    LiaisonOut,
    Roster,
)
from app.liaisons.service import LiaisonService

router = guarded_router("", "情报员")


@router.get("/liaisons", summary="科技情报员名单")
def roster(parts: PartsOf, session: ReadSession, caller: CallerOf) -> Roster:
    """Return every liaison with whom they look after and when they last talked."""
    return Roster(items=[LiaisonOut.of(entry) for entry in parts[LiaisonService].roster(session, caller)])


@router.get(
    "/liaisons/roster.xlsx",
    summary="导出科技情报员名单",
    response_class=Response,
    responses=WORKBOOK,
)
def roster_file(parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the roster as a workbook."""
    content = roster_workbook([LiaisonOut.of(entry) for entry in parts[LiaisonService].roster(session, caller)])
    return workbook_answer(content, "roster.xlsx")


@router.post("/liaisons/{id}/assignments", status_code=201, summary="分配定点联系单位")
def assign(id: str, body: AssignmentIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> AssignmentOut:
    """Let a liaison look after an organisation, or one of its platforms."""
    return AssignmentOut.of(parts[LiaisonService].assign(session, id, body.organisation_id, body.platform, caller))


@router.post("/liaisons/{id}/hand-over", summary="移交全部工作")
def hand_over(id: str, body: HandOverIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> HandOverOut:
    """Give everything a liaison looks after to another."""
    return HandOverOut(**parts[LiaisonService].hand_over(session, id, body.to, caller))


@router.get("/assignments", summary="定点联系")
def list_assignments(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    liaison: Annotated[Word | None, Query(title="情报员账号 id")] = None,
    organisation: Annotated[Word | None, Query(title="单位 id")] = None,
) -> AssignmentList:
    """Return who looks after whom."""
    found = parts[LiaisonService].assignments(session, liaison, organisation, caller)
    return AssignmentList(items=[AssignmentOut.of(each) for each in found])


@router.delete("/assignments/{id}", status_code=204, summary="结束定点联系")
def end_assignment(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """End an assignment; it stays as history."""
    parts[LiaisonService].end(session, id, caller)


@router.post("/assignments/{id}/restoration", summary="恢复刚结束的定点联系")
def restore_assignment(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> AssignmentOut:
    """Take the end of an assignment back."""
    return AssignmentOut.of(parts[LiaisonService].restore(session, id, caller))


@router.post("/assignments/{id}/contacts", status_code=201, summary="登记一次联系")
def add_contact(id: str, body: ContactIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> ContactOut:
    """Keep a visit or call."""
    made = parts[LiaisonService].contact(session, id, body.contacted_on, body.manner.value, body.note, caller)
    return ContactOut.model_validate(made)


@router.get("/assignments/{id}/contacts", summary="联系记录")
def list_contacts(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> ContactList:
    """Return the contacts of an assignment, the last first."""
    found = parts[LiaisonService].contacts(session, id, caller)
    return ContactList(items=[ContactOut.model_validate(each) for each in found])
