"""The contract on PostgreSQL, where it differs from SQLite under the hood."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.core.security import ensure_key
from app.core.settings import Settings
from app.records.repository import RecordRepository
from app.search.admission import MOST_AT_ONCE

# Run here too, against this file's client.
from tests.api.test_audit import (  # noqa: F401
    log,
    services,
    tamper,
    test_a_changed_entry_is_located,
    test_a_deleted_entry_is_located,
    test_an_entry_moved_in_time_is_located,
    test_it_is_searched,
    test_the_database_refuses_to_change_it,
    test_writers_at_the_same_moment_make_one_chain,
)
from tests.api.test_records import test_of_changes_at_the_same_moment_one_is_taken  # noqa: F401


@pytest.fixture(scope="module")
def seeded_settings(postgres_url, tmp_path_factory):
    """Settings of an empty PostgreSQL database."""
    return Settings(data_dir=tmp_path_factory.mktemp("postgresql"), database_url=postgres_url)


@pytest.fixture(scope="module")
def operator(client, seeded_settings):
    return {"Authorization": f"Bearer {ensure_key(seeded_settings.key_file)[0]}"}


def test_records_are_made_listed_found_and_withdrawn(client, operator, create, everything):
    record = create("achievements", title="湿法脱硫石膏制砌块", industries=["2661"], price_max_wan="80.5")
    assert [each["id"] for each in everything("achievements", industry="26")] == [record["id"]]
    assert everything("achievements", q="砌块")[0]["price_max_wan"] == "80.5"
    found = client.post("/api/v1/search", json={"text": "脫硫石膏砌塊"}).json()["results"]
    assert found[0]["record"]["id"] == record["id"]
    path = f"/api/v1/achievements/{record['id']}"
    assert client.delete(path, headers=operator | {"If-Match": '"1"'}).status_code == 204
    assert client.get(path).status_code == 404
    assert client.post("/api/v1/search", json={"text": "脱硫石膏砌块"}).json()["results"] == []


@pytest.mark.parametrize("address", ["/api/v1/needs/%00", "/api/v1/needs/a%00/matches"])
def test_an_id_with_a_nul_character_is_not_found(client, refused, address):
    refused(client.get(address), 404)


def test_a_cursor_with_a_nul_character_is_no_failure(client):
    assert client.get("/api/v1/needs?cursor=%00").status_code in {200, 422}


@pytest.mark.parametrize("round", range(2))  # a race, which may go well by luck
def test_the_same_number_at_the_same_moment_makes_one_record(client, operator, create, body, round):
    # Encoded before, so that nothing but the database holds them apart.
    known = create("needs", organisation="同时单位（示例）")
    content = body("needs", title=known["title"], external_id=f"同时-{round}", organisation="同时单位（示例）")
    bodies = [content] * 6
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda each: client.post("/api/v1/needs", json=each, headers=operator), bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


@pytest.mark.parametrize("round", range(2))
def test_the_same_request_at_the_same_moment_makes_one_record(client, operator, create, body, round):
    content, headers = body("needs", title=create("needs")["title"]), operator | {"Idempotency-Key": f"at-once-{round}"}
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(client.post, "/api/v1/needs", json=content, headers=headers) for _ in range(6)]
        answers = [each.result() for each in sent]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize("round", range(2))
def test_the_same_judge_at_the_same_moment_keeps_one_judgement(client, operator, create, round):
    need, achievement = create("needs")["id"], create("achievements")["id"]
    path = f"/api/v1/needs/{need}/matches/{achievement}/judgement"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda at: client.put(path, json={"grade": at % 4 + 1}, headers=operator), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(client.get(f"/api/v1/needs/{need}/judgements", headers=operator).json()["items"]) == 1


def test_what_another_wrote_at_this_moment_is_a_conflict_and_no_failure(client, operator, refused, monkeypatch):
    # As if the number had been looked for before the other wrote it.
    monkeypatch.setattr(RecordRepository, "by_external_id", lambda *_: None)
    content = {
        "title": "同时提交的需求示例",
        "description": "尾矿浆压滤（示例）。",
        "external_id": "同号",
        "organisation": "同号单位（示例）",
    }
    assert client.post("/api/v1/needs", json=content, headers=operator).status_code == 201
    told = refused(client.post("/api/v1/needs", json=content, headers=operator), 409)
    assert "刷新" in told["detail"]


def test_eighty_who_ask_for_matches_at_once_are_answered_or_told_to_wait(client, operator, create):
    need = create("needs", title="尾矿滤饼深度脱水（示例）")
    for number in range(30):
        create("achievements", title=f"隔膜压滤{number}号（示例）")
    path = f"/api/v1/needs/{need['id']}/matches"
    with ThreadPoolExecutor(80) as pool:
        answers = list(pool.map(lambda _: client.get(path, headers=operator), range(80)))
    assert {each.status_code for each in answers} <= {200, 503}
    assert all(each.json()["results"] for each in answers if each.status_code == 200)
    assert all(int(each.headers["Retry-After"]) > 0 for each in answers if each.status_code == 503)
    assert sum(each.status_code == 200 for each in answers) >= MOST_AT_ONCE
    assert client.get(path, headers=operator).status_code == 200
