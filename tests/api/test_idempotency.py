"""A request that is sent again takes effect once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

KINDS = ["achievements", "needs"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_key_and_body_make_one_record(client, operator, body, everything, kind):
    content, headers = body(kind), operator | {"Idempotency-Key": "同一次提交-1".encode().hex()}
    first = client.post(f"/api/v1/{kind}", json=content, headers=headers)
    second = client.post(f"/api/v1/{kind}", json=content, headers=headers)
    assert first.status_code == second.status_code == 201
    assert second.json() == first.json()
    assert second.headers["location"] == first.headers["location"]
    assert [each["title"] for each in everything(kind, operator)].count(content["title"]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_key_with_another_body_is_refused(client, operator, body, refused, everything, kind):
    headers = operator | {"Idempotency-Key": "reused"}
    assert client.post(f"/api/v1/{kind}", json=body(kind), headers=headers).status_code == 201
    other = body(kind)
    refused(client.post(f"/api/v1/{kind}", json=other, headers=headers), 409)
    assert other["title"] not in {each["title"] for each in everything(kind, operator)}


def test_a_key_belongs_to_its_route(client, operator, body):
    headers = operator | {"Idempotency-Key": "two-routes"}
    for kind in KINDS:
        assert client.post(f"/api/v1/{kind}", json=body(kind), headers=headers).status_code == 201


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_key_two_records_are_made(client, operator, body, kind):
    content = body(kind)
    ids = {client.post(f"/api/v1/{kind}", json=content, headers=operator).json()["id"] for _ in range(2)}
    assert len(ids) == 2


def test_a_refused_request_leaves_its_key_free(client, operator, body, refused):
    headers = operator | {"Idempotency-Key": "refused-first"}
    refused(client.post("/api/v1/needs", json=body("needs", title=""), headers=headers), 422, "title")
    assert client.post("/api/v1/needs", json=body("needs"), headers=headers).status_code == 201


def test_the_same_request_at_the_same_moment_makes_one_record(client, operator, body, everything):
    content, headers = body("needs"), operator | {"Idempotency-Key": "at-once"}
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(client.post, "/api/v1/needs", json=content, headers=headers) for _ in range(8)]
        answers = [each.result() for each in sent]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [each["title"] for each in everything("needs", operator)].count(content["title"]) == 1
