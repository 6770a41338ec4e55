"""Requests for every page of the rules: whole and as a part, as each reader, of theirs and of what is public."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi.testclient import TestClient

from app.access.rule import API
from app.access.rules import RULES
from app.core.caller import Role
from tests.api.test_permissions import MEMBERS, Things
from tests.trials import CAMPAIGN

PAGES = [
    path
    for method, path in sorted(RULES)
    if method == "GET"
    and not path.startswith((f"{API}/", "/static/"))
    and path not in {"/livez", "/readyz", "/metrics"}
]
# What narrows a list, where a page takes it. Names stand for what the caller of `page_probes` knows.
QUERIES: dict[str, list[dict[str, str]]] = {
    "/needs": [
        {"q": "金丝雀"}, {"organisation": "owner"}, {"district": "金丝雀区"}, {"chain": "金丝雀链"},
        {"status": "withdrawn"},
    ],
    "/search/{target}": [{"q": "金丝雀羽毛标识"}],
    "/admin/organisations": [{"q": "金丝雀"}],
    "/achievements/{id}/matches": [{"weak": "true", "district": "金丝雀区"}, {"organisation": "owner"}],
    "/duplicates": [{"kind": "needs"}, {"kind": "needs", "decided": "true"}],
    "/duplicates/compare": [{"kind": "needs", "first": "need", "second": "need"}],
    "/board/rows": [{"figure": "absorbed"}, {"figure": "judgements", "liaison": "owner"}],
    "/needs/{id}/compare": [{"with": "achievement"}],
    "/needs/{id}/compare.xlsx": [{"with": "achievement"}],
}  # fmt: skip
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
# The name of a sweep of notices, by which it can be undone, is new with each page.
_SWEEP = re.compile(r"sweep[^{}]{1,20}?[0-9a-f]{32}")
_PART = {"HX-Request": "true"}


def page_probes(
    things: Things, readers: Mapping[Role, tuple[Any, dict[str, str]]], known: dict[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path of each page with each request for it.

    Args:
        readers: the account of each role that reads, and its headers; None and {} for anybody.
        known: what ids in queries are: a public `need` and `achievement`, and an `owner` of needs.
    """
    for path in PAGES:
        allowed = [role for role in readers if role in RULES["GET", path].roles and _has(path, role)]
        # One of them in the checks, another for each page.
        for role in allowed if CAMPAIGN or not allowed else [allowed[PAGES.index(path) % len(allowed)]]:
            reader = readers[role]
            for ids in _ids(path, role, reader, things, known):
                for query in [{}, *QUERIES.get(path, [])]:
                    params = {name: known.get(value, value) for name, value in query.items()}
                    for part in ({}, _PART):
                        yield path, {"url": _filled(path, ids), "params": params, "headers": reader[1] | part}


def _has(path: str, role: Role) -> bool:
    """Whether there is a thing of a path's kind for a role: anybody has none, but sees public records."""
    return role is not Role.ANYBODY or "{id}" not in path or path.startswith(("/needs/{id}", "/achievements/{id}"))


def _ids(
    path: str,
    role: Role,
    reader: tuple[Any, dict[str, str]],
    things: Things,
    known: dict[str, str],
) -> Iterator[dict[str, str]]:
    ids = {"id": "", "achievement_id": known["achievement"], "target": "needs"}
    if "{id}" not in path:
        yield ids
        return
    noun = path.partition("/{id}")[0]
    public = {"/needs": known["need"], "/achievements": known["achievement"]}.get(noun)
    if public is not None:
        yield ids | {"id": public}
    if role in MEMBERS or (public is None and reader[0] is not None):
        yield ids | {"id": things.of(path, role, reader, unchanged=True)["id"]}


def _filled(path: str, ids: dict[str, str]) -> str:
    for name, id in ids.items():
        path = path.replace(f"{{{name}}}", id)
    return path


def page_answer(client: TestClient, request: dict[str, Any]) -> tuple[int, str]:
    """Return the status of a page and what it says, but for moments and names that are new with each answer."""
    answer = client.get(**request)
    content = answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = [book.read(name) for name in sorted(book.namelist()) if name != "docProps/core.xml"]
        content = b"\n".join(parts)
    return answer.status_code, _SWEEP.sub("sweep", _MOMENT.sub("moment", content.decode()))
