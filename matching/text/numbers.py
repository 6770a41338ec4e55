"""Tell whether a text carries a number with a unit; what the number is, `matching.indicators` reads."""

import re

from matching.text.word_lists import alternatives

_VALUE = r"\d[\d.,]*(?:\s*[-~～—至到×x*±+/]+\s*\d[\d.,]*)*\)?\s*"
# After NFKC: ℃ is °C, ㎡ is m2, ‰ stays. Counts of people, papers and patents measure no technology.
_UNIT = (
    r"(?:[%‰°℃]|个百分点|百分点|[μun]?[mM](?![a-zA-Z])|[mck]m\d?|[kKMGmμ]?(?:Pa|W|V|A|N|J|Hz|Ω|g|L|l|B|b|bps|F|t|s)(?![a-zA-Z])|"
    r"[mk]?mol|ppm|ppb|dB|rpm|r/min|min(?![a-z])|h(?![a-z])|lx|lm|IU|CFU|HV|HB|mesh|"
    + alternatives("matching.text")["han_units"]
    + ")"
)
_MEASURE = re.compile(_VALUE + _UNIT)
_COMPARISON = (
    r"[≤≥<>±≦≧＜＞]|不(?:得|能|应)?(?:低|高|大|小|少|多|超|长|短)[于过]|[大小高低少多优]于|超过|达到?|"
    r"以[上下内]|以外|控制在|左右|不足|至少|最[大小高低多少]|[降提升减增][低高到至加少]"
)
COMPARISON = re.compile(_COMPARISON)
_COMPARED = re.compile(rf"(?:{_COMPARISON})\s*[a-zA-Z]{{0,3}}\s*\d")
_IN_WORDS = re.compile(
    r"[百千万]分之[一二三四五六七八九十百\d]|[一二两三四五六七八九十百]+(?:倍|成(?!本|分|果)|个百分点)"
)


def carries_number(normalised: str) -> bool:
    """Return whether a normalised text states a quantity: a number with a unit or a bound."""
    return any(pattern.search(normalised) for pattern in (_MEASURE, _COMPARED, _IN_WORDS))


def states_bound(normalised: str) -> bool:
    """Return whether a quantity is asked for (≥, 以上, 达到 …) and not merely part of a name."""
    return carries_number(normalised) and COMPARISON.search(normalised) is not None


PATTERNS = (_MEASURE.pattern, _COMPARED.pattern, _IN_WORDS.pattern)
