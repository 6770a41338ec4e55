"""Find in a text what gives its enterprise away.

Rules alone: what is known of the enterprise, in the forms in which people write it, and what
gives away whoever writes it. What needs knowledge of the world (“高铁站对面那家”, last year's
prize) they do not find; `tests/golden/self_naming.jsonl` says which.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin

from app.confidentiality.folding import fold, with_digits
from app.confidentiality.names import KnownAs, Profile, Sort, known_names
from app.confidentiality.patterns import PATTERNS
from matching.text.segment import default_segmenter

ADVICE = {
    Sort.NAME: "出现了企业名称或简称，请改为“我公司”",
    Sort.BRAND: "出现了品牌，请改为产品的通用名称",
    Sort.PRODUCT: "出现了企业的产品名称或型号，请改为通用名称",
    Sort.PERSON: "出现了人名，请删去",
    Sort.ADDRESS: "出现了地址，请删去，或只写到市",
    Sort.DISTRICT: "出现了县区或园区，请删去，或只写到市",
    Sort.PHONE: "出现了电话，请删去，联系由情报员转达",
    Sort.MESSENGER: "出现了微信、QQ 或公众号，请删去，联系由情报员转达",
    Sort.EMAIL: "出现了邮箱，请删去，联系由情报员转达",
    Sort.WEBSITE: "出现了网址，请删去",
    Sort.CREDIT_CODE: "出现了统一社会信用代码，请删去",
    Sort.PATENT: "出现了专利号，能查到权利人，请删去",
    Sort.OTHER_COMPANY: "出现了其他单位的名称，可能让人推知是谁，请斟酌",
    Sort.RANK: "这样的说法可能只指一家企业，请斟酌",
}

# Around a word that is also a name: what makes it a name.
_NAMED_AFTER = ("公司", "集团", "股份", "厂", "牌", "人的", "企业", "品牌", "系列")
_NAMED_BEFORE = ("我司", "我公司", "本公司", "我厂", "本厂", "我们", "本企业", "我集团", "“", '"', "「")
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
_ALPHANUMERIC = _LATIN | frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of a text, in positions of the original, and what it gives away."""

    sort: Sort
    start: int
    end: int
    text: str
    certain: bool

    @property
    def advice(self) -> str:
        """What the poster may do about it, in Chinese."""
        return ADVICE[self.sort]


def find_self_naming(text: str, profile: Profile) -> list[Finding]:
    """Return the parts of a text that give the organisation away, in order, none inside another."""
    tight, plain = fold(text, tight=True), fold(text)
    found = [
        Finding(known.sort, *tight.span(start, end), "", certain)
        for known in known_names(profile)
        for start, end, certain in _places(tight.text, known)
    ]
    digits = with_digits(plain.text)
    for pattern in PATTERNS:
        for match in pattern.regex.finditer(digits if pattern.digits else plain.text):
            start, end = match.span("at" if "at" in pattern.regex.groupindex else 0)
            found.append(Finding(pattern.sort, *plain.span(start, end), "", pattern.certain))
    return [
        Finding(each.sort, each.start, each.end, text[each.start : each.end], each.certain)
        for each in _without_overlaps(found, len(text))
    ]


def _places(text: str, known: KnownAs) -> Iterator[tuple[int, int, bool]]:
    """Yield start and end of each place where a name stands, and whether it certainly names."""
    for start in _occurrences(text, known.text):
        end = start + len(known.text)
        if not _stands_alone(text, start, end):
            continue
        in_context = text[end:].startswith(_NAMED_AFTER) or text[:start].endswith(_NAMED_BEFORE)
        if in_context or not (known.ordinary or (known.core and _cuts_a_word(text, start, end))):
            yield start, end, known.certain
    if known.homophones:
        yield from _homophones(text, known)


def _homophones(text: str, known: KnownAs) -> Iterator[tuple[int, int, bool]]:
    """Yield places with other characters of the same sound; two of them name only in context."""
    sounds = _sounds(known.text)
    for start in range(len(text) - len(known.text) + 1) if all(sounds) else ():
        end = start + len(known.text)
        if text[start] != known.text[0] and _sounds(text[start]) != sounds[:1]:
            continue
        if text[start:end] == known.text or _sounds(text[start:end]) != sounds:
            continue
        in_context = text[end:].startswith(_NAMED_AFTER) or text[:start].endswith(_NAMED_BEFORE)
        if len(known.text) > 3 or (in_context and not _cuts_a_word(text, start, end)):
            yield start, end, known.certain and len(known.text) > 2


@lru_cache(maxsize=10_000)
def _sounds(text: str) -> tuple[str, ...]:
    """Return the sound of each character by itself; empty for what is not Chinese."""
    return tuple("".join(lazy_pinyin(character, errors="ignore")) for character in text)


def _occurrences(text: str, name: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether a name of letters or digits is not the middle of a longer one."""
    if text[start] in _LATIN:
        return start == 0 or text[start - 1] not in _LATIN
    if text[start] in _ALPHANUMERIC:
        before, after = text[start - 1 : start], text[end : end + 1]
        return before not in _ALPHANUMERIC and after not in _ALPHANUMERIC
    return True


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Say whether a place begins or ends inside a word: 碳峰 in 碳峰值."""
    at = max(0, start - 10)
    inside = {start, end}
    for word in default_segmenter().words(text[at : end + 10]):
        if any(at < edge < at + len(word) for edge in inside):
            return True
        at += len(word)
    return False


def _without_overlaps(found: Iterable[Finding], length: int) -> list[Finding]:
    """Keep of parts that overlap the certain one, then the longest."""
    taken = bytearray(length)
    kept: list[Finding] = []
    for each in sorted(found, key=lambda one: (not one.certain, one.start - one.end, one.start)):
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\1" * (each.end - each.start)
            kept.append(each)
    return sorted(kept, key=lambda one: one.start)
