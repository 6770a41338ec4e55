"""The quality page: figures from stored judgements, kept until something changes."""

import pytest

from app.learning import service
from app.learning.quality import quality as measure
from app.learning.service import QUALITY_SECONDS

QUERIES = 8


def quality(client):
    answer = client.get("/api/v1/quality")
    assert answer.status_code == 200
    return answer.json()


def test_the_seed_judgements_fill_the_page_for_everyone(client):
    found = quality(client)
    assert (found["needs"], found["pairs"], found["judgements"]) == (40, 640, 1280)
    assert set(found["systems"]) == {"fused", "dense", "bm25"}
    # Which is the best is not to be had from the encoder of these tests, which knows no meaning.
    assert all(0 < each["ndcg_at_10"] < 1 for each in found["systems"].values())
    assert found["kappa"] == pytest.approx(0.873, abs=0.001)
    assert 0 < found["grade_accuracy"] <= 1
    assert 0 <= found["ece"] <= 1
    assert sum(each["needs"] for each in found["industries"]) == 40
    assert all(each["needs"] >= 3 for each in found["industries"] if each["industry"] != "其他")
    for row in found["reliability"]:
        assert 0 <= row["predicted"] <= 1
        assert 0 <= row["observed"] <= 1


def test_a_new_judgement_shows(client, operator, create):
    before = quality(client)
    need = create("needs")["id"]
    achievement = create("achievements")["id"]
    path = f"/api/v1/needs/{need}/matches/{achievement}/judgement"
    assert client.put(path, json={"grade": 3}, headers=operator).status_code == 200
    after = quality(client)
    assert (after["needs"], after["pairs"]) == (before["needs"] + 1, before["pairs"] + 1)
    client.delete(path, headers=operator)
    assert quality(client)["pairs"] == before["pairs"]


def test_records_that_change_move_it_after_some_minutes_alone(client, operator, create, monkeypatch):
    learning = client.app.state.services.learning
    measured = []
    monkeypatch.setattr(service, "quality", lambda *of: measured.append(True) or measure(*of))
    seconds = [1000.0]
    monkeypatch.setattr(learning, "_clock", lambda: seconds[0])
    learning._measured.clear()
    for _ in range(3):
        create("achievements")
        quality(client)
    assert len(measured) == 1
    seconds[0] += QUALITY_SECONDS
    quality(client)
    quality(client)
    assert len(measured) == 2


def test_it_takes_few_queries_however_many_needs_are_judged(client, queries):
    client.app.state.services.learning._measured.clear()
    assert quality(client)["needs"] == 40
    assert len(queries) == QUERIES, queries


def test_no_record_is_named(client):
    text = str(quality(client))
    needs = client.get("/api/v1/needs", params={"limit": 5}).json()["items"]
    assert needs
    assert all(need["title"] not in text and need["id"] not in text for need in needs)
