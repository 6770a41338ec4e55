"""Bodies of answers and leads in the HTTP contract."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.core.city_time import CITY_TIME
from app.kinds.fields import OptionalText, RecordBody, Word
from app.models import ChannelLead, ChannelResponse, LeadState

MOST_SHOWN = 200


class ColumnRead(BaseModel):
    """A column of a table of answers, and what it was taken for."""

    header: Annotated[str, Field(title="列名")]
    field: Annotated[str | None, Field(title="读作", description="空为没有用到")]


class RowProblem(BaseModel):
    """A row that was not taken in, and why."""

    row: Annotated[int, Field(title="行号")]
    code: Annotated[str, Field(title="编号")]
    messages: Annotated[list[str], Field(title="原因")]


class ResponseOut(BaseModel):
    """What came of a file of answers, or would."""

    dry_run: Annotated[bool, Field(title="试导入")]
    repeated: Annotated[bool, Field(title="导入过", description="同一份文件已导入过，没有改动")]
    rows: Annotated[int, Field(title="行数")]
    accepted: Annotated[int, Field(title="改为已采用")]
    refused: Annotated[int, Field(title="改为已退回")]
    unchanged: Annotated[int, Field(title="没有变化")]
    leads: Annotated[int, Field(title="新线索")]
    errors: Annotated[int, Field(title="未导入的行")]
    problems: Annotated[list[RowProblem], Field(title="未导入的原因", description="最多 200 行")]
    columns: Annotated[list[ColumnRead], Field(title="各列读作什么")]
    notes: Annotated[list[str], Field(title="提示")]


class ResponseRow(BaseModel):
    """A file that was taken in."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="回执 id")]
    file_name: Annotated[str, Field(title="文件")]
    rows: Annotated[int, Field(title="行数")]
    accepted: Annotated[int, Field(title="改为已采用")]
    refused: Annotated[int, Field(title="改为已退回")]
    unchanged: Annotated[int, Field(title="没有变化")]
    leads: Annotated[int, Field(title="新线索")]
    errors: Annotated[int, Field(title="未导入的行")]
    created_by: Annotated[str, Field(title="导入人")]
    created_at: Annotated[datetime, Field(title="导入时间")]

    @classmethod
    def of(cls, response: ChannelResponse) -> Self:
        """Return a file as it is shown."""
        shown = cls.model_validate(response)
        shown.created_at = response.created_at.astimezone(CITY_TIME)
        return shown


class LeadAction(StrEnum):
    """What becomes of a lead."""

    DOCKING = "docking"
    NOTE = "note"
    DISMISS = "dismiss"
    REOPEN = "reopen"


class LeadIn(RecordBody):
    """What is done about a lead."""

    action: Annotated[
        LeadAction,
        Field(title="怎样处理", description="docking 转为对接，note 记为已处理，dismiss 不采用，reopen 重新打开"),
    ]
    counterpart: Annotated[
        Word | None, Field(title="另一方的记录", description="转为对接时必填：库中记录的 id 或编号，如对方提供的成果")
    ] = None
    note: Annotated[
        Annotated[OptionalText, Field(max_length=2000)], Field(title="说明", description="处理、不采用时必填")
    ] = ""


class LeadOut(BaseModel):
    """A lead, for staff."""

    id: Annotated[str, Field(title="线索 id")]
    record_id: Annotated[str, Field(title="记录 id")]
    code: Annotated[str, Field(title="对外编号")]
    title: Annotated[str | None, Field(title="记录名称")]
    party: Annotated[str, Field(title="意向单位")]
    contact: Annotated[str, Field(title="联系方式")]
    message: Annotated[str, Field(title="留言")]
    state: Annotated[LeadState, Field(title="状态")]
    note: Annotated[str, Field(title="处理说明")]
    docking_id: Annotated[str | None, Field(title="对接 id")]
    handled_by: Annotated[str | None, Field(title="处理人")]
    handled_at: Annotated[datetime | None, Field(title="处理时间")]
    created_at: Annotated[datetime, Field(title="收到时间")]

    @classmethod
    def of(cls, lead: ChannelLead, title: str | None) -> Self:
        """Return a lead; its item is loaded."""
        return cls(
            id=lead.id, record_id=lead.item.record_id, code=lead.item.code, title=title, party=lead.party,
            contact=lead.contact, message=lead.message, state=LeadState(lead.state), note=lead.note,
            docking_id=lead.docking_id, handled_by=lead.handled_by,
            handled_at=lead.handled_at and lead.handled_at.astimezone(CITY_TIME),
            created_at=lead.created_at.astimezone(CITY_TIME),
        )  # fmt: skip


class LeadPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[LeadOut], Field(title="本页线索", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]
