"""Fold a text for reading, character by character, so that offsets stay those of the original."""

import unicodedata
from functools import cache

from matching.text.normalise import simplified_characters

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LIKE = {
    "~": "〜∼˜∽⁓",
    "-": "–—―−‐‑‒﹣─",
    "≥": "≧⩾﹥≯⪰",
    "≤": "≦⩽≮⪯",
    ">": "＞〉",
    "<": "＜〈",
    "×": "✕✖╳⨯",
    "Φ": "φϕØø∅⌀Ф",
    "μ": "µ",
    "Ω": "Ω",
    "°": "˚º",
    ":": "∶︰",
    " ": "\u3000\xa0\t\u2002\u2003\u2009\u200b\u202f\ufeff",
    "(": "〔[【",
    ")": "〕]】",
    "/": "∕⁄",
    "%": "﹪٪",
    "^": "ˆ",
    "零": "〇",
}
_TABLE = {ord(c): ord(folded) for folded, written in _LIKE.items() for c in written} | _FULL_WIDTH
# Not greater than and not less than, where they are one character.
_TABLE |= {ord("≯"): ord("≤"), ord("≮"): ord("≥")}
# Units in one character that have one letter alone as their like: ｋ and 𝐤 are k.
_TABLE |= {
    code: ord(like)
    for code in range(0x1D400, 0x1D800)
    if len(like := unicodedata.normalize("NFKC", chr(code))) == 1 and like.isascii()
}


def fold(text: str) -> str:
    """Return `text` with one writing of each sign: of the same length, whatever it holds."""
    return text.translate(_table())


@cache
def _table() -> dict[int, int]:
    return simplified_characters() | _TABLE
