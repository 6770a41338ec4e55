"""Split a query into the clauses that a document can be asked about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matching.clauses.boilerplate import DEMAND, Role, Section, role_of
from matching.clauses.kinds import clause_kind, names_a_problem
from matching.clauses.pieces import Piece, commas, piece, sentences
from matching.clauses.sections import Passage, passages
from matching.clauses.stock_phrases import core_of
from matching.clauses.types import Clause, ClauseKind, Field

MOST_CLAUSES = 16
# Sentences of a title that become clauses; some titles are lists of several wishes.
_MOST_OF_TITLE = 4
# A part between commas of fewer letters says too little alone and goes with its neighbour.
_SHORTEST = 6
_LONGEST = 80
_GOES_ON = re.compile(r"\s*(?:[且并及和或与而]|以及|从而|导致|致使|使得)")
_KIND_WORTH = {
    ClauseKind.GOAL: 3.0,
    ClauseKind.INDICATOR: 3.0,
    ClauseKind.PROCESS: 2.0,
    ClauseKind.CONDITION: 2.0,
    ClauseKind.OBJECT: 1.5,
}
_TITLE_WORTH, _DEMANDED_WORTH, _LISTED_WORTH = 100.0, 2.0, 0.5
# Under these headings a clause without a word of its own is taken for what the heading says.
_SECTION_KIND = {Section.GOAL: ClauseKind.GOAL, Section.CONDITION: ClauseKind.CONDITION}


@dataclass(frozen=True, slots=True)
class _Candidate:
    clause: Clause
    worth: float


def split_clauses(title: str, body: str, indicators: str = "") -> tuple[Clause, ...]:
    """Return the most telling clauses of a query, at most `MOST_CLAUSES`, in the order of the text.

    Self-description of whoever asks, background without a demand, requests for partners, headings and numbers
    of lists are left out. A query with any word gives at least one clause.
    """
    candidates = [*_of_title(title), *_of_indicators(indicators), *_of_body(body)]
    first: dict[str, _Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.clause.encoded, candidate)
    best = sorted(first.values(), key=lambda each: -each.worth)[:MOST_CLAUSES]
    if not best:
        best = list(_whatever_there_is(body))[:MOST_CLAUSES]
    order = list(Field)
    return tuple(sorted((each.clause for each in best), key=lambda each: (order.index(each.field), each.start)))


def _of_title(title: str) -> list[_Candidate]:
    found = []
    for start, end, listed in sentences(title):
        for first, last in _joined(title, commas(title, start, end), shortest=_LONGEST):
            if (each := piece(title, first, last, listed=listed)) is not None:
                kind = clause_kind(each.normalised, named=True)
                found.append(_candidate(title, Field.TITLE, each, kind, demanded=True))
    return found[:_MOST_OF_TITLE]


def _of_indicators(indicators: str) -> Iterator[_Candidate]:
    for passage in passages(indicators):
        for each in _pieces(indicators, passage):
            yield _candidate(indicators, Field.INDICATORS, each, clause_kind(each.normalised), demanded=True)


def _of_body(body: str) -> list[_Candidate]:
    found = [
        candidate
        for passage in passages(body)
        if passage.section is not Section.ASIDE
        for candidate in _of_passage(body, passage)
    ]
    # What neither asks nor complains nor says how is told by the way, unless there is nothing else.
    telling = [each for each in found if each.clause.demanded or each.clause.kind is not ClauseKind.OBJECT]
    return telling or found


def _of_passage(body: str, passage: Passage) -> Iterator[_Candidate]:
    mood = Role.CONTENT
    for each in _pieces(body, passage):
        demands = DEMAND.search(each.normalised) is not None
        role = role_of(each.normalised)
        if demands:
            mood = Role.REQUEST
        elif role in {Role.SELF_DESCRIPTION, Role.BACKGROUND}:
            mood = role
        if role in {Role.SELF_DESCRIPTION, Role.REQUEST, Role.VAGUE}:
            continue
        headed = passage.section is not Section.NONE
        if role is Role.BACKGROUND and not names_a_problem(each.normalised):
            continue
        if mood is Role.SELF_DESCRIPTION or (
            mood is Role.BACKGROUND and not headed and not names_a_problem(each.normalised)
        ):
            continue
        kind = clause_kind(each.normalised)
        if kind is ClauseKind.OBJECT:
            kind = _SECTION_KIND.get(passage.section, kind)
        demanded = headed or each.listed or mood is Role.REQUEST
        yield _candidate(body, Field.BODY, each, kind, demanded=demanded)


def _whatever_there_is(body: str) -> Iterator[_Candidate]:
    for start, end, listed in sentences(body):
        for first, last in commas(body, start, end):
            if (each := piece(body, first, last, listed=listed)) is not None:
                yield _candidate(body, Field.BODY, each, clause_kind(each.normalised), demanded=False)
                return


def _pieces(text: str, passage: Passage) -> Iterator[Piece]:
    for start, end in _joined(text, commas(text, passage.start, passage.end), shortest=_SHORTEST):
        if (each := piece(text, start, end, listed=passage.listed)) is not None:
            yield each


def _joined(text: str, parts: list[tuple[int, int]], *, shortest: int) -> list[tuple[int, int]]:
    """Join neighbours until each has `shortest` letters; a rest goes with the part before it."""
    joined: list[tuple[int, int]] = []
    for start, end in parts:
        letters = _letters(text, start, end)
        short = bool(joined) and (
            min(_letters(text, *joined[-1]), letters) < shortest
            or (letters < 2 * shortest and _GOES_ON.match(text, start) is not None)
        )
        if short and end - joined[-1][0] <= _LONGEST:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _letters(text: str, start: int, end: int) -> int:
    return sum(not character.isspace() for character in text[start:end])


def _candidate(text: str, field: Field, each: Piece, kind: ClauseKind, *, demanded: bool) -> _Candidate:
    clause = Clause(text[each.start : each.end], field, each.start, each.end, kind, demanded, core_of(each.normalised))
    worth = _KIND_WORTH[kind] + _DEMANDED_WORTH * demanded + _LISTED_WORTH * each.listed
    return _Candidate(clause, worth + _TITLE_WORTH * (field is Field.TITLE))
