"""How many queries a page of records costs: pinned, and the same for few rows and many."""

import pytest

from app.core.caller import Role

KINDS = ["achievements", "needs"]
OWNERS = {"needs": Role.ENTERPRISE, "achievements": Role.UNIVERSITY}


@pytest.fixture
def counted(client, queries):
    def count(path, headers=None, **query):
        queries.clear()
        answer = client.get(path, headers=headers, params=query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        return len(queries), answer.text

    return count


@pytest.fixture(scope="module")
def people(account):
    return {role: account(role)[1] for role in Role if role is not Role.ANYBODY}


@pytest.mark.parametrize("kind", KINDS)
def test_a_library_costs_the_same_for_one_row_and_a_page(counted, kind):
    few, text = counted(f"/{kind}", district="青石县", q="磨")
    many, full = counted(f"/{kind}")
    assert text.count("<tr data-id") < full.count("<tr data-id") == 30
    assert few == many == 3  # the list, the chains and the districts that filters offer


@pytest.mark.parametrize("kind", KINDS)
def test_signing_in_costs_who_looks(counted, people, kind):
    for role in Role:
        if role is not Role.ANYBODY:
            assert counted(f"/{kind}", people[role])[0] == counted(f"/{kind}")[0] + 2, role  # the key, the greeting


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_and_its_forms(client, counted, people, kind):
    id = client.get(f"/api/v1/{kind}", params={"limit": 1}).json()["items"][0]["id"]
    assert counted(f"/{kind}/{id}")[0] == 2  # the record, names of industries
    staff = people[Role.LIAISON]
    assert counted(f"/{kind}/{id}/edit", staff)[0] == 7  # and chains, districts, disciplines
    assert counted(f"/{kind}/new", staff)[0] == 6
    assert counted(f"/{kind}/{id}/versions", staff)[0] == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_filter_left_empty_is_none(counted, kind):
    empty = dict.fromkeys(("q", "industry", "chain", "district", "cooperation", "maturity", "status"), "")
    plain = counted(f"/{kind}")[1]
    assert counted(f"/{kind}", **empty)[1].count("<tr data-id") == plain.count("<tr data-id")


def test_a_condition_that_is_none_is_said(client):
    answer = client.get("/needs", params={"maturity": "17"})
    assert answer.status_code == 422
    assert "<h1>" in answer.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_read_once_by_its_cursor(counted, everything, kind):
    seen, cursor = [], None
    while True:
        _, text = counted(f"/{kind}", **({"cursor": cursor} if cursor else {}))
        seen += [part.split('"')[0] for part in text.split('<tr data-id="')[1:]]
        if "下一页" not in text:
            break
        cursor = text.split("cursor=")[-1].split('"')[0]
    assert seen == [each["id"] for each in everything(kind)]


def test_an_anonymous_need_is_shown_without_its_enterprise(client, create, account):
    name = "云澜不露名锻造有限公司（示例）"
    fields = {"organisation": name, "district": "不露县", "external_id": "不露-9", "contact": "不露经办"}
    need = create("needs", visibility="anonymous", **fields)
    hidden = (name, "不露县", "不露-9", "不露经办")
    other, own = account(Role.ENTERPRISE)[1], account(Role.ENTERPRISE, name)[1]
    for headers in ({}, other):
        for path in ("/needs", f"/needs/{need['id']}"):
            text = client.get(path, headers=headers).text
            assert need["title"] in text
            assert not [word for word in hidden if word in text]
    assert all(word in client.get(f"/needs/{need['id']}", headers=own).text for word in hidden)


@pytest.mark.parametrize("kind", KINDS)
def test_drafts_are_shown_to_nobody_else(client, create, account, kind):
    record = create(kind, status="draft")
    for headers in ({}, account(OWNERS[kind])[1]):
        for suffix in ("", "/edit", "/versions"):
            assert client.get(f"/{kind}/{record['id']}{suffix}", headers=headers).status_code in {401, 404}
        assert record["title"] not in client.get(f"/{kind}", headers=headers).text
