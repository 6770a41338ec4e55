"""Routes of the board."""

from typing import Annotated, TypeVar

from fastapi import Query, Response

from app.access.guard import CallerOf, guarded_router
from app.board.activity.repository import Activity
from app.board.drilling import rows_behind
from app.board.pack import make_pack, pack_document
from app.board.parameters import StartOf, SubsetOf, UntilOf, YearOf
from app.board.schemas import BoardOut, BoardRows, Pack, SupplyMap
from app.board.service import BoardService
from app.board.supply.service import supply_map
from app.board.tables import board_workbook
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.core.word import MEDIA_TYPE as WORD
from app.core.word import word_answer
from app.kinds.parameters import Limit
from app.targets.measures import Measure
from app.targets.schemas import (
    SettingsOut,
    SettingsPatch,
    TargetIn,
    TargetList,
    TargetOut,
    TargetPatch,
    YearNumber,
)
from app.targets.service import TargetService

router = guarded_router("/board", "考核")
Shown = TypeVar("Shown", TargetOut, SettingsOut)
_OneYear = Annotated[YearNumber, Query(title="年度")]
_Figure = Annotated[Measure | Activity, Query(title="指标", description="、".join([*Measure, *Activity]))]


@router.get("", summary="考核看板")
def board(
    parts: PartsOf, session: ReadSession, caller: CallerOf, year: YearOf = None, until: UntilOf = None
) -> BoardOut:
    """Return the figures of a year against targets and the same part of the year before."""
    return parts[BoardService].board(session, year, until)


@router.get("/rows", summary="指标的明细")
def board_rows(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    figure: _Figure,
    subset: SubsetOf,
    year: YearOf = None,
    until: UntilOf = None,
    cursor: StartOf = None,
    limit: Limit = 50,
) -> BoardRows:
    """Return the rows behind a figure, and what all of them add up to."""
    span = parts[BoardService].span(session, year, until)
    return rows_behind(session, caller, span.now, figure, subset, int(cursor or 0), limit)


@router.get("/supply", summary="供需地图")
def supply(parts: PartsOf, session: ReadSession, caller: CallerOf) -> SupplyMap:
    """Return open needs and achievements by industry, as far as the caller may see them."""
    return supply_map(session, caller)


@router.get("/board.xlsx", summary="导出考核看板", responses=WORKBOOK, response_class=Response)
def board_tables(
    parts: PartsOf, session: ReadSession, caller: CallerOf, year: YearOf = None, until: UntilOf = None
) -> Response:
    """Return the board as a workbook, a sheet for each table."""
    content = board_workbook(parts[BoardService].board(session, year, until), supply_map(session, caller))
    return workbook_answer(content, "board.xlsx")


@router.get("/pack", summary="联席会议材料")
def pack(parts: PartsOf, session: ReadSession, caller: CallerOf, year: YearOf = None, until: UntilOf = None) -> Pack:
    """Return what a meeting reads: figures, progress, what is overdue or at risk, the largest contracts."""
    return make_pack(parts[BoardService], session, year, until)


@router.get(
    "/pack.docx",
    summary="下载联席会议材料",
    responses={200: {"content": {WORD: {}}, "description": "文档"}},
    response_class=Response,
)
def pack_word(
    parts: PartsOf, session: ReadSession, caller: CallerOf, year: YearOf = None, until: UntilOf = None
) -> Response:
    """Return the pack as a document that people edit and print."""
    return word_answer(pack_document(make_pack(parts[BoardService], session, year, until)), "board-pack.docx")


@router.get("/targets", summary="列出目标")
def list_targets(parts: PartsOf, session: ReadSession, caller: CallerOf, year: _OneYear) -> TargetList:
    """Return the targets of a year."""
    return TargetList(year=year, items=parts[TargetService].of_year(session, year))


@router.post("/targets", status_code=201, summary="设定目标")
def set_target(
    body: TargetIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> TargetOut:
    """Set the target of a year, measure and place."""
    return _told(TargetOut.of(parts[TargetService].set(session, body, caller)), response)


@router.patch("/targets/{id}", summary="修改目标")
def change_target(
    id: str,
    body: TargetPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> TargetOut:
    """Change a target."""
    return _told(TargetOut.of(parts[TargetService].change(session, id, body.model_dump(), if_match, caller)), response)


@router.delete("/targets/{id}", status_code=204, summary="删除目标")
def remove_target(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf, if_match: IfMatch = None) -> None:
    """Take a target away."""
    parts[TargetService].remove(session, id, if_match, caller)


@router.get("/settings", summary="读取年度设置")
def board_settings(parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> SettingsOut:
    """Return where a year begins, and which counties and parks there are."""
    return _told(SettingsOut.of(parts[TargetService].settings(session)), response)


@router.patch("/settings", summary="修改年度设置")
def change_board_settings(
    body: SettingsPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> SettingsOut:
    """Change the given fields; the others stay."""
    changed = parts[TargetService].change_settings(session, body.model_dump(exclude_unset=True), if_match, caller)
    return _told(SettingsOut.of(changed), response)


def _told(shown: Shown, response: Response) -> Shown:
    tell_version(response, shown.version)
    return shown
