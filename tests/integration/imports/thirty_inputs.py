"""The thirty bad inputs of the reliability campaign, by their numbers: a file, and what must come of it.

`taken` are the titles that are read; None where the file as a whole is refused with a reason.
"""

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

HEADER = ["成果名称", "成果简介"]
FIRST, SECOND = ["超声清洗机", "超声清洗零件油污（示例）。"], ["喷雾干燥塔", "喷雾干燥浆料（示例）。"]
BOTH = ("超声清洗机", "喷雾干燥塔")
LINES = "\n".join(",".join(row) for row in (HEADER, FIRST, SECOND)) + "\n"


@dataclass(frozen=True, slots=True)
class BadInput:
    """One of the thirty."""

    number: int
    name: str
    content: Callable[[], bytes]
    taken: Sequence[str] | None
    said: bool = False
    """Whether the file or one of its rows must be told about, though something was taken."""


def _book(
    rows: Sequence[Sequence[Any]] = (HEADER, FIRST, SECOND), also: Callable[[Any, Any], None] | None = None
) -> Callable[[], bytes]:
    def made() -> bytes:
        stream = io.BytesIO()
        options = {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
        with xlsxwriter.Workbook(stream, options) as book:
            sheet = book.add_worksheet("汇总")
            for at, cells in enumerate(rows):
                sheet.write_row(at, 0, cells)
            if also is not None:
                also(book, sheet)
        return stream.getvalue()

    return made


def _part(name: str, content: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return a good workbook with one part put in the place of, or beside, its own."""

    def made() -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(_book()())) as good, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bad:
            for each in good.namelist():
                if each != name:
                    bad.writestr(each, good.read(each))
            bad.writestr(name, content())
        return stream.getvalue()

    return made


def _entities() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "膨胀">{entities}]>'
    return (head + "<sst><si><t>&e11;</t></si></sst>").encode()


def _two_rows(_: Any, sheet: Any) -> None:
    sheet.merge_range("A1:D1", "二〇二六年成果汇总表")
    sheet.merge_range("A2:B2", "基本情况")
    sheet.merge_range("C2:D2", "转化意向")
    sheet.write_row("A3", [*HEADER, "合作方式", "价格（万元）"])
    sheet.write_row("A4", [*FIRST, "许可", "50"])


def _hidden(book: Any, sheet: Any) -> None:
    sheet.set_row(2, None, None, {"hidden": True})
    other = book.add_worksheet("底稿")
    other.write_row(0, 0, HEADER)
    other.write_row(1, 0, ["藏起来的", "不应导入（示例）。"])
    other.hide()


def _formulas(_: Any, sheet: Any) -> None:
    sheet.write("C1", "价格（万元）")
    sheet.write_formula("C2", "=1+1", None, "")
    sheet.write_formula("C3", "=#REF!", None, "#REF!")


def _macros(book: Any, sheet: Any) -> None:
    picture = io.BytesIO(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
            "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
        )
    )
    sheet.insert_image("D2", "点.png", {"image_data": picture})
    book.set_properties({"comments": "含图"})


def _text(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: text.encode(encoding)


def _json(*lines: str) -> Callable[[], bytes]:
    good = json.dumps({"title": FIRST[0], "summary": FIRST[1]}, ensure_ascii=False)
    return lambda: "\n".join([good, *lines]).encode()


def _corner(_: Any, sheet: Any) -> None:
    sheet.write(1_048_575, 16_383, "远")


def _stray(_: Any, sheet: Any) -> None:
    sheet.write(1_048_575, 1, "远")


_SHEET = b'<?xml version="1.0"?><worksheet><sheetData>%b</sheetData></worksheet>'
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
_DATED = [[*HEADER, "有效期"], [*FIRST, date(2027, 6, 30)], [*SECOND, "2027年3月"]]
_LONG = [["成果编号", *HEADER], [20260301001234, *FIRST], ["2.0260301E+13", *SECOND]]
_MONEY = "成果名称,成果简介,价格（万元）\n甲机,甲（示例）。,面议\n乙机,乙（示例）。,300-500万\n丙机,丙（示例）。,-5\n"

INPUTS = (
    BadInput(1, "角.xlsx", _book(also=_corner), None),
    BadInput(2, "底.xlsx", _book(also=_stray), BOTH, said=True),
    BadInput(3, "胀.xlsx", _part("xl/worksheets/sheet1.xml", lambda: _SHEET % (b" " * 300_000_000)), None),
    BadInput(
        4, "串.xlsx", _part("xl/sharedStrings.xml", lambda: b"<sst>" + (b"<si><t>A</t></si>" * 20_000_000) + b"</sst>"),
        None,
    ),
    BadInput(5, "实体.xlsx", _part("xl/sharedStrings.xml", _entities), None),
    BadInput(6, "网页.xlsx", _text("<html><table><tr><td>成果名称</td></tr></table></html>"), None),
    BadInput(7, "加密.xlsx", lambda: _OLD + "EncryptedPackage".encode("utf-16-le") + bytes(4096), None),
    BadInput(8, "断.xlsx", lambda: _book()()[:2000], None),
    BadInput(9, "两行表头.xlsx", _book(rows=(), also=_two_rows), BOTH[:1]),
    BadInput(10, "隐藏.xlsx", _book(also=_hidden), BOTH),
    BadInput(11, "公式.xlsx", _book(also=_formulas), BOTH, said=True),
    BadInput(12, "日期.xlsx", _book(_DATED), BOTH),
    BadInput(13, "长数字.xlsx", _book(_LONG), BOTH[:1], said=True),
    BadInput(14, "宏和图.xlsx", _book(also=_macros), BOTH),
    BadInput(15, "全角.xlsx", _book(([" 成　果 名 称 ", "成果简介　（500字以内）"], FIRST, SECOND)), BOTH),
    BadInput(16, "国标.csv", _text(LINES, "gbk"), BOTH),
    BadInput(17, "带标记.csv", _text(LINES, "utf-8-sig"), BOTH),
    BadInput(18, "宽.csv", _text(LINES, "utf-16"), BOTH),
    BadInput(19, "混.csv", lambda: LINES.encode() + "磁选机,磁选。\n".encode("gbk"), (*BOTH, "磁选机"), said=True),
    BadInput(20, "缺尾.csv", lambda: LINES.encode() + "浮选柱,浮".encode()[:-1], BOTH, said=True),
    BadInput(21, "换行.csv", _text(f'{LINES}"分级""机""","第一行\n第二行（示例）。"\n'), (*BOTH, '分级"机"')),
    BadInput(22, "分号.csv", _text(LINES.replace(",", "；")), BOTH),
    BadInput(23, "式.csv", _text(LINES + "=cmd|' /C calc'!A0,＝HYPERLINK（示例）。\n"), (*BOTH, "=cmd|' /C calc'!A0")),
    BadInput(24, "生僻.csv", _text(LINES + "𨱏提纯\ue000,㛃（示例）。\n", "gb18030"), (*BOTH, "𨱏提纯\ue000")),
    BadInput(25, "正體.csv", _text("成果名稱,成果簡介\n超聲清洗機,清洗零件油污。\n", "big5"), ("超聲清洗機",)),
    BadInput(
        26, "数.jsonl", _json('{"title": "甲机", "summary": "甲", "maturity": 1e999}', '{"title": "乙机", "x": NaN}'),
        (FIRST[0], "甲机", "乙机"), said=True,
    ),
    BadInput(27, "半字.jsonl", _json('{"title": "半\\ud83d个", "summary": "代理"}'), (FIRST[0], "半\ufffd个")),
    BadInput(28, "空字符.jsonl", _json('{"title": "空\\u0000字符", "summary": "乙"}'), BOTH[:1], said=True),
    BadInput(
        29, "深.jsonl",
        _json('{"title": "一", "title": "重键机", "summary": "丙"}', "[" * 20_000, '{"title": ' + "9" * 5000 + "}"),
        (FIRST[0], "重键机"), said=True,
    ),
    BadInput(30, "钱.csv", _text(_MONEY), ("甲机", "乙机", "丙机"), said=True),
)  # fmt: skip


def written(each: BadInput, folder: Path) -> Path:
    """Write an input to a file of its name."""
    file = folder / each.name
    file.write_bytes(each.content())
    return file
