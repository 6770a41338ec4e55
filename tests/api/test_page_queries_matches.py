"""How many queries a page of matches costs: pinned, and the same for few matches and many."""

import pytest

from app.core.caller import Role
from app.search.judged_pairs import JudgedPairs

KINDS = ["needs", "achievements"]


@pytest.fixture
def counted(client, queries):
    """Ask for a page and return how many statements it read with, and its text."""

    def count(path, headers=None, **query):
        client.app.state.services.gateway.index.judged = JudgedPairs()  # of a pair shown before less is read
        queries.clear()
        answer = client.get(path, headers=headers, params=query)
        assert answer.status_code == 200, answer.text
        return len(queries), answer.text

    return count


@pytest.fixture(scope="module")
def liaison(account):
    return account(Role.LIAISON)[1]


@pytest.fixture(scope="module")
def judged(client, account, liaison):
    """A need whose first achievement many people judged; both ids, and those of the list."""
    need = client.get("/api/v1/needs", params={"limit": 30}).json()["items"][20]["id"]
    results = client.get(f"/api/v1/needs/{need}/matches").json()["results"]
    ids = [each["record"]["id"] for each in results]
    for headers in (liaison, *(account(Role.LIAISON)[1] for _ in range(5))):
        path = f"/api/v1/needs/{need}/matches/{ids[0]}/judgement"
        assert client.put(path, json={"grade": 4, "reason_code": "good_fit"}, headers=headers).status_code == 200
    return need, ids


FRAGMENT = {"HX-Request": "true"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_costs_the_same_for_one_match_and_fifty(client, counted, liaison, kind):
    id = client.get(f"/api/v1/{kind}", params={"limit": 1}).json()["items"][0]["id"]
    for headers, pinned in (({}, 6), (liaison, 9)):  # who signs in is asked for, and what they judged
        for top in (1, 50):
            count, text = counted(f"/{kind}/{id}/matches", headers | FRAGMENT, top=top)
            assert text.count("data-pair") == top
            assert count == pinned


def test_the_page_around_a_list_does_not_match(client, counted, judged):
    count, text = counted(f"/needs/{judged[0]}/matches")
    assert count == 1
    assert "正在匹配" in text


def test_a_pair_costs_the_same_however_many_judged_it(client, counted, liaison, judged):
    need, ids = judged
    said = client.get(f"/api/v1/needs/{need}/judgements", headers=liaison).json()["items"]
    unjudged = next(id for id in ids if id not in {each["achievement_id"] for each in said})
    first, many = counted(f"/needs/{need}/matches/{ids[0]}", liaison)
    second, none = counted(f"/needs/{need}/matches/{unjudged}", liaison)
    assert many.count("强相关</strong>（合适）") == 6
    assert "还没有人研判过这一对" in none
    assert first == second == 10


def test_a_comparison_costs_the_same_for_one_and_four(counted, judged):
    need, ids = judged
    one, _ = counted(f"/needs/{need}/compare", **{"with": ids[0]})
    four, _ = counted(f"/needs/{need}/compare", **{"with": ",".join(ids[:4])})
    assert one == four == 6


def test_cases_cost_the_same_for_few_and_many(client, account, counted, liaison, judged):
    need, ids = judged
    others = [each["id"] for each in client.get("/api/v1/needs", params={"limit": 12}).json()["items"]]

    def judge(needs):
        for each in needs:
            path = f"/api/v1/needs/{each}/matches/{ids[3]}/judgement"
            assert client.put(path, json={"grade": 3}, headers=liaison).status_code == 200

    judge(others[:1])
    few, text = counted(f"/needs/{need}/matches/{ids[3]}/cases", liaison)
    judge(others[1:])
    many, more = counted(f"/needs/{need}/matches/{ids[3]}/cases", liaison)
    assert more.count("<li>") >= text.count("<li>") + 10
    assert few == many == 10
