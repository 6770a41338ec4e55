"""What packages are written with and answers are read by: GBK, words of states, addresses, headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.gbk import in_gbk
from app.channels.replies import is_https, read_replies
from app.channels.rows import Column, row_of
from app.core.errors import UnreadableFile
from app.models import ItemState
from app.tables.reading import RawRow, RawTable, Workbook


@given(st.text())
def test_what_gbk_cannot_write_is_told_and_the_rest_is_written(text):
    written, changed, left = in_gbk(text)
    "".join(each for each in written if each not in left).encode("gbk")
    assert all(each in written for each in left)
    if not changed and not left:
        assert written == text
    for old in changed:
        with pytest.raises(UnicodeEncodeError):
            old.encode("gbk")
        assert old in text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("3 m³/h", "3 m^3/h"), ("10⁻⁶", "10^-6"), ("CO₂", "CO2"), ("±0.5 ℃、≥50 μm、Φ20", "±0.5 ℃、≥50 μm、Φ20"),
        ("5−10", "5-10"), ("㎡、㎥", "㎡、m3"),
    ],
)  # fmt: skip
def test_characters_of_engineers_stay_readable(text, written):
    assert in_gbk(text)[0] == written


def _read(*rows, code_columns=()):
    table = RawTable(None, tuple(RawRow(number, row) for number, row in enumerate(rows, start=1)))
    return read_replies(Workbook((table,), ()), code_columns)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("审核通过", ItemState.ACCEPTED), ("已上架", ItemState.ACCEPTED), (" Published ", ItemState.ACCEPTED),
        ("审核不通过", ItemState.REJECTED), ("未通过", ItemState.REJECTED), ("不予采用", ItemState.REJECTED),
        ("已下架", ItemState.REJECTED), ("未采用", ItemState.REJECTED), ("驳回", ItemState.REJECTED),
        ("待审核", None), ("审核中", None), ("", None),
    ],
)  # fmt: skip
def test_words_of_states(word, state):
    (reply,) = _read(("编号", "状态"), ("AB", word)).replies
    assert (reply.state, reply.errors) == (state, ())


def test_a_word_that_nobody_knows_is_told():
    (reply,) = _read(("编号", "状态"), ("AB", "搁置")).replies
    assert "看不懂状态" in reply.errors[0]


def test_the_channels_own_column_of_codes_counts_before_the_platforms():
    found = _read(("需求编号", "外部编号（勿改）", "审核结果"), ("LY-1", "AB", "通过"), code_columns=["外部编号"])
    assert found.replies[0].code == "AB"
    assert dict(found.columns)["需求编号"] is None


def test_a_header_below_titles_is_found_and_one_far_below_is_not():
    title = ("回执导出", "", "")
    assert _read(title, title, ("对外编号", "状态"), ("AB", "通过")).replies[0].row == 4
    with pytest.raises(UnreadableFile):
        _read(*[title] * 20, ("对外编号", "状态"), ("AB", "通过"))


def test_what_nobody_sees_is_not_kept():
    (reply,) = _read(("编号", "留言", "联系电话"), ("A\u200bB", "'=1+1\u202e", "0000\r\n-1")).replies
    assert (reply.code, reply.message, reply.contact) == ("AB", "=1+1", "0000  -1")


@given(st.text() | st.from_regex(r"https?://[a-z@.:\[\]/ ]{0,30}", fullmatch=True))
def test_a_link_is_https_with_a_host_and_nothing_hidden(url):
    if is_https(url):
        assert url.lower().startswith("https://")
        assert not any(each.isspace() or each in "<>\"'" for each in url)
        assert "@" not in url.split("/")[2]


@given(st.lists(st.text(min_size=1, max_size=5), max_size=4), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_a_word_without_another_is_a_problem_or_stays(words, table):
    row = row_of({"chains": tuple(words)}, [Column("链", "chains", values=table)], "AB", "", [])
    listed = set(table) - {""}
    unknown = {word for word in words if word not in table and "*" not in table} if listed else set()
    assert bool(row.problems) == bool(unknown)
    if not table:
        assert row.cells == (("链", "；".join(words)),)
