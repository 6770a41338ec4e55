"""Turn a row of the registration office's workbook into a contract, or say what is wrong with it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from app.contracts.schemas import ContractIn
from app.contracts.workbooks.columns import NAMES, NEEDED
from app.core.problems import field_errors
from app.models import ContractKind
from app.models.base import WAN_PLACES
from app.organisations.credit_code import normalise_credit_code
from app.tables.amounts import parse_wan_range
from app.tables.values import parse_date, split_list
from app.targets.places import Places

_KINDS = (
    ("许可", ContractKind.LICENCE), ("转让", ContractKind.TRANSFER), ("开发", ContractKind.DEVELOPMENT),
    ("咨询", ContractKind.CONSULTING), ("服务", ContractKind.SERVICE), ("培训", ContractKind.SERVICE),
    ("中介", ContractKind.SERVICE),
)  # fmt: skip
_NOT_EXACT = re.compile(r"约|左右|以内|以上|不超过|不低于|≤|≥|面议|待定")
_SHORTENED = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}", re.IGNORECASE)
_NO_DAY = re.compile(r"\d{4}\s*[-年/.]\s*\d{1,2}\s*月?")
_BROKEN = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)")
_CENT = Decimal(1).scaleb(-WAN_PLACES)
# Spreadsheets keep numbers in binary: 12.34 may come as 12.340000000000002.
_BINARY_NOISE = Decimal("1e-9")
# What a column that a table does not have at all is taken from.
_STANDS_IN = {"technology_amount_wan": "amount_wan", "signed_on": "registered_on"}
_YES = {"是", "有", "1", "true", "yes", "y", "√", "横向"}
_NO = {"否", "无", "0", "false", "no", "n", "×", "纵向"}


@dataclass(slots=True)
class LedgerRow:
    """A row on its way into the ledger: a body where it can be read, errors where it cannot.

    `given` names the fields that the row itself has; the others stand at their defaults.
    """

    body: ContractIn | None = None
    given: frozenset[str] = frozenset()
    errors: list[dict[str, str]] = field(default_factory=list)


class _Wrong(Exception):
    """A cell cannot be read; the code and the message with the remedy."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_row(
    cells: Mapping[str, str], columns: Mapping[str, str], units: Mapping[str, Decimal], places: Places
) -> LedgerRow:
    """Read a row.

    Args:
        cells: by field.
        columns: the header over each field, to name it in messages.
        units: what a bare number counts in 万元, by field.
    """
    row = LedgerRow()
    values: dict[str, Any] = {}
    for name, text in cells.items():
        try:
            values |= _values(name, text.strip(), units, places)
        except _Wrong as wrong:
            row.errors.append(_error(columns.get(name, NAMES[name]), wrong.code, wrong.message, text))
    wrong_columns = {each["column"] for each in row.errors}
    for name in (*NEEDED, "kind", *(each for each in _STANDS_IN if each in columns)):
        column = columns.get(name, NAMES[name])
        if values.get(name) is None and column not in wrong_columns:
            row.errors.append(_error(column, "missing", "必填，请填写", ""))
    if row.errors:
        return row
    row.given = frozenset(values)
    for name, other in _STANDS_IN.items():
        values.setdefault(name, values[other])
    try:
        row.body = ContractIn.model_validate(values)
    except ValidationError as error:
        for each in field_errors(error.errors()):
            name = each.field.split(".")[0]
            column = columns.get(name, NAMES.get(name, ""))
            row.errors.append(_error(column, each.code, each.message, cells.get(name, "")))
    return row


def _values(name: str, text: str, units: Mapping[str, Decimal], places: Places) -> dict[str, Any]:
    """Return the fields that a cell fills."""
    if _BROKEN.fullmatch(text):
        raise _Wrong("broken_formula", "公式出错，请直接填写数值或文字")
    if not text:
        return {}
    if name in units:
        return {name: _amount(text, units[name])}
    if name in {"signed_on", "registered_on"}:
        return {name: _day(text)}
    if name.endswith("_region"):
        return _region(name.removesuffix("_region"), text, places)
    if name.endswith("_credit_code"):
        return _credit_code(name, text)
    readers = {"kind": _kind, "registration_number": _number, "chains": split_list, "horizontal": _flag}
    read = readers.get(name)
    return {name: text if read is None else read(text)}  # type: ignore[operator]


def _amount(text: str, unit: Decimal) -> Decimal:
    if text.startswith(("-", "－", "−", "(", "（")):
        raise _Wrong("negative", "金额不能为负；退款、更正请在合同页登记调整")
    if _NOT_EXACT.search(text):
        raise _Wrong("not_exact", "须为确定的数额，请填登记的金额")
    if _SHORTENED.fullmatch(text):
        raise _Wrong("shortened", "是科学计数法，可能已丢失位数，请把单元格设为数值格式后重填")
    found = parse_wan_range(text, unit)
    if found is None or found[0] is None or found[0] != found[1]:
        raise _Wrong("not_an_amount", "看不出金额，请填数字，如 120.5")
    exact = found[0].quantize(_CENT)
    if abs(exact - found[0]) > _BINARY_NOISE:
        raise _Wrong("too_fine", "小数过细，最小到 1 分钱，请核对金额和单位")
    return exact


def _day(text: str) -> Any:
    if _NO_DAY.fullmatch(unicodedata.normalize("NFKC", text)):
        raise _Wrong("no_day", "请写到日，如 2026-06-30")
    found = parse_date(text)
    if found is None:
        raise _Wrong("not_a_date", "看不出日期，请写成 2026-06-30")
    return found


def _number(text: str) -> str:
    if _SHORTENED.fullmatch(text):
        raise _Wrong("shortened", "是科学计数法，已丢失位数，请把单元格设为文本格式后重填编号")
    return text


def _kind(text: str) -> ContractKind:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in set(ContractKind):
        return ContractKind(plain)
    for word, kind in _KINDS:
        if word in plain:
            return kind
    raise _Wrong("unknown_kind", "须为技术开发、技术转让、技术许可、技术咨询、技术服务之一")


def _flag(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _YES | _NO:
        return plain in _YES
    raise _Wrong("not_a_flag", "请填 是 或 否")


def _credit_code(name: str, text: str) -> dict[str, str]:
    """Return a code that is one: it only serves to find the organisation, whose name serves too."""
    try:
        return {name: normalise_credit_code(text)}
    except ValueError:
        return {}


def _region(side: str, text: str, places: Places) -> dict[str, Any]:
    region = places.region(text)
    if region is None:
        return {}
    found = {f"{side}_local": region.local, f"{side}_district": region.district, f"{side}_park": region.park}
    return {name: value for name, value in found.items() if value is not None}


def _error(column: str, code: str, message: str, value: str) -> dict[str, str]:
    return {"column": column, "code": code, "message": message, "value": value[:200]}
