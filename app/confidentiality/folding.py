"""Bring a text into a form in which names are found, and keep where each character came from."""

import unicodedata
from dataclasses import dataclass

from matching.text.normalise import simplified_characters

# Put between the characters of a name to keep it from being found: 华·鼎, 华 鼎, 华-鼎.
JOINERS = frozenset("·•・‧∙-‐‑‒–—_*~^|/\\+='`")
_NUMERALS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1" + "123456789")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    Attributes:
        text: half width, lower-case, simplified.
        origins: for each of its characters, the position in the original that it came from.
    """

    text: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end in the original of a part that is not empty."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str, *, tight: bool = False) -> Folded:
    """Fold a text; `tight` also drops blanks and marks that join.

    Invisible characters always go. A character at a time, so that positions are kept.
    """
    simplified = simplified_characters()
    characters: list[str] = []
    origins: list[int] = []
    for position, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original).lower().translate(simplified):
            if unicodedata.category(character) in {"Cf", "Cc", "Co", "Cn", "Cs"} and not character.isspace():
                continue
            if tight and (character.isspace() or character in JOINERS):
                continue
            characters.append(character)
            origins.append(position)
    return Folded("".join(characters), tuple(origins))


def with_digits(text: str) -> str:
    """Return a text with Chinese numerals as digits, as in a telephone number spelt out."""
    return text.translate(_NUMERALS)
