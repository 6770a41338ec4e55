"""Headers as universities and enterprises write them."""

from decimal import Decimal

import pytest

from app.core.errors import UnreadableFile


@pytest.mark.parametrize(
    ("kind", "header", "field"),
    [
        ("achievements", "项目名称", "title"), ("achievements", "*成果名称：", "title"),
        ("achievements", "成 果 名 称", "title"), ("achievements", "　成果　名称　", "title"),
        ("achievements", "成果名称（必填）", "title"), ("achievements", "ＴＩＴＬＥ", "title"),
        ("achievements", "Title", "title"), ("achievements", "论文题目", "title"), ("needs", "技术需求名称", "title"),
        ("needs", "需求\n名称", "title"), ("needs", "【需求名称】需求名称", "title"),
    ],
)  # fmt: skip
def test_the_title_is_found_under_its_many_names(parse, csv_file, kind, header, field):
    text = {"achievements": "成果简介", "needs": "需求描述"}[kind]
    records = parse(csv_file(f'"{header}",{text}\n甲乙丙,丁戊己\n'), kind)[1]
    assert records[0][field] == "甲乙丙"


def test_the_other_columns_are_found_too(parse, csv_file):
    header = "序号,成果编号,完成单位,名称,摘要,主题词,主要技术指标,行业代码,TRL,专利情况,转化方式,县区,手机"
    row = "1,甲-7,云澜某学院（示例）,膜蒸馏,浓缩盐水。,膜；蒸馏,回收率≥90%,2661，4620,TRL7,2项,许可、入股,某区,李某"
    report, records = parse(csv_file(f"{header}\n{row}\n"))
    record = records[0]
    assert report.unmapped_columns == ["序号"]
    assert record["external_id"] == "甲-7"
    assert record["organisation"] == "云澜某学院（示例）"
    assert record["industries"] == ["2661", "4620"]
    assert (record["maturity"], record["stage"]) == (7, "中试")
    assert (record["keywords"], record["cooperation_modes"]) == (["膜", "蒸馏"], ["许可", "入股"])
    assert (record["district"], record["contact"], record["ip"]) == ("某区", "李某", ["2项"])


@pytest.mark.parametrize(
    ("header", "cell", "low", "high"),
    [
        ("拟转让价格（万元）", "120", "120", "120"), ("价格/万元", "80-100", "80", "100"),
        ("价格(单位：万元)", "面议", None, None), ("转让价格（元）", "500000", "50", "50"),
        ("转让价格（亿元）", "0.3", "3000", "3000"), ("价格（元）", "20万-30万", "20", "30"),
    ],
)  # fmt: skip
def test_a_unit_in_the_header_counts(parse, csv_file, header, cell, low, high):
    record = parse(csv_file(f"成果名称,成果简介,{header}\n甲,乙,{cell}\n"))[1][0]
    assert record["price_min_wan"] == (low and Decimal(low))
    assert record["price_max_wan"] == (high and Decimal(high))


def test_full_width_cells_are_understood(parse, csv_file):
    text = (
        "需求名称,需求描述,预算,最低成熟度,截止日期,所属行业\n甲,乙,３００～５００,ＴＲＬ６,２０２７年６月３０日,Ｃ\n"
    )
    record = parse(csv_file(text), "needs")[1][0]
    assert (record["budget_min_wan"], record["budget_max_wan"], record["min_maturity"]) == (300, 500, 6)
    assert record["deadline"].isoformat() == "2027-06-30"


def test_the_first_of_two_columns_for_a_field_wins_and_the_other_is_named(parse, csv_file):
    report, records = parse(csv_file("成果名称,项目名称,成果简介\n甲,乙,丙\n"))
    assert records[0]["title"] == "甲"
    assert report.unmapped_columns == ["项目名称"]


@pytest.mark.parametrize(
    "text", ["姓名,年龄\n甲,7\n", "成果名称\n甲\n", "成果简介\n甲\n", "一句话\n", "1,2,3\n4,5,6\n"]
)
def test_a_table_without_title_and_text_says_what_is_missing(parse, csv_file, text):
    with pytest.raises(UnreadableFile, match=r"成果名称.*成果简介"):
        parse(csv_file(text))
