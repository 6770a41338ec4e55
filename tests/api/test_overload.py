"""What happens when more is asked at once than can be answered in time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context

import pytest
from anyio.to_thread import current_default_thread_limiter
from sqlalchemy import text

from app.core.errors import Busy, ModelMissing
from app.search.admission import MOST_AT_ONCE, Places


@pytest.fixture
def full(client):
    """All places of searching taken by others."""
    places = client.app.state.places
    others = [(Context(), places.held()) for _ in range(MOST_AT_ONCE)]
    for request, place in others:
        request.run(place.__enter__)
    yield
    for request, place in others:
        request.run(place.__exit__, None, None, None)


def _asked(client, operator):
    need, achievement = (
        client.get(f"/api/v1/{kind}", params={"limit": 1}).json()["items"][0]["id"]
        for kind in ("needs", "achievements")
    )
    return [
        ("GET", f"/api/v1/needs/{need}/matches", None),
        ("GET", f"/api/v1/needs/{need}/matches/{achievement}", None),
        ("GET", f"/api/v1/needs/{need}/clarity", None),
        ("GET", "/api/v1/needs/common", None),
        ("POST", "/api/v1/search", {"text": "尾矿浓密", "target": "achievements"}),
    ], need


def test_who_comes_beyond_is_told_when_to_come_back(client, operator, full, queries):
    calls, need = _asked(client, operator)
    for method, path, body in calls:
        answer = client.request(method, path, json=body, headers=operator)
        assert answer.status_code == 503, path
        assert answer.json()["code"] == "busy"
        assert "请过几秒再试" in answer.json()["detail"]
        assert int(answer.headers["Retry-After"]) > 0
    queries.clear()
    for method, path, body in calls:
        if path != "/api/v1/needs/common":  # which stands ready most of the time
            client.request(method, path, json=body, headers=operator)
    assert queries == []  # refused at the door
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
        assert client.request(method, path, json=body, headers=operator).status_code == 200


def test_a_need_that_cannot_be_asked_about_now_is_stored_all_the_same(client, operator, body, full):
    answer = client.post("/api/v1/needs", params={"match": 5}, json=body("needs"), headers=operator)
    assert answer.status_code == 201
    assert answer.json()["clarity"]["questions"]
    assert (answer.json()["clarity"]["next_questions"], answer.json()["matches"]) == ([], None)


def test_who_has_a_place_is_not_refused_midway():
    places = Places(most=1, at_work=1)

    def another():
        with places.taken():
            return True

    with ThreadPoolExecutor(1) as pool:
        with places.taken(), places.taken(), pytest.raises(Busy):
            pool.submit(another).result()
        assert pool.submit(another).result()  # it was given back, once
        with places.held():  # at the door; a thread of the same request does the work
            assert pool.submit(copy_context().run, another).result()
            with pytest.raises(Busy):
                pool.submit(another).result()


def test_whatever_is_not_available_says_when_to_try_again(client, monkeypatch):
    def without_model(*_, **__):
        raise ModelMissing("没有模型。")

    monkeypatch.setattr(client.app.state.services.gateway, "searching", without_model)
    answer = client.post("/api/v1/search", json={"text": "尾矿浓密"})
    assert (answer.status_code, answer.json()["code"]) == (503, "model_missing")
    assert int(answer.headers["Retry-After"]) > 0


def test_few_of_those_who_have_a_place_work_at_a_time():
    places, ready, pair = Places(most=8, at_work=2), threading.Barrier(8, timeout=30), threading.Barrier(2, timeout=30)
    at_work, seen = [], []

    def work(number):
        ready.wait()
        with places.taken():
            at_work.append(number)
            pair.wait()  # two do work at the same moment
            seen.append(len(at_work))
            at_work.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))  # raises what a thread raised
    assert len(seen) == 8
    assert max(seen) <= 2


def test_whether_it_lives_is_told_while_no_thread_is_free(client):
    limiter = client.portal.call(current_default_thread_limiter)
    others = [object() for _ in range(int(limiter.available_tokens))]
    for each in others:
        client.portal.call(limiter.acquire_on_behalf_of, each)
    asked = threading.Thread(target=lambda: codes.append(client.get("/livez").status_code), daemon=True)
    codes = []
    try:
        asked.start()
        asked.join(30)
        assert codes == [200]
    finally:
        for each in others:
            client.portal.call(limiter.release_on_behalf_of, each)


def test_every_thread_of_the_server_gets_two_connections(client):
    database = client.app.state.database
    met = threading.Barrier(40, timeout=30)

    def read(_):
        with database.read() as one, database.read() as other:
            one.execute(text("SELECT 1"))
            other.execute(text("SELECT 1"))
            met.wait()
        return True

    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(read, range(40))) == [True] * 40  # raises what a thread raised
