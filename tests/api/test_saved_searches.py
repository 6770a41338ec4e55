"""Searches that are kept: one's own, with what is new since one last looked."""

import pytest

from app.core.caller import Role
from app.models import SavedSearch
from app.saved_searches.service import MOST

SAVED = "/api/v1/saved-searches"
TEXT = "低品位菱镁矿热选除硅提纯"
TITLE = "低品位菱镁矿热选除硅提纯新工艺"
SUMMARY = "把低品位菱镁矿加热到爆裂温度后分级，脱除含硅杂质，精矿氧化硅降到0.3%（示例）。"
NEED = "低品位菱镁矿怎么除硅提纯"


@pytest.fixture
def person(account):
    """Headers of somebody new."""

    def made(role=Role.LIAISON, organisation=None, **fields):
        return account(role, organisation, **fields)[1]

    return made


@pytest.fixture
def save(client):
    def made(headers, **fields):
        answer = client.post(SAVED, json={"text": TEXT, **fields}, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def digest(client):
    def read(headers):
        answer = client.get(f"{SAVED}/digest", headers=headers)
        assert answer.status_code == 200, answer.text
        return {item["search"]["id"]: [each["title"] for each in item["results"]] for item in answer.json()["items"]}

    return read


def _listed(client, headers):
    return client.get(SAVED, headers=headers).json()["items"]


def _record(create, number, **fields):
    fields = {"summary": SUMMARY, "organisation": "云澜矿业大学（示例）", **fields}
    return create("achievements", title=f"{TITLE}之{number}", **fields)


def test_a_search_is_kept_named_changed_and_deleted(client, person, save):
    me = person()
    made = save(me, filters={"industry": "C", "maturity": 3})
    assert made["name"] == TEXT
    assert made["filters"] == {
        "industry": "C", "chain": None, "cooperation": None, "district": None, "organisation": None, "maturity": 3,
    }  # fmt: skip
    assert _listed(client, me) == [made]
    changed = client.patch(f"{SAVED}/{made['id']}", json={"name": "菱镁矿", "digest": False}, headers=me).json()
    assert (changed["name"], changed["digest"], changed["text"]) == ("菱镁矿", False, TEXT)
    assert client.delete(f"{SAVED}/{made['id']}", headers=me).status_code == 204
    assert _listed(client, me) == []
    restored = client.post(f"{SAVED}/{made['id']}/restoration", headers=me)
    assert restored.json() == changed
    assert _listed(client, me) == [changed]


def test_a_long_name_is_cut_and_a_long_text_is_kept(client, person, save):
    me = person()
    text = "\n".join([f"{TEXT}，原矿氧化镁含量{at}%" for at in range(900)])[:20_000]
    made = save(me, text=text)
    assert made["text"] == text.strip()
    assert made["name"] == f"{TEXT}，原矿氧化镁含量0%"
    assert client.post(SAVED, json={"text": text + "多" * 100}, headers=me).status_code == 422


def test_nobody_else_sees_or_changes_it(client, operator, person, save, refused):
    made = save(person())
    for other in (person(), operator):
        assert made["id"] not in [each["id"] for each in _listed(client, other)]
        path = f"{SAVED}/{made['id']}"
        for method, address, body in (
            ("PATCH", path, {"name": "改名"}),
            ("DELETE", path, None),
            ("PUT", f"{path}/seen", None),
            ("POST", f"{path}/restoration", None),
        ):
            refused(client.request(method, address, json=body, headers=other), 404)


def test_what_cannot_be_kept_is_refused_in_words(client, operator, person, save, refused):
    me = person()
    save(me, filters={"district": "望山区"})
    save(me)
    assert "已经收藏过" in refused(client.post(SAVED, json={"text": TEXT}, headers=me), 409)["detail"]
    assert "账号" in refused(client.post(SAVED, json={"text": TEXT}, headers=operator), 422)["detail"]
    refused(client.post(SAVED, json={"text": "！！"}, headers=me), 422, "text")
    refused(client.post(SAVED, json={"text": TEXT, "name": "长" * 101}, headers=me), 422, "name")
    refused(client.post(SAVED, json={"text": TEXT, "filters": {"colour": "红"}}, headers=me), 422, "filters.colour")


def test_there_is_an_end_to_keeping(client, account, refused):
    person, me = account(Role.BUREAU)
    with client.app.state.database.write() as session:
        for number in range(MOST):
            session.add(
                SavedSearch(
                    account_id=person.id, name="名", text=f"第{number}项", target="needs", filters={}, seen_sequence=0
                )
            )
    assert str(MOST) in refused(client.post(SAVED, json={"text": TEXT}, headers=me), 409)["detail"]


def test_what_is_new_is_told_until_it_was_looked_at(client, operator, person, save, create, digest):
    me = person()
    first = _record(create, 1)
    made = save(me)
    assert digest(me) == {}
    create("achievements")  # about something else
    assert digest(me) == {}
    second = _record(create, 2)
    assert digest(me) == {made["id"]: [second["title"]]}
    client.patch(f"{SAVED}/{made['id']}", json={"digest": False}, headers=me)
    assert digest(me) == {}
    client.patch(f"{SAVED}/{made['id']}", json={"digest": True}, headers=me)
    seen = client.put(f"{SAVED}/{made['id']}/seen", headers=me).json()
    assert seen["seen_at"] > made["seen_at"]
    assert digest(me) == {}
    # What was seen is not new because somebody touched it.
    path = f"/api/v1/achievements/{first['id']}"
    answer = client.patch(path, json={"stage": "中试"}, headers=operator | {"If-Match": '"1"'})
    assert answer.status_code == 200
    assert digest(me) == {}


def test_what_becomes_visible_later_is_new_then(client, operator, person, save, create, digest):
    me = person(Role.ENTERPRISE)
    made = save(me)
    hidden = _record(create, 3, visibility="liaison")
    draft = _record(create, 4, status="draft")
    assert digest(me) == {}
    liaison = person()
    for_staff = save(liaison)
    change = operator | {"If-Match": '"1"'}
    for record, fields in ((hidden, {"visibility": "public"}), (draft, {"status": "published"})):
        path = f"/api/v1/achievements/{record['id']}"
        assert client.patch(path, json=fields, headers=change).status_code == 200
    assert {*digest(me)[made["id"]]} == {hidden["title"], draft["title"]}
    # The liaison had seen the hidden one already.
    assert digest(liaison) == {for_staff["id"]: [draft["title"]]}


def test_the_filter_counts_and_anonymous_needs_stay_so(client, operator, person, save, create, digest):
    me = person(Role.UNIVERSITY)
    wide = save(me, text=NEED, target="needs")
    narrow = save(me, text=NEED, target="needs", filters={"district": "望山区"})
    create(
        "needs", title=NEED, description=SUMMARY, district="望山区", visibility="anonymous",
        organisation="云澜菱镁（示例）",
    )  # fmt: skip
    items = client.get(f"{SAVED}/digest", headers=me).json()["items"]
    # A district that is not shown must not be found out by a filter.
    assert [item["search"]["id"] for item in items] == [wide["id"]]
    assert items[0]["results"][0]["organisation"] is None
    create("needs", title=f"{NEED}？", description=SUMMARY, district="望山区", organisation="云澜菱镁（示例）")
    assert set(digest(me)) == {wide["id"], narrow["id"]}


def test_a_deletion_taken_back_still_knows_what_was_new(client, person, save, create, digest):
    me = person()
    made = save(me)
    record = _record(create, 5)
    client.delete(f"{SAVED}/{made['id']}", headers=me)
    assert digest(me) == {}
    client.post(f"{SAVED}/{made['id']}/restoration", headers=me)
    assert digest(me) == {made["id"]: [record["title"]]}


def test_a_key_that_reads_alone_changes_nothing(client, person, save):
    me = person(scopes=["read"])
    assert client.get(SAVED, headers=me).status_code == 200
    assert client.get(f"{SAVED}/digest", headers=me).status_code == 200
    assert client.post(SAVED, json={"text": TEXT}, headers=me).status_code == 403
