"""Understand the headers of the registration office's workbooks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.imports.columns import column_key, header_candidates
from app.imports.report_columns import is_report_column
from app.tables.amounts import unit_of
from app.tables.reading import RawRow, RawTable
from matching.text.normalise import normalise

NAMES: Mapping[str, str] = {
    "registration_number": "合同登记编号", "title": "合同名称", "kind": "合同类别", "amount_wan": "合同成交额",
    "technology_amount_wan": "技术交易额", "signed_on": "签订日期", "registered_on": "登记日期",
    "buyer": "买方名称", "buyer_credit_code": "买方统一社会信用代码", "buyer_region": "买方地区",
    "buyer_park": "买方园区", "seller": "卖方名称", "seller_credit_code": "卖方统一社会信用代码",
    "seller_region": "卖方地区", "seller_park": "卖方园区", "chains": "产业链",
    "horizontal": "横向科研", "note": "备注",
}  # fmt: skip
# A table without one of these is none of contracts.
NEEDED = ("registration_number", "title", "amount_wan", "registered_on", "buyer", "seller")
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "registration_number": (
        "合同登记编号", "合同编号", "登记编号", "登记号", "合同登记号", "认定登记编号", "认定登记号",
        "技术合同登记编号", "registration_number",
    ),
    "title": ("合同名称", "项目名称", "技术合同名称", "合同项目名称", "名称", "title"),
    "kind": ("合同类别", "合同类型", "技术合同类别", "技术合同类型", "类别", "合同种类", "kind"),
    "amount_wan": (
        "合同成交额", "成交额", "合同金额", "合同成交金额", "成交金额", "合同总金额", "合同交易总额", "合同总额",
        "合同交易额", "amount_wan",
    ),
    "technology_amount_wan": (
        "技术交易额", "其中技术交易额", "技术交易金额", "核定技术交易额", "technology_amount_wan",
    ),
    "signed_on": (
        "签订日期", "签定日期", "签约日期", "合同签订日期", "合同签订时间", "签订时间", "签约时间", "signed_on",
    ),
    "registered_on": (
        "登记日期", "认定日期", "登记时间", "合同登记日期", "合同登记时间", "认定登记日期", "认定登记时间",
        "registered_on",
    ),
    "chains": ("产业链", "所属产业链", "产业链标签", "chains"),
    "horizontal": ("横向科研", "是否横向", "是否横向科研", "横向项目", "是否横向课题"),
    "note": ("备注", "说明", "note"),
}  # fmt: skip
# Of a side, beside what the side is called.
_PARTS: Mapping[str, str] = {
    "": " 名称 单位 单位名称 全称",
    "credit_code": "统一社会信用代码 信用代码 社会信用代码 机构代码",
    "region": "地区 所在地 所属地区 所在地区 区域 县区 所在县区 区县 地域",
    "park": "园区 所在园区",
}
_CALLED: Mapping[str, str] = {
    "buyer": "买方 受让方 委托方 买受方 受让人 需方 甲方 buyer",
    "seller": "卖方 出让方 让与方 受托方 转让方 让与人 供方 乙方 seller",
}
_UNIT_LINE = re.compile(r"单位\W*(亿元|万元|元)")


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """A table whose header was found.

    Attributes:
        places: column by field, from 0.
        units: what a bare number counts under a header of money, in 万元, by field.
        bare: headers of money that name no unit.
    """

    table: RawTable
    header: tuple[str, ...]
    header_row: int
    rows: tuple[RawRow, ...]
    places: Mapping[str, int]
    units: Mapping[str, Decimal]
    bare: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        """The needed columns that it does not have."""
        return [NAMES[name] for name in NEEDED if name not in self.places]

    @property
    def left_out(self) -> list[str]:
        """The headers of columns that go nowhere."""
        taken = set(self.places.values())
        return [name for at, name in enumerate(self.header) if name and at not in taken and not is_report_column(name)]


def understand_ledger(table: RawTable, bare_unit: Decimal) -> LedgerTable | None:
    """Find the header of a table: the row, or pair of rows, that names most fields; None where none names any.

    Args:
        bare_unit: what a number counts, in 万元, where the header names no unit.
    """
    best: tuple[tuple[int, int], LedgerTable] | None = None
    for at, header, rows in header_candidates(table):
        found = _table(table, at, header, rows, bare_unit)
        rank = (-len(found.missing), len(found.places))
        if found.places and (best is None or rank > best[0]):
            best = rank, found
    return None if best is None else best[1]


def _table(
    table: RawTable, at: int, header: Sequence[str], rows: tuple[RawRow, ...], bare_unit: Decimal
) -> LedgerTable:
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        field = _field(name)
        if field is not None and field not in places:
            places[field] = index
    units: dict[str, Decimal] = {}
    bare: list[str] = []
    above = next((unit for row in table.rows if row.number < at and (unit := _unit_above(row))), None)
    for field in ("amount_wan", "technology_amount_wan"):
        if field in places:
            name = header[places[field]]
            said = _unit_said(name) or above
            units[field] = said or bare_unit
            if said is None:
                bare.append(name.strip())
    return LedgerTable(table, tuple(name.strip() for name in header), at, rows, places, units, tuple(bare))


def _field(header: str) -> str | None:
    """Return the field that a header names; of one in two rows both together, or else the lower, or the upper."""
    parts = header.split("-")[::-1] if "-" in header else []
    return next((_LOOKUP[key] for name in (header, *parts) if (key := column_key(name)) in _LOOKUP), None)


def _unit_said(header: str) -> Decimal | None:
    """Return the unit that a header names, in 万元."""
    if "元" in header:
        return unit_of(header)
    return next((unit_of(f"{word}元") for word in "亿万" if header.rstrip(")） ").endswith(word)), None)


def _unit_above(row: RawRow) -> Decimal | None:
    """Return the unit that a line above the header names for the whole table: `单位：万元`."""
    found = _UNIT_LINE.search(normalise("".join(row.cells)))
    return unit_of(found.group(1)) if found else None


def _lookup() -> dict[str, str]:
    found = {column_key(word): field for field, words in _SYNONYMS.items() for word in words}
    for side, called in _CALLED.items():
        for part, words in _PARTS.items():
            field = f"{side}_{part}" if part else side
            for name in called.split():
                for word in words.split(" "):
                    for key in (f"{name}{word}", f"{name}的{word}"):
                        found.setdefault(column_key(key), field)
    return found


_LOOKUP = _lookup()
