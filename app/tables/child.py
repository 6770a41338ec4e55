"""Read an uploaded file into tables of text, as a process of its own that may die.

A workbook of two kilobytes can ask for half a terabyte, and a zip for any number of bytes: `reading.py`
runs this for a limited time, and it limits its own memory and what it writes. Arguments: the file, the name
it was given by its owner.

Prints lines of JSON. {"reading": place} before each file or sheet is opened; one object a table, {file, sheet,
hidden, header} with the number of its rows, each followed by that many rows [number, [cell, …]]; last
{"notes": […]}, or {"error": …}.
"""

import csv
import datetime as dt
import io
import json
import re
import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from app.tables.encodings import decode
from app.tables.limits import (
    ANSWER_LIMIT,
    CELL_LENGTH,
    COLUMN_LIMIT,
    MEMORY_LIMIT,
    NAME_LENGTH,
    PARSE_SECONDS,
    Budget,
    OverBudget,
    Unreadable,
)
from app.tables.packed import MOST_NAMES, RESAVE, check_workbook, inflate, members

DELIMITER_LINES = 20
SUFFIXES = (".xlsx", ".xls", ".csv", ".tsv", ".txt", ".jsonl")
_DELIMITERS = ("\t", ",", ";", "；")
# Keys of JSON objects that found no column, and rows with cells that were cut, which are counted and told of.
_MOST_KEYS = 1000
_SHOWN = 10
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Table:
    """A table as it stands; `header` is None where the header row must still be found."""

    file: str
    sheet: str
    rows: list[tuple[int, list[str]]]
    header: list[str] | None = None
    hidden: bool = False


@dataclass(slots=True)
class Reader:
    """Reads files within one budget, keeping count of what a person should be told.

    `opening` is told of each file and sheet before it is opened, which may be the last that is heard.
    """

    opening: Callable[[str], None]
    budget: Budget = field(default_factory=Budget)
    notes: list[str] = field(default_factory=list)

    def read(self, name: str, data: bytes) -> Iterator[Table]:
        """Read one file by its ending and its first bytes.

        Raises:
            Unreadable: with the remedy; OverBudget.
        """
        suffix = PurePosixPath(name).suffix.lower()
        self._open(name)
        if suffix in {".csv", ".tsv", ".txt"}:
            yield self._csv(name, data)
        elif suffix == ".jsonl":
            yield self._jsonl(name, data)
        elif suffix in {".xlsx", ".xls"}:
            yield from self._workbook(name, data)
        elif suffix == ".zip":
            yield from self._zip(data)
        else:
            kinds = "、".join(SUFFIXES)
            raise Unreadable(f"不支持“{suffix or name}”文件，请另存为 {kinds} 之一，或打包成 .zip 后再导入。")

    def _open(self, file: str, sheet: str = "") -> None:
        self.budget.open(file, sheet)
        self.opening(self.budget.place)

    def _note(self, text: str) -> None:
        """Keep a note on the file or sheet that is read."""
        self.notes.append(f"{self.budget.place}：{text}")

    def _csv(self, name: str, data: bytes) -> Table:
        text = decode(data, self._note)
        if "\x00" in text:
            raise Unreadable("文件含有空字符，不是文本表格，请另存为“CSV UTF-8”后再导入。")
        head = "".join(islice(io.StringIO(text, newline=None), DELIMITER_LINES))  # a title above the table has none
        delimiter = max(_DELIMITERS, key=head.count)
        csv.field_size_limit(len(data) + 1)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = _Rows(self.budget)
        try:
            start = 1
            for cells in reader:
                rows.add(start, cells)
                start = reader.line_num + 1
        except csv.Error as error:
            raise Unreadable(f"第 {reader.line_num} 行附近的引号不成对，请检查后再导入。") from error
        return self._table(name, "", rows)

    def _jsonl(self, name: str, data: bytes) -> Table:
        text = decode(data, self._note)
        rows = _Rows(self.budget)
        columns: dict[str, int] = {}
        beyond: dict[str, int] = {}  # the row, by key, that had it first
        for number, line in enumerate(io.StringIO(text, newline="\n"), start=1):
            if not line.strip():
                continue
            value = _parse_object(line)
            for key in value or ():
                if key not in columns and len(columns) < COLUMN_LIMIT:
                    columns[key] = len(columns)
                elif key not in columns and value and value[key].strip() and len(beyond) < _MOST_KEYS:
                    beyond.setdefault(key, number)
            # A line that is no object has no cells at all, which the import reports as such.
            rows.add_whole(number, [] if value is None else [value.get(key, "") for key in columns] or [""])
        header = [key[:CELL_LENGTH] for key in columns]
        self.budget.add_cells(header)
        for _, cells in rows.kept:
            if cells:
                cells.extend([""] * (len(header) - len(cells)))
        if beyond:
            self._note(
                f"只读取了前 {COLUMN_LIMIT} 个键，自第 {min(beyond.values())} 行起还有“{_shortened('”“', beyond)}”"
                f"{_more(len(beyond), _MOST_KEYS, '个键')}没有读取。请只保留要导入的键，各行使用相同的键。"
            )
        return self._table(name, "", rows, header=header)

    def _workbook(self, name: str, data: bytes) -> Iterator[Table]:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

        self._note_formulas(check_workbook(data, self.budget))
        try:
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            for meta in workbook.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                title = _plain(meta.name)[:NAME_LENGTH]
                self._open(name, title)
                rows = _Rows(self.budget)
                for number, cells in enumerate(workbook.get_sheet_by_name(meta.name).iter_rows(), start=1):
                    rows.add(number, [_text(cell) for cell in cells])
                yield self._table(name, title, rows, hidden=meta.visible != SheetVisibleEnum.Visible)
        except PasswordError as error:
            raise Unreadable("工作簿设有密码，请去掉密码后再导入。") from error
        except CalamineError as error:
            raise Unreadable(f"工作簿已损坏，或并非真正的 Excel 文件。{RESAVE}") from error

    def _note_formulas(self, cells: set[str]) -> None:
        if cells:
            named = "、".join(sorted(cells, key=lambda name: (len(name), name))[:_SHOWN])
            self._note(
                f"{named}{_more(len(cells), MOST_NAMES, '个单元格')}的公式出错或没有结果，按空白读取。"
                "请在 Excel 或 WPS 中重新计算并保存，或直接填写数值。"
            )

    def _zip(self, data: bytes) -> Iterator[Table]:
        taken = 0
        for name, archive, member in members(data):
            if PurePosixPath(name).suffix.lower() not in SUFFIXES:
                self.budget.open(name)
                self._note("不是表格，未导入。")
                continue
            self.budget.open(name)
            content = inflate(archive, member, self.budget)
            try:
                # All of a file or nothing.
                tables = list(self.read(name, content))
            except OverBudget:
                raise
            except Unreadable as error:
                self.budget.open(name)
                self._note(f"未导入。{error}")
            else:
                taken += 1
                yield from tables
        if not taken:
            raise Unreadable("压缩包里没有能读取的表格。" + "".join(self.notes[:3]))

    def _table(
        self, file: str, sheet: str, rows: "_Rows", *, header: list[str] | None = None, hidden: bool = False
    ) -> Table:
        """Return a table that was read to its end, and note what was left out of it."""
        if rows.wide:
            self._note(
                f"自第 {rows.wide} 行起有内容超过 {COLUMN_LIMIT} 列，其后的列没有读取。"
                f"请把要导入的列移到前 {COLUMN_LIMIT} 列。"
            )
        if rows.long:
            numbers = "、".join(map(str, rows.long[:_SHOWN]))
            self._note(
                f"第 {numbers} 行{_more(len(rows.long), 0, '行')}有超过 {CELL_LENGTH} 字的单元格，"
                f"只读取了前 {CELL_LENGTH} 字。请缩短后再导入。"
            )
        return Table(file, sheet, rows.kept, header, hidden)


class _Rows:
    """The rows of a table as they are read; `wide` is the first that goes beyond the last column, `long` are cut."""

    def __init__(self, budget: Budget) -> None:
        budget.add_table()
        self._budget = budget
        self.kept: list[tuple[int, list[str]]] = []
        self.wide = 0
        self.long: list[int] = []

    def add(self, number: int, cells: Sequence[str]) -> None:
        """Keep a row, if it has content."""
        if not any(cell and not cell.isspace() for cell in cells):
            return
        if not self.wide and any(cell and not cell.isspace() for cell in cells[COLUMN_LIMIT:]):
            self.wide = number
        self.add_whole(number, cells[:COLUMN_LIMIT])

    def add_whole(self, number: int, cells: Sequence[str]) -> None:
        """Keep a row. Raises OverBudget."""
        if any(len(cell) > CELL_LENGTH for cell in cells):
            self.long.append(number)
        # Cut before it is counted. Half a surrogate pair cannot be stored as text.
        kept = [_plain(cell[:CELL_LENGTH]) for cell in cells]
        self._budget.add_row(number, kept)
        self.kept.append((number, kept))


def _shortened(between: str, names: Iterable[str]) -> str:
    return between.join(name[:30] for name in islice(names, _SHOWN))


def _more(count: int, most: int, counted: str) -> str:
    """Say how many there are of which only some were named; where `most` is reached, nobody counted further."""
    if count <= _SHOWN:
        return ""
    return f" 等至少 {count} {counted}" if most and count >= most else f" 等 {count} {counted}"


def _plain(text: str) -> str:
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _parse_object(line: str) -> dict[str, str] | None:
    """Return the cells of a JSON object by key; None for any other line."""
    try:
        value = json.loads(line)
        return {_plain(key): _cell(each) for key, each in value.items()} if isinstance(value, dict) else None
    except (ValueError, RecursionError):
        return None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "；".join(_cell(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def main(path: str, name: str) -> None:
    """Print the tables."""
    out = sys.stdout.buffer

    def tell(value: object) -> None:
        out.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    def opening(place: str) -> None:
        tell({"reading": place})
        out.flush()

    reader = Reader(opening)
    try:
        for table in reader.read(name, Path(path).read_bytes()):
            meta = {"file": table.file, "sheet": table.sheet, "hidden": table.hidden, "header": table.header}
            tell(meta | {"rows": len(table.rows)})
            for row in table.rows:
                tell(row)
        tell({"notes": reader.notes})
    except Unreadable as error:
        tell({"error": str(error)})


def limit() -> None:
    """Bound the memory of this process, its time and what it writes, before it looks at the file."""
    for which, most in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, PARSE_SECONDS),
        (resource.RLIMIT_FSIZE, ANSWER_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))


if __name__ == "__main__":
    limit()
    main(sys.argv[1], sys.argv[2])
