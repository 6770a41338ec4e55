"""Read an uploaded file into rows: csv, tsv, xlsx and jsonl."""

import csv
import io
import json
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

from app.core.errors import UnreadableFile

FILE_LIMIT = 20 * 1024 * 1024  # bytes
ROW_LIMIT = 20_000
COLUMN_LIMIT = 60
DELIMITER_LINES = 20
PARSE_SECONDS = 60
PARSE_MEMORY = 512 * 1024 * 1024  # bytes of address space of the child that opens workbooks
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ("\t", ",", ";", "；")


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file; `number` is the line or row that people see."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of one table. `header` is None where the header row must still be found."""

    header: tuple[str, ...] | None
    rows: tuple[RawRow, ...]


def read_table(file: Path) -> RawTable:
    """Read a file by its ending.

    Raises:
        UnreadableFile: the file is missing, too large, or not what its name says.
    """
    try:
        size = file.stat().st_size
    except OSError as error:
        raise UnreadableFile(f"找不到文件 {file}，请检查路径。") from error
    if not file.is_file():
        raise UnreadableFile(f"{file} 不是文件，请指定一个 .xlsx、.csv 或 .jsonl 文件。")
    if size > FILE_LIMIT:
        raise UnreadableFile(f"文件有 {size / 1024 / 1024:.1f} MB，超过 20 MB 上限，请拆分后分次导入。")
    readers = {".csv": _read_csv, ".tsv": _read_csv, ".txt": _read_csv, ".xlsx": _read_xlsx, ".jsonl": _read_jsonl}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise UnreadableFile(f"不支持“{file.suffix}”文件，请另存为 .xlsx、.csv 或 .jsonl 后再导入。")
    table = reader(file)
    if len(table.rows) > ROW_LIMIT:
        raise UnreadableFile(f"文件有 {len(table.rows)} 行，超过 {ROW_LIMIT} 行上限，请拆分后分次导入。")
    return table


def decode(data: bytes) -> str:
    """Turn bytes into text: by the byte order mark, as strict UTF-8, then by likelihood.

    Trying GB18030 first would read any Big5 file, wrongly and without an error.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=["gb18030", "big5", "utf_16"]).best()
    if best is None:
        raise UnreadableFile("无法识别文件的文字编码，请用 Excel 或 WPS 另存为“CSV UTF-8”后再导入。")
    return str(best)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile("文件内容与其编码标记不符，可能已损坏，请重新导出后再导入。") from error


def _read_csv(file: Path) -> RawTable:
    text = decode(file.read_bytes())
    if "\x00" in text:
        raise UnreadableFile("文件含有空字符，不是文本表格，请另存为“CSV UTF-8”后再导入。")
    head = "\n".join(text.splitlines()[:DELIMITER_LINES])  # a title above the table has none
    delimiter = max(_DELIMITERS, key=head.count)
    csv.field_size_limit(FILE_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[RawRow] = []
    try:
        start = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(RawRow(start, tuple(cells[:COLUMN_LIMIT])))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(f"第 {reader.line_num} 行附近的引号不成对，请检查后再导入。") from error
    return RawTable(None, tuple(rows))


def _read_xlsx(file: Path) -> RawTable:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (PARSE_MEMORY, PARSE_MEMORY))

    # A workbook of two kilobytes can ask for half a terabyte: what opens it must be able to die.
    command = [sys.executable, "-I", str(Path(__file__).with_name("workbook_child.py")), str(file), str(ROW_LIMIT + 20)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PARSE_SECONDS, preexec_fn=limit, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile("工作簿过于复杂，读取超时。请只保留数据，另存为新的 .xlsx 或 .csv 后再导入。") from error
    if done.returncode != 0:
        raise UnreadableFile(
            "工作簿无法读取：可能已损坏、设有密码、并非真正的 .xlsx，或在很远的行列有多余内容。"
            "请用 Excel 或 WPS 打开，只保留数据，另存为新的 .xlsx 后再导入。"
        )
    rows = [RawRow(number, tuple(cells[:COLUMN_LIMIT])) for number, cells in json.loads(done.stdout)]
    return RawTable(None, tuple(rows))


def _read_jsonl(file: Path) -> RawTable:
    objects: list[tuple[int, dict[str, Any] | None]] = []
    for number, line in enumerate(decode(file.read_bytes()).split("\n"), start=1):
        if line.strip():
            objects.append((number, _parse_object(line)))
    header = tuple(dict.fromkeys(key for _, value in objects if value is not None for key in value))
    rows = tuple(
        # A line that is no object has no cells at all, which the import reports as such.
        RawRow(number, () if value is None else tuple(_cell(value.get(key)) for key in header))
        for number, value in objects
    )
    return RawTable(header, rows)


def _parse_object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "；".join(_cell(each) for each in value)
    # Half a surrogate pair cannot be stored as text.
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", "\ufffd", text)
