"""Read an uploaded file into tables of text: csv, tsv, xlsx, xls, jsonl, or a zip of these."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.core.errors import UnreadableFile
from app.tables.child import ROW_LIMIT, SUFFIXES

FILE_LIMIT = 20 * 1024 * 1024  # bytes
PARSE_SECONDS = 60
_TOO_COMPLEX = "文件过于复杂或已损坏，无法读取。请用 Excel 或 WPS 打开，只保留数据，另存为新的 .xlsx 或 .csv 后再导入。"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file; `number` is the line or row that people see."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of one table. `header` is None where the header row must still be found.

    `sheet` is empty for files that have none; `file` is the member's name within a zip.
    """

    header: tuple[str, ...] | None
    rows: tuple[RawRow, ...]
    sheet: str = ""
    file: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """All tables of a file, and what was left out of them."""

    tables: tuple[RawTable, ...]
    notes: tuple[str, ...]


def read_tables(file: Path, name: str | None = None) -> Workbook:
    """Read a file by the ending of its name.

    Args:
        name: that its owner gave it, where it is stored under another.

    Raises:
        UnreadableFile: it is missing, too large, or not what its name says.
    """
    name = name or file.name
    check_file(file, name)
    # The answer goes through a file: of 200 MB nothing stays in memory twice. The child limits itself: `preexec_fn`
    # would fork, which stops the threads of BLAS in this process, and a search that waits for one waits for ever.
    with tempfile.TemporaryFile() as answer:
        command = [sys.executable, "-I", "-m", "app.tables.child", str(file), name]
        try:
            done = subprocess.run(command, stdout=answer, stderr=subprocess.DEVNULL, timeout=PARSE_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise UnreadableFile(_TOO_COMPLEX) from error
        if done.returncode != 0:
            raise UnreadableFile(_TOO_COMPLEX)
        answer.seek(0)
        book = _parse(answer)
    rows = sum(len(table.rows) for table in book.tables)
    if rows > ROW_LIMIT + 20:
        raise UnreadableFile(f"文件有 {rows} 行，超过 {ROW_LIMIT} 行上限，请拆分后分次导入。")
    return book


def check_file(file: Path, name: str) -> None:
    """Refuse a file that is not there, is too large, or has an ending that nothing reads.

    Raises:
        UnreadableFile: with the remedy.
    """
    try:
        size = file.stat().st_size
    except OSError as error:
        raise UnreadableFile(f"找不到文件 {file}，请检查路径。") from error
    if not file.is_file():
        raise UnreadableFile(f"{file} 不是文件，请指定一个 .xlsx、.csv 或 .jsonl 文件。")
    if size > FILE_LIMIT:
        raise UnreadableFile(f"文件有 {size / 1024 / 1024:.1f} MB，超过 20 MB 上限，请拆分后分次导入。")
    suffix = Path(name).suffix.lower()
    if suffix not in {*SUFFIXES, ".zip"}:
        kinds = "、".join((*SUFFIXES, ".zip"))
        raise UnreadableFile(f"不支持“{suffix or name}”文件，请另存为 {kinds} 之一后再导入。")


def _parse(answer: IO[bytes]) -> Workbook:
    tables: list[RawTable] = []
    lines = iter(answer)
    for line in lines:
        value: dict[str, Any] = json.loads(line)
        if "error" in value:
            raise UnreadableFile(value["error"])
        if "notes" in value:
            return Workbook(tuple(tables), tuple(value["notes"]))
        header = None if value["header"] is None else tuple(value["header"])
        rows = tuple(_rows(lines, value["rows"]))
        tables.append(RawTable(header, rows, value["sheet"], value["file"], value["hidden"]))
    raise UnreadableFile(_TOO_COMPLEX)  # the child ended before it was done


def _rows(lines: Iterator[bytes], count: int) -> Iterator[RawRow]:
    for _ in range(count):
        number, cells = json.loads(next(lines))
        yield RawRow(number, tuple(cells))
