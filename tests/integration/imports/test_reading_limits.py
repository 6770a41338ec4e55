"""What is small on the disk and large in memory is refused or cut while it is read, and says where and why."""

import io
import json
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from app.core.errors import UnreadableFile
from app.tables.limits import (
    CELL_LENGTH,
    CELL_LIMIT,
    CHARACTER_LIMIT,
    COLUMN_LIMIT,
    LINE_LIMIT,
    NOTE_LIMIT,
    ROW_LIMIT,
    TABLE_LIMIT,
)
from app.tables.reading import parse_answer, read_tables

# Reads a file in a process of its own and prints by how much that grew, in KB, and what became of the file.
READ = """
import resource, sys
from pathlib import Path
from app.core.errors import UnreadableFile
from app.tables.reading import read_tables

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = peak()
try:
    cells = sum(len(row.cells) for table in read_tables(Path(sys.argv[1])).tables for row in table.rows)
    told = f"{cells} cells"
except UnreadableFile as error:
    told = error.detail
print(peak() - before, told)
"""
HEADER = "成果名称,成果简介\n"


def _grown(file):
    done = subprocess.run([sys.executable, "-c", READ, str(file)], capture_output=True, text=True, check=True)
    kilobytes, _, told = done.stdout.strip().partition(" ")
    return int(kilobytes), told


def _csv(rows, columns=2, text="字"):
    return (",".join(text for _ in range(columns)) + "\n") * rows


def _zip(file, members):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def _repeated(file, text, rows, columns):
    """Write a workbook of which every cell refers to one shared string."""
    with xlsxwriter.Workbook(str(file)) as workbook:
        workbook.add_worksheet("汇总").write(0, 0, text)
    cells = "".join(f'<c r="{chr(65 + column)}{{0}}" t="s"><v>0</v></c>' for column in range(columns))
    sheet = "".join(f'<row r="{row}">{cells.format(row)}</row>' for row in range(1, rows + 1))
    with zipfile.ZipFile(file) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{sheet}</sheetData></worksheet>"
    ).encode()
    return _zip(file, parts)


def _refusal(file):
    with pytest.raises(UnreadableFile) as caught:
        read_tables(file)
    return caught.value.detail


def test_a_long_string_that_every_cell_repeats_is_refused_where_it_becomes_too_much(tmp_path):
    """150 million characters of 40 KB: less than the child's memory, and more than this process should take."""
    file = _repeated(tmp_path / "重复.xlsx", "a" * 30_000, rows=500, columns=10)
    assert file.stat().st_size < 50_000
    kilobytes, told = _grown(file)
    row = CHARACTER_LIMIT // 300_000 + 1
    assert told.startswith(f"文件“重复.xlsx”的工作表“汇总”第 {row} 行：文字超过 {CHARACTER_LIMIT} 字上限")
    assert "拆分" in told
    assert kilobytes < 30_000


def test_what_takes_all_memory_of_the_child_is_named_too(tmp_path):
    told = _refusal(_repeated(tmp_path / "撑满.xlsx", "a" * 30_000, rows=5000, columns=20))
    assert told.startswith("文件“撑满.xlsx”的工作表“汇总”过于复杂")


def test_the_largest_file_that_is_taken_costs_this_process_little(tmp_path):
    file = tmp_path / "最大.csv"
    columns = CELL_LIMIT // ROW_LIMIT
    length = CHARACTER_LIMIT // CELL_LIMIT
    file.write_text(_csv(ROW_LIMIT, columns, "a" * (length - 1)), "ascii")
    kilobytes, told = _grown(file)
    assert told == f"{CELL_LIMIT} cells"
    assert kilobytes < 150_000


def test_rows_of_all_sheets_count_together(tmp_path):
    file = tmp_path / "多表.xlsx"
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as workbook:
        for name in ("一", "二", "三"):
            sheet = workbook.add_worksheet(name)
            for row in range(7000):
                sheet.write(row, 0, "字")
    told = _refusal(file)
    assert told.startswith(f"文件“多表.xlsx”的工作表“三”第 60{ROW_LIMIT + 60 - 20_000 + 1} 行：超过 {ROW_LIMIT} 行上限")


def test_sheets_are_counted(tmp_path):
    file = tmp_path / "许多表.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        for number in range(TABLE_LIMIT + 1):
            workbook.add_worksheet(f"表{number}").write(0, 0, "字")
    told = _refusal(file)
    assert f"工作表“表{TABLE_LIMIT}”：工作表超过 {TABLE_LIMIT} 个上限" in told


def test_cells_of_all_members_of_a_zip_count_together(tmp_path):
    member = _csv(500, 40)
    file = _zip(tmp_path / "许多.zip", {f"{number}.csv": member for number in range(1, 41)})
    assert file.stat().st_size < 50_000
    over = CELL_LIMIT // (500 * 40) + 1
    assert _refusal(file).startswith(f"文件“{over}.csv”第 1 行：有内容的单元格超过 {CELL_LIMIT} 个上限")


def test_what_members_inflate_to_counts_together(tmp_path):
    """Three workbooks of which each alone would be within the limit."""
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        workbook.add_worksheet().write(0, 0, "字")
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/blank.bin", bytes(80 * 1024 * 1024))
    told = _refusal(_zip(tmp_path / "膨胀.zip", {f"{number}.xlsx": book.getvalue() for number in range(3)}))
    assert told.startswith("文件“2.xlsx”：解压后合计超过 200 MB 上限")


def test_a_member_that_cannot_be_read_leaves_nothing_of_itself(tmp_path):
    bad = "成果名称,成果简介\n甲,乙\n" + '"没有闭合,丙\n'
    book = read_tables(_zip(tmp_path / "一半.zip", {"坏.csv": bad, "好.csv": HEADER + "丁,戊\n"}))
    assert [table.file for table in book.tables] == ["好.csv"]
    assert any(note.startswith("文件“坏.csv”：未导入。第 3 行") for note in book.notes)


def test_objects_with_keys_of_their_own_are_cut_and_it_is_said(tmp_path):
    file = tmp_path / "各异.jsonl"
    lines = [{"title": f"第{row}项"} | {f"键{row}-{at}": "值" for at in range(50)} for row in range(1, 1001)]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    (table,), (note,) = (book := read_tables(file)).tables, book.notes
    assert table.header is not None
    assert (len(table.header), table.header[:2]) == (COLUMN_LIMIT, ("title", "键1-0"))
    assert {len(row.cells) for row in table.rows} == {COLUMN_LIMIT}
    assert [row.cells[0] for row in table.rows[-2:]] == ["第999项", "第1000项"]
    for said in ("文件“各异.jsonl”", f"前 {COLUMN_LIMIT} 个键", "自第 2 行起", "“键2-9”", "至少 1000 个键", "请只保留"):
        assert said in note


def test_deep_lists_are_a_matter_of_their_row(tmp_path):
    file = tmp_path / "深.jsonl"
    file.write_text('{"title": ' + "[" * 700 + "]" * 700 + '}\n{"title": "好"}\n', "utf-8")
    assert [row.cells for row in read_tables(file).tables[0].rows] == [(), ("好",)]


@pytest.mark.parametrize("name", ["长.csv", "长.jsonl"])
def test_a_cell_that_is_too_long_is_cut_and_its_row_is_named(tmp_path, name):
    file, cell = tmp_path / name, "长" * (CELL_LENGTH + 1)
    rows = ["短", cell]
    if name.endswith("jsonl"):
        file.write_text("\n".join(json.dumps({"title": row}) for row in rows), "utf-8")
    else:
        file.write_text("\n".join(rows), "utf-8")
    book = read_tables(file)
    assert [len(row.cells[0]) for row in book.tables[0].rows] == [1, CELL_LENGTH]
    assert f"文件“{name}”：第 2 行有超过 {CELL_LENGTH} 字" in book.notes[0]


def test_columns_beyond_the_last_are_noted_with_the_row(tmp_path):
    file = tmp_path / "宽.csv"
    file.write_text("甲,乙\n" + _csv(3, COLUMN_LIMIT + 1), "utf-8")
    book = read_tables(file)
    assert len(book.tables[0].rows[1].cells) == COLUMN_LIMIT
    assert f"自第 2 行起有内容超过 {COLUMN_LIMIT} 列" in book.notes[0]


def test_notes_are_few_however_many_files_give_one(tmp_path):
    wide = _csv(1, COLUMN_LIMIT + 1)
    assert len(read_tables(_zip(tmp_path / "注.zip", {f"{at}.csv": wide for at in range(80)})).notes) == NOTE_LIMIT


TABLE = {"file": "假.csv", "sheet": "", "hidden": False, "header": None}


def _answer(*lines):
    return io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([TABLE | {"rows": 30_000}, *([at, ["字"]] for at in range(30_000))], f"{ROW_LIMIT} 行上限"),
        ([TABLE | {"rows": 900}, *([at, ["a" * 25_000]] for at in range(900))], f"{CHARACTER_LIMIT} 字上限"),
        ([TABLE | {"rows": 15_000}, *([at, ["字"] * 60] for at in range(15_000))], f"{CELL_LIMIT} 个上限"),
        ([TABLE | {"rows": 0}] * (TABLE_LIMIT + 1), f"{TABLE_LIMIT} 个上限"),
        ([TABLE | {"rows": 0, "header": ["a" * (CHARACTER_LIMIT // 2)] * 3}], "过于复杂"),
        ([TABLE | {"rows": 1}, [1, [""] * (COLUMN_LIMIT + 1)]], "过于复杂"),
        ([TABLE | {"rows": 2}, [1, ["字"]]], "过于复杂"),
        ([{"notes": ["字" * LINE_LIMIT]}], "过于复杂"),
    ],
    ids=["rows", "characters", "cells", "tables", "header", "columns", "cut", "long line"],
)
def test_an_answer_over_the_budget_is_refused_whatever_the_child_did(lines, said):
    with pytest.raises(UnreadableFile, match=said):
        parse_answer(_answer(*lines, {"notes": []}))


def test_an_answer_without_its_end_is_refused():
    whole = [TABLE | {"rows": 1}, [1, ["字"]], {"notes": []}]
    assert parse_answer(_answer(*whole)).tables[0].rows[0].cells == ("字",)
    with pytest.raises(UnreadableFile, match="过于复杂"):
        parse_answer(_answer(*whole[:-1]))
