"""Which files may be kept: told by their bytes, and their names must agree."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HEAD = 16
# Of a text, so much is read to see that it is one.
_TEXT_READ = 64 * 1024
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}
_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_MACROS = "vbaProject.bin"


@dataclass(frozen=True, slots=True)
class FileType:
    """A sort of file.

    Attributes:
        name: what people call it.
        endings: what its name may end with, in lower case.
    """

    name: str
    media_type: str
    endings: frozenset[str]


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
TYPES: Mapping[str, FileType] = {
    "pdf": FileType("PDF", "application/pdf", frozenset({".pdf"})),
    "png": FileType("PNG 图片", "image/png", frozenset({".png"})),
    "jpeg": FileType("JPEG 图片", "image/jpeg", frozenset({".jpg", ".jpeg"})),
    "docx": FileType("Word 文档", f"{_OPEN_XML}wordprocessingml.document", frozenset({".docx"})),
    "xlsx": FileType("Excel 表格", f"{_OPEN_XML}spreadsheetml.sheet", frozenset({".xlsx"})),
    "pptx": FileType("PowerPoint 演示", f"{_OPEN_XML}presentationml.presentation", frozenset({".pptx"})),
    "text": FileType("文本", "text/plain", frozenset({".txt", ".csv", ".md"})),
}
_BEGINNINGS: Mapping[bytes, str] = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
ALLOWED = "PDF、Word（.docx）、Excel（.xlsx）、PowerPoint（.pptx）、PNG、JPEG、文本（.txt、.csv、.md）"


def type_of(path: Path) -> FileType | None:
    """Return the sort of a file by its bytes; None for one that is not kept, as old or macro documents."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    for beginning, name in _BEGINNINGS.items():
        if head.startswith(beginning):
            return TYPES[name]
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    return TYPES["text"] if head and _is_text(path) else None


def _office(path: Path) -> FileType | None:
    """Return the sort of an Office document; only the list of its parts is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith(_MACROS) for name in names):
        return None
    found = {kind for prefix, kind in _OFFICE.items() if any(name.startswith(prefix) for name in names)}
    return TYPES[found.pop()] if len(found) == 1 else None


def _is_text(path: Path) -> bool:
    with path.open("rb") as stream:
        part = stream.read(_TEXT_READ)
    if not _CONTROLS.isdisjoint(part):
        return False
    # The last character may be cut in two.
    return any(_reads(part, encoding) for encoding in ("utf-8", "gb18030"))


def _reads(part: bytes, encoding: str) -> bool:
    for dropped in range(4):
        try:
            part[: len(part) - dropped].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
