"""Anonymous needs that name their enterprise are held back; state secrets are refused; over HTTP."""

import pytest

from app.core.caller import Role

NEEDS = "/api/v1/needs"
HIDING = {"visibility": "anonymous", "organisation": "云澜恒砺金刚石制品有限公司（示例）", "district": "青石县"}
NAMING = "恒砺的六面顶压机寿命短，联系电话 0370-6028118，希望顶锤寿命提高到60次以上。"
CLEAN = "六面顶压机顶锤寿命短，希望由35次提高到60次以上，腔压5.5 GPa。"


@pytest.fixture
def post(client, operator, body):
    def posted(headers=operator, **fields):
        answer = client.post(NEEDS, json=body("needs", **{**HIDING, **fields}), headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return posted


def _public(client, id):
    return client.get(f"{NEEDS}/{id}").status_code == 200


def test_a_need_that_names_its_enterprise_is_kept_as_a_draft_and_says_where(client, post):
    need = post(description=NAMING)
    assert (need["status"], _public(client, need["id"])) == ("draft", False)
    assert [(each["text"], each["sort"], each["certain"]) for each in need["disclosures"]] == [
        ("恒砺", "name", True),
        ("0370-6028118", "phone", True),
    ]
    for each in need["disclosures"]:
        assert need[each["field"]][each["start"] : each["end"]] == each["text"]
        assert "请" in each["advice"]


def test_it_is_published_when_it_was_mended(client, operator, post):
    need = post(description=NAMING)
    path, version = f"{NEEDS}/{need['id']}", {"If-Match": f'"{need["version"]}"'}
    still = client.patch(path, json={"status": "published"}, headers=operator | version).json()
    assert still["status"] == "draft"
    version = {"If-Match": f'"{still["version"]}"'}
    mended = {"status": "published", "description": CLEAN}
    answer = client.patch(path, json=mended, headers=operator | version).json()
    assert (answer["status"], answer["disclosures"], _public(client, need["id"])) == ("published", [], True)


def test_who_hides_may_accept_what_was_found(client, post):
    need = post(description=NAMING, disclosures_accepted=True)
    assert (need["status"], _public(client, need["id"])) == ("published", True)
    shown = client.get(f"{NEEDS}/{need['id']}").json()
    assert (shown["disclosures"], shown["disclosures_accepted"], shown["organisation"]) == ([], None, None)


def test_needs_that_do_not_hide_are_not_checked(client, post):
    for visibility in ("public", "liaison"):
        need = post(description=NAMING, visibility=visibility)
        assert (need["status"], need["disclosures"]) == ("published", [])


def test_what_becomes_anonymous_is_checked_then(client, operator, post):
    need = post(description=NAMING, visibility="public")
    version = {"If-Match": f'"{need["version"]}"'}
    answer = client.patch(f"{NEEDS}/{need['id']}", json={"visibility": "anonymous"}, headers=operator | version)
    assert (answer.json()["status"], _public(client, need["id"])) == ("draft", False)


def test_a_hint_is_shown_and_holds_nothing_back(client, post):
    need = post(description=f"我们是全市唯一的顶锤企业。{CLEAN}")
    assert (need["status"], [each["certain"] for each in need["disclosures"]]) == ("published", [False])


def test_what_the_enterprise_registered_is_looked_for(client, account, body):
    member, headers = account(Role.ENTERPRISE, manages_organisation=True)
    path = f"/api/v1/organisations/{member.organisation_id}"
    version = {"If-Match": client.get(path, headers=headers).headers["ETag"]}
    known = {"brands": ["砺王"], "address": "青石县淬火大道66号", "legal_person": "钟启岳"}
    assert client.patch(path, json=known, headers=headers | version).status_code == 200
    text = "砺王砂轮在淬火大道的厂里试过，钟启岳说线速度要到80 m/s。"
    sent = body("needs", description=text, visibility="anonymous", chains=["砺王产业链"])
    checked = client.post(f"{NEEDS}/self-naming", json={"description": text, "chains": ["砺王产业链"]}, headers=headers)
    posted = client.post(NEEDS, json=sent, headers=headers).json()
    assert checked.json()["items"] == posted["disclosures"]
    found = [(each["field"], each["text"]) for each in posted["disclosures"]]
    assert found == [
        ("description", "砺王"),
        ("description", "淬火大道"),
        ("description", "钟启岳"),
        ("chains", "砺王"),
    ]
    assert (posted["status"], checked.json()["held_back"]) == ("draft", True)


def test_staff_say_whose_texts_they_check(client, operator, refused):
    sent = {"description": NAMING}
    refused(client.post(f"{NEEDS}/self-naming", json=sent, headers=operator), 422, "organisation")
    sent["organisation"] = HIDING["organisation"]
    items = client.post(f"{NEEDS}/self-naming", json=sent, headers=operator).json()["items"]
    assert [each["text"] for each in items] == ["恒砺", "0370-6028118"]


def test_a_named_need_is_not_published_by_review(client, operator, account, body, refused):
    _, headers = account(Role.ENTERPRISE)
    need = client.post(NEEDS, json=body("needs", visibility="anonymous"), headers=headers).json()
    assert need["status"] == "submitted"
    # The enterprise becomes known by a word of its text only afterwards.
    organisation = f"/api/v1/organisations/{need['organisation']['id']}"
    version = {"If-Match": client.get(organisation, headers=operator).headers["ETag"]}
    client.patch(organisation, json={"brands": ["尾矿浆"]}, headers=operator | version)
    version = {"If-Match": f'"{need["version"]}"'}
    review = client.post(f"{NEEDS}/{need['id']}/review", json={"decision": "publish"}, headers=operator | version)
    refused(review, 409)
    assert not _public(client, need["id"])


@pytest.mark.parametrize("kind", ["needs", "achievements"])
def test_state_secrets_are_refused_and_not_kept(client, operator, body, everything, refused, kind):
    sent = body(kind, title=f"舰用涂层{kind}", indicators="密级：机密，耐盐雾2000 h")
    answer = client.post(f"/api/v1/{kind}", json=sent, headers=operator)
    refused(answer, 422, "indicators")
    assert "国家秘密" in answer.json()["detail"]
    assert all(each["title"] != sent["title"] for each in everything(kind, operator))


def test_a_record_cannot_become_a_state_secret(client, operator, create, refused):
    made = create("achievements")
    version = {"If-Match": f'"{made["version"]}"'}
    path = f"/api/v1/achievements/{made['id']}"
    refused(client.patch(path, json={"summary": "本项目涉密。"}, headers=operator | version), 422, "summary")
    assert client.get(path).json()["summary"] == made["summary"]


def test_versions_that_others_are_told_do_not_move_with_what_they_may_not_see(client, account, create, body):
    _, owner = account(Role.ENTERPRISE)
    _, other = account(Role.ENTERPRISE)
    posted = client.post(NEEDS, json=body("needs", visibility="anonymous"), headers=owner).json()
    path = f"{NEEDS}/{posted['id']}"
    staff = account(Role.LIAISON)[1]
    review = client.post(f"{path}/review", json={"decision": "publish"}, headers=staff | {"If-Match": '"1"'})
    assert review.status_code == 200, review.text

    def told(headers):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert answer.headers["ETag"] == f'"{shown["version"]}"'
        return shown["version"], shown["updated_at"]

    def change(**fields):
        version = {"If-Match": f'"{told(staff)[0]}"'}
        assert client.patch(path, json=fields, headers=staff | version).status_code == 200

    before, own = {who: told(headers) for who, headers in (("other", other), ("anybody", {}))}, told(owner)
    change(contact="王经理 13800000000", district="东区")
    assert {"other": told(other), "anybody": told({})} == before
    assert told(owner)[0] == own[0] + 1
    assert told(owner)[1] > own[1]
    change(indicators="滤饼含水率不高于18%")
    assert told(other)[0] == told({})[0] == before["anybody"][0] + 1
    assert told(other)[1] == told(owner)[1]
