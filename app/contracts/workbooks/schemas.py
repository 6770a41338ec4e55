"""Bodies of the registration office's workbooks in the HTTP contract."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, Field

from app.core.city_time import CITY_TIME
from app.kinds.fields import Wan
from app.models import BatchState, ContractBatch, ContractBatchRow, RowOutcome


class Unit(StrEnum):
    """What a bare number counts."""

    WAN = "wan"
    YUAN = "yuan"


class RowProblem(BaseModel):
    """What is wrong with a cell."""

    column: Annotated[str, Field(title="列名")]
    code: Annotated[str, Field(title="错误代码")]
    message: Annotated[str, Field(title="原因与改法")]
    value: Annotated[str, Field(title="原值")]


class BatchRowOut(BaseModel):
    """What becomes of a row."""

    position: Annotated[int, Field(title="序号", description="从 0 起，跨工作表")]
    sheet: Annotated[str, Field(title="工作表")]
    row: Annotated[int, Field(title="行号")]
    outcome: Annotated[RowOutcome, Field(title="结果", description="created、unchanged、differs、rejected")]
    registration_number: Annotated[str | None, Field(title="合同登记编号")]
    title: Annotated[str | None, Field(title="合同名称")]
    amount_wan: Annotated[str | None, Field(title="合同成交额")]
    contract_id: Annotated[str | None, Field(title="合同 id", description="写入后新增的，或台账里已有的")]
    errors: Annotated[list[RowProblem], Field(title="问题")]

    @classmethod
    def of(cls, batch: ContractBatch, row: ContractBatchRow) -> Self:
        """Return a row as it is shown."""
        fields = row.fields or {}
        return cls(
            position=row.position, sheet=batch.tables[row.table]["sheet"], row=row.number,
            outcome=RowOutcome(row.outcome), registration_number=fields.get("registration_number"),
            title=fields.get("title"), amount_wan=fields.get("amount_wan"), contract_id=row.contract_id,
            errors=[RowProblem(**each) for each in row.errors],
        )  # fmt: skip


class BatchRowPage(BaseModel):
    """Part of the rows."""

    items: Annotated[list[BatchRowOut], Field(title="本页各行")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class BatchColumn(BaseModel):
    """A column and what it is taken for."""

    header: Annotated[str, Field(title="表里的列")]
    name: Annotated[str | None, Field(title="作为", description="空为不导入")]


class BatchTable(BaseModel):
    """A table that was understood."""

    sheet: Annotated[str, Field(title="工作表")]
    header_row: Annotated[int, Field(title="表头所在行")]
    rows: Annotated[int, Field(title="数据行数")]
    columns: Annotated[list[BatchColumn], Field(title="列")]


class BatchOut(BaseModel):
    """A workbook, and what becomes of its rows."""

    id: Annotated[str, Field(title="导入 id")]
    file_name: Annotated[str, Field(title="文件")]
    unit: Annotated[Unit, Field(title="未写单位时按", description="wan 万元，yuan 元")]
    state: Annotated[BatchState, Field(title="状态", description="previewed 待确认，taken 已写入，discarded 已放弃")]
    tables: Annotated[list[BatchTable], Field(title="读懂的表")]
    notes: Annotated[list[str], Field(title="提示")]
    created: Annotated[int, Field(title="新增")]
    unchanged: Annotated[int, Field(title="已在台账，无变化")]
    differs: Annotated[int, Field(title="编号已有，内容不同")]
    rejected: Annotated[int, Field(title="未导入")]
    amount_wan: Annotated[Wan, Field(title="新增合同成交额合计")]
    created_by: Annotated[str, Field(title="上传人")]
    created_at: Annotated[datetime, Field(title="上传时间")]
    taken_at: Annotated[datetime | None, Field(title="写入时间")]

    @classmethod
    def of(cls, batch: ContractBatch) -> Self:
        """Return a workbook as it is shown."""
        return cls(
            id=batch.id, file_name=batch.file_name, unit=Unit(batch.unit), state=BatchState(batch.state),
            tables=batch.tables, notes=batch.notes, created=batch.created, unchanged=batch.unchanged,
            differs=batch.differs, rejected=batch.rejected, amount_wan=batch.amount_wan,
            created_by=batch.created_by_name, created_at=batch.created_at.astimezone(CITY_TIME),
            taken_at=batch.taken_at and batch.taken_at.astimezone(CITY_TIME),
        )  # fmt: skip

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.created + self.unchanged + self.differs + self.rejected


class BatchPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[BatchOut], Field(title="本页导入", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]
