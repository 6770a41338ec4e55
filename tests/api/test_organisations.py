"""Organisations: what is checked, who sees which, who may change them."""

import itertools

import pytest

from app.core.caller import Role
from app.organisations.credit_code import check_character, inner_check

_numbers = itertools.count(1)


def _code():
    inner = f"{next(_numbers):08d}"
    body = f"91340400{inner}{inner_check(inner)}"
    return body + check_character(body) if "X" not in body[:16] else _code()


@pytest.fixture
def organisation(client, operator):
    def made(kind="enterprise", **fields):
        sent = {"name": f"单位测试{next(_numbers)}号有限公司（示例）", "kind": kind, **fields}
        answer = client.post("/api/v1/organisations", json=sent, headers=operator)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


def _path(organisation):
    return f"/api/v1/organisations/{organisation['id']}"


def test_every_field_comes_back(client, operator, organisation):
    given = {
        "credit_code": _code(), "district": "望山区", "park": "谷口经开区", "industries": ["0610"],
        "grades": ["high_tech", "specialised"], "aliases": ["单测"], "brands": ["云澜牌"], "products": ["YL-3 型筛"],
        "phones": ["0370-1234567"], "address": "示例路 1 号", "legal_person": "某某",
    }  # fmt: skip
    made = organisation(**given)
    read = client.get(_path(made), headers=operator)
    assert read.headers["etag"] == '"1"'
    assert {name: read.json()[name] for name in given} == given
    assert read.json()["verification"] == "unverified"


def test_what_cannot_be_is_refused(client, operator, organisation, refused):
    first = organisation(credit_code=_code())
    sent = {"name": first["name"], "kind": "enterprise"}
    refused(client.post("/api/v1/organisations", json=sent, headers=operator), 409)
    for field, fields in (
        ("credit_code", {"credit_code": first["credit_code"]}),
        ("credit_code", {"credit_code": "91340400000000011X"}),
        ("grades", {"kind": "university", "grades": ["high_tech"]}),
        ("industries", {"industries": ["ZZ"]}),
        ("kind", {"kind": "club"}),
        ("name", {"name": " "}),
    ):
        sent = {"name": f"另一家{next(_numbers)}", "kind": "enterprise", **fields}
        problem = refused(client.post("/api/v1/organisations", json=sent, headers=operator), 422)
        assert any(each["field"].startswith(field) for each in problem["errors"])


def test_enterprises_are_for_staff_and_themselves(client, organisation, account, callers):
    enterprise, university = (
        organisation(credit_code=_code(), address="某路"),
        organisation("university", address="某路"),
    )
    own = account(Role.ENTERPRISE, enterprise["name"])[1]
    unknown = client.get("/api/v1/organisations/unknown", headers=own).text
    for role, headers in callers.items():
        if role is Role.ANYBODY:
            continue
        answer = client.get(_path(enterprise), headers=headers)
        listed = client.get("/api/v1/organisations", params={"q": enterprise["name"]}, headers=headers).json()["items"]
        if role in {Role.ADMIN, Role.LIAISON}:
            assert answer.json()["address"] == "某路"
            assert len(listed) == 1
        else:
            assert (answer.status_code, answer.text, listed) == (404, unknown, [])
            shown = client.get(_path(university), headers=headers).json()
            assert (shown["name"], shown["address"], shown["aliases"]) == (university["name"], None, None)
    assert client.get(_path(enterprise), headers=own).json()["address"] == "某路"


def test_its_manager_changes_it_and_it_has_to_be_verified_again(client, operator, organisation, account, refused):
    made = organisation()
    verified = client.post(
        f"{_path(made)}/verification", json={"state": "verified", "note": "见过营业执照"}, headers=operator
    ).json()
    assert (verified["verification"], verified["verified_by"]) == ("verified", "operator")
    assert verified["verified_at"]
    manager = account(Role.ENTERPRISE, made["name"], manages_organisation=True)[1]
    plain = account(Role.ENTERPRISE, made["name"])[1]
    other = account(Role.ENTERPRISE, manages_organisation=True)[1]
    at = {"If-Match": '"2"'}
    refused(client.patch(_path(made), json={"park": "某园"}, headers=plain | at), 403)
    refused(client.patch(_path(made), json={"park": "某园"}, headers=other | at), 404)
    refused(client.patch(_path(made), json={"park": "某园"}, headers=manager), 428)
    assert client.get(_path(made), headers=manager).json()["verified_by"] is None
    same = client.patch(_path(made), json={"park": "某园"}, headers=manager | at).json()
    assert same["verification"] == "verified"
    problem = refused(client.patch(_path(made), json={"park": "另一园"}, headers=manager | at), 412)
    assert problem["current"]["park"] == "某园"
    assert problem["submitted"] == {"park": "另一园"}
    changed = client.patch(_path(made), json={"legal_person": "另一位"}, headers=manager | {"If-Match": '"3"'}).json()
    assert (changed["verification"], changed["verified_at"]) == ("unverified", None)
    refused(client.post(f"{_path(made)}/verification", json={"state": "verified"}, headers=manager), 403)


def test_lists_are_narrowed_and_go_on(client, operator, organisation):
    marked = [organisation("provider", district="列表区") for _ in range(3)]
    found, cursor = [], None
    while True:
        query = {"district": "列表区", "kind": "provider", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/organisations", params=query, headers=operator).json()
        found += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [each["id"] for each in reversed(marked)]
