"""Workbooks as offices keep them."""

from datetime import date, datetime

import pytest
import xlsxwriter

HEADER = ["成果编号", "成果名称", "成果简介", "成熟度", "有效期", "价格（万元）"]


def _row(number, **cells):
    values = {
        "成果编号": f"表-{number}", "成果名称": f"第{number}号微波烧结炉", "成果简介": "陶瓷坯体微波快速烧结（示例）。",
        "成熟度": "小试", "有效期": "2027-06-30", "价格（万元）": 12.5,
    }  # fmt: skip
    return [(values | cells)[name] for name in HEADER]


def test_titles_above_the_header_are_passed_over(parse, xlsx_file):
    file = xlsx_file([HEADER, _row(1), _row(2)], merged=["云澜大学科技成果汇总表", "填报日期：2026年3月"])
    report, records = parse(file)
    assert (report.rows_total, report.rejected) == (2, 0)
    assert [record["external_id"] for record in records] == ["表-1", "表-2"]


def test_rows_are_numbered_as_the_program_shows_them(parse, xlsx_file):
    file = xlsx_file([HEADER, _row(1), _row(2, 成果名称="")], merged=["汇总表", "说明"])
    errors = parse(file)[0].row_errors
    assert [(error.row, error.column) for error in errors] == [(5, "成果名称")]


def test_numbers_and_dates_are_read_as_they_look(parse, xlsx_file):
    rows = [
        _row(1, 有效期=datetime(2027, 6, 30), **{"价格（万元）": 80}),  # noqa: DTZ001
        _row(2, 有效期=date(2028, 1, 2), 成熟度=7),
        _row(20260301001234, 成果编号=20260301001234, 成熟度="TRL 9"),
    ]
    records = parse(xlsx_file([HEADER, *rows]))[1]
    assert [record["valid_until"].isoformat() for record in records] == ["2027-06-30", "2028-01-02", "2027-06-30"]
    assert [str(record["price_max_wan"]) for record in records] == ["80", "12.5", "12.5"]
    assert [record["maturity"] for record in records] == [4, 7, 9]
    assert records[2]["external_id"] == "20260301001234"


def test_a_header_of_two_rows_is_understood(parse, tmp_path):
    file = tmp_path / "两行表头.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:D1", "成果汇总表")
        sheet.merge_range("A2:B2", "基本情况")
        sheet.merge_range("C2:D2", "转化意向")
        sheet.write_row("A3", ["成果名称", "成果简介", "合作方式", "价格（万元）"])
        sheet.write_row("A4", ["电渗析脱盐", "电渗析处理高盐水（示例）。", "许可", "50"])
    report, records = parse(file)
    assert (report.rows_total, report.rejected) == (1, 0)
    assert records[0]["cooperation_modes"] == ["许可"]


def test_formulas_and_errors_in_cells_hurt_only_their_rows(parse, tmp_path):
    file = tmp_path / "公式.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["成果名称", "成果简介", "价格"])
        sheet.write_row("A2", ["等温锻造模具", "等温锻造用模具加热（示例）。"])
        sheet.write_formula("C2", "=1+1", None, 2)
        sheet.write_row("A3", ["多向模锻", "多向模锻成形（示例）。"])
        sheet.write_formula("C3", "=1/0", None, "#DIV/0!")
    report, records = parse(file)
    assert [record["title"] for record in records] == ["等温锻造模具", "多向模锻"]
    assert records[0]["price_max_wan"] == 2
    assert [warning.row for warning in report.warnings] in ([], [3])


def test_the_first_sheet_with_content_is_read(parse, tmp_path):
    file = tmp_path / "多表.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        workbook.add_worksheet("封面")
        workbook.add_worksheet("数据").write_row("A1", ["成果名称", "成果简介"])
        workbook.get_worksheet_by_name("数据").write_row("A2", ["干法造粒", "粉体干法造粒（示例）。"])
        workbook.add_worksheet("说明").write("A1", "别的")
    assert [record["title"] for record in parse(file)[1]] == ["干法造粒"]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", '＝HYPERLINK("x")', "+1+1 提纯", "-2 度冷库", "@SUM 净化"])
def test_what_looks_like_a_formula_is_kept_as_text(parse, tmp_path, text):
    file = tmp_path / "注入.xlsx"
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["成果名称", "成果简介"])
        sheet.write_row("A2", [text, text])
    assert parse(file)[1][0]["title"] == text
