"""Rows that cannot be taken: each with its row, column, code and a reason in Chinese."""

import json

import pytest

CHINESE = "[一-龥]{2}"


def _errors(report):
    return [(each.row, each.column, each.code) for each in report.row_errors]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        (",有简介,,", "成果名称", "blank"), ("……,有简介,,", "成果名称", "no_words"),
        ("😀😀,有简介,,", "成果名称", "no_words"), ("题" * 201 + ",有简介,,", "成果名称", "string_too_long"),
        ("名称,简介," + "长" * 300 + ",", "关键词", "string_too_long"), ("名称,简介,,secret", "可见范围", "enum"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_the_good_ones_stay(parse, csv_file, cells, column, code):
    text = f"成果名称,成果简介,关键词,可见范围\n前一项,前一项的简介,,\n{cells}\n后一项,后一项的简介,,public\n"
    report, records = parse(csv_file(text))
    assert _errors(report) == [(3, column, code)]
    assert [record["title"] for record in records] == ["前一项", "后一项"]
    assert (report.rows_total, report.rejected, report.unchanged) == (3, 1, 0)
    error = report.row_errors[0]
    assert any("一" <= character <= "龥" for character in error.message)
    assert len(error.value) <= 100


def test_a_row_without_a_text_is_taken_with_a_warning(parse, csv_file):
    report, records = parse(csv_file("成果名称,成果简介\n皮带秤在线校准,\n"))
    assert report.rejected == 0
    assert records[0]["summary"] == ""
    assert [(each.row, each.column, each.code) for each in report.warnings] == [(2, "成果简介", "body_missing")]


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("价格", "-5", "price_max_wan"), ("价格", "看情况", "price_max_wan"), ("成熟度", "很高", "maturity"),
        ("行业", "煤炭", "industries"), ("行业", "9999", "industries"), ("有效期", "长期", "valid_until"),
        ("有效期", "2027-02-30", "valid_until"),
    ],
)  # fmt: skip
def test_an_unreadable_side_cell_is_left_empty_and_said(parse, csv_file, header, cell, field):
    report, records = parse(csv_file(f"成果名称,成果简介,{header}\n甲,乙,{cell}\n"))
    assert report.rejected == 0
    (warning,) = report.warnings
    assert (warning.row, warning.column, warning.code, warning.value) == (2, header, "value_ignored", cell)
    assert "请" in warning.message
    assert records[0][field] in (None, [])


def test_a_row_in_disguise_is_unchanged_and_another_content_is_refused(parse, csv_file):
    rows = "编-1,甲,一\n编-1,甲,一\n编-1,甲,二\n,乙,三\n,乙 ,三\n, 乙,四\n"
    report, records = parse(csv_file("成果编号,成果名称,成果简介\n" + rows))
    assert [record["summary"] for record in records] == ["一", "三"]
    assert report.unchanged == 2
    assert _errors(report) == [(4, "成果编号", "repeated"), (7, "成果名称", "repeated")]
    assert [each.message.split("行")[0] for each in report.row_errors] == ["与第 2 ", "与第 5 "]


def test_lines_of_json_that_cannot_be_read_hurt_only_themselves(parse, csv_file):
    good = {"title": "真空冶炼", "summary": "真空感应熔炼（示例）。", "keywords": ["真空", "熔炼"], "price_min_wan": 5}
    lines = [
        json.dumps(good, ensure_ascii=False), "不是 JSON", "[1, 2]", '{"title": "cut', "null", "[" * 20_000,
        '{"title": "甲", "summary": ' + "9" * 5000 + "}", '{"title": "半\\ud83d个", "summary": "代理"}',
        '{"title": "空\\u0000字符", "summary": "乙"}', '{"title": "重键一", "title": "重键二", "summary": "丙"}',
        "", '{"title": "丁", "summary": "戊", "price_min_wan": NaN}',
        '{"title": "己", "summary": "庚", "maturity": 1e999}',
    ]  # fmt: skip
    report, records = parse(csv_file("\n".join(lines), name="成果.jsonl"))
    assert records[0]["title"] == "真空冶炼"
    assert records[0]["keywords"] == ["真空", "熔炼"]
    assert {"半\ufffd个", "重键二"} <= {record["title"] for record in records}
    rejected = {error.row: error.code for error in report.row_errors}
    assert {row: rejected[row] for row in (2, 3, 4, 5, 6, 7)} == dict.fromkeys((2, 3, 4, 5, 6, 7), "not_an_object")
    assert rejected[9] == "nul_character"
    assert report.rows_total == len(records) + report.rejected == 12


@pytest.mark.parametrize("kind", ["achievements", "needs"])
def test_what_the_programming_interface_shows_can_be_imported(parse, csv_file, kind):
    text = {"achievements": "summary", "needs": "description"}[kind]
    money = {"achievements": "price", "needs": "budget"}[kind]
    maturity = {"achievements": "maturity", "needs": "min_maturity"}[kind]
    line = {
        "external_id": "回-1", "title": "回填料", text: "矸石回填料（示例）。",
        "industries": ["0610"], "chains": ["煤化工"],
        maturity: 5, f"{money}_min_wan": "1.5", f"{money}_max_wan": "20", "cooperation_modes": ["许可"],
        "district": "某区", "visibility": "public", "valid_until": "2027-01-02",
    }  # fmt: skip
    report, records = parse(csv_file(json.dumps(line, ensure_ascii=False), name="回.jsonl"), kind)
    assert report.row_errors == []
    assert report.warnings == []
    record = records[0]
    shown = {name: str(record[name]) if "_wan" in name or name == "valid_until" else record[name] for name in line}
    assert shown == line
