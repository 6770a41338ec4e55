"""Kinds of clauses against what a reader says of them."""

import pytest
from opencc import OpenCC

from matching.clauses.kinds import clause_kind
from matching.clauses.query import split_clauses
from matching.clauses.types import ClauseKind
from matching.text.normalise import normalise
from matching.text.numbers import states_bound
from tests.unit.clauses.labelled_kinds import BOILERPLATE, FOR_RULES, KEPT_ASIDE, labelled

ALL = labelled(FOR_RULES) + labelled(KEPT_ASIDE)
# Measured: 61 of 61 and 59 of 61. Both sets are by one writer, so real texts will do worse.
FLOOR_FOR_RULES, FLOOR_KEPT_ASIDE = 0.96, 0.90


def _kind(text: str) -> ClauseKind:
    return clause_kind(normalise(text))


@pytest.mark.parametrize(("text", "floor"), [(FOR_RULES, FLOOR_FOR_RULES), (KEPT_ASIDE, FLOOR_KEPT_ASIDE)])
def test_kinds_are_those_that_a_reader_gives(text: str, floor: float) -> None:
    pairs = labelled(text)
    assert len(pairs) >= 60
    wrong = [(kind, clause, str(_kind(clause))) for kind, clause in pairs if _kind(clause) != kind]
    assert 1 - len(wrong) / len(pairs) >= floor, wrong


def test_every_kind_is_tried() -> None:
    assert {kind for kind, _ in ALL} == set(ClauseKind)


@pytest.mark.parametrize("line", BOILERPLATE.strip().splitlines())
def test_what_surrounds_a_demand_gives_no_clause(line: str) -> None:
    assert [clause.text for clause in split_clauses("稻壳灰制白炭黑", line)] == ["稻壳灰制白炭黑"]


@pytest.mark.parametrize("clause", [clause for _, clause in ALL])
def test_a_demand_is_never_taken_for_what_surrounds_it(clause: str) -> None:
    _, first, *_ = split_clauses("稻壳灰制白炭黑", clause)
    assert clause.startswith(first.text)


@pytest.mark.parametrize("clause", [clause for _, clause in ALL])
def test_spaces_between_characters_change_no_kind(clause: str) -> None:
    spaced = "".join(f"{letter} " if ord(letter) > 0x3400 else letter for letter in clause)
    assert _kind(spaced) == _kind(clause)


def test_traditional_writing_changes_hardly_any_kind() -> None:
    # Words differ on the two sides of the strait, not only characters: 界面 may come back as 介面.
    convert = OpenCC("s2t").convert
    wrong = [clause for _, clause in ALL if _kind(convert(clause)) != _kind(clause)]
    assert len(wrong) <= 2, wrong


def test_a_number_in_a_name_is_no_indicator_but_a_bound_is() -> None:
    assert not states_bound("252kV断路器")
    assert [each.kind for each in split_clauses("252kV断路器壳体", "")] == [ClauseKind.OBJECT]
    assert [each.kind for each in split_clauses("断路器温升不超过65K，漏率≤0.1%", "")] == [ClauseKind.INDICATOR]
