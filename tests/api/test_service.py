"""Whether the service lives, and how it describes itself."""

import pytest

from app.search.gateway import Gateway
from app.search.upkeep import Upkeep, UpkeepState

CHINESE = range(0x4E00, 0xA000)


@pytest.fixture(scope="module")
def document(client):
    return client.get("/api/v1/openapi.json").json()


def test_the_service_lives_and_is_ready(client):
    assert client.get("/livez").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    state = answer.json()
    assert (state["status"], state["database"], state["index"]) == ("ready", "ok", "ok")
    assert state["model"] in {"loading", "ready"}
    assert state["index_sequence"] > 0


def test_the_ready_sequence_follows_writes(client, create):
    before = client.get("/readyz").json()["index_sequence"]
    create("needs")
    client.post("/api/v1/search", json={"text": "煤"})
    assert client.get("/readyz").json()["index_sequence"] > before


@pytest.mark.parametrize(("upkeep", "status"), [("ok", 200), ("failing", 200), ("stopped", 503)])
def test_readiness_tells_how_the_work_beside_answering_goes(client, monkeypatch, upkeep, status):
    monkeypatch.setattr(Upkeep, "state", lambda _: UpkeepState(upkeep))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["upkeep"]) == (status, upkeep)


def test_metrics_count_requests_by_route(client, operator):
    client.get("/api/v1/needs")
    client.get("/api/v1/needs/nichts")
    answer = client.get("/metrics", headers=operator)
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    counted = [line for line in lines if line.startswith("shuangxu_request_seconds_count")]
    assert any('/needs",status="200"' in line for line in counted)
    assert any('/needs/{id}",status="404"' in line for line in counted)
    assert "nichts" not in answer.text


def test_answers_carry_headers_that_protect(client):
    for path in ("/livez", "/api/v1/needs", "/api/v1/needs/nichts"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_a_fault_of_ours_is_told_counted_and_protected(client, operator, monkeypatch):
    def broken(_):
        raise RuntimeError("内部细节")

    monkeypatch.setattr(Gateway, "encoder_state", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 500
    assert (answer.json()["code"], "内部细节" in answer.text) == ("internal_error", False)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'route="/readyz",status="500"' in client.get("/metrics", headers=operator).text


def test_invented_methods_are_counted_as_one(client, operator):
    for method in ("ERFUNDEN", "NOCHEINE"):
        assert client.request(method, "/livez").status_code == 405
    figures = client.get("/metrics", headers=operator).text
    assert "ERFUNDEN" not in figures
    assert 'method="other"' in figures


def test_every_operation_has_a_chinese_summary(document):
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            assert any(ord(each) in CHINESE for each in operation.get("summary", "")), (verb, path)


def _reached(document, schema, seen):
    """Collect the names of all schemas that one leads to."""
    if isinstance(schema, dict):
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            _reached(document, document["components"]["schemas"][name], seen)
        for part in schema.values():
            _reached(document, part, seen)
    elif isinstance(schema, list):
        for part in schema:
            _reached(document, part, seen)


@pytest.mark.parametrize("kind", ["achievements", "needs"])
def test_every_field_of_records_has_a_chinese_title(document, kind):
    names: set[str] = set()
    for path, verbs in document["paths"].items():
        if path.startswith(f"/api/v1/{kind}"):
            _reached(document, [verbs[verb].get("requestBody", {}) for verb in verbs], names)
            _reached(document, [verbs[verb]["responses"] for verb in verbs], names)
    fields = {
        f"{name}.{field}": schema.get("title", "")
        for name in names - {"HTTPValidationError", "ValidationError"}
        for field, schema in document["components"]["schemas"][name].get("properties", {}).items()
    }
    assert len(fields) > 60
    assert [name for name, title in fields.items() if not any(ord(each) in CHINESE for each in title)] == []


def test_query_parameters_have_chinese_titles(document):
    bare = [
        (path, parameter["name"])
        for path, verbs in document["paths"].items()
        for operation in verbs.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and not any(ord(each) in CHINESE for each in parameter["schema"].get("title", ""))
    ]
    assert bare == []


def test_the_described_errors_are_the_ones_that_are_sent(document):
    described = {
        content
        for verbs in document["paths"].values()
        for operation in verbs.values()
        for status, answer in operation["responses"].items()
        if status.startswith("4")
        for content in answer.get("content", {})
    }
    assert described == {"application/problem+json"}
