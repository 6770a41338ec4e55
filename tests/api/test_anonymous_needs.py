"""An anonymous need is seen by all, and who posted it by none."""

import pytest

OWNER = "云澜隐名铸造有限公司（示例）"


@pytest.fixture(scope="module")
def needs(create):
    """A need that hides its enterprise, and an open one of the same enterprise."""
    shared = {"organisation": OWNER, "district": "隐名区", "description": "消失模铸件内腔粘砂，清理费工（示例）。"}
    return {
        "anonymous": create("needs", title="消失模铸件粘砂", visibility="anonymous", external_id="隐-1", **shared),
        "public": create("needs", title="消失模铸件清砂", visibility="public", external_id="隐-2", **shared),
    }


@pytest.fixture(scope="module")
def achievement(create):
    return create("achievements", title="消失模涂料抗粘砂配方", summary="消失模铸件用抗粘砂涂料（示例）。")


def _shown(client, needs, achievement, headers=None, **filters):
    """Return the anonymous need from every place that shows it, under filters."""
    id = needs["anonymous"]["id"]
    wanted = {"text": "消失模铸件粘砂", "target": "needs", "top_k": 100, "filters": filters}
    found = client.post("/api/v1/search?explain=full", json=wanted, headers=headers).json()["results"]
    matches = client.get(
        f"/api/v1/achievements/{achievement['id']}/matches",
        params={"top_k": 100, "explain": "full", **filters},
        headers=headers,
    ).json()["results"]
    listed = client.get("/api/v1/needs", params={"limit": 100, **filters}, headers=headers).json()["items"]
    places = ([each["record"] for each in found], [each["record"] for each in matches], listed)
    return [next((each for each in place if each["id"] == id), None) for place in places]


def test_anybody_sees_the_need_without_its_enterprise(client, needs, achievement):
    alone = client.get(f"/api/v1/needs/{needs['anonymous']['id']}").json()
    for record in (alone, *_shown(client, needs, achievement)):
        assert record["title"] == "消失模铸件粘砂"
        assert record["organisation"] is None
        assert record["external_id"] is None
        assert record["district"] is None


def test_no_answer_names_the_enterprise(client, needs, achievement, of_records):
    organisation = needs["anonymous"]["organisation"]["id"]
    path = f"/api/v1/needs/{needs['anonymous']['id']}"
    wanted = {"text": f"{OWNER} 隐-1 隐名区", "target": "needs", "top_k": 100}
    results = of_records(client.post("/api/v1/search?explain=full", json=wanted).json(), "needs")["results"]
    own = [str(each) for each in results if each["record"]["id"] == needs["anonymous"]["id"]]
    for text in (client.get(path).text, client.get(f"{path}/matches?explain=full").text, *own):
        for secret in (OWNER, "隐名铸造", "隐-1", "隐名区", organisation):
            assert secret not in text


@pytest.mark.parametrize("filter", ["district", "organisation"])
def test_filters_do_not_tell_who_posted_it(client, needs, achievement, filter):
    value = needs["public"]["organisation"]["id"] if filter == "organisation" else "隐名区"
    assert _shown(client, needs, achievement, **{filter: value}) == [None] * 3
    listed = client.get("/api/v1/needs", params={filter: value}).json()["items"]
    assert [each["id"] for each in listed] == [needs["public"]["id"]]


@pytest.mark.parametrize("filter", ["district", "organisation"])
def test_the_operator_sees_and_filters_by_all(client, operator, needs, achievement, filter):
    value = needs["public"]["organisation"]["id"] if filter == "organisation" else "隐名区"
    for record in _shown(client, needs, achievement, operator, **{filter: value}):
        assert record["organisation"]["name"] == OWNER
        assert record["external_id"] == "隐-1"
        assert record["district"] == "隐名区"


def test_words_of_the_enterprise_do_not_find_it(client, needs):
    for q in ("隐名铸造", "隐-1", "隐名区"):
        assert client.get("/api/v1/needs", params={"q": q}).json()["items"] == []


def test_an_open_need_that_turns_anonymous_hides_its_enterprise(client, operator, create):
    need = create("needs", organisation=OWNER, district="转隐区")
    path = f"/api/v1/needs/{need['id']}"
    assert client.get(path).json()["district"] == "转隐区"
    client.patch(path, json={"visibility": "anonymous"}, headers=operator | {"If-Match": '"1"'})
    assert client.get(path).json()["organisation"] is None
    assert client.get("/api/v1/needs", params={"district": "转隐区"}).json()["items"] == []
    wanted = {"text": need["title"], "target": "needs", "top_k": 100, "filters": {"district": "转隐区"}}
    assert client.post("/api/v1/search?explain=full", json=wanted).json()["results"] == []


def test_a_need_is_anonymous_unless_it_says_otherwise(client, operator, body):
    created = client.post("/api/v1/needs", json=body("needs", organisation=OWNER), headers=operator).json()
    assert created["visibility"] == "anonymous"
    assert client.get(f"/api/v1/needs/{created['id']}").json()["organisation"] is None
