"""Members of organisations post, see and change what is theirs; a reviewer stands before publication."""

from datetime import timedelta

import pytest

from app.core.caller import Role
from app.core.city_time import today

KINDS = ["achievements", "needs"]
OWNERS = {"needs": Role.ENTERPRISE, "achievements": Role.UNIVERSITY}


@pytest.fixture(scope="module")
def member(account):
    """Headers of a member of an owner of each kind, and of a member of another."""
    return {kind: (account(OWNERS[kind])[1], account(OWNERS[kind])[1]) for kind in KINDS}


@pytest.fixture(scope="module")
def liaison(account):
    return account(Role.LIAISON)[1]


@pytest.fixture
def post(client, body, member):
    def made(kind, **fields):
        answer = client.post(f"/api/v1/{kind}", json=body(kind, **fields), headers=member[kind][0])
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


def _path(kind, record):
    return f"/api/v1/{kind}/{record['id']}"


def _at(record):
    return {"If-Match": f'"{record["version"]}"'}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_member_posts_waits_for_review(client, post, member, kind):
    record = post(kind, visibility="public", contact="本单位联系人")
    assert record["status"] == "submitted"
    own, other = member[kind]
    assert client.get(_path(kind, record), headers=own).json()["contact"] == "本单位联系人"
    unknown = client.get(f"/api/v1/{kind}/unknown").text
    for headers in (other, {}):
        for suffix in ("", "/matches", "/versions") if headers else ("", "/matches"):
            answer = client.get(_path(kind, record) + suffix, headers=headers)
            assert (answer.status_code, answer.text) == (404, unknown)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", ["published", "returned"])
def test_a_member_cannot_publish(client, refused, body, member, kind, status):
    answer = client.post(f"/api/v1/{kind}", json=body(kind, status=status), headers=member[kind][0])
    refused(answer, 422, "status")


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_posts_for_its_own_organisation_alone(client, refused, body, member, kind):
    answer = client.post(f"/api/v1/{kind}", json=body(kind, organisation="别的单位"), headers=member[kind][0])
    refused(answer, 422, "organisation")


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_others_is_not_for_a_member_to_post(client, refused, body, member, kind):
    other = KINDS[1 - KINDS.index(kind)]
    refused(client.post(f"/api/v1/{other}", json=body(other), headers=member[kind][0]), 403)


@pytest.mark.parametrize("kind", KINDS)
def test_another_organisations_record_cannot_be_changed(client, operator, create, member, kind):
    record = client.get(_path(kind, create(kind)), headers=operator).json()
    unknown = client.patch(f"/api/v1/{kind}/unknown", json={}, headers=member[kind][0] | {"If-Match": '"1"'}).text
    calls = (
        ("PATCH", "", {"title": "改成别的名字"}),
        ("DELETE", "", None),
        ("POST", "/renewal", {"valid_until": today().isoformat()}),
    )
    for verb, suffix, sent in calls:
        answer = client.request(verb, _path(kind, record) + suffix, json=sent, headers=member[kind][0] | _at(record))
        assert (answer.status_code, answer.text) == (404, unknown)
    assert client.get(_path(kind, record), headers=operator).json() == record


@pytest.mark.parametrize("kind", KINDS)
def test_review_publishes_or_returns_with_the_reason(client, refused, post, member, liaison, kind):
    record = post(kind, visibility="public")
    review = _path(kind, record) + "/review"
    refused(client.post(review, json={"decision": "publish"}, headers=member[kind][0] | _at(record)), 403)
    refused(client.post(review, json={"decision": "return"}, headers=liaison | _at(record)), 422, "reason")
    refused(client.post(review, json={"decision": "publish"}, headers=liaison), 428)
    returned = client.post(review, json={"decision": "return", "reason": "请写明处理量"}, headers=liaison | _at(record))
    assert returned.json()["status"] == "returned"
    read = client.get(_path(kind, record), headers=member[kind][0])
    assert read.json()["review_note"] == "请写明处理量"
    refused(client.post(review, json={"decision": "publish"}, headers=liaison | _at(returned.json())), 409)
    handed_in = client.patch(
        _path(kind, record), json={"status": "submitted"}, headers=member[kind][0] | _at(returned.json())
    ).json()
    published = client.post(review, json={"decision": "publish"}, headers=liaison | _at(handed_in)).json()
    assert published["status"] == "published"
    shown = client.get(_path(kind, record))
    assert shown.status_code == 200
    assert shown.json()["review_note"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_text_is_reviewed_again_and_another_field_is_not(client, post, member, liaison, kind):
    record = post(kind, visibility="public")
    review = _path(kind, record) + "/review"
    published = client.post(review, json={"decision": "publish"}, headers=liaison | _at(record)).json()
    same = client.patch(
        _path(kind, record),
        json={"contact": "换了电话", "title": published["title"]},
        headers=member[kind][0] | _at(published),
    ).json()
    assert same["status"] == "published"
    text = {"achievements": "summary", "needs": "description"}[kind]
    changed = client.patch(
        _path(kind, record),
        json={text: "改写过的正文，处理量每小时 40 吨（示例）。"},
        headers=member[kind][0] | _at(same),
    ).json()
    assert changed["status"] == "submitted"
    assert client.get(_path(kind, record)).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_two_liaisons_edit_one_record_and_the_second_sees_both_versions(client, refused, create, account, kind):
    first, second = account(Role.LIAISON)[1], account(Role.LIAISON)[1]
    record = create(kind)
    done = client.patch(_path(kind, record), json={"title": "第一位情报员改的名称"}, headers=first | _at(record))
    assert done.status_code == 200
    late = client.patch(_path(kind, record), json={"title": "第二位情报员改的名称"}, headers=second | _at(record))
    problem = refused(late, 412)
    assert problem["current"] == done.json()
    assert problem["submitted"] == {"title": "第二位情报员改的名称"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_history_says_who_changed_what(client, post, member, liaison, operator, kind):
    record = post(kind, visibility="public", contact="内部电话 1234")
    client.post(_path(kind, record) + "/review", json={"decision": "publish"}, headers=liaison | _at(record))
    items = client.get(_path(kind, record) + "/versions", headers=member[kind][0]).json()["items"]
    assert [each["action"] for each in items] == ["review", "create"]
    assert items[0]["before"]["status"] == "submitted"
    assert items[0]["after"] == {"status": "published", "version": 2}
    assert items[0]["role"] == "情报员"
    assert items[0]["changed_by"] == ""  # staff are named to staff alone
    assert "@" in items[1]["changed_by"]
    named = client.get(_path(kind, record) + "/versions", headers=operator).json()["items"]
    assert all("@" in each["changed_by"] for each in named)


@pytest.mark.parametrize("kind", KINDS)
def test_renewal_is_reminded_of_and_needs_no_review(client, refused, post, member, liaison, kind):
    soon = today() + timedelta(days=10)
    record = post(kind, visibility="public", valid_until=soon.isoformat())
    own, other = member[kind]
    published = client.post(
        _path(kind, record) + "/review", json={"decision": "publish"}, headers=liaison | _at(record)
    ).json()

    def reminded(headers, days=30):
        items = client.get("/api/v1/renewals", params={"days": days}, headers=headers).json()["items"]
        return {each["id"]: each["days_left"] for each in items}

    assert reminded(own)[record["id"]] == 10
    assert record["id"] in reminded(liaison)
    assert record["id"] not in reminded(other)
    assert record["id"] not in reminded(own, days=9)
    renewal = _path(kind, record) + "/renewal"
    yesterday = (today() - timedelta(days=1)).isoformat()
    refused(client.post(renewal, json={"valid_until": yesterday}, headers=own | _at(published)), 422, "valid_until")
    later = (today() + timedelta(days=300)).isoformat()
    renewed = client.post(renewal, json={"valid_until": later}, headers=own | _at(published)).json()
    assert (renewed["status"], renewed["valid_until"]) == ("published", later)
    assert record["id"] not in reminded(own)


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_withdraws_and_brings_back(client, post, member, kind):
    record = post(kind)
    own, other = member[kind]
    assert client.delete(_path(kind, record), headers=own | _at(record)).status_code == 204
    withdrawn = client.get(_path(kind, record), headers=own).json()
    assert withdrawn["status"] == "withdrawn"
    assert client.get(_path(kind, record), headers=other).status_code == 404
    back = client.patch(_path(kind, record), json={"status": "submitted"}, headers=own | _at(withdrawn))
    assert back.json()["status"] == "submitted"


def test_an_idempotency_key_is_the_callers_own(client, body, account):
    first, second = account(Role.ENTERPRISE)[1], account(Role.ENTERPRISE)[1]
    sent = body("needs", visibility="liaison")
    answers = [
        client.post("/api/v1/needs", json=sent, headers=headers | {"Idempotency-Key": "the-same-key"}).json()["id"]
        for headers in (first, second, first)
    ]
    assert answers[0] == answers[2] != answers[1]


def test_registered_achievements_are_for_whoever_has_signed_in(client, create, callers):
    record = create("achievements", visibility="registered", title="仅登录可见的氢燃料电池双极板冲压")
    wanted = {"text": "氢燃料电池双极板冲压", "target": "achievements", "top_k": 20}
    for role, headers in callers.items():
        found = client.post("/api/v1/search", json=wanted, headers=headers).json()["results"]
        shown = record["id"] in {each["record"]["id"] for each in found}
        assert shown == (role is not Role.ANYBODY)
        assert (client.get(_path("achievements", record), headers=headers).status_code == 200) == shown


def test_a_member_finds_its_own_hidden_needs_in_searches(client, operator, account, body):
    one, headers = account(Role.ENTERPRISE)
    other = account(Role.ENTERPRISE)[1]
    sent = body("needs", visibility="liaison", title="隧道盾构泥饼在线冲刷", district="望山区")
    record = client.post("/api/v1/needs", json=sent, headers=headers).json()
    client.post(_path("needs", record) + "/review", json={"decision": "publish"}, headers=operator | _at(record))

    def found(as_whom, **filters):
        wanted = {"text": "隧道盾构泥饼在线冲刷", "target": "needs", "top_k": 20, "filters": filters}
        answer = client.post("/api/v1/search", json=wanted, headers=as_whom)
        return record["id"] in {each["record"]["id"] for each in answer.json()["results"]}

    assert found(headers)
    assert found(headers, district="望山区", organisation=one.organisation_id)
    assert found(operator)
    assert not found(other)
    assert not found({})


def test_an_anonymous_needs_district_shows_neither_in_filters_nor_in_hard_conditions(client, create, account):
    title = "水下激光除锈爬壁机器人"
    create("achievements", title=f"{title}一型", district="望山区")
    create("achievements", title=f"{title}二型", district="谷口区")
    need = create(
        "needs", title=title, visibility="anonymous", district="望山区", hard_conditions=["district"],
        organisation="云澜远帆船务有限公司（示例）",
    )  # fmt: skip
    _, own = account(Role.ENTERPRISE, "云澜远帆船务有限公司（示例）")
    _, other = account(Role.ENTERPRISE)

    def districts(headers):
        results = client.get(_path("needs", need) + "/matches", params={"top_k": 5}, headers=headers).json()["results"]
        return {each["record"]["district"] for each in results if title in each["record"]["title"]}

    assert districts({}) == districts(other) == {"望山区", "谷口区"}
    assert districts(own) == {"望山区"}
    for headers, seen in (({}, False), (other, False), (own, True)):
        items = client.get("/api/v1/needs", params={"district": "望山区", "q": title}, headers=headers).json()["items"]
        assert bool(items) == seen
