"""Whether two noun phrases name one quantity.

By hand-written rules, and on the careful side: a verdict on the wrong quantity harms more than one
that is missing. 抗拉强度 and 抗压强度 share a head and are two things; 光电转换效率 is a 转换效率.
"""

import re
from functools import lru_cache
from importlib.resources import files

from matching.indicators.folding import fold
from matching.text.word_lists import alternatives, word_lists


def _synonyms() -> list[list[str]]:
    lines = files("matching.indicators").joinpath("synonyms.txt").read_text("utf-8").splitlines()
    return [line.split() for line in lines if not line.startswith("#")]


_DROPPED = re.compile(alternatives("matching.indicators")["dropped"] + r"|[ ()/·]")
_CANONICAL = {word: names[0] for names in _synonyms() for word in names}
# Longer ones first, as one may hold another.
_SYNONYM = re.compile("|".join(sorted(_CANONICAL, key=len, reverse=True)))
_GENERIC = frozenset(word_lists("matching.indicators")["generic"])
# Of a substance: 铜回收率 and 金回收率 are two things, however long what they share.
_OF_SUBSTANCES = re.compile(r"(?:率|含量|浓度|纯度|排放量|去除|残留量?|产值|成本|产量|用量|消耗量|温度)$")
_LEAST_SHARED = 4  # characters of a common end, where both have something else before it
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+\d*")
_LEAST_TOUCHING = 0.25  # of the characters of the shorter name: 吨焦产汽 and 饱和蒸汽 have 汽
SAME, NARROWER, WIDER, ALIKE = 1.0, 0.9, 0.8, 0.7


@lru_cache(maxsize=4096)
def _core(name: str) -> str:
    kept = _DROPPED.sub("", fold(name).lower())
    return _SYNONYM.sub(lambda found: _CANONICAL[found.group()], kept)


def agreement(asked: str, offered: str) -> float:
    """Return how well two names agree, 0.0 (not at all) to 1.0 (the same)."""
    one, other = _core(asked), _core(offered)
    if not one or not other:
        return SAME if one == other and asked == offered == "" else 0.0
    if one == other:
        return SAME
    if other.endswith(one):
        return 0.0 if one in _GENERIC else NARROWER
    if one.endswith(other):
        return 0.0 if other in _GENERIC else WIDER
    shared = _common_end(one, other)
    if len(shared) < _LEAST_SHARED or shared in _GENERIC or _OF_SUBSTANCES.search(shared):
        return 0.0
    return ALIKE


def may_be_one(asked: str, offered: str) -> bool:
    """Return whether two names that do not agree may still name one quantity, where the texts around them do.

    预抽时间 and 预抽期 may; 产水TDS and 产水COD may not: names of substances are rarely synonyms.
    """
    one, other = fold(asked).lower(), fold(offered).lower()
    first, second = set(_HAN.findall(one)), set(_HAN.findall(other))
    if set(_LATIN.findall(one)) != set(_LATIN.findall(other)) or not first or not second:
        return False
    return len(first & second) >= _LEAST_TOUCHING * min(len(first), len(second))


def _common_end(one: str, other: str) -> str:
    length = 0
    while length < min(len(one), len(other)) and one[-1 - length] == other[-1 - length]:
        length += 1
    return one[len(one) - length :]
