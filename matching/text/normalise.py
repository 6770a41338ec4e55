"""Bring a text into the form that is indexed and compared; people always see the original."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

# CJK Unified Ideographs and Extension A: where traditional and simplified forms differ.
_HAN = (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))
# Traditional forms that simplified texts use too, in names of substances and in set words.
_IN_BOTH = frozenset("噁著乾藉徵馀瞭")
# Written alike in both, but never said on the mainland.
_TAIWAN_WORDS = {"奈米": "纳米", "雷射": "激光"}
_MOST_STEPS = 3
_LINE_BLANKS = frozenset("\t\n\r\v\f")
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
        frozenset(a for a, b in zip(characters, simplified, strict=True) if a != b) - _IN_BOTH,
        frozenset(a for a, b in zip(characters, traditional, strict=True) if a != b),
    )


@cache
def simplified_characters() -> dict[int, int]:
    """Return, for `str.translate`, the simplified form of each character used in traditional writing alone."""
    traditional = "".join(sorted(_one_sided()[0]))
    return {ord(a): ord(b) for a, b in zip(traditional, OpenCC("t2s").convert(traditional), strict=True)}


def _is_traditional(text: str) -> bool:
    # By majority: a simplified text may hold 著 or a name, and words such as 程序, which are written
    # alike in both, must stay what they are on this side of the strait.
    traditional, simplified = _one_sided()
    if traditional.isdisjoint(text):
        return False  # nearly all texts, thirty times faster than counting
    written = sum(character in traditional for character in text)
    return written > sum(character in simplified for character in text)


def normalise(text: str) -> str:
    """Return the indexed form of `text`.

    Compatibility forms are folded (NFKC: full width, ㎡, ③), traditional becomes simplified,
    invisible and private characters vanish, runs of blanks become one, and blanks beside Chinese
    characters go: exports scatter them. Letter case stays, the encoder uses it.
    """
    # Invisible characters go first: one may keep two others from being composed.
    folded = _visible(unicodedata.normalize("NFKC", _visible(text)))
    folded = _BLANK_AT_HAN.sub("", _BLANKS.sub(" ", folded).strip())
    for _ in range(_MOST_STEPS):  # 薴 → 苧 → 苎 takes two
        if not _is_traditional(folded):
            break
        folded = _to_simplified().convert(folded)
    for taiwan, mainland in _TAIWAN_WORDS.items():
        folded = folded.replace(taiwan, mainland)
    return folded


class _Shown(dict[int, str | None]):
    """What each character becomes, found out when it is first met: line ends a blank, invisible ones nothing."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        invisible = unicodedata.category(character) in _INVISIBLE
        self[code] = shown = " " if character in _LINE_BLANKS else None if invisible else character
        return shown


_SHOWN = _Shown()


def _visible(text: str) -> str:
    return text.translate(_SHOWN)
