"""Normalise the untidy cells of real tables."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

import cn2an

SEPARATORS = re.compile(r"[;；,，、|\n]+")
# 、 also stands within the names of some industries.
WITHOUT_ENUMERATION = re.compile(r"[;；,，|\n]+")
BLANKS_TOO = re.compile(r"[;；,，、|\s]+")
_NEGOTIABLE = {"面议", "面谈", "商议", "协商", "可议", "待定", "不限", "无", "-", "--", "/"}
_RANGE = re.compile(r"[-~～—–至到]+")
_AROUND = re.compile(
    r"^(?:约|大约|大概|左右|人民币|¥|￥|rmb|不超过|不低于|≤|≥|以内|以上)+|(?:左右|以内|以上|整|rmb)+$", re.IGNORECASE
)
_CHINESE_DIGITS = "零〇一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟两"
# 万 and 亿 are units of the whole amount, so a Chinese number ends before them: 一千二百万 is 1,200.
_AMOUNT = re.compile(
    rf"^(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?|[{_CHINESE_DIGITS}]+)(?P<unit>亿元?|千万元?|百万元?|万元?|元)?$"
)
_UNITS = {"亿": Decimal(10_000), "千万": Decimal(1000), "百万": Decimal(100), "万": Decimal(1), "元": Decimal("0.0001")}
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})(?:\s*[-月/.]\s*(\d{1,2}))?")
_SERIAL = re.compile(r"[345]\d{4}")  # 1982 to 2064
_EIGHT = re.compile(r"(?:19|20)\d{6}")
_HEADER_UNITS = (("亿元", Decimal(10_000)), ("万元", Decimal(1)), ("元", Decimal("0.0001")))
_TRL = re.compile(r"(?:TRL|技术成熟度|第)?\s*([1-9])\s*级?", re.IGNORECASE)
# Words for maturity, with the TRL that the middle of the stage has.
_STAGES = {
    "初期": ("实验室", 3), "实验室": ("实验室", 3), "实验室阶段": ("实验室", 3), "研发": ("实验室", 3),
    "小试": ("小试", 4), "小试阶段": ("小试", 4), "样机": ("小试", 5), "样品": ("小试", 5),
    "中试": ("中试", 6), "中试阶段": ("中试", 6), "试生产": ("中试", 7),
    "成熟": ("产业化", 8), "可产业化": ("产业化", 8), "小批量生产": ("产业化", 8),
    "产业化": ("产业化", 9), "批量生产": ("产业化", 9), "量产": ("产业化", 9), "已应用": ("产业化", 9),
}  # fmt: skip


def split_list(text: str, separators: re.Pattern[str] = SEPARATORS) -> list[str]:
    """Split a cell that lists several things by whatever separator, each once."""
    return list(dict.fromkeys(part.strip() for part in separators.split(text) if part.strip()))


def parse_maturity(text: str) -> tuple[str, int] | None:
    """Return stage and TRL of a maturity word or level, None if it is neither."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in _STAGES:
        return _STAGES[plain]
    level = _TRL.fullmatch(plain)
    if level is None:
        return None
    trl = int(level.group(1))
    return next(stage for stage, top in (("实验室", 3), ("小试", 5), ("中试", 7), ("产业化", 9)) if trl <= top), trl


def unit_of(header: str) -> Decimal:
    """Return how many 万元 a bare number under this header means; 万元 where it names no unit."""
    return next((factor for word, factor in _HEADER_UNITS if word in header), Decimal(1))


def parse_wan_range(text: str, bare: Decimal = Decimal(1)) -> tuple[Decimal | None, Decimal | None] | None:
    """Return the lower and upper amount in 万元 of a cell such as 300-500, 约80, 伍拾 or 面议.

    `bare` is how many 万元 a number without a unit counts.

    A single amount is both; 面议 and an empty cell are (None, None); None if it cannot be read.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not plain or plain in _NEGOTIABLE:
        return None, None
    # Ranges first: cn2an reads 三百到五百万元 as one number.
    parts = [part for part in _RANGE.split(plain.lstrip("-")) if part]
    if plain.startswith("-") or not 1 <= len(parts) <= 2:
        return None
    last_unit = _unit(parts[-1], bare)
    amounts = [_amount(part, last_unit) for part in parts]
    low, high = amounts[0], amounts[-1]
    if low is None or high is None or low > high:
        return None
    return low, high


def _unit(text: str, bare: Decimal) -> Decimal:
    found = _AMOUNT.match(_AROUND.sub("", text))
    unit = found.group("unit") if found else None
    if unit is None:
        return bare
    return _UNITS[unit if unit == "元" else unit.removesuffix("元")]


def _amount(text: str, default: Decimal) -> Decimal | None:
    found = _AMOUNT.match(_AROUND.sub("", text))
    if found is None:
        return None
    number = found.group("number").replace(",", "")
    unit = _unit(text, default)
    try:
        value = Decimal(number) if number[0].isascii() else Decimal(str(cn2an.cn2an(number, "smart")))
    except (InvalidOperation, ValueError, KeyError, IndexError):  # cn2an on what is no number
        return None
    return value * unit if value.is_finite() else None


def parse_date(text: str) -> date | None:
    """Return a date, None if it is none.

    Written as 2027-06-30, 2027/6/30, 2027.6.30, 20270630, 2027年6月30日 or 2027年6月, or as the number of
    days that a spreadsheet counts from 1899-12-30.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(plain):
        return date(1899, 12, 30) + timedelta(days=int(plain))
    if _EIGHT.fullmatch(plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    found = _DATE.match(plain)
    if found is None:
        return None
    try:
        return date(int(found.group(1)), int(found.group(2)), int(found.group(3) or 1))
    except ValueError:
        return None
