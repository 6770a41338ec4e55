"""Routes of uploads."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, Field, ValidationError

from app.access.guard import CallerOf, guarded_router
from app.core.caller import Caller
from app.core.database import Database, DatabaseOf, ReadSession, WriteSession
from app.core.errors import FieldError, InvalidInput
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.idempotency import IdempotencyKey, KeyHeader
from app.imports.report import report, template
from app.imports.schemas import (
    SHOWN_ERRORS,
    FieldOut,
    Mapping,
    RowOut,
    RowPage,
    StartIn,
    UploadDetail,
    UploadOut,
    UploadPage,
    kind_fields,
)
from app.imports.service import ImportService
from app.imports.submission import submit, submit_again
from app.jobs.repository import OPEN
from app.jobs.worker import Worker
from app.kinds.fields import Id, Phrase
from app.kinds.parameters import Cursor, Limit
from app.models import Outcome, RecordKind
from app.rounds.service import RoundService
from app.tables.limits import FILE_LIMIT

router = guarded_router("/imports", "导入")
# A form has a little more around the file.
BODY_LIMIT = FILE_LIMIT + 1024 * 1024
_EVENT_SECONDS = 0.5
_KindOf = Annotated[RecordKind, Query(title="种类", description="achievements 成果，needs 需求")]


class Accepted(BaseModel):
    """That a file is safe and its job queued."""

    id: Annotated[str, Field(title="导入 id")]
    status: Annotated[str, Field(title="状态")]


@router.post("", status_code=202, summary="上传文件")
def upload_file(
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    response: Response,
    file: Annotated[
        UploadFile, File(title="文件", description=".xlsx、.xls、.csv、.tsv、.jsonl，或它们的 .zip，20 MB 以内")
    ],
    kind: Annotated[RecordKind, Form(title="种类", description="achievements 成果，needs 需求")],
    mapping: Annotated[
        str | None,
        Form(title="列对应", description='JSON：{"列名": "字段"}，空为不导入该列；会为本单位记住', max_length=20_000),
    ] = None,
    dry_run: Annotated[bool, Form(title="试导入", description="只检查，不写入")] = False,
    restore_withdrawn: Annotated[
        bool, Form(title="恢复已撤回的记录", description="表里又有的，撤回的记录随之恢复")
    ] = False,
    organisation: Annotated[
        Phrase | None, Form(title="所属单位", description="全称；情报员可用，不给则按表中单位列")
    ] = None,
    round_id: Annotated[Id | None, Form(title="征集 id", description="需求征集的回收表")] = None,
    idempotency_key: KeyHeader = None,
) -> Accepted:
    """Keep a file on disk and queue its job; both are safe when this answers."""
    if round_id is not None:
        with database.read() as session:
            parts[RoundService].check_open_to(session, round_id, kind, caller)
    said = f"{kind}\0{file.filename}\0{mapping}\0{dry_run}\0{organisation}\0{round_id}\0{restore_withdrawn}"
    again = IdempotencyKey.of("imports", caller, idempotency_key, said)
    upload = submit(
        database, parts[ImportService], file.file, file.filename or "", kind, caller,
        organisation=organisation or None, mapping=_mapping(mapping), dry_run=dry_run, round_id=round_id,
        restore_withdrawn=restore_withdrawn, again=again,
    )  # fmt: skip
    parts[Worker].wake()
    response.headers["Location"] = f"/api/v1/imports/{upload.id}"
    return Accepted(id=upload.id, status=upload.job.state)


@router.get("", summary="列出导入")
def list_uploads(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    kind: Annotated[RecordKind | None, Query(title="种类")] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> UploadPage:
    """Return uploads of the caller's organisation, for staff all; the newest first."""
    rows, following = parts[ImportService].page(session, caller, kind, cursor, limit)
    return UploadPage(items=[UploadOut.of(each) for each in rows], next_cursor=following)


@router.get("/template.xlsx", summary="下载模板", responses=WORKBOOK, response_class=Response)
def import_template(kind: _KindOf) -> Response:
    """Return an empty table with the headers of a kind."""
    return workbook_answer(template(kind), f"{kind.value}-template.xlsx")


@router.get("/fields", summary="列可以对应的字段")
def import_fields(kind: _KindOf) -> list[FieldOut]:
    """Return the fields that columns may go to."""
    return kind_fields(kind)


@router.get("/{id}", summary="读取导入")
def get_upload(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> UploadDetail:
    """Return how far an upload is, what was understood, and which rows need a person."""
    upload = parts[ImportService].get(session, id, caller)
    rejected = parts[ImportService].rejected(session, upload, SHOWN_ERRORS)
    return UploadDetail.with_rows(upload, rejected, parts[ImportService].warned(session, upload, SHOWN_ERRORS))


@router.post("/{id}/start", status_code=202, summary="正式导入")
def start_upload(
    id: str, body: StartIn, parts: PartsOf, database: DatabaseOf, caller: CallerOf, response: Response
) -> Accepted:
    """Take in a file that was tried, failed or was cancelled, perhaps with another mapping; or try it once more."""
    upload = submit_again(
        database,
        parts[ImportService],
        id,
        body.mapping,
        caller,
        dry_run=body.dry_run,
        restore_withdrawn=body.restore_withdrawn,
    )
    parts[Worker].wake()
    response.headers["Location"] = f"/api/v1/imports/{upload.id}"
    return Accepted(id=upload.id, status=upload.job.state)


@router.get("/{id}/rows", summary="逐行结果")
def upload_rows(
    id: str,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    outcome: Annotated[Outcome | None, Query(title="结果")] = None,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,9}$", title="翻页位置")] = None,
    limit: Limit = 100,
) -> RowPage:
    """Return what became of each row, in their order."""
    upload = parts[ImportService].get(session, id, caller)
    rows, following = parts[ImportService].rows(session, upload, outcome, cursor, limit)
    return RowPage(items=[RowOut.of(upload, row) for row in rows], next_cursor=following)


def _visible(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> None:
    """Refuse before the answer begins: once it streams, no status can be sent."""
    parts[ImportService].get(session, id, caller)


@router.get(
    "/{id}/events",
    summary="进度",
    response_class=EventSourceResponse,
    dependencies=[Depends(_visible, scope="function")],
)
async def upload_events(
    id: str, request: Request, parts: PartsOf, database: DatabaseOf, caller: CallerOf
) -> AsyncIterator[UploadOut]:
    """Send the upload whenever it got on, until it has ended."""
    last = None
    while not await request.is_disconnected():
        current = await run_in_threadpool(_now, database, parts[ImportService], id, caller)
        shown = (current.status, current.rows_done, current.rows_total)
        if shown != last:
            yield current
            last = shown
        if current.status not in OPEN:
            return
        await asyncio.sleep(_EVENT_SECONDS)


def _now(database: Database, imports: ImportService, id: str, caller: Caller) -> UploadOut:
    with database.read() as session:
        return UploadOut.of(imports.get(session, id, caller))


@router.get("/{id}/report.xlsx", summary="下载未导入的行", responses=WORKBOOK, response_class=Response)
def upload_report(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the rejected rows in the uploader's own columns, with the reason beside each."""
    upload = parts[ImportService].get(session, id, caller)
    return workbook_answer(report(upload, parts[ImportService].rejected(session, upload)), "import-report.xlsx")


@router.delete("/{id}", status_code=202, summary="取消导入")
def cancel_upload(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> UploadOut:
    """Stop an upload; what was taken stays."""
    return UploadOut.of(parts[ImportService].cancel(session, id, caller))


def _mapping(text: str | None) -> dict[str, str | None] | None:
    if not text:
        return None
    try:
        return Mapping.model_validate_json(text).root
    except ValidationError as error:
        message = '须为 JSON 对象，如 {"项目名称": "title"}，请检查引号和括号'
        raise InvalidInput(
            f"mapping：{message}。", (FieldError("mapping", "not_a_mapping", message, text[:100]),)
        ) from error
