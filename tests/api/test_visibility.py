"""What anybody may see, in every place where records are shown."""

import json
from datetime import timedelta

import pytest

from app.core.city_time import today

KINDS = ["achievements", "needs"]
YESTERDAY = (today() - timedelta(days=1)).isoformat()
HIDDEN = {
    "draft": {"status": "draft"},
    "submitted": {"status": "submitted"},
    "returned": {"status": "returned"},
    "withdrawn": {"status": "withdrawn"},
    "liaison": {"visibility": "liaison"},
    "expired": {"valid_until": YESTERDAY},
}
CASES = [(kind, name) for kind in KINDS for name in HIDDEN] + [("achievements", "registered")]
TEXT = "用苔藓孢子悬浮液修复石漠化坡面，喷播后人工降雾保湿（示例）。"


@pytest.fixture(scope="module")
def hidden(create):
    """A record of every sort that anybody may not see, by kind and name."""
    sorts = HIDDEN | {"registered": {"visibility": "registered"}}
    text = {"achievements": "summary", "needs": "description"}
    return {
        (kind, name): create(kind, title=f"苔藓孢子喷播{name}{kind}", **{text[kind]: TEXT}, **sorts[name])
        for kind, name in CASES
    }


@pytest.fixture(scope="module")
def twin(create):
    """An open record of each kind with the text of the hidden ones."""
    return {
        "achievements": create("achievements", title="苔藓孢子喷播修复石漠化坡面", summary=TEXT),
        "needs": create("needs", title="苔藓孢子喷播修复石漠化坡面", description=TEXT),
    }


def _search(client, kind, headers=None):
    wanted = {"text": "苔藓孢子喷播", "target": kind, "top_k": 100}
    found = client.post("/api/v1/search?explain=full", json=wanted, headers=headers).json()["results"]
    return {each["record"]["id"] for each in found}


def _match(client, kind, twin, headers=None):
    other = KINDS[1 - KINDS.index(kind)]
    path = f"/api/v1/{other}/{twin[other]['id']}/matches"
    found = client.get(path, params={"top_k": 100}, headers=headers).json()["results"]
    return {each["record"]["id"] for each in found}


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_hidden_records_answer_as_those_that_do_not_exist(client, hidden, kind, name):
    unknown = client.get(f"/api/v1/{kind}/nichts")
    for suffix in ("", "/matches"):
        answer = client.get(f"/api/v1/{kind}/{hidden[kind, name]['id']}{suffix}")
        assert answer.status_code == 404
        assert answer.json() == unknown.json()
        assert "etag" not in answer.headers


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_records_are_in_no_list_search_or_match(client, everything, hidden, twin, kind):
    secret = {record["id"] for (of, _), record in hidden.items() if of == kind}
    listed = {each["id"] for each in everything(kind)}
    listed |= {each["id"] for each in everything(kind, q="苔藓")}
    for status in ("draft", "submitted", "returned", "withdrawn", "published"):
        listed |= {each["id"] for each in everything(kind, status=status)}
    assert twin[kind]["id"] in listed
    assert not secret & listed
    assert twin[kind]["id"] in _search(client, kind)
    assert not secret & _search(client, kind)
    assert twin[kind]["id"] in _match(client, kind, twin)
    assert not secret & _match(client, kind, twin)


@pytest.mark.parametrize("kind", KINDS)
def test_the_operator_reads_and_lists_all(client, operator, everything, hidden, kind):
    mine = {name: record["id"] for (of, name), record in hidden.items() if of == kind}
    listed = {each["id"] for each in everything(kind, operator)}
    listed |= {each["id"] for each in everything(kind, operator, status="withdrawn")}
    assert set(mine.values()) <= listed
    for id in mine.values():
        assert client.get(f"/api/v1/{kind}/{id}", headers=operator).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_the_operator_finds_what_is_published_and_valid(client, operator, hidden, twin, kind):
    mine = {name: record["id"] for (of, name), record in hidden.items() if of == kind}
    for found in (_search(client, kind, operator), _match(client, kind, twin, operator)):
        assert mine["liaison"] in found
        assert not {mine[name] for name in ("draft", "withdrawn", "expired")} & found


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_valid_day_still_counts(client, create, everything, kind):
    record = create(kind, valid_until=today().isoformat(), title="今天到期的苔藓孢子喷播")
    assert record["id"] in {each["id"] for each in everything(kind)}
    assert record["id"] in _search(client, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_shown_a_contact(client, operator, create, everything, of_records, kind):
    record = create(kind, contact="保密联系人 139-0000-1234", title="有联系方式的苔藓孢子喷播")
    path = f"/api/v1/{kind}/{record['id']}"
    wanted = {"text": "保密联系人 139-0000-1234", "target": kind, "top_k": 100}
    answers = [client.get(path).text, client.get(f"{path}/matches?explain=full").text, json.dumps(everything(kind))]
    answers.append(
        json.dumps(of_records(client.post("/api/v1/search?explain=full", json=wanted).json(), kind), ensure_ascii=False)
    )
    for each in answers:
        assert "保密联系人" not in each
        assert "139-0000-1234" not in each
    assert everything(kind, q="保密联系人") == []


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_records_shift_nothing_that_others_see(client, create, kind):
    text = {"achievements": "summary", "needs": "description"}[kind]
    wanted = {"text": "夜光藻赤潮预警浮标", "target": kind, "top_k": 30}

    def seen():
        answers = [client.post("/api/v1/search?explain=full", json=wanted).json(), client.get(f"/api/v1/{kind}").json()]
        answers[0].pop("query_id")
        return answers

    before = seen()
    for hidden in HIDDEN.values():
        create(kind, title="夜光藻赤潮预警浮标", **{text: "夜光藻赤潮预警浮标，煤矿瓦斯、污水处理也可用。"}, **hidden)
    assert seen() == before
