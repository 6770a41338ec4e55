"""Marking words in a text that is shown, and what differs between two."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from markupsafe import Markup, escape

# Characters of each text that are compared: as far as texts are searched for being alike.
_MOST_COMPARED = 4000
_MOST_BY_CHARACTER = 400
_SENTENCE = re.compile(r"[^。；;，,、\n]*[。；;，,、\n]+|[^。；;，,、\n]+")
# Numbers and Latin words stay whole: 66 is not 68 with a changed digit.
_WORD = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|.", re.DOTALL)


def marked(text: str, words: Iterable[str]) -> Markup:
    """Return a text, escaped, with the words in `<mark>`; the longest word wins where they overlap."""
    found = sorted({word for word in words if word.strip()}, key=lambda word: (-len(word), word))
    if not found:
        return escape(text)
    pattern = re.compile("|".join(re.escape(word) for word in found), re.IGNORECASE)
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts += [escape(text[end : match.start()]), Markup("<mark>{}</mark>").format(match.group())]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def differing(one: str, other: str) -> tuple[Markup, Markup]:
    """Return two texts, escaped, with what only one of them says in `<mark>`.

    Sentences are compared first, then the characters of short passages that differ: texts of any
    length and wording take a bounded time. Beyond `_MOST_COMPARED` characters nothing is marked.
    """
    ours, theirs = (_SENTENCE.findall(text[:_MOST_COMPARED]) for text in (one, other))
    left: list[Markup] = []
    right: list[Markup] = []
    for same, here, there in _parts(ours, theirs, junk=True):
        passage, counterpart = "".join(here), "".join(there)
        if same or max(len(passage), len(counterpart)) > _MOST_BY_CHARACTER:
            _put(left, passage, same=same)
            _put(right, counterpart, same=same)
            continue
        for alike, ours_part, theirs_part in _parts(_WORD.findall(passage), _WORD.findall(counterpart), junk=False):
            _put(left, "".join(ours_part), same=alike)
            _put(right, "".join(theirs_part), same=alike)
    _put(left, one[_MOST_COMPARED:], same=True)
    _put(right, other[_MOST_COMPARED:], same=True)
    return Markup("").join(left), Markup("").join(right)


def _parts(one: list[str], other: list[str], *, junk: bool) -> Iterator[tuple[bool, list[str], list[str]]]:
    matcher = SequenceMatcher(None, one, other, autojunk=junk)
    for tag, start, end, from_, to in matcher.get_opcodes():
        yield tag == "equal", one[start:end], other[from_:to]


def _put(parts: list[Markup], text: str, *, same: bool) -> None:
    if text:
        parts.append(escape(text) if same else Markup("<mark>{}</mark>").format(text))
