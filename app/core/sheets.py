"""Workbooks that people open, print and trust: text stays text, whatever it begins with."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from fastapi import Response

_WIDEST = 60
_TITLE_LIMIT = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What the OpenAPI document says of a route that answers with a workbook.
WORKBOOK: dict[int | str, dict[str, Any]] = {200: {"content": {MEDIA_TYPE: {}}, "description": "工作簿"}}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook; rows hold text, numbers, dates; None stays empty."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return an .xlsx of one sheet; see `workbook_of`."""
    return workbook_of([Sheet(title, header, rows)])


def workbook_of(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx whose sheets have a frozen header and print across A4.

    Text is never read as a formula or link. Titles are cut to what spreadsheets take.
    """
    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(stream, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        taken: set[str] = set()
        for each in sheets:
            sheet = book.add_worksheet(_free_title(each.title, taken))
            sheet.write_row(0, 0, each.header, bold)
            widths = [_width(name) for name in each.header]
            for number, row in enumerate(each.rows, start=1):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, value, day)
                    elif value is not None:
                        sheet.write(number, column, value, plain)
                    widths[column] = max(widths[column], _width(value))
            for column, width in enumerate(widths):
                sheet.set_column(column, column, min(width, _WIDEST) + 2)
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
    return stream.getvalue()


def workbook_answer(content: bytes, name: str) -> Response:
    """Return a workbook as a file to be saved under a name of ASCII characters."""
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _free_title(wanted: str, taken: set[str]) -> str:
    """Return a sheet's title without what is not allowed there, and not used yet whatever its case."""
    plain = _NOT_IN_TITLES.sub(" ", wanted).strip("' ")[:_TITLE_LIMIT] or "表"
    title, number = plain, 1
    while title.lower() in taken or title.lower() == "history":
        number += 1
        title = f"{plain[: _TITLE_LIMIT - 4]} {number}"
    taken.add(title.lower())
    return title


def _width(value: object) -> int:
    """Return how wide a cell is shown: a Chinese character takes two places."""
    lines = "" if value is None else str(value)
    return max(
        (sum(2 if ord(character) > 0x2E7F else 1 for character in line) for line in lines.split("\n")), default=0
    )
