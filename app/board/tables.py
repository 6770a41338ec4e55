"""The board as a workbook, a sheet for each of its tables."""

from collections.abc import Mapping, Sequence

from app.board.activity.repository import Activity
from app.board.pack import HEADLINES
from app.board.schemas import BoardOut, Figure, Line, Supply, SupplyMap
from app.board.words import ACTIVITIES
from app.core.sheets import Sheet, workbook_of
from app.targets.measures import ALL_MEASURES, MEASURES, Measure

_SOLD = (*ALL_MEASURES, Measure.LANDED, Measure.HORIZONTAL)


def board_workbook(board: BoardOut, supply: SupplyMap) -> bytes:
    """Return the tables of the board as an .xlsx."""
    return workbook_of(
        [
            _city(board),
            _placed("县区", ["县区"], [[line.name] for line in board.districts], board.districts),
            _placed("园区", ["县区", "园区"], [[line.district, line.park] for line in board.parks], board.parks),
            _summed("合同类别", board.kinds, ALL_MEASURES),
            _summed("产业链", board.chains, ALL_MEASURES),
            _summed("高校院所", board.universities, _SOLD),
            _liaisons(board),
            _supply(supply),
        ]
    )


def _city(board: BoardOut) -> Sheet:
    header = ["指标", "单位", "完成", "目标", "完成率", "上年同期", "同比", "统计期间", "口径"]
    rows = []
    for measure in (*HEADLINES, Measure.LANDED, *ALL_MEASURES):
        each = board.city[measure]
        rows.append([
            each.name, each.unit, float(each.value), _number(each.target), each.done, float(each.before), each.growth,
            f"{board.start} 至 {board.until}", MEASURES[measure].means,
        ])  # fmt: skip
    shares = ["就地转化占比", "", board.landed_share, None, None, board.landed_share_before]
    return Sheet("全市", header, [*rows, shares])


def _placed(title: str, keys: Sequence[str], names: Sequence[Sequence[object]], lines: Sequence[Line]) -> Sheet:
    header = list(keys)
    for measure in HEADLINES:
        name = MEASURES[measure].name
        header += [name, f"{name}目标", f"{name}完成率", f"{name}上年同期"]
    rows = [
        [*name, *(cell for measure in HEADLINES for cell in _cells(line.figures[measure]))]
        for name, line in zip(names, lines, strict=True)
    ]
    return Sheet(title, header, rows)


def _cells(figure: Figure) -> list[object]:
    return [float(figure.value), _number(figure.target), figure.done, float(figure.before)]


def _summed(title: str, lines: Sequence[Line], measures: Sequence[Measure]) -> Sheet:
    header = [title]
    for measure in measures:
        header += [MEASURES[measure].name, f"{MEASURES[measure].name}上年同期"]
    rows = [[line.name, *(value for each in measures for value in _pair(line.figures, each))] for line in lines]
    return Sheet(title, header, rows)


def _pair(figures: Mapping[Measure, Figure], measure: Measure) -> list[object]:
    return [float(figures[measure].value), float(figures[measure].before)]


def _liaisons(board: BoardOut) -> Sheet:
    header = ["情报员", *ACTIVITIES.values(), *(MEASURES[measure].name for measure in ALL_MEASURES)]
    rows = [
        [
            line.name,
            *(line.activities[each] for each in Activity),
            *(float(line.figures[measure].value) for measure in ALL_MEASURES),
        ]
        for line in board.liaisons
    ]
    return Sheet("情报员", header, rows)


def _supply(supply: SupplyMap) -> Sheet:
    parts: list[tuple[str, list[Supply]]] = [
        ("有需求无成果", supply.without_achievements),
        ("有成果无需求", supply.without_needs),
        ("两边都有", supply.both),
    ]  # fmt: skip
    rows = [[each.division, each.name, each.needs, each.achievements, word] for word, part in parts for each in part]
    return Sheet("供需地图", ["行业代码", "行业大类", "在库需求", "在库成果", "情况"], rows)


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
