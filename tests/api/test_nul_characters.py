"""NUL characters, which PostgreSQL neither stores nor compares, are refused wherever a text is taken."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, get_args

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import event

from app.access.rules import RULES
from app.core.caller import Role
from app.main import create_app

NUL = "a\x00"
# Texts that are only compared, hashed or parsed, or that the handler checks to say so beside the box.
CHECKED = {
    ("query", "/search/{target}/results", "q"), ("query", "/search/{target}/results.xlsx", "q"),
    ("query", "/api/v1/imports", "mapping"), ("body", "CodeIn", "code"), ("body", "NewPasswordIn", "token"),
    ("body", "NewPasswordIn", "password"), ("body", "PasswordChangeIn", "present"),
    ("body", "PasswordChangeIn", "password"), ("body", "PresentPasswordIn", "present"),
    ("body", "SignInIn", "password"), ("body", "SignInIn", "code"), ("body", "PreferenceIn", "webhook_secret"),
}  # fmt: skip


def _routes(routes: Any) -> Iterator[APIRoute]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner.routes)
        elif isinstance(route, APIRoute):
            yield route


def _dependants(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _dependants(each)


def _models(annotation: Any, found: set[type[BaseModel]]) -> None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
        found.add(annotation)
        for field in annotation.model_fields.values():
            _models(field.annotation, found)
    for part in get_args(annotation):
        _models(part, found)


def _takes(annotation: Any) -> bool:
    """Say whether a text with a NUL passes, by itself, in a list or as a key."""
    adapter = TypeAdapter(annotation)
    for value in (NUL, [NUL], {NUL: "title"}):
        with suppress(ValidationError):
            passed = adapter.validate_python(value)
            if not isinstance(passed, BaseModel) and "\\x00" in repr(passed):
                return True
    return False


def _annotated(field: Any) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _texts() -> Iterator[tuple[tuple[str, str, str], Any]]:
    """Yield (sort, route or body, name) of each parameter, form field and body field, and its type."""
    bodies: set[type[BaseModel]] = set()
    for route in _routes(create_app().routes):
        for dependant in _dependants(route.dependant):
            for field in (*dependant.query_params, *dependant.body_params):
                known = len(bodies)
                _models(field.field_info.annotation, bodies)
                if len(bodies) == known and field.field_info.annotation not in bodies:
                    yield ("query", route.path, field.alias), _annotated(field.field_info)
    for body in bodies:
        for name, field in body.model_fields.items():
            yield ("body", body.__name__, name), _annotated(field)


def test_no_text_of_any_route_takes_a_nul():
    texts = dict(_texts())
    assert len(texts) > 400
    assert {place for place, annotation in texts.items() if _takes(annotation)} == CHECKED


@pytest.fixture
def sent(client) -> Iterator[list[str]]:
    """Return statements that were sent with a NUL: PostgreSQL would answer them with an error."""
    found: list[str] = []
    engine = client.app.state.database.engine

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if "\\x00" in repr(parameters):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


ADDRESSES = sorted((method, path) for method, path in RULES if "{" in path and "/static/" not in path)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.UNIVERSITY])
def test_an_address_with_a_nul_reaches_no_database(client, callers, sent, role):
    wrong = []
    for method, path in ADDRESSES:
        address = re.sub(r"\{(kind|target)\}", "needs", path)
        address = re.sub(r"\{.*?\}", "a%00", address)
        answer = client.request(method, address, headers=callers[role] | {"If-Match": "*"}, json={})
        if sent or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code, sent[:1]))
            sent.clear()
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/accounts", "organisation"), ("/api/v1/audit", "actor"), ("/api/v1/audit", "object_id"),
        ("/api/v1/audit", "q"),
    ],
)  # fmt: skip
def test_a_query_names_the_parameter(client, operator, refused, path, name):
    problem = refused(client.get(path, params={name: NUL}, headers=operator), 422, name)
    assert "空字符" in problem["errors"][0]["message"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/admin/review", "organisation"), ("/rounds/0", "district"), ("/admin/accounts", "organisation"),
        ("/admin/audit", "actor"), ("/imports", "round"), ("/duplicates/compare?kind=needs&second=0", "first"),
    ],
)  # fmt: skip
def test_a_page_says_so(client, operator, path, name):
    answer = client.get(path, params={name: NUL}, headers=operator)
    assert answer.status_code == 422
    assert "空字符" in answer.text


def _form(file_name: str, **fields: str) -> dict[str, Any]:
    """Return a form as a client sends it that does not escape the name of its file."""
    named = [(f'"{name}"', text) for name, text in fields.items()]
    named.append((f'"file"; filename="{file_name}"', "成果名称,成果简介"))
    parts = [f"--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{text}\r\n" for name, text in named]
    return {
        "content": "".join([*parts, "--b--\r\n"]).encode(),
        "headers": {"Content-Type": "multipart/form-data; boundary=b"},
    }


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/api/v1/imports", {"kind": "achievements"}), ("/api/v1/contracts/imports", {"unit": "wan"})],
)
def test_the_name_of_a_file_is_refused(client, operator, refused, path, fields):
    form = _form("成果\x00.csv", **fields)
    problem = refused(client.post(path, content=form["content"], headers=operator | form["headers"]), 422, "file")
    assert "改名" in problem["errors"][0]["message"]


def test_the_organisation_of_a_file_is_refused(client, operator, refused):
    form = _form("成果.csv", kind="achievements", organisation=NUL)
    answer = client.post("/api/v1/imports", content=form["content"], headers=operator | form["headers"])
    refused(answer, 422, "organisation")
