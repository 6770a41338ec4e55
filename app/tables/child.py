"""Read an uploaded file into tables of text, as a process of its own that may die.

A workbook of two kilobytes can ask for half a terabyte, and a zip for any number of bytes: `tables.py`
runs this for a limited time, and it limits its own memory. Arguments: the file, the name it was given by its owner.

Prints lines of JSON. First one object a table: {file, sheet, hidden, header} with the number of its
rows, each followed by that many rows [number, [cell, …]]; last {"notes": […]}, or {"error": …}.
"""

import csv
import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

MEMORY_LIMIT = 512 * 1024 * 1024  # bytes of address space
ROW_LIMIT = 20_000
COLUMN_LIMIT = 60
INFLATED_LIMIT = 200 * 1024 * 1024  # bytes
# Cells that the rectangle of a sheet may have: what reads it makes room for all of them.
CELL_LIMIT = 6_000_000
MEMBER_LIMIT = 100
DELIMITER_LINES = 20
SUFFIXES = (".xlsx", ".xls", ".csv", ".tsv", ".txt", ".jsonl")
_CHUNK = 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ("\t", ",", ";", "；")
_CELL_NAME = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')
# Formulas that failed, or whose results were never kept: what reads the sheet shows nothing there.
_NO_RESULT = re.compile(
    rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3}[0-9]{1,7})"'
    rb'(?:[^>]*? t="e"|[^>]*>\s*<f>[^<]{0,500}</f>\s*(?:<v></v>|<v/>)?\s*</c>)'
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_RESAVE = "请用 Excel 或 WPS 打开，只保留数据，另存为新的 .xlsx 后再导入。"


class Unreadable(Exception):
    """The file cannot be read; the message is for its owner."""


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
    """Reads files, keeping count of what a person should be told."""

    notes: list[str] = field(default_factory=list)

    def read(self, name: str, data: bytes) -> Iterator[Table]:
        """Read one file by its ending and its first bytes."""
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in {".csv", ".tsv", ".txt"}:
            yield self._csv(name, data)
        elif suffix == ".jsonl":
            yield _jsonl(name, data, self.notes)
        elif suffix in {".xlsx", ".xls"}:
            yield from self._workbook(name, data)
        elif suffix == ".zip":
            yield from self._zip(data)
        else:
            kinds = "、".join(SUFFIXES)
            raise Unreadable(f"不支持“{suffix or name}”文件，请另存为 {kinds} 之一，或打包成 .zip 后再导入。")

    def _csv(self, name: str, data: bytes) -> Table:
        text = decode(data, self.notes)
        if "\x00" in text:
            raise Unreadable("文件含有空字符，不是文本表格，请另存为“CSV UTF-8”后再导入。")
        head = "\n".join(text.splitlines()[:DELIMITER_LINES])  # a title above the table has none
        delimiter = max(_DELIMITERS, key=head.count)
        csv.field_size_limit(len(data) + 1)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows: list[tuple[int, list[str]]] = []
        try:
            start = 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    rows.append((start, self._narrow(cells)))
                    _count(rows)
                start = reader.line_num + 1
        except csv.Error as error:
            raise Unreadable(f"第 {reader.line_num} 行附近的引号不成对，请检查后再导入。") from error
        return Table(name, "", rows)

    def _workbook(self, name: str, data: bytes) -> Iterator[Table]:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

        self._note_formulas(_check_workbook(data))
        try:
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            for meta in workbook.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_name(meta.name)
                rows: list[tuple[int, list[str]]] = []
                for number, cells in enumerate(sheet.iter_rows(), start=1):
                    texts = [_text(cell) for cell in cells]
                    if any(text.strip() for text in texts):
                        rows.append((number, self._narrow(texts)))
                        _count(rows)
                yield Table(name, meta.name, rows, hidden=meta.visible != SheetVisibleEnum.Visible)
        except PasswordError as error:
            raise Unreadable("工作簿设有密码，请去掉密码后再导入。") from error
        except CalamineError as error:
            raise Unreadable(f"工作簿已损坏，或并非真正的 Excel 文件。{_RESAVE}") from error

    def _note_formulas(self, cells: set[str]) -> None:
        if cells:
            named = "、".join(sorted(cells, key=lambda name: (len(name), name))[:10])
            more = f" 等 {len(cells)} 个单元格" if len(cells) > 10 else ""
            self.notes.append(
                f"{named}{more}的公式出错或没有结果，按空白读取。请在 Excel 或 WPS 中重新计算并保存，或直接填写数值。"
            )

    def _zip(self, data: bytes) -> Iterator[Table]:
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            raise Unreadable("压缩包已损坏，请重新打包后再导入。") from error
        members = [each for each in archive.infolist() if not each.is_dir()]
        if len(members) > MEMBER_LIMIT:
            raise Unreadable(f"压缩包里有 {len(members)} 个文件，超过 {MEMBER_LIMIT} 个，请分批打包。")
        room, taken = INFLATED_LIMIT, 0
        for member in members:
            name = _member_name(member)
            plain = PurePosixPath(name).name
            if plain.startswith((".", "~$")) or "__MACOSX" in name:
                continue
            if PurePosixPath(plain).suffix.lower() not in SUFFIXES:
                self.notes.append(f"压缩包里的“{plain}”不是表格，未导入。")
                continue
            if member.flag_bits & 1:
                raise Unreadable("压缩包设有密码，请去掉密码后再导入。")
            content = _inflate(archive, member, room)
            room -= len(content)
            try:
                yield from self.read(plain, content)
                taken += 1
            except Unreadable as error:
                self.notes.append(f"压缩包里的“{plain}”未导入：{error}")
        if not taken:
            raise Unreadable("压缩包里没有能读取的表格。" + "".join(self.notes[:3]))

    def _narrow(self, cells: list[str]) -> list[str]:
        if len(cells) > COLUMN_LIMIT and any(cell.strip() for cell in cells[COLUMN_LIMIT:]):
            note = f"超过 {COLUMN_LIMIT} 列，其后的列没有读取。"
            if note not in self.notes:
                self.notes.append(note)
        return [_SURROGATE.sub("\ufffd", cell) for cell in cells[:COLUMN_LIMIT]]


def decode(data: bytes, notes: list[str]) -> str:
    """Turn bytes into text: by the byte order mark, as strict UTF-8, line by line, then by likelihood.

    Trying GB18030 first would read any Big5 file, wrongly and without an error. Files that were
    pasted together are mostly UTF-8 with lines of GBK; what was done about them is noted.
    """
    from charset_normalizer import from_bytes

    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable("文件内容与其编码标记不符，可能已损坏，请重新导出后再导入。") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        mixed = _mostly_utf8(data, notes)
        if mixed is not None:
            return mixed
        best = from_bytes(data, cp_isolation=["gb18030", "big5", "utf_16"]).best()
    if best is None:
        raise Unreadable("无法识别文件的文字编码，请用 Excel 或 WPS 另存为“CSV UTF-8”后再导入。")
    return str(best)


def _mostly_utf8(data: bytes, notes: list[str]) -> str | None:
    """Return a text of which more than half of the lines that tell are UTF-8; None for any other.

    A line of Chinese in GBK is hardly ever valid UTF-8.
    """
    lines = data.split(b"\n")
    telling = [at for at, line in enumerate(lines) if not line.isascii()]
    texts = [_utf8(line) for line in lines]
    foreign = [at for at in telling if texts[at] is None]
    if 2 * len(foreign) >= len(telling):
        return None
    numbers = "、".join(str(at + 1) for at in foreign[:10])
    notes.append(f"第 {numbers} 行的文字编码与别的行不同，或有残缺，已尽量读出，请核对这些行。")
    return "\n".join(text if text is not None else _foreign(lines[at]) for at, text in enumerate(texts))


def _utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _foreign(line: bytes) -> str:
    """Return a line that is not UTF-8: one that was cut within its last character, or GBK."""
    for missing in range(1, 4):
        start = _utf8(line[:-missing])
        if start is not None and not start.isascii():
            return start + "\ufffd"
    return line.decode("gb18030", errors="replace")


def _check_workbook(data: bytes) -> set[str]:
    """Refuse what is no workbook, or would not fit: before anything opens it.

    Returns the names of cells whose formulas have no result.
    """
    cells: set[str] = set()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("工作簿设有密码，请去掉密码后再导入。")
        return cells  # .xls, whatever its name says
    if not data.startswith(b"PK"):
        sort = "网页" if b"<" in data[:64] else "别的文件"
        raise Unreadable(f"这不是真正的 Excel 文件，而是{sort}改了名字。{_RESAVE}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        room = INFLATED_LIMIT
        for member in archive.infolist():
            room -= _scan(archive, member, room, cells)
    except _DAMAGED as error:
        raise Unreadable(f"工作簿已损坏或不完整。{_RESAVE}") from error
    return cells


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int, no_result: set[str]) -> int:
    """Inflate a part of a workbook without keeping it; return its size.

    Declared sizes lie, so bytes are counted as they come. Cells of formulas without a result go to `no_result`.
    """
    is_sheet = "worksheets/" in member.filename
    size, rows, columns, tail = 0, 0, 0, b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > room:
                raise Unreadable(f"工作簿解压后超过 200 MB。{_RESAVE}")
            if is_sheet:
                for letters, digits in _CELL_NAME.findall(tail + chunk):
                    rows, columns = max(rows, int(digits)), max(columns, _column(letters))
                    if rows * columns > CELL_LIMIT:
                        cell = f"{letters.decode()}{digits.decode()}"
                        raise Unreadable(f"工作表在很远的 {cell} 处有内容，请删去数据以外的行和列。{_RESAVE}")
                no_result.update(name.decode() for name in _NO_RESULT.findall(tail + chunk))
                tail = chunk[-200:]
    return size


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> bytes:
    parts, size = [], 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > room:
                    raise Unreadable("压缩包解压后超过 200 MB，请分批打包。")
                parts.append(chunk)
    except _DAMAGED as error:
        raise Unreadable("压缩包已损坏，请重新打包后再导入。") from error
    return b"".join(parts)


def _member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name: Windows writes Chinese names in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _jsonl(name: str, data: bytes, notes: list[str]) -> Table:
    objects: list[tuple[int, dict[str, Any] | None]] = []
    for number, line in enumerate(decode(data, notes).split("\n"), start=1):
        if line.strip():
            objects.append((number, _parse_object(line)))
            _count(objects)
    header = list(dict.fromkeys(key for _, value in objects if value is not None for key in value))
    # A line that is no object has no cells at all, which the import reports as such.
    rows = [
        (number, [] if value is None else [_cell(value.get(key)) for key in header[:COLUMN_LIMIT]])
        for number, value in objects
    ]
    return Table(name, "", rows, header=[_SURROGATE.sub("\ufffd", key) for key in header[:COLUMN_LIMIT]])


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
    return _SURROGATE.sub("\ufffd", text)


def _count(rows: list[Any]) -> None:
    # A header and titles stand above the rows, so a few more are let through and counted later.
    if len(rows) > ROW_LIMIT + 20:
        raise Unreadable(f"超过 {ROW_LIMIT} 行上限，请拆分后分次导入。")


def main(path: str, name: str) -> None:
    """Print the tables."""

    def tell(value: object) -> None:
        sys.stdout.write(json.dumps(value, ensure_ascii=True) + "\n")

    reader = Reader()
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
    """Bound the memory of this process, before it looks at the file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    main(sys.argv[1], sys.argv[2])
