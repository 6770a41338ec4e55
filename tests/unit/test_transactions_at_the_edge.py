"""A service is given its session: transactions begin where requests, commands, jobs and timed work begin."""

import ast
from pathlib import Path

import pytest

from app.core.settings import PROJECT_ROOT

APP = PROJECT_ROOT / "app"
MODULES = sorted(path for path in APP.rglob("*.py") if "node_modules" not in path.parts)
# Besides routes, commands, the demo and the search engine with its upkeep.
EDGES = {
    "core/database.py",
    "accounts/identification.py",  # before the request has a session
    "web/pages.py",  # the page of an error, whose session has ended
    # What is made ready before its transaction.
    "channels/transactions.py",
    "imports/submission.py",
    "imports/local.py",  # a command's file
    # Jobs.
    "jobs/lease.py",
    "jobs/worker.py",
    "imports/job.py",
    "imports/batches.py",
    # Timed work.
    "duplicates/finder.py",
    "matches/standing_matches.py",
    "notices/postman.py",
    "notices/match_notices.py",
    "reminders/service.py",
}


def is_edge(path: Path) -> bool:
    place = path.relative_to(APP)
    routes = place.name == "routes.py" or place.name.endswith("_routes.py")
    return routes or place.name == "commands.py" or place.parts[0] in {"demo", "search"} or place.as_posix() in EDGES


def begun(source: str) -> list[int]:
    """Return the lines that open a session of a database."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"read", "write", "writing"}
        and _is_database(node.func.value)
    ]


def _is_database(value: ast.expr) -> bool:
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Name(id=name)):
            return name.strip("_").lower() == "database"
    return False


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("with self._database.write() as session:\n    pass", [1]),
        ("x = 1\nwith parts[Database].read() as session:\n    pass", [2]),
        ("with request.app.state.database.read() as session:\n    pass", [1]),
        ("file.write()", []),
    ],
)
def test_a_transaction_that_is_begun_is_found(source: str, lines: list[int]) -> None:
    assert begun(source) == lines


def test_who_is_given_a_session_begins_none() -> None:
    found = {path.relative_to(APP).as_posix(): begun(path.read_text("utf-8")) for path in MODULES if not is_edge(path)}
    assert {place: lines for place, lines in found.items() if lines} == {}


def test_every_edge_is_one() -> None:
    assert [each for each in sorted(EDGES) if not begun((APP / each).read_text("utf-8"))] == []
