"""Word lists are data: whole, without doubles, all of them used, and part of what is shipped."""

import re
import tomllib

import pytest

from app.core.settings import PROJECT_ROOT
from matching.indicators.names import agreement
from matching.text.word_lists import FILE, alternatives, word_lists

WHEEL = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"][
    "wheel"
]
PACKAGES = ("app.confidentiality", "matching.clauses", "matching.indicators", "matching.text")
LISTS = [(package, name) for package in PACKAGES for name in word_lists(package)]


def test_every_file_of_words_is_known_here_and_in_the_wheel() -> None:
    found = {
        ".".join(path.relative_to(PROJECT_ROOT).parent.parts)
        for name in WHEEL["packages"]
        for path in (PROJECT_ROOT / name).rglob(FILE)
        if "node_modules" not in path.parts
    }
    assert found == set(PACKAGES)
    assert "exclude" not in WHEEL
    assert not any(FILE in line or "*.toml" in line for line in (PROJECT_ROOT / ".gitignore").read_text().splitlines())


@pytest.mark.parametrize(("package", "name"), LISTS)
def test_a_list_holds_words_none_of_them_twice(package: str, name: str) -> None:
    words = word_lists(package)[name]
    assert len(words) > 1
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("package", "name"), LISTS)
def test_every_list_is_used_by_its_package(package: str, name: str) -> None:
    modules = (PROJECT_ROOT / package.replace(".", "/")).glob("*.py")
    code = "".join(file.read_text("utf-8") for file in modules)
    assert re.search(rf"\[(['\"]){name}\1\]", code)


def test_words_stand_between_blanks_and_line_ends_in_their_order() -> None:
    assert word_lists("app.confidentiality")["offices"][:2] == ("法定代表人", "法人代表")
    assert alternatives("app.confidentiality")["offices"].startswith("法定代表人|法人代表|")
    # Words go over the line ends of the file.
    assert {"柏", "窦"} < set(word_lists("app.confidentiality")["surnames"])


def test_a_name_of_a_quantity_is_a_synonym_once() -> None:
    lines = (PROJECT_ROOT / "matching" / "indicators" / "synonyms.txt").read_text("utf-8").splitlines()
    groups = [line.split() for line in lines if not line.startswith("#")]
    assert all(len(group) > 1 for group in groups)
    words = [word for group in groups for word in group]
    assert len(set(words)) == len(words)
    assert all(agreement(group[0], word) == 1.0 for group in groups for word in group)
