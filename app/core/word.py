"""Documents that people open in a word processor, edit and print on A4."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from fastapi import Response

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT = "宋体"
# XML has no place for these, and a document that holds one does not open.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, of level 1 to 3 below the title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header that is repeated on every page."""

    header: Sequence[str]
    rows: Sequence[Sequence[object]]


def word_document(title: str, parts: Sequence[Heading | Paragraph | Table]) -> bytes:
    """Return a .docx; None in a table's row is an empty cell."""
    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    made.core_properties.title = _clean(title)
    made.add_heading(_clean(title), 0)
    for part in parts:
        match part:
            case Heading(text, level):
                made.add_heading(_clean(text), level)
            case Paragraph(text):
                made.add_paragraph(_clean(text))
            case Table(header, rows):
                _add_table(made, header, rows)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def word_answer(content: bytes, name: str) -> Response:
    """Return a document as a file to be saved under a name of ASCII characters."""
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _add_table(made: "Document", header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:  # type: ignore[valid-type]
    table = made.add_table(rows=1, cols=len(header), style="Table Grid")  # type: ignore[attr-defined]
    for cell, text in zip(table.rows[0].cells, header, strict=True):
        cell.paragraphs[0].add_run(_clean(text)).bold = True
    repeated = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  (the library has no name for it)
    repeated.append(repeated.makeelement(qn("w:tblHeader"), {}))
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = "" if value is None else _clean(str(value))


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
