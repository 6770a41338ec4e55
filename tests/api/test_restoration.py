"""A withdrawal is taken back as if it had not been, and only while nothing came between."""

import pytest

from app.core.caller import Role

OWNERS = {"needs": Role.ENTERPRISE, "achievements": Role.UNIVERSITY}


@pytest.fixture(params=sorted(OWNERS))
def kind(request):
    return request.param


@pytest.fixture
def published(client, operator, account, create, kind):
    """Return a published record and the headers of a member of its organisation."""
    person, headers = account(OWNERS[kind])
    path = f"/api/v1/organisations/{person.organisation_id}"
    name = client.get(path, headers=operator).json()["name"]
    return create(kind, organisation=name), headers


def _withdraw(client, kind, record, headers):
    path = f"/api/v1/{kind}/{record['id']}"
    assert client.delete(path, headers=headers | {"If-Match": f'"{record["version"]}"'}).status_code == 204
    return path


def test_a_member_takes_a_withdrawal_back_without_another_review(client, published, kind):
    record, headers = published
    path = _withdraw(client, kind, record, headers)
    assert client.get(path).status_code == 404
    answer = client.post(f"{path}/restoration", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "published"
    assert answer.headers["etag"] == f'"{record["version"] + 2}"'
    assert client.get(path).status_code == 200
    found = client.post(
        "/api/v1/search", json={"text": record["title"], "target": kind, "top_k": 5}, headers=headers
    ).json()["results"]
    assert record["id"] in {each["record"]["id"] for each in found}
    assert client.get(f"{path}/versions", headers=headers).json()["items"][0]["action"] == "restore"


def test_what_was_changed_since_cannot_come_back_past_the_reviewer(client, refused, published, kind):
    record, headers = published
    path = _withdraw(client, kind, record, headers)
    at = {"If-Match": f'"{record["version"] + 1}"'}
    changed = client.patch(path, json={"title": "换成没有审过的名称"}, headers=headers | at)
    assert changed.json()["status"] == "withdrawn"
    refused(client.post(f"{path}/restoration", headers=headers), 409)


def test_what_is_not_withdrawn_is_not_restored(client, refused, published, kind):
    record, headers = published
    refused(client.post(f"/api/v1/{kind}/{record['id']}/restoration", headers=headers), 409)


def test_another_organisation_restores_nothing(client, refused, account, published, kind):
    record, headers = published
    path = _withdraw(client, kind, record, headers)
    refused(client.post(f"{path}/restoration", headers=account(OWNERS[kind])[1]), 404)
