"""Nobody reaches through the gateway or a search to the index behind it."""

import ast
from pathlib import Path

import pytest

from app.core.settings import PROJECT_ROOT

OUTSIDE = sorted(
    path for path in (PROJECT_ROOT / "app").rglob("*.py")
    if "node_modules" not in path.parts and "search" not in path.relative_to(PROJECT_ROOT / "app").parts[:1]
)  # fmt: skip


def reached(source: str) -> list[int]:
    """Return the lines that read `index` of a gateway or a search, or `matchers` of anything."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and (node.attr == "matchers" or (node.attr == "index" and _leads_to_search(node.value)))
    ]


def _leads_to_search(value: ast.expr) -> bool:
    """Say whether an expression is a gateway or a search, by its name or by the part that it asks for."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Name(id=name)):
            return name.strip("_").lower() in {"gateway", "search"}
        case ast.Call(func=ast.Attribute(attr=name)):
            return name == "searching"
    return False


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("parts[Gateway].index.rebuild()", [1]),
        ("x = 1\nsearch.index.matchers[kind]", [2, 2]),
        ("index = gateway.index", [1]),
        ("self._gateway.index.model_id", [1]),
        ("gateway.searching(session).index.scale", [1]),
        ("order.index(email)\ngateway.index_state()\ncolumn.index", []),
    ],
)
def test_reaching_is_found(source: str, lines: list[int]) -> None:
    assert reached(source) == lines


def test_there_is_something_to_look_at() -> None:
    assert PROJECT_ROOT / "app/health/routes.py" in OUTSIDE
    assert PROJECT_ROOT / "app/search/gateway.py" not in OUTSIDE


def test_nobody_reaches_for_the_index() -> None:
    def lines(path: Path) -> list[str]:
        return [f"{path.relative_to(PROJECT_ROOT)}:{line}" for line in reached(path.read_text("utf-8"))]

    assert [place for path in OUTSIDE for place in lines(path)] == []
