"""Find the noun phrase that a value belongs to."""

import re
from functools import lru_cache

from matching.text.word_lists import alternatives

_WORDS = alternatives("matching.indicators")
# Beyond this a clause is no name any more.
WINDOW = 40
_LONGEST_AFTER = 12
# Strokes and arrows join the steps of a process: 清洗---漂洗---烘干(90℃).
_STOPS = re.compile(r"[,。;:、!?\n|“”\"'’‘《》·…()→⇒]|-{2,}>?|->")
_TRAILING_BRACKET = re.compile(r"\(([^()]{0,20})\) {0,2}$")
_HEADS = re.compile(rf"^(?:[\s\-~×%Φ*#>@]|{_WORDS['heads']})+")
_TAIL = re.compile(rf"(?:[\s\-~×%Φ*=≈/]|{_WORDS['tails']})++$")
# 效率比传统工艺提高 30 %: the quantity stands before what it is compared with.
_COMPARED = re.compile(
    r"(?:相比于|相较于|相对于|相比|比起|相较|比(?![例表重值率强热能容功转]|$)|较(?![大高低小好多少强长快宽]|$))"
)
# 要求把硫含量, 将能耗: the noun stands behind.
_HANDLED = re.compile(r".*(?:把(?![手关握])|将(?!来))")
# Symbols of a quantity that has its name before the colon: 表面粗糙度：Ra.
_SYMBOL = re.compile(r"[A-Za-z]{1,3}$")
_NAMED = re.compile(r"[\u4e00-\u9fff]{2,12} ?[:(] ?[A-Za-z]{1,3}$")
_MEASURED = re.compile(rf"(?:{_WORDS['measured_ends']})$")
_SPAN = re.compile(r"(?:范围|区间)$")
_VERBS = re.compile(rf"^(?:{_WORDS['verbs']})++$")
_AFTER = re.compile(r"(?:的|以上的)?([\u4e00-\u9fffA-Za-z]{1,12})")
_AFTER_STOP = re.compile(
    r"[的和及与或在为是将以并对从由等不占达超]|有(?![效机害])|[小大低高少多]于|使(?!用)|时(?!间|长)|以上|以下|以内|左右|之间|内(?![部径])|[后前上下至到中]"
)
_LETTER = re.compile(r"[\u4e00-\u9fffA-Za-zα-ωΔ]")
_DEADLINE = re.compile(r"(?:[后内前来里]|历史|期间|(?<![耗工用延历实小课计])时|条件下|[℃度]下)$")


def phrase_before(text: str, low: int, high: int) -> tuple[str, str]:
    """Return the noun phrase before `high`, and what stands in brackets behind it: its unit, often."""
    window = text[max(low, high - WINDOW) : high].rstrip(" :=-")
    bracket = _TRAILING_BRACKET.search(window)
    inside = bracket.group(1).strip() if bracket else ""
    if bracket and window[: bracket.start()].endswith("dB"):  # 噪声dB(A)≤80
        window, inside = window[: bracket.start() - 2], "dB"
        return clean(last_piece(window)), inside
    if bracket:
        window = window[: bracket.start()]
    name = clean(last_piece(window))
    named = _NAMED.search(window) if _SYMBOL.match(name) else None
    return (named.group() if named else name), inside


def last_piece(window: str) -> str:
    """Return what stands behind the last mark of punctuation."""
    start = 0
    for stop in _STOPS.finditer(window):
        start = stop.end()
    return window[start:]


@lru_cache(maxsize=4096)
def clean(phrase: str) -> str:
    """Return a phrase without the function words around it, "" if nothing is left to name."""
    if not _LETTER.search(phrase):
        return ""
    phrase = _TAIL.sub("", phrase)
    compared = _COMPARED.search(phrase)
    if compared is not None:
        phrase = _apart_from_comparison(phrase, compared)
    handled = _HANDLED.search(phrase)
    phrase = _HEADS.sub("", _TAIL.sub("", phrase[handled.end() :] if handled else phrase)).strip()
    if not _LETTER.search(phrase) or _VERBS.match(phrase) or _DEADLINE.search(phrase):
        return ""
    return phrase


def _apart_from_comparison(phrase: str, compared: re.Match[str]) -> str:
    """Return the quantity of 效率比传统工艺, 与传统工艺相比效率 and 比传统工艺效率."""
    before, after = phrase[: compared.start()], phrase[compared.end() :]
    if not before.strip() or before.startswith(("与", "同", "和", "跟")):
        return after if _MEASURED.search(after) else ""
    return before


def is_measured(name: str) -> bool:
    """Return whether a name is that of a quantity (压力, 温度范围) and not of a thing (货车)."""
    return _MEASURED.search(name) is not None or _SPAN.search(name) is not None


def quantity_after(text: str, at: int) -> str:
    """Return the noun phrase that begins at `at`: of 100台设备, 90%以上的节点压力."""
    found = _AFTER.match(text, at)
    if found is None:
        return ""
    phrase = found.group(1)
    stop = _AFTER_STOP.search(phrase)
    return phrase[: stop.start()] if stop else phrase
