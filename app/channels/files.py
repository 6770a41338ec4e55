"""The file of a package: what to add, to change and to take down, and nothing of who made it.

A workbook has a sheet for each part; a .csv or .jsonl has a file for each part, in a .zip whose times are
all the same. A full package has one part in place of the first two.
"""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter

from app.channels.gbk import in_gbk
from app.exports.tables import harmless
from app.models import PackageFormat

PARTS = {"full": "全部", "add": "新增", "change": "修改", "remove": "撤下"}
# Files tell when they were made; these tell nothing.
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one sort, `name` of PARTS."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def suffix(format: str) -> str:
    """Return what the name of a package's file ends with."""
    return "xlsx" if format == PackageFormat.XLSX else "zip"


def package_file(parts: Sequence[Part], format: str) -> bytes:
    """Return the file; every cell is text, whatever it begins with.

    Raises:
        UnicodeEncodeError: GBK is wanted, and a row has what it cannot write; see `gbk.in_gbk`.
    """
    filled = [part for part in parts if part.rows]
    if format == PackageFormat.XLSX:
        return _workbook(filled)
    stream = io.BytesIO()
    ending = "jsonl" if format == PackageFormat.JSONL else "csv"
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(filled, start=1):
            info = zipfile.ZipInfo(f"{number}-{part.name}.{ending}", (2000, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(info, _jsonl(part) if ending == "jsonl" else _csv(part, format))
    return stream.getvalue()


def _workbook(parts: Sequence[Part]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": _NO_TIME})
        bold, plain = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for part in parts:
            sheet = book.add_worksheet(PARTS[part.name])
            sheet.set_column(0, len(part.header) - 1, _WIDTH)
            for number, cells in enumerate([part.header, *part.rows]):
                for column, text in enumerate(cells):
                    sheet.write_string(number, column, text, plain if number else bold)
            sheet.freeze_panes(1, 0)
    return stream.getvalue()


def _csv(part: Part, format: str) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    gbk = format == PackageFormat.CSV_GBK
    for cells in [part.header, *part.rows]:
        writer.writerow([harmless(in_gbk(cell)[0] if gbk else cell) for cell in cells])
    return stream.getvalue().encode("gbk" if gbk else "utf-8-sig")


def _jsonl(part: Part) -> bytes:
    lines = (json.dumps(dict(zip(part.header, cells, strict=True)), ensure_ascii=False) for cells in part.rows)
    return "".join(f"{line}\n" for line in lines).encode()
