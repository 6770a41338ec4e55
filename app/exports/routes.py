"""Routes that give records back to who put them in."""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, cast

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from app.access.guard import CallerOf, guarded_router
from app.core.database import DatabaseOf
from app.core.errors import FieldError, InvalidInput
from app.core.parts import PartsOf
from app.core.sheets import MEDIA_TYPE
from app.exports.cerif import as_cerif
from app.exports.service import ExportService, taken_out
from app.exports.tables import as_csv, as_jsonl, as_workbook
from app.kinds.fields import Word
from app.kinds.table import Record
from app.models import Achievement, RecordKind

router = guarded_router("/exports", "导出")


class Form(StrEnum):
    """What records are taken out as."""

    XLSX = "xlsx"
    CSV = "csv"
    JSONL = "jsonl"
    CERIF = "cerif"


_MEDIA = {
    Form.XLSX: (MEDIA_TYPE, "xlsx"),
    Form.CSV: ("text/csv; charset=utf-8", "csv"),
    Form.JSONL: ("application/jsonl", "jsonl"),
    Form.CERIF: ("application/json", "cerif.json"),
}


@router.get(
    "/{kind}",
    summary="导出本单位的记录",
    response_class=Response,
    responses={200: {"content": {media.split(";")[0]: {} for media, _ in _MEDIA.values()}, "description": "文件"}},
)
def export(
    kind: RecordKind,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    form: Annotated[
        Form, Query(title="格式", description="xlsx、csv、jsonl 与模板同列，可再次导入；cerif 供科研信息系统读取")
    ] = Form.XLSX,
    organisation: Annotated[Word | None, Query(title="单位 id", description="情报员可指定，不给则全部")] = None,
) -> Response:
    """Return all records that an organisation put in, whatever their status."""
    # CERIF calls an achievement a product, and has no word for what is asked.
    if form is Form.CERIF and kind is not RecordKind.ACHIEVEMENTS:
        message = "CERIF 只有成果，请改用 xlsx、csv 或 jsonl"
        raise InvalidInput(f"form：{message}。", (FieldError("form", "not_for_kind", message, form.value),))
    records = taken_out(database, parts[ExportService], kind, organisation, form.value, caller)
    media, suffix = _MEDIA[form]
    headers = {"Content-Disposition": f'attachment; filename="{kind.value}.{suffix}"'}
    if form is Form.XLSX:
        return Response(as_workbook(kind, records), media_type=media, headers=headers)
    return StreamingResponse(_text(kind, form, records), media_type=media, headers=headers)


def _text(kind: RecordKind, form: Form, records: Sequence[Record]) -> Iterator[str]:
    if form is Form.CSV:
        return as_csv(kind, records)
    if form is Form.JSONL:
        return as_jsonl(kind, records)
    return iter([json.dumps(as_cerif(cast(Sequence[Achievement], records)), ensure_ascii=False)])
