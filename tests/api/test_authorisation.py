"""Only the operator writes, and a wrong key is worse than none."""

import pytest
from fastapi.testclient import TestClient

from app.core.settings import Settings
from app.main import create_app

READING = {"GET", "HEAD", "OPTIONS"}


def _operations(app):
    """Return (method, path) of every operation that the application serves."""
    document = app.openapi()
    return sorted((method.upper(), path) for path, verbs in document["paths"].items() for method in verbs)


OPERATIONS = _operations(create_app(Settings()))
WRITING = [(verb, path) for verb, path in OPERATIONS if verb not in READING and path != "/api/v1/search"]
KEYED = [(verb, path) for verb, path in OPERATIONS if path.startswith("/api/v1/")]


def _call(client: TestClient, verb: str, path: str, headers: dict[str, str]):
    content = None if verb in {*READING, "DELETE"} else {}
    return client.request(verb, path.replace("{id}", "0" * 32), headers=headers, json=content)


def test_the_writing_operations_are_known():
    kinds = ("achievements", "needs")
    expected = {("POST", f"/api/v1/{kind}") for kind in kinds}
    expected |= {(verb, f"/api/v1/{kind}/{{id}}") for kind in kinds for verb in ("PATCH", "DELETE")}
    assert expected <= set(WRITING)


@pytest.mark.parametrize(("verb", "path"), WRITING)
@pytest.mark.parametrize("header", [None, "Basic b3BlcmF0b3I6c3g=", "Bearer", "sx_nokind"])
def test_nobody_writes_without_a_key(client, refused, verb, path, header):
    headers = {"If-Match": '"1"'} | ({"Authorization": header} if header else {})
    answer = _call(client, verb, path, headers)
    refused(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("verb", "path"), KEYED)
@pytest.mark.parametrize("key", ["sx_wrong", "x" * 5000, "\u00e9\u00fc"])
def test_a_wrong_key_is_refused_everywhere(client, refused, operator, verb, path, key):
    headers = {"Authorization": f"Bearer {key}".encode("latin-1"), "If-Match": '"1"'}
    if path == "/api/v1/search":
        answer = client.post(path, json={"text": "煤泥水"}, headers=headers)
    else:
        answer = _call(client, verb, path, headers)
    problem = refused(answer, 401)
    assert key not in answer.text
    assert operator["Authorization"].split()[1] not in str(problem)


def test_a_refused_write_changes_nothing(client, create, body, everything, operator):
    record = create("needs")
    before = everything("needs", operator)
    client.post("/api/v1/needs", json=body("needs"))
    client.patch(f"/api/v1/needs/{record['id']}", json={"title": "改掉"}, headers={"If-Match": '"1"'})
    client.delete(f"/api/v1/needs/{record['id']}", headers={"If-Match": '"1"', "Authorization": "Bearer sx_no"})
    assert everything("needs", operator) == before
