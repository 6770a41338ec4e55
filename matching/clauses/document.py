"""Cut a document into sentences that can be quoted."""

from collections.abc import Iterator

from matching.clauses.boilerplate import Role, role_of
from matching.clauses.pieces import LONGEST, Piece, commas, piece
from matching.clauses.sections import passages
from matching.clauses.stock_phrases import core_of
from matching.clauses.types import Field, Sentence
from matching.text.normalise import normalise

MOST_SENTENCES = 32
# Of these at most so many from the indicators, so that a long table leaves room for the body.
_MOST_INDICATORS = 12
# A sentence of up to so many characters is quoted whole; a longer one is cut near this length.
_WHOLE = 48
_SHORTEST = 15
# What surrounds the work itself is quoted only where there is room left.
_LAST = frozenset({Role.SELF_DESCRIPTION, Role.REQUEST, Role.BACKGROUND, Role.VAGUE})


def document_sentences(title: str, body: str, indicators: str = "", keywords: str = "") -> tuple[Sentence, ...]:
    """Return what can be quoted of a document, at most `MOST_SENTENCES`, in the order of the fields.

    Each is an exact extract of at most `LONGEST` characters. Where there are too many, the title,
    the indicators and what tells of the work go before background and contacts.
    """
    titles = list(_sentences(title, Field.TITLE))[:2]
    numbers = list(_sentences(indicators, Field.INDICATORS))[:_MOST_INDICATORS]
    words = list(_sentences(keywords, Field.KEYWORDS))[:1]
    room = MOST_SENTENCES - len(titles) - len(numbers) - len(words)
    return (*titles, *_chosen(list(_sentences(body, Field.BODY)), room), *numbers, *words)


def _chosen(sentences: list[Sentence], room: int) -> list[Sentence]:
    if len(sentences) <= room:
        return sentences
    order = sorted(range(len(sentences)), key=lambda at: role_of(normalise(sentences[at].text)) in _LAST)
    return [sentences[at] for at in sorted(order[:room])]


def _sentences(text: str, field: Field) -> Iterator[Sentence]:
    for passage in passages(text):
        for start, end in _packed(text, passage.start, passage.end):
            if (each := piece(text, start, end)) is not None:
                yield _sentence(text, field, each)


def _packed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Join parts between commas until they are near `_WHOLE` characters; a short rest goes with the last."""
    if end - start <= _WHOLE:
        return [(start, end)]
    packed: list[tuple[int, int]] = []
    for first, last in commas(text, start, end):
        here = packed[-1] if packed else None
        fits = here is not None and last - here[0] <= LONGEST
        if here is not None and fits and (last - here[0] <= _WHOLE or min(here[1] - here[0], last - first) < _SHORTEST):
            packed[-1] = (here[0], last)
        else:
            packed.append((first, last))
    return packed


def _sentence(text: str, field: Field, each: Piece) -> Sentence:
    return Sentence(text[each.start : each.end], field, each.start, each.end, core_of(each.normalised))
