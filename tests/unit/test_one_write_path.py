"""Records are written in one place: whoever else stored one would not count its version, log it or tell the index."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.settings import PROJECT_ROOT

APP = PROJECT_ROOT / "app"
PLACE = "records/changes.py"
# What only the one place calls, and the index itself, which encodes what lacks vectors.
_STORING = {"append_change", "store_tags", "store_vectors", "store_terms", "store_pieces"}
_RECORDS = {"record", "need", "achievement"}


def stores(source: str) -> Iterator[str]:
    """Yield what a module does that stores a record."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="app.search.preparation", names=names):
                yield from (each.name for each in names if each.name == "store")
            case ast.Call(func=ast.Attribute(attr=name)) if name in _STORING:
                yield name
            case ast.AugAssign(target=ast.Attribute(value=ast.Name(id=name), attr="version")) if name in _RECORDS:
                yield "version"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from app.search.preparation import Prepared, store", ["store"]),
        ("SearchRepository(session).append_change(kind, {id: True})", ["append_change"]),
        ("need.version += 1", ["version"]),
        ("docking.version += 1\nservice.store(body)", []),
    ],
)
def test_storing_is_found(source, found):
    assert list(stores(source)) == found


def test_records_are_stored_in_one_place():
    modules = {path.relative_to(APP): path for path in APP.rglob("*.py") if "node_modules" not in path.parts}
    found = {place.as_posix() for place, path in modules.items() if list(stores(path.read_text("utf-8")))}
    assert {place for place in found if Path(place).parts[0] != "search"} == {PLACE}
