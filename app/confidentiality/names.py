"""What an organisation is called: its registered names, and the shorter ones that people use."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from pypinyin import lazy_pinyin

from app.confidentiality.folding import fold
from matching.text.segment import default_segmenter


class Sort(StrEnum):
    """What of an organisation a part of a text gives away."""

    NAME = "name"
    BRAND = "brand"
    PRODUCT = "product"
    PERSON = "person"
    ADDRESS = "address"
    DISTRICT = "district"
    PHONE = "phone"
    MESSENGER = "messenger"
    EMAIL = "email"
    WEBSITE = "website"
    CREDIT_CODE = "credit_code"
    PATENT = "patent"
    OTHER_COMPANY = "other_company"
    RANK = "rank"


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an organisation; only the name is always there."""

    name: str
    credit_code: str | None = None
    district: str | None = None
    park: str | None = None
    address: str | None = None
    legal_person: str | None = None
    aliases: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownAs:
    """A form of a name, folded tight.

    Attributes:
        ordinary: it is also a word of the language (力量, 长城), and names nobody without its context.
        core: it is the 字号 or less, which may stand inside other words.
        homophones: other characters of the same sound are looked for as well.
        certain: False where it is only likely to name the organisation.
    """

    sort: Sort
    text: str
    ordinary: bool = False
    core: bool = False
    homophones: bool = False
    certain: bool = True


_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_SUFFIX = re.compile(
    r"(?:集团)?(?:股份)?(?:有限责任公司|有限公司|公司|合作社|集团|(?:总|分)?厂|研究院|研究所|中心|经营部|工作室)$"
)
_REGION_SUFFIX = re.compile(r"^[\u4e00-\u9fff]{2,7}?(?:自治区|自治州|省|市|县|区|旗|镇|乡)(?=[\u4e00-\u9fff]{2})")
_DISTRICT_SUFFIX = re.compile(r"(?:县|市|区|镇|乡|街道)$")
_STREET = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:大道|大街|路|街|巷)")
_SEATED_IN = re.compile(r"[\u4e00-\u9fff]{2,9}?(?:工业园区?|产业园区?|产业集聚区|科技园|园区|镇|乡|街道|村)")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_MODEL = re.compile(r"(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{3,}")
_AREA_CODE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})")
# Words that the dictionary saw more often than this are everybody's.
_ORDINARY = 50
_WIDELY_USED = 400


@cache
def _regions() -> tuple[str, ...]:
    """Return provinces and prefectures without their suffix (GB/T 2260), the longest first."""
    words = files("app.confidentiality").joinpath("regions.txt").read_text("utf-8").split()
    return tuple(sorted(set(words), key=len, reverse=True))


@lru_cache(maxsize=1000)
def known_names(profile: Profile) -> tuple[KnownAs, ...]:
    """Return the forms under which an organisation may be named, the longest first."""
    found: dict[str, KnownAs] = {}
    for known in (*_of_company(profile), *_registered(profile), *_of_place(profile)):
        if len(known.text) >= 2:
            found.setdefault(known.text, known)
    return tuple(sorted(found.values(), key=lambda known: -len(known.text)))


def _tight(text: str) -> str:
    return fold(text, tight=True).text


def _of_company(profile: Profile) -> Iterable[KnownAs]:
    full = _tight(_BRACKETS.sub("", profile.name))
    yield KnownAs(Sort.NAME, full)
    rest = _without_region(_SUFFIX.sub("", full), profile)
    if len(rest) < 2:
        return
    core = _core(rest)
    after = default_segmenter().words(rest[len(core) :])
    for form in {rest, core + "".join(after[:1])} - {core}:
        yield KnownAs(Sort.NAME, form, homophones=True)
        yield from _initials(form)
    yield KnownAs(Sort.NAME, core, ordinary=_is_ordinary(core), core=True, homophones=True)
    if len(after) > 1 and default_segmenter().frequency(core):
        # The head may be a town that the list of regions does not know: 永城神火煤电.
        yield KnownAs(Sort.NAME, after[0], ordinary=True, core=True)
    spelt = "".join(lazy_pinyin(core)) if _HAN.fullmatch(core) else ""
    if len(spelt) >= 5:
        yield KnownAs(Sort.NAME, spelt)


def _without_region(name: str, profile: Profile) -> str:
    district = _tight(profile.district or "")
    places = (*_regions(), district, _DISTRICT_SUFFIX.sub("", district))
    while True:
        before = name
        name = _REGION_SUFFIX.sub("", name)
        for place in places:
            if len(place) >= 2 and name.startswith(place) and len(name) >= len(place) + 2:
                name = name[len(place) :]
                break
        if name == before:
            return name


def _core(rest: str) -> str:
    """Return the 字号 at the head of a name: its first word of two characters or more, or what stands before it."""
    core = ""
    for word in default_segmenter().words(rest):
        if core and (len(core) >= 2 or len(core) + len(word) > 4):
            break
        core += word
    return core if len(core) <= 4 else core[:2]


def _is_ordinary(word: str) -> bool:
    return default_segmenter().frequency(word) > _ORDINARY


def _is_generic(product: str) -> bool:
    """Say whether a product is called by words that everybody uses: 人造金刚石, 速冻水饺."""
    return all(len(word) >= 2 and _HAN.fullmatch(word) for word in default_segmenter().words(product))


def _initials(form: str) -> Iterable[KnownAs]:
    initials = "".join(sound[0] for sound in lazy_pinyin(form)) if _HAN.fullmatch(form) else ""
    if len(initials) >= 4:
        yield KnownAs(Sort.NAME, initials, certain=False)


def _registered(profile: Profile) -> Iterable[KnownAs]:
    for sort, names in ((Sort.NAME, profile.aliases), (Sort.BRAND, profile.brands), (Sort.PRODUCT, profile.products)):
        for name in map(_tight, names):
            yield KnownAs(
                sort,
                name,
                ordinary=_is_ordinary(name),
                core=len(name) <= 2,
                homophones=len(name) > 2,
                certain=sort is not Sort.PRODUCT or not _is_generic(name),
            )
    for product in map(_tight, profile.products):
        for model in _MODEL.findall(product):
            yield KnownAs(Sort.PRODUCT, model)
    if profile.legal_person:
        yield KnownAs(Sort.PERSON, _tight(profile.legal_person))
    if profile.credit_code:
        yield KnownAs(Sort.CREDIT_CODE, _tight(profile.credit_code))
    for phone in profile.phones:
        digits = re.sub(r"[^0-9]", "", _tight(phone))
        yield KnownAs(Sort.PHONE, digits)
        local = _AREA_CODE.sub("", digits)
        if len(local) >= 7:
            yield KnownAs(Sort.PHONE, local)


def _of_place(profile: Profile) -> Iterable[KnownAs]:
    for place in (profile.district, profile.park):
        if place:
            whole = _tight(place)
            yield KnownAs(Sort.DISTRICT, whole)
            short = _DISTRICT_SUFFIX.sub("", whole)
            if len(short) >= 2 and default_segmenter().frequency(short) < _WIDELY_USED:
                yield KnownAs(Sort.DISTRICT, short, core=True)
    if profile.address:
        address = _tight(profile.address)
        yield KnownAs(Sort.ADDRESS, address)
        rest = _without_region(address, profile)
        for pattern in (_STREET, _SEATED_IN):
            for match in pattern.finditer(rest):
                part = _REGION_SUFFIX.sub("", match[0])
                if len(part) >= 3:
                    yield KnownAs(Sort.ADDRESS, part)
