"""Turn a row of cells into the fields of a record, or say what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from app.achievements.schemas import AchievementIn
from app.core.problems import field_errors
from app.imports.values import parse_date, parse_maturity, parse_wan_range, split_list, unit_of
from app.models import RecordKind
from app.needs.schemas import NeedIn
from app.records.industries import is_code
from app.records.kinds import KINDS

_SCHEMAS: Mapping[RecordKind, type[AchievementIn] | type[NeedIn]] = {
    RecordKind.ACHIEVEMENTS: AchievementIn,
    RecordKind.NEEDS: NeedIn,
}
_LISTS = {"keywords", "ip", "chains", "cooperation_modes"}
_DATES = {"valid_until", "deadline"}


@dataclass(frozen=True, slots=True)
class RowError:
    """Something about a cell that a person should look at, with the remedy."""

    row: int
    column: str
    code: str
    message: str
    value: str


@dataclass(slots=True)
class ParsedRow:
    """A row on its way in: fields if it can be taken, errors that reject it, and warnings.

    `given` names the fields that the row itself has; the others stand at their defaults.
    """

    number: int
    fields: dict[str, Any] | None = None
    given: frozenset[str] = frozenset()
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)


def parse_row(kind: RecordKind, number: int, cells: Mapping[str, str], columns: Mapping[str, str]) -> ParsedRow:
    """Parse a row.

    Args:
        cells: by field name.
        columns: the header over each field, to name it in messages.
    """
    parsed = ParsedRow(number)
    if not cells:
        parsed.errors.append(RowError(number, "", "not_an_object", "这一行不是有效的 JSON 对象，请检查括号和引号", ""))
        return parsed
    values = {
        name: value
        for field, text in cells.items()
        for name, value in _values(kind, field, text, columns.get(field, "")).items()
    }
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
        record = _SCHEMAS[kind].model_validate(values)
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


def _values(kind: RecordKind, field: str, text: str, header: str) -> dict[str, Any]:
    """Return the schema's fields that a cell gives; empty cells give none but title and text."""
    plain = text.strip()
    if field in {"title", "summary", "description"}:
        return {field: plain}
    if not plain:
        return {}
    if field in _LISTS:
        return {field: split_list(plain)}
    if field == "industries":
        codes = split_list(plain)
        if all(is_code(code) for code in codes):
            return {field: codes}
        return {field: _Unreadable(field, "不是国民经济行业代码，已留空；请填 2 至 4 位代码，如 2661")}
    if field == "maturity":
        return _maturity(kind, plain)
    if field == "price":
        return _price(kind, plain, header)
    if field in _DATES:
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
    return {"maturity": level, "stage": stage} if kind is RecordKind.ACHIEVEMENTS else {"min_maturity": level}


def _price(kind: RecordKind, text: str, header: str) -> dict[str, Any]:
    found = parse_wan_range(text, unit_of(header))
    if found is None:
        return {"price": _Unreadable("price", "金额无法识别，已按面议处理；请写成 120、300-500 或 面议（万元）")}
    name = "price" if kind is RecordKind.ACHIEVEMENTS else "budget"
    low, high = found
    return {f"{name}_min_wan": low, f"{name}_max_wan": high}
