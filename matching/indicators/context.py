"""Read the words on both sides of a value."""

from dataclasses import dataclass

from matching.indicators.quantities import WINDOW, last_piece
from matching.indicators.types import Change, Direction
from matching.indicators.words import AFTER, BETTER, BOUNDS, CHANGES, LEVEL, STATED, last_word, word_after

_MOST_WORDS = 6
# 温升, 压降, 衰减, 新增 are nouns, or say nothing of a change.
_NO_VERB_AFTER = frozenset("新年递温压衰回潮电动净多少上提下增加超逐")
# 高 and 低 speak of a change only in a comparison: 比对照高 20 %.
_COMPARATIVES = frozenset("高低多少")
_INNER = frozenset("径部存置容腔壁层燃螺外蒙阻孔")  # 内径, 内部 …: 内 bounds nothing there


@dataclass(frozen=True, slots=True)
class Before:
    """What the words before a value say.

    Attributes:
        direction: of a bound (不低于), None if there is none.
        change: of a verb (提高), None if there is none.
        level: whether the value is what the change arrives at (提高到).
        verb: the verb of the change, "".
        plain: whether there is any word at all: 为, 达到, a bound.
        stated: whether a word says that the value is a level: 为, 达到.
        better: whether it is 优于, which depends on the quantity.
        between: whether 介于 opens a range.
        each: 分别 where values follow names one by one, 均 where one value is for all names, "".
        end: where the phrase before the words ends.
    """

    direction: Direction | None
    change: Change | None
    level: bool
    verb: str
    plain: bool
    stated: bool
    better: bool
    between: bool
    each: str
    end: int


def read_before(text: str, floor: int, at: int) -> Before:
    """Read the words that end at `at`, backwards, not beyond `floor`."""
    low = max(floor, at - WINDOW)
    window = text[low:at]
    words: list[str] = []
    verb = ""
    for _ in range(_MOST_WORDS):
        window = window.rstrip(" ")
        word = last_word(window)
        if not word:
            break
        if word in CHANGES:
            if _is_verb(word, window, words):
                verb, window = word, window[: -len(word)]
            break
        words.append(word)
        window = window[: -len(word)]
    return Before(
        direction=next((BOUNDS[word] for word in words if word in BOUNDS), None),
        change=CHANGES.get(verb),
        level=bool(verb) and any(word in LEVEL for word in words),
        verb=verb,
        plain=bool(words),
        stated=any(word in STATED for word in words),
        better=any(word in BETTER for word in words),
        between="介于" in words,
        each=next((word[:2].rstrip("达为") for word in words if word[:1] in "分均都"), ""),
        end=low + len(window),
    )


def _is_verb(word: str, window: str, words: list[str]) -> bool:
    if len(word) > 1:
        return True
    if word in _COMPARATIVES:
        return not words and any(mark in last_piece(window) for mark in "比较")
    # A single character is a verb only right before the number or its 到: 降 30 %, 降至 5.
    direct = not words or any(one in LEVEL for one in words)
    return direct and window[-2:-1] not in _NO_VERB_AFTER


def read_after(text: str, at: int) -> tuple[Direction | None, int]:
    """Return the direction of the words behind a value, None if they give none, and where they end."""
    start = at + (text[at : at + 1] == " ")
    word = word_after(text, start)
    if word:
        return AFTER[word], start + len(word)
    if text[start : start + 1] == "内" and text[start + 1 : start + 2] not in _INNER:
        return Direction.AT_MOST, start + 1
    return None, at
