"""The audit log as files: lines of JSON that can be verified again, and a workbook for people."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from app.core.city_time import CITY_TIME
from app.core.errors import InvalidInput
from app.core.sheets import workbook

# A workbook is for reading; beyond this people filter, or take the lines.
MOST_ROWS = 50_000
_CELL_LIMIT = 32_000  # characters that Excel shows in a cell
_HEADER = ("序号", "时间", "操作人", "角色", "来源地址", "操作", "对象类型", "对象 id", "改动前", "改动后", "校验值")


def as_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield an entry a line, as it was sealed."""
    for row in rows:
        yield json.dumps(dict(row) | {"at": row["at"].isoformat()}, ensure_ascii=False) + "\n"


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the entries of an export. Raises InvalidInput for a line that is none."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                row["at"] = datetime.fromisoformat(row["at"])
                row["number"], row["hash"], row["previous_hash"], row["action"]
            except (ValueError, KeyError, TypeError) as error:
                raise InvalidInput(f"第 {number} 行不是审计日志的导出内容，请换用 export.jsonl 导出的文件。") from error
            yield row


def as_workbook(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return entries as .xlsx."""
    return workbook("审计日志", _HEADER, map(_cells, rows))


def _cells(row: Mapping[str, Any]) -> tuple[object, ...]:
    at = row["at"].astimezone(CITY_TIME).isoformat(sep=" ", timespec="seconds")
    return (
        row["number"], at, row["actor"], row["role"], row["address"], row["action"], row["object_kind"],
        row["object_id"], _text(row["before"]), _text(row["after"]), row["hash"],
    )  # fmt: skip


def _text(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, ensure_ascii=False)[:_CELL_LIMIT]
