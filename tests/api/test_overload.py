"""What happens when more is asked at once than can be answered in time."""

import threading
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from app.matches.places import MOST_AT_ONCE


@pytest.fixture
def full(client):
    """All places of searching taken by others."""
    with ExitStack() as others:
        for _ in range(MOST_AT_ONCE):
            others.enter_context(client.app.state.services.matches._places.taken())
        yield


def _asked(client, operator):
    need = client.get("/api/v1/needs", params={"limit": 1}).json()["items"][0]["id"]
    return [
        ("GET", f"/api/v1/needs/{need}/matches", None),
        ("POST", "/api/v1/search", {"text": "尾矿浓密", "target": "achievements"}),
    ], need


def test_who_comes_beyond_is_told_when_to_come_back(client, operator, full):
    calls, need = _asked(client, operator)
    for method, path, body in calls:
        answer = client.request(method, path, json=body)
        assert answer.status_code == 503, path
        assert answer.json()["code"] == "busy"
        assert "请过几秒再试" in answer.json()["detail"]
        assert int(answer.headers["Retry-After"]) > 0
    part = client.get(f"/needs/{need}/matches", headers={"HX-Request": "true"})
    assert part.status_code == 503
    assert "请过几秒再试" in part.text
    assert client.get("/api/v1/needs").status_code == 200  # what is light goes on


def test_places_are_given_back_also_by_what_fails(client, operator):
    calls, need = _asked(client, operator)
    for _ in range(MOST_AT_ONCE + 1):
        assert client.post("/api/v1/search", json={"text": "x", "target": "nothing"}).status_code == 422
        assert client.get(f"/api/v1/needs/{need}/matches/{'0' * 32}").status_code == 404
    for method, path, body in calls:
        assert client.request(method, path, json=body).status_code == 200


def test_every_thread_of_the_server_gets_two_connections(client):
    database = client.app.state.database
    met = threading.Barrier(40, timeout=30)
    failed = []

    def read():
        try:
            with database.read() as one, database.read() as other:
                one.execute(text("SELECT 1"))
                other.execute(text("SELECT 1"))
                met.wait()
        except Exception as error:  # noqa: BLE001  (told to the test's own thread)
            failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(40)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
