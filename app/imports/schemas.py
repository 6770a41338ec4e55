"""Bodies of uploads in the HTTP contract."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, RootModel

from app.core.city_time import CITY_TIME
from app.imports.columns import fields_of, left_out
from app.imports.nouns import field_name
from app.kinds.fields import Phrase, RecordBody
from app.models import JobState, Outcome, RecordKind, Upload, UploadRow
from app.models.base import now

# Errors and warnings that come with an upload itself; the rest is read row by row.
SHOWN_ERRORS = 1000


class RowErrorOut(BaseModel):
    """What is wrong with a row, or should be looked at, and how to mend it."""

    row: Annotated[int, Field(title="行号", description="表格软件中的行号，从 1 起")]
    sheet: Annotated[str, Field(title="工作表", description="没有工作表时为空；压缩包里为文件名")]
    column: Annotated[str, Field(title="列名")]
    code: Annotated[str, Field(title="问题代码")]
    message: Annotated[str, Field(title="问题与改法")]
    value: Annotated[str, Field(title="原值")]


class ColumnOut(BaseModel):
    """A column and what it was taken for."""

    index: Annotated[int, Field(title="第几列", description="从 0 起")]
    header: Annotated[str, Field(title="列名")]
    field: Annotated[str | None, Field(title="对应字段", description="空为不导入")]
    field_name: Annotated[str | None, Field(title="字段中文名")]
    confidence: Annotated[float, Field(title="把握", description="0 至 1")]
    source: Annotated[
        str,
        Field(title="依据", description="given 本次指定，remembered 上次指定，known 常见列名，similar 相近，none 无"),
    ]
    suggestion: Annotated[str | None, Field(title="可能是", description="把握不够，未采用")]
    samples: Annotated[list[str], Field(title="样例")]


class TableOut(BaseModel):
    """A table of the file."""

    file: Annotated[str, Field(title="文件名")]
    sheet: Annotated[str, Field(title="工作表")]
    header_row: Annotated[int, Field(title="表头行号")]
    rows: Annotated[int, Field(title="数据行数")]
    columns: Annotated[list[ColumnOut], Field(title="列")]


class FieldOut(BaseModel):
    """A field that columns may go to."""

    field: Annotated[str, Field(title="字段")]
    name: Annotated[str, Field(title="中文名")]


class UploadOut(BaseModel):
    """An upload as it is shown."""

    id: Annotated[str, Field(title="导入 id")]
    status: Annotated[
        JobState,
        Field(title="状态", description="queued 排队，running 进行中，succeeded 完成，failed 失败，cancelled 已取消"),
    ]
    kind: Annotated[RecordKind, Field(title="种类")]
    file_name: Annotated[str, Field(title="文件名")]
    organisation: Annotated[str | None, Field(title="所属单位", description="空为按表中单位列")]
    dry_run: Annotated[bool, Field(title="试导入", description="只检查，不写入")]
    round_id: Annotated[str | None, Field(title="征集 id")]
    restore_withdrawn: Annotated[bool, Field(title="恢复已撤回的记录", description="表里又有的，撤回的记录随之恢复")]
    rows_total: Annotated[int, Field(title="总行数", description="读完文件前为 0")]
    rows_done: Annotated[int, Field(title="已处理行数")]
    created: Annotated[int, Field(title="新增")]
    updated: Annotated[int, Field(title="更新")]
    unchanged: Annotated[int, Field(title="无变化")]
    rejected: Annotated[int, Field(title="未导入")]
    restored: Annotated[int, Field(title="恢复", description="撤回后随这次导入恢复的记录，已计入更新")]
    withdrawn: Annotated[int, Field(title="仍是撤回", description="库中已撤回、这次没有恢复的行")]
    encoded: Annotated[int, Field(title="编码的记录数")]
    rows_per_second: Annotated[float | None, Field(title="每秒行数")]
    seconds_left: Annotated[float | None, Field(title="预计还需秒数")]
    error: Annotated[str | None, Field(title="失败原因与办法")]
    notes: Annotated[list[str], Field(title="提示", description="未读取的工作表、文件和列")]
    tables: Annotated[list[TableOut], Field(title="识别出的表")]
    unmapped_columns: Annotated[list[str], Field(title="未导入的列")]
    file_kept: Annotated[bool, Field(title="原文件还在", description="在时可调整列对应后重新导入")]
    created_by: Annotated[str, Field(title="上传人")]
    created_at: Annotated[datetime, Field(title="上传时间")]
    started_at: Annotated[datetime | None, Field(title="开始时间")]
    finished_at: Annotated[datetime | None, Field(title="结束时间")]

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """Return an upload as it is shown."""
        return cls(**_shown(upload))


class UploadDetail(UploadOut):
    """An upload with what is wrong with its rows."""

    row_errors: Annotated[list[RowErrorOut], Field(title="未导入的行", description=f"最多 {SHOWN_ERRORS} 行")]
    warnings: Annotated[list[RowErrorOut], Field(title="已导入但请核对的行", description=f"最多 {SHOWN_ERRORS} 行")]

    @classmethod
    def with_rows(cls, upload: Upload, rejected: list[UploadRow], warned: list[UploadRow]) -> Self:
        """Return an upload with the rows that a person should look at."""
        return cls(
            **_shown(upload),
            row_errors=[each for row in rejected for each in _errors(upload, row, row.errors)],
            warnings=[each for row in warned for each in _errors(upload, row, row.warnings)],
        )


class UploadPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[UploadOut], Field(title="本页导入", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class RowOut(BaseModel):
    """What became of a row."""

    row: Annotated[int, Field(title="行号")]
    sheet: Annotated[str, Field(title="工作表")]
    outcome: Annotated[
        Outcome, Field(title="结果", description="created 新增，updated 更新，unchanged 无变化，rejected 未导入")
    ]
    record_id: Annotated[str | None, Field(title="记录 id")]
    errors: Annotated[list[RowErrorOut], Field(title="问题")]
    warnings: Annotated[list[RowErrorOut], Field(title="提示")]

    @classmethod
    def of(cls, upload: Upload, row: UploadRow) -> Self:
        """Return a row as it is shown."""
        return cls(
            row=row.number,
            sheet=_sheet(upload, row),
            outcome=Outcome(row.outcome),
            record_id=row.record_id,
            errors=_errors(upload, row, row.errors),
            warnings=_errors(upload, row, row.warnings),
        )


class RowPage(BaseModel):
    """Part of the rows."""

    items: Annotated[list[RowOut], Field(title="本页各行")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class Mapping(RootModel[dict[Phrase, Annotated[str, Field(max_length=50)] | None]]):
    """Column name to field."""


class StartIn(RecordBody):
    """How a file that was tried is taken in for good."""

    mapping: Annotated[
        dict[Phrase, str | None] | None,
        Field(
            title="列对应", description="列名到字段，空为不导入该列；不给则沿用；给出的会为本单位记住", max_length=200
        ),
    ] = None
    dry_run: Annotated[bool, Field(title="再检查一遍", description="按新的列对应检查，不写入")] = False
    restore_withdrawn: Annotated[bool | None, Field(title="恢复已撤回的记录", description="不给则沿用")] = None


def kind_fields(kind: RecordKind) -> list[FieldOut]:
    """Return the fields that columns of a kind may go to."""
    return [FieldOut(field=name, name=field_name(kind, name)) for name in fields_of(kind)]


def _shown(upload: Upload) -> dict[str, Any]:
    job = upload.job
    ran = None if job.started_at is None else ((job.finished_at or now()) - job.started_at).total_seconds()
    speed = round(upload.rows_done / ran, 1) if ran and upload.rows_done else None
    left = upload.rows_total - upload.rows_done
    tables = [_table(RecordKind(upload.kind), each) for each in upload.tables]
    return {
        "id": upload.id, "status": JobState(job.state), "kind": RecordKind(upload.kind),
        "file_name": upload.file_name, "organisation": upload.organisation, "dry_run": upload.dry_run,
        "round_id": upload.round_id, "restore_withdrawn": upload.restore_withdrawn,
        "rows_total": upload.rows_total, "rows_done": upload.rows_done, "created": upload.created,
        "updated": upload.updated, "unchanged": upload.unchanged, "rejected": upload.rejected,
        "restored": upload.restored, "withdrawn": upload.withdrawn, "encoded": upload.encoded,
        "rows_per_second": speed,
        "seconds_left": round(left / speed, 1) if speed and job.state == JobState.RUNNING else None,
        "error": job.error, "notes": upload.notes, "tables": tables,
        "unmapped_columns": left_out((column.header, column.field) for table in tables for column in table.columns),
        "file_kept": bool(upload.stored_as), "created_by": upload.caller.get("name", ""),
        "created_at": upload.created_at.astimezone(CITY_TIME),
        "started_at": job.started_at and job.started_at.astimezone(CITY_TIME),
        "finished_at": job.finished_at and job.finished_at.astimezone(CITY_TIME),
    }  # fmt: skip


def _table(kind: RecordKind, stored: dict[str, Any]) -> TableOut:
    columns = [{**each, "field_name": each["field"] and field_name(kind, each["field"])} for each in stored["columns"]]
    return TableOut.model_validate({**stored, "columns": columns})


def _sheet(upload: Upload, row: UploadRow) -> str:
    if row.table >= len(upload.tables):
        return ""
    table = upload.tables[row.table]
    name: str = table["sheet"] or (table["file"] if table["file"] != upload.file_name else "")
    return name


def _errors(upload: Upload, row: UploadRow, stored: list[Any]) -> list[RowErrorOut]:
    sheet = _sheet(upload, row)
    return [RowErrorOut(row=row.number, sheet=sheet, **each) for each in stored]
