"""Names of industries to codes of GB/T 4754-2017: the top levels shipped, the others as imported."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kinds.industries import is_code
from app.models import Code, CodeList
from app.tables.values import WITHOUT_ENUMERATION, split_list
from matching.text.normalise import normalise

TOP_LEVELS = Path(__file__).with_name("gbt4754_top.tsv")
_LETTERED = re.compile(r"[A-T]?(\d{2,4})\D*|([A-T])(?:[^A-Za-z].*)?", re.DOTALL)
_MARKS = re.compile(r"[\W_]+")


class IndustryNames:
    """Turns what people write for industries into codes.

    Args:
        names: code by name; names of several codes are left out.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._codes = {_plain(name): code for name, code in names.items()}

    def codes(self, text: str) -> list[str] | None:
        """Return the codes of a cell such as `35`, `C35专用设备制造业`, `专用设备制造`; None if one is unknown."""
        whole = self._code(text)
        if whole is not None:
            return [whole]
        for parts in (split_list(text, WITHOUT_ENUMERATION), split_list(text)):
            codes = [self._code(part) for part in parts]
            if all(code is not None for code in codes):
                return list(dict.fromkeys(code for code in codes if code is not None))
        return None

    def _code(self, text: str) -> str | None:
        plain = normalise(text).strip()
        if is_code(plain):
            return plain
        named = self._codes.get(_plain(plain))
        if named is not None:
            return named
        found = _LETTERED.fullmatch(plain.replace(" ", ""))
        if found is None:
            return None
        code = found.group(1) or found.group(2)
        return code if is_code(code) else None


def industry_names(session: Session) -> IndustryNames:
    """Return the names that are known here. Of two codes of one name the one further up is meant."""
    query = select(Code.name, Code.code).where(Code.list == CodeList.INDUSTRIES).order_by(Code.level.desc())
    imported = {row.name: row.code for row in session.execute(query)}
    return IndustryNames({**imported, **top_levels()})


@cache
def top_levels() -> Mapping[str, str]:
    """Return the codes of the 20 sections and 97 divisions that are shipped, by name."""
    names: dict[str, str] = {}
    for code, _, name in shipped():
        names.setdefault(name, code)
    return names


@cache
def division_names() -> Mapping[str, str]:
    """Return the names of the sections and divisions that are shipped, by code."""
    return {code: name for code, _, name in shipped()}


@cache
def shipped() -> tuple[tuple[str, str, str], ...]:
    """Return (code, parent, name) of the shipped levels, in the standard's order."""
    lines = TOP_LEVELS.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((code, parent, name) for code, parent, name in rows)


def _plain(name: str) -> str:
    return _MARKS.sub("", normalise(name)).removesuffix("业")
