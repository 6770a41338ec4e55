"""Turn a row of cells into the fields of a record, or say what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from app.core.problems import field_errors
from app.imports.nouns import NOUNS, day_fields, list_fields
from app.kinds.table import KINDS
from app.models import RecordKind
from app.tables.amounts import parse_wan_range, unit_of
from app.tables.values import parse_date, parse_maturity, split_list

# Fields whose cells are turned into something else, beside lists and days; the cell as it stood is kept beside.
_TURNED = {"maturity", "price", "industries"}
# What a cell says in place of a value when its formula failed.
_BROKEN = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
_SHORTENED = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}", re.IGNORECASE)

# Turns the names and codes of industries in a cell into codes, None where one is unknown.
IndustriesOf = Callable[[str], list[str] | None]


@dataclass(frozen=True, slots=True)
class RowError:
    """Something about a cell that a person should look at, with the remedy."""

    row: int
    column: str
    code: str
    message: str
    value: str

    def told(self) -> dict[str, str]:
        """Return it as it is stored beside its row."""
        return {"column": self.column, "code": self.code, "message": self.message, "value": self.value}


@dataclass(slots=True)
class ParsedRow:
    """A row on its way in: fields if it can be taken, errors that reject it, and warnings.

    `given` names the fields that the row itself has; the others stand at their defaults. `originals`
    holds the cells, by field, that were turned into something else.
    """

    number: int
    fields: dict[str, Any] | None = None
    given: frozenset[str] = frozenset()
    originals: dict[str, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)


def parse_row(
    kind: RecordKind,
    number: int,
    cells: Mapping[str, str],
    columns: Mapping[str, str],
    industries_of: IndustriesOf,
) -> ParsedRow:
    """Parse a row.

    Args:
        cells: by field name.
        columns: the header over each field, to name it in messages.
    """
    parsed = ParsedRow(number)
    if not cells:
        parsed.errors.append(RowError(number, "", "not_an_object", "这一行不是有效的 JSON 对象，请检查括号和引号", ""))
        return parsed
    cells = _mended(parsed, cells, columns)
    values = {
        name: value
        for field, text in cells.items()
        for name, value in _values(kind, field, text, columns.get(field, ""), industries_of).items()
    }
    turned = _TURNED | list_fields(kind) | day_fields(kind)
    parsed.originals = {name: cells[name].strip()[:500] for name in turned & cells.keys() if cells[name].strip()}
    for name in [name for name, value in values.items() if isinstance(value, _Unreadable)]:
        unreadable = values.pop(name)
        column = columns.get(unreadable.field, unreadable.field)
        parsed.warnings.append(
            RowError(number, column, "value_ignored", unreadable.message, cells[unreadable.field][:100])
        )
    body = KINDS[kind].body
    bodiless = not values.get(body)
    if bodiless:
        # Real tables have needs that are a title alone. They are worth matching, so they are taken;
        # the form and the API, where a person can be asked, insist on a text.
        values[body] = values.get("title", "")
    try:
        record = NOUNS[kind].body.model_validate(values)
        parsed.fields, parsed.given = record.model_dump(), frozenset(record.model_fields_set)
        if bodiless:
            parsed.fields[body] = ""
            parsed.given -= {body}  # a text that is stored already stays
            message = "没有正文，已只按名称导入；补充后匹配会更准确"
            parsed.warnings.append(RowError(number, columns.get(body, body), "body_missing", message, ""))
    except ValidationError as error:
        for each in field_errors(error.errors()):
            name = each.field.split(".")[0]
            if bodiless and name == body:
                continue  # the title stood in for it and is reported itself
            text = cells.get(name, "")
            parsed.errors.append(RowError(number, columns.get(name, name), each.code, each.message, text[:100]))
    return parsed


@dataclass(frozen=True, slots=True)
class _Unreadable:
    field: str
    message: str


def _mended(parsed: ParsedRow, cells: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """Return the cells without what a spreadsheet spoilt; say so."""
    mended = dict(cells)
    for name, text in cells.items():
        if text.strip().upper() in _BROKEN:
            mended[name] = ""
            message = "单元格的公式出错，已按空白处理；请改成数值或文字"
            parsed.warnings.append(RowError(parsed.number, columns.get(name, name), "broken_formula", message, text))
    number = cells.get("external_id", "").strip()
    if _SHORTENED.fullmatch(number):
        message = "编号被表格软件写成了科学计数，末位已丢失。请把这一列设为“文本”格式，重新填写后再导入"
        column = columns.get("external_id", "external_id")
        parsed.errors.append(RowError(parsed.number, column, "shortened_number", message, number))
    return mended


def _values(kind: RecordKind, field: str, text: str, header: str, industries_of: IndustriesOf) -> dict[str, Any]:
    """Return the schema's fields that a cell gives; empty cells give none but title and text."""
    plain = text.strip()
    if field in {"title", KINDS[kind].body}:
        return {field: plain}
    if not plain:
        return {}
    if field == "industries":
        codes = industries_of(plain)
        if codes is not None:
            return {field: codes}
        return {field: _Unreadable(field, "不是国民经济行业的名称或代码，已留空；请填名称，或 2 至 4 位代码，如 2661")}
    if field == "maturity":
        return _maturity(kind, plain)
    if field == "price":
        return _price(kind, plain, header)
    if field in list_fields(kind):
        return {field: split_list(plain)}
    if field in day_fields(kind):
        day = parse_date(plain)
        return {field: day if day is not None else _Unreadable(field, "日期无法识别，已留空；请写成 2027-06-30")}
    return {field: plain}


def _maturity(kind: RecordKind, text: str) -> dict[str, Any]:
    found = parse_maturity(text)
    if found is None:
        return {
            "maturity": _Unreadable("maturity", "成熟度无法识别，已留空；请写 实验室、小试、中试、产业化 或 TRL 1 至 9")
        }
    stage, level = found
    columns = KINDS[kind]
    told = ((columns.maturity, level), (columns.stage, stage))
    return {column: value for column, value in told if column is not None}


def _price(kind: RecordKind, text: str, header: str) -> dict[str, Any]:
    found = parse_wan_range(text, unit_of(header))
    if found is None:
        return {"price": _Unreadable("price", "金额无法识别，已按面议处理；请写成 120、300-500 或 面议（万元）")}
    return dict(zip(KINDS[kind].amount_columns, found, strict=True))
