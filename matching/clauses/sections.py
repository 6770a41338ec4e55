"""Read the headings of a text, so that each sentence knows under which it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matching.clauses.boilerplate import LONGEST_LABEL, Section, heading
from matching.clauses.pieces import sentences
from matching.text.normalise import normalise

# Twice as long as written, for exports that put a blank between all characters.
_LABEL = re.compile(rf"([^：:，,]{{1,{2 * LONGEST_LABEL}}}?)\s*[：:]")
# A chapter of its own (二、) ends what the heading before it announced, whatever it is called.
_CHAPTER = re.compile(r"[一二三四五六七八九十][、)）]\s*$")
_BRACKETS = '【】[]《》「」"“” \t'


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence without its heading and list number, and what the heading above it announces."""

    start: int
    end: int
    section: Section
    listed: bool


def passages(text: str) -> Iterator[Passage]:
    """Yield the sentences of a text; headings only set the section of what follows."""
    section = Section.NONE
    for start, end, listed in sentences(text):
        label = _LABEL.match(text, start, end)
        if label and (headed := heading(_bare(label[1]))) is not None:
            section, start = headed, label.end()  # noqa: PLW2901  (the sentence begins behind it)
        elif end - start <= 2 * LONGEST_LABEL and (headed := heading(_bare(text[start:end]))) is not None:
            section, start = headed, end  # noqa: PLW2901
        elif section is Section.ASIDE and _CHAPTER.search(text, max(0, start - 6), start):
            section = Section.NONE
        if start < end:
            yield Passage(start, end, section, listed)


def _bare(text: str) -> str:
    return normalise(text.strip().rstrip("。.：:；;，,").strip(_BRACKETS))


PATTERNS = (_LABEL.pattern, _CHAPTER.pattern)
