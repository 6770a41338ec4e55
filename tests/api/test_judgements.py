"""Judgements are kept a pair and a judge, replaced, listed and taken back."""

import pytest


@pytest.fixture
def pair(create):
    return create("needs")["id"], create("achievements")["id"]


def path(pair):
    return f"/api/v1/needs/{pair[0]}/matches/{pair[1]}/judgement"


def test_a_judgement_is_kept_and_judging_again_replaces_it(client, operator, pair):
    first = client.put(path(pair), json={"grade": 2, "reason_code": "too_early"}, headers=operator)
    assert first.status_code == 200
    again = client.put(path(pair), json={"grade": 4, "comment": "看过现场，合适"}, headers=operator)
    listed = client.get(f"/api/v1/needs/{pair[0]}/judgements", headers=operator).json()["items"]
    assert listed == [again.json()]
    assert (listed[0]["grade"], listed[0]["reason_code"], listed[0]["comment"]) == (4, None, "看过现场，合适")
    assert listed[0]["achievement_id"] == pair[1]


def test_a_judgement_is_taken_back_once(client, operator, pair, refused):
    client.put(path(pair), json={"grade": 1}, headers=operator)
    assert client.delete(path(pair), headers=operator).status_code == 204
    refused(client.delete(path(pair), headers=operator), 404)
    assert client.get(f"/api/v1/needs/{pair[0]}/judgements", headers=operator).json()["items"] == []


@pytest.mark.parametrize(
    "content", [{}, {"grade": 0}, {"grade": 5}, {"grade": 2.5}, {"grade": "2"}, {"grade": True}, {"grade": 2, "x": 1}]
)
def test_a_wrong_judgement_is_refused_in_chinese(client, operator, pair, refused, content):
    refused(client.put(path(pair), json=content, headers=operator), 422)
    refused(client.put(path(pair), json={"grade": 2, "reason_code": "weather"}, headers=operator), 422)


@pytest.mark.parametrize("side", [0, 1])
def test_an_unknown_side_is_not_found(client, operator, pair, refused, side):
    strange = list(pair)
    strange[side] = "nobody"
    refused(client.put(path(strange), json={"grade": 2}, headers=operator), 404)


def test_only_the_operator_judges_and_reads_judgements(client, pair, refused):
    refused(client.put(path(pair), json={"grade": 2}), 401)
    refused(client.delete(path(pair)), 401)
    refused(client.get(f"/api/v1/needs/{pair[0]}/judgements"), 401)
