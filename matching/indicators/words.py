"""The words around a number that say how it is meant."""

from matching.indicators.types import Change, Direction
from matching.text.word_lists import word_lists

_UP, _DOWN = Direction.AT_LEAST, Direction.AT_MOST
_WORDS = word_lists("matching.indicators")
_MORE, _LESS, _NOT = _WORDS["more"], _WORDS["less"], _WORDS["not"]

BOUNDS: dict[str, Direction] = {
    **dict.fromkeys(_MORE, _UP),
    **dict.fromkeys(_LESS, _DOWN),
    **{no + word: _DOWN for no in _NOT for word in _MORE if "等于" not in word},
    **{no + word: _UP for no in _NOT for word in _LESS if "等于" not in word},
    **dict.fromkeys(_WORDS["at_least"], _UP),
    **dict.fromkeys(_WORDS["at_most"], _DOWN),
}
# 优于 0.05 mm and 优于 90 %: what is better depends on the quantity.
BETTER = frozenset({"优于", "不低劣于", "好于", "不差于", "不劣于", "不逊于"})
PLAIN = frozenset(_WORDS["plain"])
LEVEL = frozenset(_WORDS["level"])
CHANGES: dict[str, Change] = {
    **dict.fromkeys(_WORDS["increase"], Change.INCREASE),
    **dict.fromkeys(_WORDS["decrease"], Change.DECREASE),
}
SPEAKING = frozenset(_WORDS["speaking"])
_LONGEST_CHANGE = max(map(len, CHANGES))
AFTER: dict[str, Direction | None] = {
    **dict.fromkeys(("以上", "及以上", "或以上", "之上", "或更高", "及其以上", "(含)以上", "以上(含", "甚至更高"), _UP),
    **dict.fromkeys(("以下", "及以下", "或以下", "之下", "以内", "之内", "或更低", "(含)以下", "范围以内"), _DOWN),
    **dict.fromkeys(("左右", "上下", "之间", "范围内", "附近", "范围", "不等", "区间"), None),
}
_LONGEST_BEFORE = max(map(len, (*BOUNDS, *PLAIN, *BETTER)))
_LONGEST_AFTER = max(map(len, AFTER))

STATED = LEVEL.union(_WORDS["stated"])


def last_word(text: str) -> str:
    """Return the longest word of the tables with which `text` ends, "" if with none."""
    for length in range(min(_LONGEST_BEFORE, len(text)), 0, -1):
        word = text[-length:]
        if word in BOUNDS or word in PLAIN or word in CHANGES or word in BETTER:
            return word
    return ""


def first_change(text: str, at: int) -> str:
    """Return the verb of change that begins at `at`, "" if none does."""
    for length in range(_LONGEST_CHANGE, 0, -1):
        if text[at : at + length] in CHANGES:
            return text[at : at + length]
    return ""


def word_after(text: str, at: int) -> str:
    """Return the word behind a value that begins at `at`, "" if none does."""
    for length in range(_LONGEST_AFTER, 1, -1):
        if text[at : at + length] in AFTER:
            return text[at : at + length]
    return ""
