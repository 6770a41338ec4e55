"""Bodies of agendas in the HTTP contract."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from app.kinds.fields import Id, OptionalText, RecordBody
from app.models import MeetingOutcome
from app.roadshows.times import MOST_SLOTS

_Id = Annotated[Id, Field(min_length=1)]
_Slot = Annotated[int, Field(ge=1, le=MOST_SLOTS, title="时段", description="从 1 起")]
_Table = Annotated[int, Field(ge=1, le=50, title="桌号", description="从 1 起")]


class MeetingIn(RecordBody):
    """A pair that is seated by hand."""

    need_id: Annotated[_Id, Field(title="需求 id")]
    achievement_id: Annotated[_Id, Field(title="成果 id")]
    slot: _Slot
    table: _Table


class MeetingPatch(RecordBody):
    """Where a meeting goes; what is left out stays."""

    slot: _Slot | None = None
    table: _Table | None = None
    pinned: Annotated[bool | None, Field(title="固定", description="重新排议程时不动；移动过的默认固定")] = None


class ResultIn(RecordBody):
    """What came of a meeting."""

    outcome: Annotated[
        MeetingOutcome, Field(title="结果", description="met 谈了（自动建立对接），not_met 没谈，no_show 未到场")
    ]
    note: Annotated[OptionalText, Field(max_length=1000, title="备注", description="仅情报员可见")] = ""


class SideOut(BaseModel):
    """A side of a meeting, as the caller may know it."""

    id: Annotated[str | None, Field(title="记录 id", description="不向您公开时为空")]
    title: Annotated[str, Field(title="名称")]
    organisation_id: Annotated[str | None, Field(title="单位 id", description="匿名时为空")]
    organisation: Annotated[str, Field(title="单位", description="匿名的需求显示为“匿名企业”加场次编号")]


class MeetingOut(BaseModel):
    """A meeting as the caller may know it."""

    id: Annotated[str, Field(title="洽谈 id")]
    code: Annotated[str, Field(title="场次编号", description="时段-桌号")]
    slot: Annotated[int, Field(title="时段")]
    table: Annotated[int, Field(title="桌号")]
    starts_at: Annotated[datetime, Field(title="开始时刻")]
    ends_at: Annotated[datetime, Field(title="结束时刻")]
    need: Annotated[SideOut, Field(title="需求")]
    achievement: Annotated[SideOut, Field(title="成果")]
    grade: Annotated[int | None, Field(title="匹配等级", description="排入时的等级，1 至 4；仅情报员可见")]
    probability: Annotated[float | None, Field(title="较强相关及以上的概率", description="仅情报员可见")]
    pinned: Annotated[bool, Field(title="固定")]
    outcome: Annotated[MeetingOutcome | None, Field(title="结果")]
    note: Annotated[str, Field(title="备注", description="仅情报员可见")]
    docking_id: Annotated[str | None, Field(title="对接 id", description="仅情报员可见")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]


class Agenda(BaseModel):
    """The agenda of a roadshow."""

    slots: Annotated[int, Field(title="时段数")]
    tables: Annotated[int, Field(title="桌数")]
    items: Annotated[list[MeetingOut], Field(title="洽谈", description="按时段、桌号；来宾只看到本单位的")]


class OfferedOut(BaseModel):
    """A pair that could be seated."""

    need_id: Annotated[str, Field(title="需求 id")]
    need: Annotated[str, Field(title="需求")]
    enterprise: Annotated[str, Field(title="企业")]
    achievement_id: Annotated[str, Field(title="成果 id")]
    achievement: Annotated[str, Field(title="成果")]
    university: Annotated[str, Field(title="高校院所")]
    grade: Annotated[int, Field(title="匹配等级")]
    probability: Annotated[float, Field(title="较强相关及以上的概率")]


class OfferedList(BaseModel):
    """Pairs of the guests that are not seated yet."""

    items: Annotated[list[OfferedOut], Field(title="可排入的对", description="最相关的在前，至多 60 对")]
