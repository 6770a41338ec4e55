"""The quality page: figures from stored judgements, kept until something changes."""

import pytest


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


def test_no_record_is_named(client):
    text = str(quality(client))
    needs = client.get("/api/v1/needs", params={"limit": 5}).json()["items"]
    assert needs
    assert all(need["title"] not in text and need["id"] not in text for need in needs)
