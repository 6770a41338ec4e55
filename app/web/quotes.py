"""A text with its quoted passages: each can be pointed at, also where passages overlap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text.

    Attributes:
        quotes: numbers of the quotes that it is part of.
        begins, ends: those of them that begin or end with it.
    """

    text: str
    quotes: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()


def quoted(texts: Mapping[str, str], quotes: Sequence[str]) -> dict[str, list[Piece]]:
    """Cut texts where quotes begin and end.

    Args:
        texts: by name; together the pieces of one are the text again.
        quotes: verbatim; each is pointed at where it stands first, in the order of the texts.
    """
    places: dict[str, list[tuple[int, int, int]]] = {name: [] for name in texts}
    for number, quote in enumerate(quotes):
        for name, text in texts.items():
            start = text.find(quote) if quote else -1
            if start >= 0:
                places[name].append((start, start + len(quote), number))
                break
    return {name: _pieces(text, places[name]) for name, text in texts.items()}


def _pieces(text: str, places: Sequence[tuple[int, int, int]]) -> list[Piece]:
    cuts = sorted({0, len(text)} | {at for start, end, _ in places for at in (start, end)})
    return [
        Piece(
            text[start:end],
            tuple(number for first, last, number in places if first <= start and end <= last),
            tuple(number for first, _, number in places if first == start),
            tuple(number for _, last, number in places if last == end),
        )
        for start, end in pairwise(cuts)
    ]
