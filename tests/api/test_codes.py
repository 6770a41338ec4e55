"""Code lists: the top levels of industries are there, others are imported."""

import pytest

from app.codes.service import codes_in
from app.core.caller import OPERATOR
from app.core.errors import UnreadableFile
from app.models import CodeList
from tests.asking import written

CODES = "/api/v1/codes"


def _codes(client, which, **query):
    answer = client.get(f"{CODES}/{which}", params=query)
    assert answer.status_code == 200, answer.text
    return [(each["code"], each["name"], each["level"]) for each in answer.json()["items"]]


def _import(client, which, file):
    services = client.app.state.services
    return written(services.database, services.codes.replace, which, codes_in(file), OPERATOR)


def test_the_top_levels_of_industries_are_shipped(client):
    top = _codes(client, "industries")
    assert len(top) == 20
    assert top[2] == ("C", "制造业", 1)
    assert len(_codes(client, "industries", parent="C")) == 31
    assert ("35", "专用设备制造业", 2) in _codes(client, "industries", q="专用设备")
    assert _codes(client, "chains") == []


def test_a_list_is_imported_and_read_level_by_level(client, tmp_path):
    # Not chains: that none are shipped is another test's.
    file = tmp_path / "学科.csv"
    file.write_text("代码,名称,上级\nA,工学,\nA1,机械工程,A\nA2,矿业工程,A\nB,农学,\n", "utf-8")
    assert _import(client, CodeList.DISCIPLINES, file) == 4
    assert _codes(client, "disciplines") == [("A", "工学", 1), ("B", "农学", 1)]
    assert _codes(client, "disciplines", parent="A") == [("A1", "机械工程", 2), ("A2", "矿业工程", 2)]


def test_levels_follow_from_the_codes_where_no_parent_is_given(client, tmp_path):
    file = tmp_path / "区划.csv"
    file.write_text("行政区划代码,行政区划名称\n990000,某省\n990100,某市\n990102,某区\n", "gb18030")
    _import(client, CodeList.DIVISIONS, file)
    assert _codes(client, "divisions") == [("990000", "某省", 1)]
    assert _codes(client, "divisions", parent="990100") == [("990102", "某区", 3)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("甲,乙\n1,2\n", "代码"), ("代码,名称\n1,甲\n1,乙\n", "两次"), ("代码,名称,上级\n1,甲,9\n", "上级"),
        ("代码,名称,上级\n1,甲,2\n2,乙,1\n", "圈"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_and_the_old_one_stays(client, tmp_path, text, word):
    file = tmp_path / "坏.csv"
    file.write_text(text, "utf-8")
    before = _codes(client, "ipc")
    with pytest.raises(UnreadableFile, match=word):
        _import(client, CodeList.IPC, file)
    assert _codes(client, "ipc") == before
