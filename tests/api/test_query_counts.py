"""How many queries an answer costs: pinned, and the same for few rows and many."""

import threading

import pytest
from sqlalchemy import event

from app.search import search_session
from app.search.judged_pairs import JudgedPairs
from matching.matcher import Matcher

KINDS = ["achievements", "needs"]


@pytest.fixture(autouse=True)
def nothing_judged(client):
    """Whatever the tests before have shown: of a page that was judged clauses and sentences are not read again."""
    client.app.state.services.gateway.index.judged = JudgedPairs()


def _counted(queries, call):
    queries.clear()
    answer = call()
    assert answer.status_code == 200, answer.text
    return len(queries), answer.json()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("as_operator", [False, True])
@pytest.mark.parametrize(
    "filters", [{}, {"q": "煤"}, {"industry": "C", "maturity": 5, "chain": "x", "district": "望山区"}], ids=str
)
def test_a_list_is_one_query(client, operator, queries, kind, as_operator, filters):
    headers = operator if as_operator else None
    for limit in (1, 5, 90):
        path, query = f"/api/v1/{kind}", {"limit": limit, **filters}
        count, page = _counted(queries, lambda p=path, q=query: client.get(p, params=q, headers=headers))
        assert count == 1, queries
        if not filters:
            assert len(page["items"]) == limit


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_one_query(client, queries, kind):
    id = client.get(f"/api/v1/{kind}", params={"limit": 1}).json()["items"][0]["id"]
    assert _counted(queries, lambda: client.get(f"/api/v1/{kind}/{id}"))[0] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_costs_the_same_for_few_results_and_many(client, queries, kind):
    for top_k in (1, 10, 90):
        wanted = {"text": "煤", "target": kind, "top_k": top_k}
        count, found = _counted(queries, lambda w=wanted: client.post("/api/v1/search", json=w))
        assert len(found["results"]) == top_k
        assert count == 3, queries  # whether the index is behind, the records, their clauses or sentences


@pytest.mark.parametrize("kind", KINDS)
def test_matches_cost_the_same_for_few_results_and_many(client, queries, kind):
    id = client.get(f"/api/v1/{kind}", params={"limit": 1}).json()["items"][0]["id"]
    for top_k in (1, 10, 90):
        path = f"/api/v1/{kind}/{id}/matches"
        count, found = _counted(queries, lambda p=path, k=top_k: client.get(p, params={"top_k": k}))
        assert len(found["results"]) == top_k
        assert count == 6, queries  # the record, its vectors and its clauses or sentences besides
        again, _ = _counted(queries, lambda p=path, k=top_k: client.get(p, params={"top_k": k}))
        assert again == 4, queries  # neither clauses nor sentences


@pytest.fixture
def connections(client):
    """How many connections were held, each time that one more was."""
    held: list[int] = [0]
    engine = client.app.state.database.engine

    def changes(by):
        def note(*_):
            if threading.current_thread().name != "upkeep":
                held.append(held[-1] + by)

        return note

    listeners = (("checkout", changes(1)), ("checkin", changes(-1)))
    for name, note in listeners:
        event.listen(engine, name, note)
    yield held
    for name, note in listeners:
        event.remove(engine, name, note)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_holds_one_connection_and_none_while_it_searches_and_compares(client, connections, monkeypatch, kind):
    id = client.get(f"/api/v1/{kind}", params={"limit": 1}).json()["items"][0]["id"]
    meanwhile = []

    def noting(real):
        def call(*arguments):
            meanwhile.append(connections[-1])
            return real(*arguments)

        return call

    monkeypatch.setattr(Matcher, "match", noting(Matcher.match))
    monkeypatch.setattr(search_session, "judge", noting(search_session.judge))
    del connections[1:]
    assert client.get(f"/api/v1/{kind}/{id}/matches").status_code == 200
    assert client.post("/api/v1/search", json={"text": "煤", "target": kind}).status_code == 200
    assert len(meanwhile) > 2
    assert set(meanwhile) == {0}
    assert (max(connections), connections[-1]) == (1, 0)
