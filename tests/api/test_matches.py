"""Ranked answers: their shape, their order and their reasons."""

import json

import pytest

from app.kinds.table import KINDS as RECORD_KINDS
from matching.text.normalise import normalise

KINDS = ["achievements", "needs"]
ANSWER = {
    "query_id", "index_sequence", "model_id", "degraded", "verdict", "results", "combinations", "capture_task",
}  # fmt: skip
RESULT = {"rank", "score", "grade", "grade_probabilities", "record", "related", "reason", "explanation"}
EXPLANATION = {"terms", "clauses", "structured", "contributions", "evidence"}
TEXT = "选煤厂循环水发黑，浓缩机底流压滤不下来，药剂费用高。希望降低絮凝剂用量，循环水能够达标回用。"


def _ask(client, kind, way, headers=None, top_k=20):
    """Return the answer about records of `kind`, by one of the two ways to get it."""
    if way == "search":
        wanted = {"text": TEXT, "target": kind, "top_k": top_k}
        answer = client.post("/api/v1/search?explain=full", json=wanted, headers=headers)
    else:
        other = RECORD_KINDS[kind].target.value
        items = client.get(f"/api/v1/{other}", params={"limit": 50}, headers=headers).json()["items"]
        answer = client.get(
            f"/api/v1/{other}/{items[17]['id']}/matches", params={"top_k": top_k, "explain": "full"}, headers=headers
        )
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module", params=[(kind, way) for kind in KINDS for way in ("search", "matches")], ids=str)
def asked(request):
    return request.param


@pytest.fixture(scope="module")
def answer(client, asked):
    return _ask(client, *asked)


def test_the_answer_has_the_shape_of_the_contract(answer):
    assert set(answer) == ANSWER
    assert answer["degraded"] is False
    assert answer["verdict"] in {"matched", "none_suitable"}
    assert answer["model_id"]
    assert answer["index_sequence"] > 0
    assert len(answer["results"]) == 20
    for result in answer["results"]:
        assert set(result) == RESULT
        assert set(result["explanation"]) == EXPLANATION
        assert all(set(term) == {"term", "weight"} for term in result["explanation"]["terms"])
        assert all(isinstance(value, float) for value in result["explanation"]["contributions"].values())


def test_ranks_count_up_and_scores_down(answer):
    results = answer["results"]
    assert [each["rank"] for each in results] == list(range(1, 21))
    scores = [each["score"] for each in results]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({each["record"]["id"] for each in results}) == 20


def test_the_grade_is_the_highest_that_is_more_likely_reached_than_not(answer):
    for each in answer["results"]:
        probabilities = each["grade_probabilities"]
        assert len(probabilities) == 4
        assert sum(probabilities) == pytest.approx(1, abs=3e-4)
        assert min(probabilities) >= 0
        # The probabilities are rounded, the grade is read from those before.
        assert each["grade"] == 1 or sum(probabilities[each["grade"] - 1 :]) > 0.4998
        assert sum(probabilities[each["grade"] :]) < 0.5002


def test_reasons_are_words_of_the_record(answer):
    quoted = 0
    for each in answer["results"]:
        record, explanation = each["record"], each["explanation"]
        body = record.get("summary") or record.get("description")
        everything = normalise("。".join([record["title"], body, record["indicators"], *record.get("keywords", [])]))
        for term in explanation["terms"]:
            assert term["term"].lower() in everything.lower()
            assert 0 < term["weight"] <= 1
        evidence = explanation["evidence"]
        if evidence is not None:
            quoted += 1
            assert evidence["text"] in {"body": body, "indicators": record["indicators"]}[evidence["field"]]
            assert 0 < evidence["coverage"] <= 1.0001
    assert quoted > 0


def test_records_are_shown_as_they_are_read(client, asked, answer):
    for each in answer["results"][:5]:
        assert each["record"] == client.get(f"/api/v1/{asked[0]}/{each['record']['id']}").json()


def test_fewer_results_are_the_first_of_more(client, asked, answer):
    fewer = _ask(client, *asked, top_k=3)
    assert [each["record"]["id"] for each in fewer["results"]] == [
        each["record"]["id"] for each in answer["results"][:3]
    ]


def test_every_question_has_an_id_of_its_own(client, asked, answer):
    again = _ask(client, *asked)
    assert again["query_id"] != answer["query_id"]
    assert again["results"] == answer["results"]


def test_a_new_need_says_what_it_lacks_and_what_matches_it(client, operator, body):
    sent = client.post("/api/v1/needs", params={"match": 5}, json=body("needs"), headers=operator)
    created = sent.json()
    assert set(created["matches"]) == ANSWER
    assert [each["rank"] for each in created["matches"]["results"]] == [1, 2, 3, 4, 5]
    questions = created["clarity"]["questions"]
    assert 0 <= created["clarity"]["score"] < 1
    assert all(set(each) == {"field", "question"} for each in questions)
    assert "budget_max_wan" in {each["field"] for each in questions}
    direct = client.get(f"/api/v1/needs/{created['id']}/matches", params={"top_k": 5}, headers=operator).json()
    assert direct["results"] == created["matches"]["results"]
    assert client.post("/api/v1/needs", json=body("needs"), headers=operator).json()["matches"] is None


def test_what_the_store_does_not_hold_is_said_to_be_missing(client):
    wanted = {"text": "中世纪羊皮手抄本的断代与修复伦理", "target": "achievements"}
    assert client.post("/api/v1/search", json=wanted).json()["verdict"] == "none_suitable"


def test_a_search_with_the_words_of_a_record_is_matched(client):
    record = client.get("/api/v1/achievements", params={"limit": 100}).json()["items"][60]
    found = client.post("/api/v1/search", json={"text": f"{record['title']}。{record['summary']}"}).json()
    assert found["verdict"] == "matched"
    assert found["results"][0]["record"]["id"] == record["id"]
    assert json.dumps(found, allow_nan=False)
