"""Workbooks that go back to the uploader: rejected rows with the reason beside each, and an empty template."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.core.sheets import Sheet, workbook_of
from app.imports.nouns import NOUNS, field_name, hint
from app.imports.report_columns import REASON, ROW
from app.models import RecordKind, Upload, UploadRow


def report(upload: Upload, rejected: Sequence[UploadRow]) -> bytes:
    """Return an .xlsx of the rejected rows in the uploader's own columns, a sheet for each of theirs.

    Mended and uploaded again, the added columns are passed over.
    """
    sheets = []
    for at, table in enumerate(upload.tables):
        rows = [row for row in rejected if row.table == at]
        if rows or len(upload.tables) == 1:
            header = [column["header"] for column in table["columns"]]
            name = table["sheet"] or "未导入的行"
            sheets.append(Sheet(name, [*header, REASON, ROW], _rows(rows, len(header))))
    return workbook_of(sheets or [Sheet("未导入的行", [REASON, ROW], [])])


def _rows(rows: Iterable[UploadRow], width: int) -> list[list[Any]]:
    return [
        [*_padded(row.cells or [], width), "；".join(_told(each) for each in row.errors), row.number] for row in rows
    ]


def _told(error: dict[str, str]) -> str:
    return f"{error['column']}：{error['message']}" if error["column"] else error["message"]


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def template(kind: RecordKind) -> bytes:
    """Return an .xlsx with the headers of a kind, one row that shows how, and what each column means."""
    columns = NOUNS[kind].template
    guide = [[header, field_name(kind, field), hint(kind, field)] for field, header, _ in columns]
    return workbook_of(
        [
            Sheet("填写", [header for _, header, _ in columns], [[example for _, _, example in columns]]),
            Sheet("说明", ["列", "含义", "怎样填"], guide),
        ]
    )
