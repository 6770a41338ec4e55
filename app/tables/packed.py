"""Look into what is packed, a zip or a workbook, before anything opens it: declared sizes lie."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from app.tables.limits import AREA_LIMIT, MEMBER_LIMIT, NAME_LENGTH, Budget, Unreadable

RESAVE = "请用 Excel 或 WPS 打开，只保留数据，另存为新的 .xlsx 后再导入。"
# Names of cells that a person is told of, of all that were found.
MOST_NAMES = 10_000
_CHUNK = 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError)
_CELL_NAME = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')
# Formulas that failed, or whose results were never kept: what reads the sheet shows nothing there.
_NO_RESULT = re.compile(
    rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3}[0-9]{1,7})"'
    rb'(?:[^>]*? t="e"|[^>]*>\s*<f>[^<]{0,500}</f>\s*(?:<v></v>|<v/>)?\s*</c>)'
)


def check_workbook(data: bytes, budget: Budget) -> set[str]:
    """Refuse what is no workbook, or would not fit.

    Returns the names of cells whose formulas have no result, `MOST_NAMES` at most.

    Raises:
        Unreadable: with the remedy.
    """
    cells: set[str] = set()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("工作簿设有密码，请去掉密码后再导入。")
        return cells  # .xls, whatever its name says
    if not data.startswith(b"PK"):
        sort = "网页" if b"<" in data[:64] else "别的文件"
        raise Unreadable(f"这不是真正的 Excel 文件，而是{sort}改了名字。{RESAVE}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        for member in archive.infolist():
            _scan(archive, member, budget, cells)
    except _DAMAGED as error:
        raise Unreadable(f"工作簿已损坏或不完整。{RESAVE}") from error
    return cells


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, no_result: set[str]) -> None:
    """Inflate a part of a workbook without keeping it. Cells of formulas without a result go to `no_result`."""
    is_sheet = "worksheets/" in member.filename
    rows, columns, tail = 0, 0, b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            budget.add_inflated(len(chunk))
            if is_sheet:
                for letters, digits in _CELL_NAME.findall(tail + chunk):
                    rows, columns = max(rows, int(digits)), max(columns, _column(letters))
                    if rows * columns > AREA_LIMIT:
                        cell = f"{letters.decode()}{digits.decode()}"
                        raise Unreadable(f"工作表在很远的 {cell} 处有内容，请删去数据以外的行和列。{RESAVE}")
                if len(no_result) < MOST_NAMES:
                    no_result.update(name.decode() for name in _NO_RESULT.findall(tail + chunk))
                tail = chunk[-200:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def members(data: bytes) -> Iterator[tuple[str, zipfile.ZipFile, zipfile.ZipInfo]]:
    """Yield the files of a zip with their names, but those that systems put in by themselves.

    Raises:
        Unreadable: it is damaged, or has too many.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise Unreadable("压缩包已损坏，请重新打包后再导入。") from error
    files = [each for each in archive.infolist() if not each.is_dir()]
    if len(files) > MEMBER_LIMIT:
        raise Unreadable(f"压缩包里有 {len(files)} 个文件，超过 {MEMBER_LIMIT} 个，请分批打包。")
    for member in files:
        path = _path(member)
        name = PurePosixPath(path).name
        if not name.startswith((".", "~$")) and "__MACOSX" not in path:
            # The ending stays, which says how it is read.
            yield name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 10]}…{name[-9:]}", archive, member


def inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> bytes:
    """Return the content of a file in a zip.

    Raises:
        Unreadable: it is damaged, or has a password.
        OverBudget.
    """
    if member.flag_bits & 1:
        raise Unreadable("压缩包设有密码，请去掉密码后再导入。")
    parts = []
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                budget.add_inflated(len(chunk))
                parts.append(chunk)
    except _DAMAGED as error:
        raise Unreadable("压缩包已损坏，请重新打包后再导入。") from error
    return b"".join(parts)


def _path(member: zipfile.ZipInfo) -> str:
    """Return a member's path: Windows writes Chinese names in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename
