"""A need that is being written is checked and shown without being kept."""

import pytest

from app.core.caller import Role

OWNER = "云澜澄水化工有限公司（示例）"
DRAFT = {
    "title": "循环水结垢频繁停车",
    "description": "循环水系统换热管每两个月结垢一次，停车清洗要两天，想把清洗周期延长到一年。",
    "external_id": "循-1",
    "district": "澄水区",
    "contact": "13800000000",
}


@pytest.fixture(scope="module")
def enterprise(account):
    return account(Role.ENTERPRISE, OWNER)[1]


def _clarity(client, headers, **fields):
    answer = client.post("/api/v1/needs/clarity", json=DRAFT | fields, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_draft_is_as_clear_as_the_need_it_becomes(client, enterprise, everything):
    before = len(everything("needs", enterprise))
    drafted = _clarity(client, enterprise)
    assert {"indicators", "industries"} <= {each["field"] for each in drafted["questions"]}
    assert len(everything("needs", enterprise)) == before
    posted = client.post("/api/v1/needs", json=DRAFT, headers=enterprise).json()
    assert posted["clarity"] == drafted


def test_an_answered_question_raises_the_clarity(client, enterprise):
    vague, clear = _clarity(client, enterprise), _clarity(client, enterprise, indicators="清洗周期≥12 个月")
    assert clear["score"] > vague["score"]


def test_a_state_secret_is_refused_before_anything_is_read_into_it(client, refused, enterprise):
    body = DRAFT | {"description": "本项目密级：秘密★10年，循环水系统结垢。"}
    for route in ("clarity", "preview"):
        refused(client.post(f"/api/v1/needs/{route}", json=body, headers=enterprise), 422, "description")


def test_the_preview_is_what_others_will_see(client, operator, enterprise):
    answer = client.post("/api/v1/needs/preview", json=DRAFT, headers=enterprise)
    seen = {each["visibility"]: each["record"] for each in answer.json()["items"]}
    assert seen["liaison"] is None
    for visibility in ("public", "anonymous"):
        body = DRAFT | {"external_id": f"循-{visibility}", "organisation": OWNER, "visibility": visibility}
        posted = client.post("/api/v1/needs", json=body | {"disclosures_accepted": True}, headers=operator).json()
        stored = client.get(f"/api/v1/needs/{posted['id']}").json()
        for name in set(stored) - {"id", "external_id", "created_at", "updated_at"}:
            theirs = stored[name] and stored[name]["name"] if name == "organisation" else stored[name]
            ours = seen[visibility][name]
            assert (ours and ours["name"] if name == "organisation" else ours) == theirs, name
    assert seen["public"]["organisation"]["name"] == OWNER
    assert seen["anonymous"]["organisation"] is None
    assert "澄水区" not in str(seen["anonymous"])
    assert "13800000000" not in answer.text


def test_what_has_expired_nobody_will_see(client, enterprise):
    answer = client.post("/api/v1/needs/preview", json=DRAFT | {"valid_until": "2020-01-01"}, headers=enterprise)
    assert {each["record"] for each in answer.json()["items"]} == {None}


def test_staff_say_whose_need_it_is(client, refused, operator):
    refused(client.post("/api/v1/needs/preview", json=DRAFT, headers=operator), 422, "organisation")
    body = DRAFT | {"organisation": "云澜尚未建档有限公司（示例）"}
    assert client.post("/api/v1/needs/preview", json=body, headers=operator).status_code == 200
