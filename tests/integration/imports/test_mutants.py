"""Damaged files by the hundred: each is read or refused in Chinese, and the process goes on."""

import io
import json
import random
import re
import zipfile

import pytest
import xlsxwriter

from app.core.errors import UnreadableFile
from tests.trials import size

MUTANTS, SEED = size(15, 10_000), 11
ROWS = [
    ["成果编号", "成果名称", "成果简介", "成熟度", "转让价格（万元）", "应用行业"],
    ["M-1", "高炉煤气干法除尘", "布袋除尘后含尘量5 mg/m³（示例）。", "中试", "100-200", "31"],
    ["M-2", "转炉钢渣热闷", "游离氧化钙低于3%（示例）。", "TRL7", "面议", "C"],
    ["M-3", "烧结烟气循环", "循环率35%，\n固体燃耗降5%，“引号”（示例）。", "产业化", "三百到五百万元", "黑色金属"],
]
NASTY = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\r", b"\n\n", b",,,,,,,,", b"=cmd|'/C'!A0", b"\xed\xa0\x80",
    b"9" * 400, b"NaN", b"1e999", b"{" * 200, b"[" * 3000, b"<!ENTITY a 'b'>", b"A1:XFD1048576", b'r="XFD1048576"',
    "密级：机密★".encode(), "\U000e0041\u202e".encode(), "面议".encode("gb18030"), b"#REF!", b"\\ud800",
]  # fmt: skip


def _csv():
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS)


def _xlsx():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("成果")
        sheet.merge_range(0, 0, 0, 5, "汇总（示例）")
        for at, row in enumerate(ROWS, start=1):
            sheet.write_row(at, 0, row)
        sheet.write_formula(5, 0, "=1/0", value="#DIV/0!")
    return stream.getvalue()


def _jsonl():
    keys = ["external_id", "title", "summary", "maturity", "price", "industries"]
    return "\n".join(json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False) for row in ROWS[1:])


SEEDS = {
    "gbk.csv": _csv().encode("gb18030"),
    "utf16.csv": _csv().encode("utf-16"),
    "utf8.tsv": _csv().replace('","', '"\t"').encode(),
    "plain.jsonl": _jsonl().encode(),
    "book.xlsx": _xlsx(),
}
SEEDS["pack.zip"] = None  # made below, of the others


def _zip(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


SEEDS["pack.zip"] = _zip({name: SEEDS[name] for name in ("gbk.csv", "book.xlsx")})


def _mutated(chance, data):
    """Change bytes: flip, cut, double, put something nasty in."""
    mutant = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(mutant) + 1) if mutant else 0
        deed = chance.randrange(5)
        if deed == 0 and mutant:
            mutant[min(at, len(mutant) - 1)] ^= 1 << chance.randrange(8)
        elif deed == 1:
            del mutant[at : at + chance.randrange(1, 200)]
        elif deed == 2:
            mutant[at:at] = mutant[max(0, at - chance.randrange(1, 300)) : at]
        elif deed == 3:
            mutant[at:at] = chance.choice(NASTY)
        else:
            del mutant[at:]
    return bytes(mutant)


def _mutant(chance):
    name = chance.choice(sorted(SEEDS))
    data = SEEDS[name]
    if name == "book.xlsx" and chance.random() < 0.7:
        # Within the container, which a flipped bit would otherwise only break.
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        part = chance.choice(sorted(parts))
        parts[part] = _mutated(chance, parts[part])
        return name, _zip(parts)
    return name, _mutated(chance, data)


@pytest.mark.trial
def test_no_damaged_file_breaks_the_reader(parse, tmp_path, figures):
    chance = random.Random(SEED)
    read = refused = 0
    for number in range(MUTANTS):
        name, data = _mutant(chance)
        file = tmp_path / f"{number}-{name}"
        file.write_bytes(data)
        try:
            report, records = parse(file)
        except UnreadableFile as error:
            refused += 1
            told = error.detail
        else:
            told = "读取完毕"
            read += 1
            assert len(records) + report.rejected + report.unchanged == report.rows_total, (number, name)
            assert all(re.search(r"[一-龥]", error.message) for error in report.row_errors), (number, name)
        assert re.search(r"[一-龥]{4}", told), (number, name)
        file.unlink()
    assert read > MUTANTS // 6
    assert refused > MUTANTS // 10
    figures("damaged uploads", size=MUTANTS, seed=SEED, read=read, refused=refused)


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_the_undamaged_files_are_read(parse, tmp_path, name):
    file = tmp_path / name
    file.write_bytes(SEEDS[name])
    assert len(parse(file)[1]) == 3
