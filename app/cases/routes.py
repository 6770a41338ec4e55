"""Routes of cases."""

from typing import Annotated, Any

from fastapi import Query, Response

from app.access.guard import CallerOf, guarded_router
from app.cases.document import case_document
from app.cases.plain_language import check_language
from app.cases.schemas import (
    CandidateList,
    CandidateOut,
    CaseIn,
    CaseOut,
    CasePage,
    CasePatch,
    CaseStepIn,
    CheckIn,
    ConsentEndIn,
    ConsentIn,
    RemarkOut,
    Remarks,
)
from app.cases.service import CaseService
from app.cases.stages import STATES
from app.core import word
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.kinds.parameters import Cursor, Limit
from app.models import CaseState, Docking

router = guarded_router("/cases", "案例")
_MOST_EXPORTED = 2000
_DOCUMENT: dict[int | str, dict[str, Any]] = {200: {"content": {word.MEDIA_TYPE: {}}, "description": "文档"}}
StateOf = Annotated[CaseState | None, Query(title="状态")]


@router.post("", status_code=201, summary="由对接写成案例")
def create_case(body: CaseIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response) -> CaseOut:
    """Make the draft of a case from a docking that came to a contract or a product; once for each."""
    made = parts[CaseService].propose(session, body.docking_id, caller)
    tell_version(response, made.version)
    response.headers["Location"] = f"/api/v1/cases/{made.id}"
    return made


@router.get("", summary="列出案例")
def list_cases(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    state: StateOf = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> CasePage:
    """Return what is published; for a side also its own, for staff all."""
    items, following = parts[CaseService].page(session, caller, state=state, cursor=cursor, limit=limit)
    return CasePage(items=items, next_cursor=following)


@router.get("/list.xlsx", summary="导出案例", responses=WORKBOOK, response_class=Response)
def cases_workbook(parts: PartsOf, session: ReadSession, caller: CallerOf, state: StateOf = None) -> Response:
    """Return the list as a workbook."""
    items, _ = parts[CaseService].page(session, caller, state=state, limit=_MOST_EXPORTED)
    header = ["发布日期", "状态", "标题", "企业", "高校院所", "成果", "合同额（万元）", "难题", "办法", "效果"]
    rows = [
        [each.published_at and each.published_at.date(), STATES[each.state], each.title, each.enterprise,
         each.university, each.achievement, each.amount_wan, each.problem, each.solution, each.effect]
        for each in items
    ]  # fmt: skip
    return workbook_answer(workbook("案例", header, rows), "cases.xlsx")


@router.get("/candidates", summary="可写成案例的对接")
def list_candidates(parts: PartsOf, session: ReadSession, caller: CallerOf) -> CandidateList:
    """Return dockings that came to a contract or a product and are no case yet."""
    return CandidateList(items=[candidate(each) for each in parts[CaseService].candidates(session, caller)])


@router.post("/check", summary="检查是否通俗")
def check_text(body: CheckIn, caller: CallerOf) -> Remarks:
    """Return what could be plainer: long sentences, jargon, officialese, no figure."""
    return Remarks(items=[RemarkOut.of(each) for each in check_language(body.model_dump())])


@router.get("/{id}", summary="读取案例")
def get_case(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> CaseOut:
    """Return one case."""
    return _with_etag(parts[CaseService].shown(session, id, caller), response)


@router.patch("/{id}", summary="修改案例")
def change_case(
    id: str,
    body: CasePatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> CaseOut:
    """Change the given fields of a draft."""
    return _with_etag(
        parts[CaseService].change(session, id, body.model_dump(exclude_unset=True), if_match, caller), response
    )


@router.post("/{id}/steps", summary="推进案例")
def take_step(
    id: str, body: CaseStepIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> CaseOut:
    """Ask both sides, publish with both consents, take back to change, or withdraw."""
    return _with_etag(parts[CaseService].step(session, id, body.step, body.reason, caller), response)


@router.post("/{id}/consents", summary="登记同意")
def give_consent(id: str, body: ConsentIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> CaseOut:
    """Keep who of a side agreed, when and by what means."""
    return parts[CaseService].consent(session, id, body, caller)


@router.post("/{id}/consents/end", summary="收回同意")
def end_consent(id: str, body: ConsentEndIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> CaseOut:
    """Take a consent back; a published case is withdrawn at once."""
    return parts[CaseService].end_consent(session, id, body, caller)


@router.get("/{id}/document.docx", summary="导出案例文档", responses=_DOCUMENT, response_class=Response)
def document(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return a case as a document of one page."""
    return word.word_answer(case_document(parts[CaseService].shown(session, id, caller)), "case.docx")


def candidate(docking: Docking) -> CandidateOut:
    """Return a docking that could become a case, as staff see it."""
    return CandidateOut(
        docking_id=docking.id, need=docking.need.title, enterprise=docking.need.organisation.name,
        achievement=docking.achievement.title, university=docking.achievement.organisation.name, stage=docking.stage,
    )  # fmt: skip


def _with_etag(case: CaseOut, response: Response) -> CaseOut:
    tell_version(response, case.version)
    return case
