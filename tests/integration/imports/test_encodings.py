"""Text files in the encodings and with the delimiters that people's programs write."""

import pytest

from app.core.errors import UnreadableFile

HEADER = ["成果名称", "成果简介", "关键词", "成熟度", "拟转让价格（万元）"]
ROW = ["低温余热驱动的吸附制冷机组", "用七八十度的废热水制取冷水，机组没有运动部件。", "余热、制冷", "中试", "300-500"]
TRADITIONAL = [
    "低溫餘熱驅動的吸附製冷機組",
    "用七八十度的廢熱水製取冷水，機組沒有運動部件。",
    "餘熱、製冷",
    "中試",
    "面議",
]


def _text(rows, delimiter=",", end="\r\n"):
    return end.join(delimiter.join(row) for row in rows) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("copies", [1, 40])
def test_simplified_chinese_is_read_in_every_usual_encoding(parse, csv_file, encoding, copies):
    rows = [[f"{ROW[0]}{number}号", *ROW[1:]] for number in range(copies)]
    report, records = parse(csv_file(_text([HEADER, *rows]), encoding))
    assert (report.rows_total, report.rejected, len(records)) == (copies, 0, copies)
    assert records[0]["title"] == rows[0][0]
    assert records[0]["summary"] == ROW[1]
    assert records[0]["keywords"] == ["余热", "制冷"]
    assert (records[0]["stage"], records[0]["maturity"]) == ("中试", 6)


@pytest.mark.parametrize("copies", [1, 40])
def test_big5_is_not_taken_for_gbk(parse, csv_file, copies):
    header = ["成果名稱", "成果簡介", "關鍵詞", "成熟度", "價格"]
    rows = [[f"{TRADITIONAL[0]}{number}號", *TRADITIONAL[1:]] for number in range(copies)]
    report, records = parse(csv_file(_text([header, *rows]), "big5"))
    assert report.rejected == 0
    assert [record["title"] for record in records] == [row[0] for row in rows]
    assert records[0]["summary"] == TRADITIONAL[1]


def test_big_endian_utf_16_is_read(parse, csv_file):
    file = csv_file("\ufeff" + _text([HEADER, ROW]), "utf-16-be")
    assert parse(file)[1][0]["title"] == ROW[0]


def test_rare_characters_survive(parse, csv_file):
    rare = ["𠮷田式䶮型反应釜㙍", "𬬻温均匀的小型反应釜，适合试制。", "", "", ""]
    for encoding in ("gb18030", "utf-8"):
        assert parse(csv_file(_text([HEADER, ROW, rare]), encoding))[1][1]["title"] == rare[0]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "；"])
def test_every_usual_delimiter_is_seen(parse, csv_file, delimiter):
    records = parse(csv_file(_text([HEADER, ROW], delimiter), name="表.txt"))[1]
    assert records[0]["title"] == ROW[0]
    assert records[0]["price_max_wan"] == 500


@pytest.mark.parametrize("title", ["云澜大学成果汇总表", "云澜大学成果汇总表,,,,", "汇总表；二〇二六年"])
def test_a_line_above_the_header_does_not_hide_the_delimiter(parse, csv_file, title):
    report, records = parse(csv_file(title + "\r\n" + _text([HEADER, ROW])))
    assert report.rejected == 0
    assert records[0]["title"] == ROW[0]


def test_cells_hold_newlines_quotes_and_delimiters(parse, csv_file):
    quoted = ["成果名称,成果简介", '"3"" 管,弯头","第一行', '第二行，含""引号""，完。"', "后一项,后一项的简介"]
    report, records = parse(csv_file("\n".join(quoted) + "\n"))
    assert [record["title"] for record in records] == ['3" 管,弯头', "后一项"]
    assert records[0]["summary"] == '第一行\n第二行，含"引号"，完。'
    assert report.rejected == 0


def test_rows_are_numbered_as_an_editor_shows_them(parse, csv_file):
    text = '成果名称,成果简介\n"甲","一\n二\n三"\n\n,没有名称\n乙,四\n'
    report, records = parse(csv_file(text))
    assert [(error.row, error.column) for error in report.row_errors] == [(6, "成果名称")]
    assert len(records) == 2


def test_an_open_quote_does_not_swallow_the_rows_below(parse, csv_file):
    rows = "".join(f"成果{number}号,第{number}项的简介\n" for number in range(30))
    file = csv_file('成果名称,成果简介\n前一项,前一项的简介\n"没有闭合的引号,简介\n' + rows)
    try:
        _, records = parse(file)
    except UnreadableFile as error:
        assert "引号" in error.detail  # noqa: PT017
    else:
        assert len(records) >= 31, [len(record["summary"]) for record in records]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16"])
def test_a_character_cut_at_the_end_is_said_or_only_that_row_suffers(parse, csv_file, encoding):
    rows = [[f"{ROW[0]}{number}号", *ROW[1:4], "面议"] for number in range(20)]
    file = csv_file(_text([HEADER, *rows]).rstrip(), encoding)
    file.write_bytes(file.read_bytes()[:-1])
    try:
        records = parse(file)[1]
    except UnreadableFile as error:
        assert any(word in error.detail for word in ("编码", "损坏"))  # noqa: PT017
    else:
        assert [record["title"] for record in records[:19]] == [row[0] for row in rows[:19]]


def test_a_line_in_another_encoding_is_said_or_only_that_line_suffers(parse, csv_file):
    file = csv_file(_text([HEADER, *[[f"{ROW[0]}{n}号", *ROW[1:]] for n in range(20)]]))
    file.write_bytes(file.read_bytes() + _text([["混入的一行", "这一行是另一种编码", "", "", ""]]).encode("gbk"))
    try:
        records = parse(file)[1]
    except UnreadableFile as error:
        assert "编码" in error.detail  # noqa: PT017
    else:
        assert records[0]["title"] == f"{ROW[0]}0号"


@pytest.mark.parametrize("name", ["空.csv", "空.xlsx", "空.jsonl", "没有.csv", "表.doc", "表"])
def test_what_is_no_table_is_refused_with_a_reason(parse, csv_file, tmp_path, name):
    file = tmp_path / name if name == "没有.csv" else csv_file("", name=name)
    with pytest.raises(UnreadableFile, match=r"[一-龥]{4}"):
        parse(file)


def test_a_folder_is_refused_with_a_reason(parse, tmp_path):
    (tmp_path / "文件夹.csv").mkdir()
    with pytest.raises(UnreadableFile, match=r"[一-龥]{4}"):
        parse(tmp_path / "文件夹.csv")


def test_text_with_nul_characters_is_refused(parse, csv_file):
    with pytest.raises(UnreadableFile, match="空字符"):
        parse(csv_file("成果名称,成果简介\n甲\x00,乙\n"))


def test_limits_of_size_and_rows_are_named(parse, csv_file):
    with pytest.raises(UnreadableFile, match="20 MB"):
        parse(csv_file("成果名称,成果简介\n" + "甲,乙\n" * 4_000_000))
    with pytest.raises(UnreadableFile, match="20000 行"):
        parse(csv_file("成果名称,成果简介\n" + "甲,乙\n" * 20_001))
