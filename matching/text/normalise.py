"""Bring a text into the form that is indexed and compared; people always see the original."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

# CJK Unified Ideographs and Extension A: where traditional and simplified forms differ.
_HAN = (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_BLANKS = re.compile(r"\s+")
_BLANK_AT_HAN = re.compile(r"(?<=[\u3400-\u9fff，。；：、！？]) (?=\S)|(?<=\S) (?=[\u3400-\u9fff，。；：、！？])")


@cache
def _to_simplified() -> OpenCC:
    # tw2sp maps phrases too: 奈米 → 纳米, 晶片 → 芯片; t2s knows characters alone.
    return OpenCC("tw2sp")


@cache
def _one_sided() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters used in traditional writing alone, and in simplified alone."""
    characters = "".join(map(chr, _HAN))
    simplified = OpenCC("t2s").convert(characters)
    traditional = OpenCC("s2t").convert(characters)
    return (
        frozenset(a for a, b in zip(characters, simplified, strict=True) if a != b),
        frozenset(a for a, b in zip(characters, traditional, strict=True) if a != b),
    )


def _is_traditional(text: str) -> bool:
    # Words such as 奈米 are written alike in both. They count as traditional unless the text
    # has a character that only simplified writing uses, which nearly every long one has.
    traditional, simplified = _one_sided()
    return not simplified.intersection(text) or bool(traditional.intersection(text))


def normalise(text: str) -> str:
    """Return the indexed form of `text`.

    Compatibility forms are folded (NFKC: full width, ㎡, ③), traditional becomes simplified,
    invisible and private characters vanish, runs of blanks become one, and blanks beside Chinese
    characters go: exports scatter them. Letter case stays, the encoder uses it.
    """
    folded = unicodedata.normalize("NFKC", text)
    folded = "".join(
        " " if character in "\t\n\r\v\f" else character
        for character in folded
        if character in "\t\n\r\v\f" or unicodedata.category(character) not in _INVISIBLE
    )
    folded = _BLANK_AT_HAN.sub("", _BLANKS.sub(" ", folded).strip())
    return _to_simplified().convert(folded) if _is_traditional(folded) else folded
