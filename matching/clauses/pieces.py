"""Cut a text into pieces, each an exact extract, without deciding what they mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matching.text.normalise import normalise

# Read of a field; the longest of 371 real queries has 2,726 characters. What follows is not read,
# so that a pasted book costs no more than this.
MOST_READ = 6000
# No piece is longer: evidence must be readable in one line of a page.
LONGEST = 80

_HAN = r"\u3400-\u9fff"
# A half-width point ends a sentence before Chinese; 3.5 and v1.2 are left alone.
_STOP = re.compile(rf"[。！？!?；;\r\n]|\.(?=\s*[{_HAN}]|\s*$|\s+[A-Z])")
_MARK = (
    r"(?:[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-h])\s*[）)]|[①-⑳⑴-⒇⒈-⒛]|"
    r"(?<![\d.A-Za-z%~～\-–—至到≤≥<>])\d{1,2}\s*(?:[、）)]|[.．](?!\s*\d))(?!\d[、，,])|"
    r"[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十])|第[一二三四五六七八九十][，,、])"
)
# A sign belongs to its number: -25 ℃ is no item of a list.
_MARKS = re.compile(rf"(?:[\s\"“”'•●◆■▪·*,，、.．：:]|[—\-－](?!\d)|{_MARK})+")
_INNER_MARK = re.compile(_MARK)
_COMMA = re.compile(r"[（(][^（）()]{0,60}[）)]|(?<=\d),(?=\d{3})|([，,])")
_SOFT = re.compile(r"[、：:\s/]")
_NOTHING = re.compile(r"[\W_]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]`, and that extract normalised.

    Attributes:
        listed: stood behind a number of a list.
    """

    start: int
    end: int
    normalised: str
    listed: bool = False


def sentences(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, listed) of each sentence or item of a list, without its number."""
    at = 0
    limit = min(len(text), MOST_READ)
    for stop in (*(found.end() for found in _STOP.finditer(text, 0, limit)), limit):
        yield from _items(text, at, stop)
        at = stop


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    inner = [found.start() for found in _INNER_MARK.finditer(text, start, end)]
    for first, last in zip((start, *inner), (*inner, end), strict=True):
        head = _MARKS.match(text, first, last)
        begin = head.end() if head else first
        listed = bool(head and _INNER_MARK.search(text, first, begin))
        stripped = len(text[begin:last].rstrip())
        if stripped and not _NOTHING.fullmatch(text, begin, begin + stripped):
            yield begin, begin + stripped, listed


def commas(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a sentence at its commas outside brackets; pieces over `LONGEST` are cut at blanks or anywhere."""
    cuts = [found.end() for found in _COMMA.finditer(text, start, end) if found[1]]
    return [
        part for first, last in zip((start, *cuts), (*cuts, end), strict=True) for part in _short(text, first, last)
    ]


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        soft = [found.end() for found in _SOFT.finditer(text, start + LONGEST // 2, start + LONGEST)]
        cut = soft[-1] if soft else start + LONGEST
        yield start, cut
        start = cut
    if end > start:
        yield start, end


def piece(text: str, start: int, end: int, *, listed: bool = False) -> Piece | None:
    """Return the piece without outer blanks and closing punctuation; None if it holds no word."""
    while start < end and (text[start].isspace() or text[start] in "，,、；;。"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in '，,、；;。：:.！!？?"“'):
        end -= 1
    normalised = normalise(text[start:end])
    return None if _NOTHING.fullmatch(normalised) else Piece(start, end, normalised, listed)


PATTERNS = (_STOP.pattern, _MARKS.pattern, _COMMA.pattern, _SOFT.pattern, str(MOST_READ), str(LONGEST))
