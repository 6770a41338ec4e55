"""What GBK cannot write: put into characters that it can where the sense stays, and told where it does not."""

import re
import unicodedata

_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-", strict=True))
_RUN = re.compile(f"[{''.join(_RAISED)}]+|[{''.join(_LOWERED)}]+")
# Same sense and look, another code point.
_ALIKE = {"\u2013": "—", "\u2212": "-", "\u2011": "-", "µ": "μ", "\u00a0": " ", "\u200b": "", "\ufeff": "",
          "•": "·", "∅": "Φ", "Ø": "Φ", "≧": "≥", "≦": "≤", "\u202f": " ", "\u2009": " ", "∶": ":"}  # fmt: skip


def in_gbk(text: str) -> tuple[str, dict[str, str], str]:
    """Return a text that GBK can write.

    Returns:
        The text, what was written as what, and the characters that have no way: the text still has them.
    """
    if _fits(text):
        return text, {}, ""
    changed: dict[str, str] = {}

    def run(found: re.Match[str]) -> str:
        if _fits(found[0]):
            return found[0]
        table, mark = (_RAISED, "^") if found[0][0] in _RAISED else (_LOWERED, "")
        changed[found[0]] = mark + "".join(table[each] for each in found[0])
        return changed[found[0]]

    written = []
    for character in _RUN.sub(run, text):
        other = character if _fits(character) else _ALIKE.get(character, unicodedata.normalize("NFKC", character))
        if other != character and _fits(other):
            changed[character] = other
        written.append(other if _fits(other) else character)
    left = "".join(dict.fromkeys(each for each in written if not _fits(each)))
    return "".join(written), changed, left


def _fits(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
