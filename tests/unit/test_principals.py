"""Who acts is said at the edge: no service lends itself the sight of the operator or the worker."""

import ast
from pathlib import Path

import pytest

from app.core.settings import PROJECT_ROOT

APP = PROJECT_ROOT / "app"
MODULES = sorted(path for path in APP.rglob("*.py") if "node_modules" not in path.parts)
# Where requests, jobs and timed work begin, besides commands and the demo; and the words for what the log names.
EDGES = {
    "core/caller.py",
    "accounts/identification.py",
    "services.py",
    "web/audit_words.py",
}
_PRINCIPALS = {"OPERATOR", "WORKER"}
_ALL_SEEING = {"ADMIN", "LIAISON"}


def is_edge(path: Path) -> bool:
    place = path.relative_to(APP)
    return place.name == "commands.py" or place.parts[0] == "demo" or place.as_posix() in EDGES


def invented(source: str) -> list[int]:
    """Return the lines that name a principal of the system, or make a caller who sees all."""
    return [node.lineno for node in ast.walk(ast.parse(source)) if _names(node) or _makes(node)]


def _names(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return name in _PRINCIPALS
    return False


def _makes(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="Caller" | "replace"), args=given, keywords=named):
            roles = [*given, *(each.value for each in named)]
            return any(isinstance(each, ast.Attribute) and each.attr in _ALL_SEEING for each in roles)
    return False


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from app.core.caller import OPERATOR, Caller", [1]),
        ("from app.core.caller import OPERATOR as anybody", [1]),
        ("x = 1\nrepository.open(caller_module.WORKER)", [2]),
        ('_SYSTEM = Caller(Role.ADMIN, name="worker")', [1]),
        ("reader = replace(caller, role=Role.LIAISON)", [1]),
        ("reader = caller if caller.sees_all else ANYBODY", []),
        ("who = Caller(Role(account.role), account.id)\nif caller.role is Role.ADMIN:\n    pass", []),
    ],
)
def test_an_invented_principal_is_found(source: str, lines: list[int]) -> None:
    assert invented(source) == lines


def test_only_edges_name_who_acts() -> None:
    naming = {path: invented(path.read_text("utf-8")) for path in MODULES}
    found = {path.relative_to(APP).as_posix(): lines for path, lines in naming.items() if lines}
    assert {place: lines for place, lines in found.items() if not is_edge(APP / place)} == {}
    assert found.keys() >= EDGES, "no longer an edge"


def test_a_service_is_no_edge() -> None:
    assert not is_edge(APP / "imports/service.py")
    assert is_edge(APP / "imports/commands.py")
