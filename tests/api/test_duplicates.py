"""Records that read alike: shown for a decision, never merged, and never telling of what is hidden."""

import pytest

from app.core.caller import Role
from app.models import NearDuplicate

pytestmark = pytest.mark.worker

TEXT = (
    "采用分级浓密与板框压滤联合工艺处理细粒尾矿，底流浓度达到{}%，滤饼含水率不高于{}%，"
    "回水浊度低于50 NTU，已连续运行2000 h（示例）。"
)
DUPLICATES = "/api/v1/duplicates"


@pytest.fixture(scope="module")
def two(account):
    return account(Role.UNIVERSITY, "云澜甲大学（示例）"), account(Role.UNIVERSITY, "云澜乙大学（示例）")


def _import(send, headers, title, text):
    found = send(f"成果编号,成果名称,成果简介\n{title},{title},{text}\n".encode(), "一.csv", headers)
    assert found["created"] == 1, found
    return found


def _list(client, headers, **query):
    answer = client.get(DUPLICATES, params={"kind": "achievements", **query}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_a_near_duplicate_of_another_organisation_is_shown_and_nothing_is_merged(client, create, two, operator, send):
    first = create("achievements", title="细粒尾矿浓密压滤联合处理技术", summary=TEXT.format(68, 16))
    found = _import(send, two[0][1], "细粒尾矿浓密压滤联合处理技术", TEXT.format(66, 17))
    assert [each["code"] for each in found["warnings"]] == ["near_duplicate"]
    assert first["title"] in found["warnings"][0]["message"]
    (pair,) = [each for each in _list(client, two[0][1]) if each["first"]["id"] == first["id"]]
    assert 0.75 <= pair["similarity"] < 1
    assert (pair["first"]["yours"], pair["second"]["yours"]) == (False, True)
    assert _list(client, two[1][1]) == []
    assert pair["id"] in {each["id"] for each in _list(client, operator)}
    for side in ("first", "second"):
        shown = client.get(f"/api/v1/achievements/{pair[side]['id']}", headers=two[0][1])
        assert shown.status_code == 200

    said = client.put(
        f"{DUPLICATES}/{pair['id']}", json={"verdict": "different", "note": "工艺不同"}, headers=two[0][1]
    )
    assert (said.status_code, said.json()["verdict"]) == (200, "different")
    assert pair["id"] not in {each["id"] for each in _list(client, two[0][1], decided=False)}
    undone = client.put(f"{DUPLICATES}/{pair['id']}", json={"verdict": None}, headers=two[0][1])
    assert undone.json()["verdict"] is None


def test_a_hidden_record_is_not_told_of(client, create, two, operator, send):
    hidden = create("achievements", title="高岭土剥片与煅烧增白技术", summary=TEXT.format(55, 21), visibility="liaison")
    found = _import(send, two[1][1], "高岭土剥片与煅烧增白技术", TEXT.format(55, 22))
    assert found["warnings"] == []
    assert hidden["id"] not in str(_list(client, two[1][1]))
    (pair,) = [each for each in _list(client, operator) if each["first"]["id"] == hidden["id"]]
    assert client.put(f"{DUPLICATES}/{pair['id']}", json={"verdict": "same"}, headers=two[1][1]).status_code == 404


def test_different_texts_are_not_called_alike(client, two, send):
    found = _import(
        send, two[0][1], "石墨提纯", "碱酸法提纯天然鳞片石墨，固定碳由92%提高到99.95%，酸耗降低三成（示例）。"
    )
    assert found["warnings"] == []


def test_a_pair_is_gone_when_one_of_it_is_withdrawn(client, create, two, operator, send):
    first = create("achievements", title="铜尾矿浮选回收石英", summary=TEXT.format(71, 13))
    _import(send, two[0][1], "铜尾矿浮选回收石英", TEXT.format(72, 12))
    pairs = [each for each in _list(client, operator) if each["first"]["id"] == first["id"]]
    assert len(pairs) == 1
    gone = client.delete(f"/api/v1/achievements/{first['id']}", headers=operator | {"If-Match": '"1"'})
    assert gone.status_code == 204
    assert pairs[0]["id"] not in {each["id"] for each in _list(client, operator)}
    said = client.put(f"{DUPLICATES}/{pairs[0]['id']}", json={"verdict": "same"}, headers=operator)
    assert said.status_code == 404
    with client.app.state.database.read() as session:
        assert session.get(NearDuplicate, pairs[0]["id"]).verdict is None, "nothing is kept of what is refused"
