"""Who acts is said at the edge: no service lends itself the sight of the operator or the worker."""

import ast
from collections.abc import Collection
from pathlib import Path

import pytest

from app.core.settings import PROJECT_ROOT
from app.models import Base

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


# Whose objects are only had by asking as somebody, besides rows of the database.
_FOUND = {"Record", "Answers", "Ranking"}
# The same for everybody whom the route's rule lets in, or asked before anybody is known.
_SAME_FOR_ALL = {
    "AccountService.in_demo", "AccountService.prepare_for_token", "SignInService.verify",
    "BoardService.board", "BoardService.names", "BoardService.span",
    "CodeService.filled", "CodeService.names", "CodeService.page", "CodeService.trail", "CodeService.with_children",
    "RoundService.places", "TargetService.of_year", "TargetService.places", "TargetService.settings",
}  # fmt: skip


def unasked(source: str, found: Collection[str]) -> list[str]:
    """Return the methods of services that read for nobody: neither for a caller, nor of what one has found.

    Args:
        found: names of classes whose objects are only had by asking as somebody.
    """
    services = [
        node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name.endswith("Service")
    ]
    return [
        f"{service.name}.{method.name}"
        for service in services
        for method in service.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_") and _reads_for_nobody(method, found)
    ]


def _reads_for_nobody(method: ast.FunctionDef, found: Collection[str]) -> bool:
    taken = [*method.args.args, *method.args.kwonlyargs]
    names = {each.arg for each in taken}
    types = {
        node.id
        for each in taken
        if each.annotation is not None
        for node in ast.walk(each.annotation)
        if isinstance(node, ast.Name)
    }
    return "session" in names and "caller" not in names and types.isdisjoint(found)


@pytest.mark.parametrize(
    ("signature", "told"),
    [
        ("def page(self, session: Session, limit: int): ...", ["DockingService.page"]),
        ("def page(self, session: Session, *, caller: Caller): ...", []),
        ("def counts(self, session: Session, rows: Sequence[Docking]): ...", []),
        ("def _page(self, session: Session): ...", []),
        ("def words(self): ...", []),
    ],
)
def test_a_read_for_nobody_is_found(signature: str, told: list[str]) -> None:
    assert unasked(f"class DockingService:\n    {signature}", {"Docking"}) == told


def test_services_read_for_somebody() -> None:
    rows = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    found = {name for path in MODULES for name in unasked(path.read_text("utf-8"), _FOUND | rows)}
    assert found == _SAME_FOR_ALL
