"""The pack for a 联席会议: figures, what is behind, what stands still, the largest contracts."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.board.activity.repository import ActivityRepository
from app.board.drilling import contract_row
from app.board.repository import BoardRepository, Subset
from app.board.schemas import BoardOut, BoardRow, DockingLine, Figure, Pack
from app.board.service import BoardService
from app.board.words import STAGES, TEAMS
from app.core.city_time import CITY_TIME, today
from app.core.word import Heading, Paragraph, Table, word_document
from app.kinds.table import KINDS, Record
from app.models import Docking, RecordKind, Status
from app.targets.measures import Measure
from app.targets.years import Period

# A docking that has stood in one stage for longer is at risk.
SILENT = timedelta(days=30)
_TOP = 10
_LISTED = 30
HEADLINES = (
    Measure.ABSORBED, Measure.ABSORBED_TECHNOLOGY, Measure.OUTSIDE_ITEMS, Measure.OUTSIDE_ITEMS_TOTAL, Measure.OUTPUT,
    Measure.OUTPUT_TECHNOLOGY, Measure.HORIZONTAL,
)  # fmt: skip


def make_pack(service: BoardService, session: Session, number: int | None, until: date | None) -> Pack:
    """Return what a meeting reads of a year up to a day."""
    board = service.board(session, number, until)
    activity = ActivityRepository(session)
    largest = BoardRepository(session).rows(Period(board.start, board.until), Measure.ABSORBED, Subset(), 0, _TOP)
    return Pack(
        board=board,
        top=[contract_row(each) for each in largest if each.value > 0],
        overdue=[_line(each) for each in activity.overdue(today(), _LISTED)],
        at_risk=[_line(each) for each in activity.at_risk(today(), SILENT, _LISTED)],
    )


def pack_document(pack: Pack) -> bytes:
    """Return the pack as a .docx."""
    board = pack.board
    figures = [board.city[measure] for measure in HEADLINES]
    parts: list[Heading | Paragraph | Table] = [
        Paragraph(f"统计期间：{board.start} 至 {board.until}；上年同期截至 {board.before_until}。金额单位：万元。"),
        Heading("一、主要指标"),
        Table(("指标", "完成", "目标", "完成率", "上年同期", "同比"), [_figure_row(each) for each in figures]),
        Paragraph(f"就地转化占比 {percent(board.landed_share)}，上年同期 {percent(board.landed_share_before)}。"),
        Heading("二、各县区进度"),
        Table(("县区", "吸纳成交额", "目标", "完成率", "同比", "输出成交额", "市外成果项数"), _district_rows(board)),
        Heading("三、吸纳成交额最大的合同"),
        _listed(("登记日期", "合同", "编号、买方、卖方", "计入"), [_contract(each) for each in pack.top]),
        Heading("四、逾期未办的对接"),
        _listed(_DOCKINGS, [_docking(each) for each in pack.overdue]),
        Heading("五、有风险的对接"),
        Paragraph(f"提请专班协调，或在一个阶段停留超过 {SILENT.days} 天。"),
        _listed(_DOCKINGS, [_docking(each) for each in pack.at_risk]),
    ]
    return word_document(f"双需对接联席会议材料（{board.name}）", parts)


_DOCKINGS = ("需求", "成果", "阶段", "停留天数", "下一步期限", "专班", "情报员")


def percent(value: float | None) -> str:
    """Return a share of 1 with one place; a dash where there is none."""
    return "—" if value is None else f"{value:.1%}"


def amount(figure: Figure) -> str:
    """Return a figure's value as people read it."""
    return f"{figure.value.normalize():,f}"


def _figure_row(figure: Figure) -> list[object]:
    target = "未设" if figure.target is None else f"{figure.target.normalize():,f}"
    return [
        f"{figure.name}（{figure.unit}）", amount(figure), target, percent(figure.done),
        f"{figure.before.normalize():,f}", percent(figure.growth),
    ]  # fmt: skip


def _district_rows(board: BoardOut) -> list[list[object]]:
    rows: list[list[object]] = []
    for line in board.districts:
        absorbed = line.figures[Measure.ABSORBED]
        target = "未设" if absorbed.target is None else f"{absorbed.target.normalize():,f}"
        rows.append([
            line.name, amount(absorbed), target, percent(absorbed.done), percent(absorbed.growth),
            amount(line.figures[Measure.OUTPUT]), amount(line.figures[Measure.OUTSIDE_ITEMS]),
        ])  # fmt: skip
    return rows


def _listed(header: Sequence[str], rows: Sequence[Sequence[object]]) -> Paragraph | Table:
    return Table(header, rows) if rows else Paragraph("无。")


def _contract(row: BoardRow) -> list[object]:
    return [row.on, row.title, row.detail, f"{row.value.normalize():,f}"]


def _docking(line: DockingLine) -> list[object]:
    return [line.need, line.achievement, line.stage, line.days, line.due_on, line.team, line.liaison]


def _line(docking: Docking) -> DockingLine:
    """Return a docking as it may be passed round a table: whoever reads it may not know the parties."""
    return DockingLine(
        id=docking.id, need=_title(docking.need, RecordKind.NEEDS),
        achievement=_title(docking.achievement, RecordKind.ACHIEVEMENTS),
        stage=STAGES.get(docking.stage, docking.stage),
        days=(today() - docking.stage_since.astimezone(CITY_TIME).date()).days, due_on=docking.next_due_on,
        team=TEAMS.get(docking.blocked_team or ""), liaison=docking.liaison and docking.liaison.name,
    )  # fmt: skip


def _title(record: Record, kind: RecordKind) -> str:
    known = KINDS[kind]
    public = (
        record.status == Status.PUBLISHED
        and record.visibility in known.public_visibilities | known.registered_visibilities
    )
    return record.title if public else f"（不公开的{known.noun}）"
