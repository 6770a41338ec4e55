"""Normalise the untidy cells of real tables."""

import calendar
import re
import unicodedata
from datetime import date, timedelta

SEPARATORS = re.compile(r"[;；,，、|\n]+")
# 、 also stands within the names of some industries.
WITHOUT_ENUMERATION = re.compile(r"[;；,，|\n]+")
BLANKS_TOO = re.compile(r"[;；,，、|\s]+")
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})(?:\s*[-月/.]\s*(\d{1,2}))?")
_SERIAL = re.compile(r"[345]\d{4}")  # 1982 to 2064
_EIGHT = re.compile(r"(?:19|20)\d{6}")
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


def parse_date(text: str) -> date | None:
    """Return a date, None if it is none.

    Written as 2027-06-30, 2027/6/30, 2027.6.30, 20270630 or 2027年6月30日, or as the number of days that a
    spreadsheet counts from 1899-12-30; 2027年6月 ends on its last day.
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
        year, month = int(found.group(1)), int(found.group(2))
        return date(year, month, int(found.group(3) or calendar.monthrange(year, month)[1]))
    except ValueError:
        return None
