"""Addresses that lead nowhere, and verbs that do not fit."""

import pytest
from fastapi.testclient import TestClient

KINDS = ["achievements", "needs"]
IDS = ["0" * 32, "x", "不存在", "%00", "..%2f..%2fetc%2fpasswd", "1' OR '1'='1", "9" * 3000, "%ed%a0%80", "😀"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("id", IDS, ids=lambda each: ascii(each)[:16])
def test_an_unknown_id_is_not_found(client, operator, refused, kind, id):
    path = f"/api/v1/{kind}/{id}"
    headers = operator | {"If-Match": '"1"'}
    refused(client.get(path), 404)
    refused(client.get(f"{path}/matches"), 404)
    refused(client.patch(path, json={"title": "新名称"}, headers=headers), 404)
    refused(client.delete(path, headers=headers), 404)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api", "/api/v1", "/api/v1/experts", "/api/v2/needs", "/docs", "/不存在"]
)
def test_an_unknown_route_is_not_found(client, refused, path):
    refused(client.get(path), 404)
    refused(client.post(path, json={}), 404)


@pytest.mark.parametrize(
    ("verb", "path"),
    [("PUT", "/api/v1/needs"), ("DELETE", "/api/v1/achievements"), ("PUT", "/api/v1/needs/x"),
     ("POST", "/api/v1/achievements/x"), ("GET", "/api/v1/search"), ("POST", "/livez"), ("PATCH", "/readyz")],
)  # fmt: skip
def test_a_verb_that_does_not_fit_is_refused(client, operator, refused, verb, path):
    refused(client.request(verb, path, headers=operator), 405)


def test_a_refused_verb_is_answered_with_those_that_fit(client):
    # RFC 9110, 15.5.6
    assert client.put("/livez").headers.get("allow") == "GET"
    assert "POST" in client.get("/api/v1/search").headers.get("allow", "")


def test_a_proxy_may_serve_it_below_a_path_of_its_own(client):
    below = TestClient(client.app, root_path="/match")
    assert below.get("/match/livez").json() == {"status": "ok"}
    assert below.get("/match/api/v1/needs/none").status_code == 404


@pytest.mark.parametrize("cursor", ["不存在", "'", "%", "zzz", "0"])
def test_a_made_up_cursor_gives_a_page(client, cursor):
    answer = client.get("/api/v1/needs", params={"cursor": cursor})
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize(
    ("then", "own"),
    [
        ("/needs?q=磨矿 分级", "/needs?q=磨矿 分级"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/\n/elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_to_no_other_site(client, then, own):
    page = client.get("/sign-in", params={"then": then}).text
    assert f'data-then="{own}"' in page
