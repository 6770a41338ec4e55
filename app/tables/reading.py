"""Read an uploaded file into tables of text: csv, tsv, xlsx, xls, jsonl, or a zip of these."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.core.errors import FieldError, InvalidInput, UnreadableFile
from app.tables.child import SUFFIXES
from app.tables.limits import (
    ANSWER_LIMIT,
    COLUMN_LIMIT,
    FILE_LIMIT,
    LINE_LIMIT,
    NOTE_LIMIT,
    PARSE_SECONDS,
    Budget,
    OverBudget,
)

_READING = b'{"reading"'
_TOO_COMPLEX = "过于复杂或已损坏，无法读取。请用 Excel 或 WPS 打开，只保留数据，另存为新的 .xlsx 或 .csv 后再导入。"


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


def uploaded_name(text: str) -> str:
    """Return the name of an upload without folders, its last 200 characters.

    Raises:
        InvalidInput: it has a NUL character, which no file system and no database takes.
    """
    if "\x00" in text:
        message = "文件名含有不可见的空字符（U+0000），请改名后再上传"
        raise InvalidInput(f"file：{message}。", (FieldError("file", "nul_character", message),))
    return Path(text.replace("\\", "/")).name[-200:] or "未命名"


def read_tables(file: Path, name: str | None = None) -> Workbook:
    """Read a file by the ending of its name.

    Args:
        name: that its owner gave it, where it is stored under another.

    Raises:
        UnreadableFile: it is missing, too large, or not what its name says.
    """
    name = name or file.name
    check_file(file, name)
    # The answer goes through a file, so that nothing stays in memory twice. The child limits itself: `preexec_fn`
    # would fork, which stops the threads of BLAS in this process, and a search that waits for one waits for ever.
    with tempfile.TemporaryFile() as answer:
        command = [sys.executable, "-I", "-m", "app.tables.child", str(file), name]
        try:
            subprocess.run(command, stdout=answer, stderr=subprocess.DEVNULL, timeout=PARSE_SECONDS, check=True)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            raise _too_complex(_last_place(answer)) from error
        return parse_answer(answer)


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


def parse_answer(answer: IO[bytes]) -> Workbook:
    """Return what the child printed; no more than the child may print, whatever became of it.

    Raises:
        UnreadableFile: what the child refused, an answer over the budget, or none that is whole.
    """
    answer.seek(0, 2)
    if answer.tell() > ANSWER_LIMIT:
        raise _too_complex("")
    answer.seek(0)
    budget = Budget()
    tables: list[RawTable] = []
    try:
        while line := answer.readline(LINE_LIMIT):
            value = json.loads(line)
            if "error" in value:
                raise UnreadableFile(str(value["error"]))
            if "notes" in value:
                return Workbook(tuple(tables), tuple(value["notes"][:NOTE_LIMIT]))
            if "reading" not in value:
                header = None if value["header"] is None else tuple(value["header"])
                budget.open(value["file"], value["sheet"])
                budget.add_table()
                budget.add_cells(header or ())
                rows = tuple(_rows(answer, value["rows"], budget))
                tables.append(RawTable(header, rows, value["sheet"], value["file"], value["hidden"]))
    except OverBudget as error:
        raise UnreadableFile(str(error)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise _too_complex(budget.place) from error
    raise _too_complex(budget.place)  # the child ended before it was done


def _rows(answer: IO[bytes], count: int, budget: Budget) -> Iterator[RawRow]:
    for _ in range(count):
        number, cells = json.loads(answer.readline(LINE_LIMIT))
        if len(cells) > COLUMN_LIMIT:
            raise ValueError(cells[:1])
        budget.add_row(number, cells)
        yield RawRow(number, tuple(cells))


def _last_place(answer: IO[bytes]) -> str:
    """Return the file or sheet that the child opened last: there it died."""
    answer.seek(0)
    place = ""
    while line := answer.readline(LINE_LIMIT):
        if line.startswith(_READING) and line.endswith(b"}\n"):
            place = json.loads(line)["reading"]
    return place


def _too_complex(place: str) -> UnreadableFile:
    return UnreadableFile(f"{place}{_TOO_COMPLEX}" if place else f"文件{_TOO_COMPLEX}")
