"""How many queries each reading route of the contract costs an administrator: pinned, the one for who asks included."""

import pytest

from app.access.rule import API
from app.access.rules import RULES
from app.core.caller import Role
from tests.api.test_permissions import _SECOND, Things

# What a path asks for beside its ids.
QUERIES = {
    "/board/rows": {"figure": "absorbed"},
    "/board/targets": {"year": "2026"},
    "/duplicates": {"kind": "needs"},
    "/imports/fields": {"kind": "needs"},
    "/imports/template.xlsx": {"kind": "needs"},
}
# Of these nothing is made here: tests of their nouns read them.
UNMADE = {
    "/assignments/{id}/contacts",
    "/challenges/{id}/bid",
    "/interests/{id}/contacts",
    "/contracts/imports/{id}",
    "/contracts/imports/{id}/rows",
    "/contracts/imports/{id}/report.xlsx",
    "/imports/{id}/events",
    "/imports/{id}/report.xlsx",
} | {path.removeprefix(API) for _, path in RULES if any(name in path for name in _SECOND)}
COUNTS = {
    "/accounts": 2,
    "/accounts.xlsx": 3,
    "/accounts/{id}": 2,
    "/achievements": 2,
    "/achievements/{id}": 2,
    "/achievements/{id}/evaluations": 3,
    "/achievements/{id}/matches": 7,
    "/achievements/{id}/publications": 4,
    "/achievements/{id}/versions": 3,
    "/assignments": 2,
    "/audit": 2,
    "/audit/export.jsonl": 3,
    "/audit/export.xlsx": 4,
    "/board": 34,
    "/board/board.xlsx": 36,
    "/board/pack": 37,
    "/board/pack.docx": 37,
    "/board/rows": 4,
    "/board/settings": 2,
    "/board/supply": 3,
    "/board/targets": 2,
    "/captures": 2,
    "/cases": 4,
    "/cases/candidates": 2,
    "/cases/list.xlsx": 4,
    "/cases/{id}": 4,
    "/cases/{id}/document.docx": 4,
    "/challenges": 3,
    "/challenges/candidates": 8,
    "/challenges/evaluations": 2,
    "/challenges/guide.docx": 4,
    "/challenges/guide.xlsx": 4,
    "/challenges/list.xlsx": 3,
    "/challenges/{id}": 9,
    "/challenges/{id}/ballots": 5,
    "/challenges/{id}/ballots.xlsx": 5,
    "/challenges/{id}/bids": 5,
    "/challenges/{id}/bids.xlsx": 5,
    "/challenges/{id}/panel": 5,
    "/channels": 2,
    "/channels/templates": 1,
    "/channels/{id}": 2,
    "/channels/{id}/differences": 4,
    "/channels/{id}/items": 4,
    "/channels/{id}/items.xlsx": 4,
    "/channels/{id}/leads": 3,
    "/channels/{id}/packages": 3,
    "/codes/{list}": 3,
    "/contracts": 4,
    "/contracts/imports": 2,
    "/contracts/list.xlsx": 4,
    "/contracts/{id}": 4,
    "/dockings": 2,
    "/dockings/figures": 2,
    "/dockings/list.xlsx": 2,
    "/dockings/{id}": 2,
    "/dockings/{id}/entries": 3,
    "/dockings/{id}/files": 3,
    "/dockings/{id}/history": 4,
    "/duplicates": 2,
    "/exports/{kind}": 3,
    "/imports": 2,
    "/imports/fields": 1,
    "/imports/template.xlsx": 1,
    "/imports/{id}": 4,
    "/imports/{id}/rows": 3,
    "/interests": 2,
    "/interests/list.xlsx": 2,
    "/interests/{id}": 2,
    "/keys": 2,
    "/liaisons": 3,
    "/liaisons/roster.xlsx": 3,
    "/me": 2,
    "/needs": 2,
    "/needs/common": 3,
    "/needs/{id}": 2,
    "/needs/{id}/clarity": 5,
    "/needs/{id}/judgements": 3,
    "/needs/{id}/matches": 7,
    "/needs/{id}/publications": 4,
    "/needs/{id}/versions": 3,
    "/notice-preferences": 2,
    "/notices": 2,
    "/notices/deliveries": 2,
    "/notices/list.xlsx": 2,
    "/notices/unseen": 2,
    "/openapi.json": 0,
    "/organisations": 2,
    "/organisations.xlsx": 3,
    "/organisations/{id}": 2,
    "/quality": 7,
    "/renewals": 3,
    "/roadshows": 2,
    "/roadshows/list.xlsx": 3,
    "/roadshows/{id}": 2,
    "/roadshows/{id}/agenda": 3,
    "/roadshows/{id}/agenda.xlsx": 3,
    "/roadshows/{id}/calendar.ics": 2,
    "/roadshows/{id}/guests": 3,
    "/roadshows/{id}/guests.xlsx": 3,
    "/roadshows/{id}/handout.docx": 3,
    "/roadshows/{id}/pairs": 4,
    "/rounds": 2,
    "/rounds/{id}": 2,
    "/rounds/{id}/completion": 3,
    "/rounds/{id}/completion.xlsx": 3,
    "/rounds/{id}/invitations": 3,
    "/rounds/{id}/invitations.xlsx": 3,
    "/saved-searches": 2,
    "/saved-searches/digest": 2,
    "/sessions": 2,
}
READING = sorted(path.removeprefix(API) for method, path in RULES if method == "GET" and path.startswith(f"{API}/"))


@pytest.fixture(scope="module")
def reader(account):
    return account(Role.ADMIN)


@pytest.fixture(scope="module")
def ids(client, operator, create, reader):
    """The ids of each path; all are made before the first is read, as a list of none costs less."""
    things = Things(client, operator, create)
    return {path: things.of(API + path, Role.ADMIN, reader, unchanged=True) for path in READING if path not in UNMADE}


def test_each_reading_route_is_counted():
    assert set(COUNTS) == set(READING) - UNMADE


@pytest.mark.parametrize("path", [path for path in READING if path not in UNMADE])
def test_a_route_costs_as_many_queries_as_are_pinned(client, reader, ids, queries, path):
    address = API + path
    for name, id in ids[path].items():
        address = address.replace(f"{{{name}}}", id)
    client.app.state.services.gateway.catch_up()  # with what was made for it
    queries.clear()
    answer = client.get(address, params=QUERIES.get(path), headers=reader[1])
    assert answer.status_code == 200, answer.text[:300]
    assert len(queries) == COUNTS[path], queries
