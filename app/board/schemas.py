"""What the board answers, in the HTTP contract."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer

from app.board.activity.repository import Activity
from app.targets.measures import MEASURES, Measure

Sum = Annotated[
    Decimal, PlainSerializer(lambda value: format(value.normalize(), "f"), return_type=str, when_used="json")
]


class Figure(BaseModel):
    """A figure beside the one before and its target."""

    measure: Annotated[Measure, Field(title="指标")]
    name: Annotated[str, Field(title="指标名称")]
    unit: Annotated[str, Field(title="单位")]
    value: Annotated[Sum, Field(title="完成数", description="登记加调整，按生效日期计")]
    before: Annotated[Sum, Field(title="上年同期")]
    growth: Annotated[float | None, Field(title="同比增长", description="0.2 为 20%；上年同期不为正时为空")]
    target: Annotated[Sum | None, Field(title="目标")] = None
    done: Annotated[float | None, Field(title="完成率", description="0 至 1；没有目标时为空")] = None

    @classmethod
    def of(cls, measure: Measure, value: Decimal, before: Decimal, target: Decimal | None = None) -> "Figure":
        """Return a figure with its growth and how far it is."""
        return cls(
            measure=measure, name=MEASURES[measure].name, unit=MEASURES[measure].unit, value=value, before=before,
            growth=float((value - before) / before) if before > 0 else None, target=target,
            done=float(value / target) if target else None,
        )  # fmt: skip


class Line(BaseModel):
    """Figures of a place, a chain, a kind or a university."""

    key: Annotated[str, Field(title="代号", description="下钻时用；未注明时为空")]
    name: Annotated[str, Field(title="名称")]
    district: Annotated[str | None, Field(title="县区")] = None
    park: Annotated[str | None, Field(title="园区")] = None
    figures: Annotated[dict[Measure, Figure], Field(title="指标")]


class LiaisonLine(BaseModel):
    """What a liaison did, and the contracts put down to them."""

    key: Annotated[str, Field(title="情报员账号 id")]
    name: Annotated[str, Field(title="情报员")]
    activities: Annotated[dict[Activity, int], Field(title="工作量")]
    figures: Annotated[dict[Measure, Figure], Field(title="合同")]


class BoardOut(BaseModel):
    """The board of a year."""

    year: Annotated[int, Field(title="年度")]
    name: Annotated[str, Field(title="年度名称")]
    start: Annotated[date, Field(title="起")]
    until: Annotated[date, Field(title="止", description="含当日")]
    before_until: Annotated[date, Field(title="上年同期止")]
    years: Annotated[list[int], Field(title="可选年度")]
    city: Annotated[dict[Measure, Figure], Field(title="全市")]
    landed_share: Annotated[float | None, Field(title="就地转化占比", description="双方都在市内的成交额除以输出成交额")]
    landed_share_before: Annotated[float | None, Field(title="上年同期就地转化占比")]
    districts: Annotated[list[Line], Field(title="按县区", description="各行相加等于全市")]
    parks: Annotated[list[Line], Field(title="按园区", description="园区在县区之内，不另计入全市")]
    kinds: Annotated[list[Line], Field(title="按合同类别")]
    chains: Annotated[list[Line], Field(title="按产业链", description="一份合同可属多条产业链，各行不能相加")]
    universities: Annotated[list[Line], Field(title="按高校院所", description="卖方")]
    liaisons: Annotated[list[LiaisonLine], Field(title="按情报员")]


class BoardRow(BaseModel):
    """A row behind a figure."""

    id: Annotated[str, Field(title="id")]
    on: Annotated[date, Field(title="日期")]
    title: Annotated[str, Field(title="名称")]
    detail: Annotated[str, Field(title="说明")]
    path: Annotated[str | None, Field(title="页面", description="您可以打开时给出")]
    value: Annotated[Sum, Field(title="计入")]


class BoardRows(BaseModel):
    """The rows behind a figure; all of them add up to `total`."""

    name: Annotated[str, Field(title="指标名称")]
    unit: Annotated[str, Field(title="单位")]
    total: Annotated[Sum, Field(title="合计")]
    items: Annotated[list[BoardRow], Field(title="本页各行")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class Supply(BaseModel):
    """Open needs and achievements of an industry."""

    division: Annotated[str, Field(title="行业大类", description="GB/T 4754-2017")]
    name: Annotated[str, Field(title="行业名称")]
    needs: Annotated[int, Field(title="在库需求")]
    achievements: Annotated[int, Field(title="在库成果")]


class SupplyMap(BaseModel):
    """供需地图: what the caller may see of both libraries, by industry."""

    without_achievements: Annotated[list[Supply], Field(title="有需求无成果")]
    without_needs: Annotated[list[Supply], Field(title="有成果无需求")]
    both: Annotated[list[Supply], Field(title="两边都有", description="每项成果对应需求最多的在前")]


class DockingLine(BaseModel):
    """A docking as a meeting may read it: no parties, and no titles that are not public."""

    id: Annotated[str, Field(title="对接 id")]
    need: Annotated[str, Field(title="需求")]
    achievement: Annotated[str, Field(title="成果")]
    stage: Annotated[str, Field(title="阶段")]
    days: Annotated[int, Field(title="在此阶段天数")]
    due_on: Annotated[date | None, Field(title="下一步期限")]
    team: Annotated[str | None, Field(title="提请专班")]
    liaison: Annotated[str | None, Field(title="情报员")]


class Pack(BaseModel):
    """What a 联席会议 reads."""

    board: Annotated[BoardOut, Field(title="考核")]
    top: Annotated[list[BoardRow], Field(title="吸纳额最大的合同")]
    overdue: Annotated[list[DockingLine], Field(title="逾期未办")]
    at_risk: Annotated[list[DockingLine], Field(title="有风险的对接", description="提请专班，或 30 天没有进展")]
