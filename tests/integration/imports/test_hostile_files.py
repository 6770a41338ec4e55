"""Files that would hurt: each is refused with a reason, and the process goes on."""

import os
import resource
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from app.core.errors import UnreadableFile
from app.tables.limits import ANSWER_LIMIT, MEMORY_LIMIT
from app.tables.reading import read_tables

# Runs the child as `read_tables` does, then prints what memory it may have, and what it may write.
CHILD = """
import resource, runpy
runpy.run_module("app.tables.child", run_name="__main__")
print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_FSIZE)[0])
"""
ROWS = [
    ["成果名称", "成果简介"],
    ["超声清洗机", "超声清洗零件油污（示例）。"],
    ["喷雾干燥塔", "喷雾干燥浆料（示例）。"],
]


@pytest.fixture
def good(xlsx_file):
    return xlsx_file(ROWS, name="好.xlsx")


def _far(file, cells):
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for at, row in enumerate(ROWS):
            sheet.write_row(at, 0, row)
        for row, column in cells:
            sheet.write(row, column, "远")
    return file


def _replaced(good, file, part, content):
    """Copy a workbook with one part replaced."""
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    return file


def _refused(parse, file):
    with pytest.raises(UnreadableFile, match=r"[一-龥]{4}"):
        parse(file)


def test_a_truncated_workbook_is_refused(parse, good):
    data = good.read_bytes()
    for share in (0.1, 0.5, 0.95):
        good.write_bytes(data[: int(len(data) * share)])
        _refused(parse, good)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><table><tr><td>x</td></tr></table></html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
        b"PK\x03\x04" + bytes(100), bytes(1000), "成果名称,成果简介\n甲,乙\n".encode(), b"%PDF-1.7\n",
    ],
    ids=["html", "old or protected", "zip head", "zeros", "csv", "pdf"],
)  # fmt: skip
def test_what_only_calls_itself_a_workbook_is_refused(parse, tmp_path, content):
    file = tmp_path / "改名.xlsx"
    file.write_bytes(content)
    _refused(parse, file)


def test_a_cell_in_the_last_corner_does_not_take_the_memory(parse, tmp_path):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _refused(parse, _far(tmp_path / "角.xlsx", [(1_048_575, 16_383)]))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000  # kilobytes


def test_a_stray_cell_in_the_last_row_costs_that_row_alone(parse, tmp_path):
    report, records = parse(_far(tmp_path / "底.xlsx", [(1_048_575, 1)]))
    assert [record["title"] for record in records] == ["超声清洗机", "喷雾干燥塔"]
    assert [error.row for error in report.row_errors] == [1_048_576]


def test_a_sheet_that_inflates_is_refused_or_read(parse, tmp_path, good):
    bomb = b'<?xml version="1.0"?><worksheet><sheetData>' + b" " * 300_000_000 + b"</sheetData></worksheet>"
    _refused(parse, _replaced(good, tmp_path / "胀.xlsx", "xl/worksheets/sheet1.xml", bomb))


def test_shared_strings_that_inflate_are_refused(parse, tmp_path, good):
    strings = b"<si><t>" + b"A" * 1000 + b"</t></si>"
    bomb = b'<?xml version="1.0"?><sst>' + strings * 700_000 + b"</sst>"
    _refused(parse, _replaced(good, tmp_path / "串.xlsx", "xl/sharedStrings.xml", bomb))


def test_entities_are_not_expanded(parse, tmp_path, good):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "膨胀">{entities}]>'
    bomb = (head + "<sst><si><t>&e11;</t></si></sst>").encode()
    file = _replaced(good, tmp_path / "实体.xlsx", "xl/sharedStrings.xml", bomb)
    try:
        report, records = parse(file)
    except UnreadableFile:
        pass
    else:
        assert sum(len(str(record)) for record in records) < 10_000
        assert report.rows_total < 10


def test_after_all_that_a_good_workbook_is_read(parse, tmp_path, good):
    _refused(parse, _far(tmp_path / "角.xlsx", [(1_048_575, 16_383)]))
    assert len(parse(good)[1]) == 2


def test_what_opens_a_file_may_take_and_write_little(good):
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(good), good.name], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == f"{MEMORY_LIMIT} {ANSWER_LIMIT}"


def test_a_file_is_opened_without_a_fork_of_this_process(good):
    """A fork stops the threads of BLAS: a search that multiplies at that moment would wait for ever."""
    forks: list[int] = []
    os.register_at_fork(before=lambda: forks.append(1))
    read_tables(good)
    assert not forks
