"""Routes of dockings: the list, and what changes one. What is laid beside one is in `attachment_routes`."""

from typing import Annotated

from fastapi import Depends, Header, Query, Response

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook, workbook_answer
from app.core.versions import tell_version
from app.dockings.history import HistoryOut, history_of
from app.dockings.repository import DockingFilter
from app.dockings.schemas import (
    BlockIn,
    CloseIn,
    DockingIn,
    DockingOut,
    DockingPage,
    DockingPatch,
    FiguresOut,
    ReopenIn,
    StepIn,
)
from app.dockings.service import DockingService
from app.dockings.sheet import HEADER, row_of
from app.kinds.fields import PlainText, Word
from app.kinds.parameters import Contains, Cursor, Limit
from app.models import Docking, DockingStage, Team

router = guarded_router("/dockings", "对接")
_MOST_EXPORTED = 5000
IfMatch = Annotated[str | None, Header(description="可不带；带上 ETag 时，别人先改过则答 412")]


def _filter(
    stage: Annotated[DockingStage | None, Query(title="阶段")] = None,
    mine: Annotated[bool, Query(title="只看我的", description="我负责的，或下一步由我做的；供情报员使用")] = False,
    overdue: Annotated[bool, Query(title="只看逾期的", description="供情报员和科技局使用")] = False,
    team: Annotated[Team | None, Query(title="受阻于哪个专班", description="供情报员和科技局使用")] = None,
    liaison: Annotated[Word | None, Query(title="情报员账号 id", description="供情报员使用")] = None,
    organisation: Annotated[Word | None, Query(title="任一方单位 id")] = None,
    q: Contains = None,
) -> DockingFilter:
    return DockingFilter(stage, mine, overdue or None, team, liaison, organisation, q)


FilterOf = Annotated[DockingFilter, Depends(_filter)]


@router.post(
    "", status_code=201, summary="开始对接", responses={200: {"model": DockingOut, "description": "这一对已在对接"}}
)
def open_docking(
    body: DockingIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> DockingOut:
    """Bring a pair together; the docking that is open already is returned as it is."""
    docking, made = parts[DockingService].open(session, body.need_id, body.achievement_id, caller)
    response.status_code = 201 if made else 200
    return _shown(docking, caller, response)


@router.get("", summary="列出对接")
def list_dockings(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> DockingPage:
    """Return dockings that the caller may see, the newest first."""
    rows, following = parts[DockingService].page(session, caller, wanted, cursor=cursor, limit=limit)
    return DockingPage(items=[DockingOut.of(each, caller) for each in rows], next_cursor=following)


@router.get("/list.xlsx", summary="导出对接", responses=WORKBOOK, response_class=Response)
def dockings_workbook(parts: PartsOf, session: ReadSession, caller: CallerOf, wanted: FilterOf) -> Response:
    """Return the list as a workbook; what the caller may not know stays empty."""
    rows, _ = parts[DockingService].page(session, caller, wanted, limit=_MOST_EXPORTED)
    table = [row_of(DockingOut.of(each, caller)) for each in rows]
    return workbook_answer(workbook("对接", HEADER, table), "dockings.xlsx")


@router.get("/figures", summary="各阶段条数")
def docking_figures(parts: PartsOf, session: ReadSession, caller: CallerOf) -> FiguresOut:
    """Return how many dockings are at each stage: all for staff and the bureau, for members their own."""
    counts = parts[DockingService].figures(session, caller)
    return FiguresOut(stages={stage: counts.get(stage, 0) for stage in DockingStage}, total=sum(counts.values()))


@router.get("/{id}", summary="读取对接")
def get_docking(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> DockingOut:
    """Return one docking, and the steps that the caller may take now."""
    return _shown(parts[DockingService].get(session, id, caller), caller, response)


@router.patch("/{id}", summary="安排下一步和负责人")
def change_docking(
    id: str,
    body: DockingPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> DockingOut:
    """Change who follows it and what is done next; fields that are left out stay."""
    changed = parts[DockingService].change(session, id, body.model_dump(exclude_unset=True), if_match, caller)
    return _shown(changed, caller, response)


@router.post("/{id}/steps", summary="进到或退回另一阶段")
def take_step(
    id: str,
    body: StepIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> DockingOut:
    """Take a step of the table of stages."""
    return _shown(parts[DockingService].step(session, id, body.to, body.note, if_match, caller), caller, response)


@router.post("/{id}/close", summary="关闭")
def close_docking(
    id: str,
    body: CloseIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> DockingOut:
    """Give a docking up; both sides are told why, and the ranking learns what the reason says of the match."""
    return _shown(parts[DockingService].close(session, id, body.reason, body.note, if_match, caller), caller, response)


@router.post("/{id}/reopen", summary="重新打开")
def reopen_docking(
    id: str,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    body: ReopenIn | None = None,
    if_match: IfMatch = None,
) -> DockingOut:
    """Take a closed docking up at the stage where it was closed."""
    return _shown(
        parts[DockingService].reopen(session, id, body.note if body else "", if_match, caller), caller, response
    )


@router.put("/{id}/block", summary="转交专班")
def block_docking(
    id: str, body: BlockIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> DockingOut:
    """Ask a 专班 to clear what is in the way."""
    return _shown(parts[DockingService].block(session, id, body.team, body.note, caller), caller, response)


@router.delete("/{id}/block", summary="阻碍已解除")
def clear_docking(
    id: str,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    note: Annotated[PlainText, Query(title="怎样解除的", max_length=500)] = "",
) -> DockingOut:
    """Note that nothing is in the way any more."""
    return _shown(parts[DockingService].clear(session, id, note, caller), caller, response)


@router.get("/{id}/history", summary="对接的经过")
def docking_history(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> HistoryOut:
    """Return what happened, the newest first."""
    events = parts[DockingService].history(session, parts[DockingService].get(session, id, caller))
    names = parts[DockingService].names(session, events, caller)
    return HistoryOut(items=history_of(events, names, caller))


def _shown(docking: Docking, caller: CallerOf, response: Response) -> DockingOut:
    tell_version(response, docking.version)
    return DockingOut.of(docking, caller)
