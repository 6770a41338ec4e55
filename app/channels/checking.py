"""What a channel's settings must say, beyond the type of each."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.channels.fields import CODE, CONSTANT, GIVEN, LEAVABLE, SOURCES
from app.channels.gbk import in_gbk
from app.core.errors import FieldError, InvalidInput
from app.models import PackageFormat, RecordKind

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def checked(values: Mapping[str, Any]) -> None:
    """Refuse settings that make no package. Raises InvalidInput, naming what to mend."""
    errors = list(_errors(values))
    if errors:
        raise InvalidInput("；".join(each.message for each in errors[:5]) + "。", tuple(errors))


def _errors(values: Mapping[str, Any]) -> Iterator[FieldError]:
    if not values.get("name"):
        yield FieldError("name", "missing", "请填写通道名称，或选一个模板")
    if not values.get("kind"):
        yield FieldError("kind", "missing", "请选择发布需求还是成果，或选一个模板")
        return
    kind = RecordKind(values["kind"])
    yield from _of_columns(kind, values.get("columns") or [], values.get("format"))
    for name in values.get("left_out") or []:
        if name not in LEAVABLE[kind]:
            message = f"没有可以隐去的字段“{name}”，请从列出的字段里选"
            yield FieldError("left_out", "unknown_field", message, name)
    chosen = values.get("selection") or {}
    low, high = chosen.get("min_maturity"), chosen.get("max_maturity")
    if low and high and low > high:
        yield FieldError("selection", "range", "成熟度下限高于上限，请对调或改正", low)


def _of_columns(kind: RecordKind, columns: list[Mapping[str, Any]], format: str | None) -> Iterator[FieldError]:
    known = {*SOURCES[kind], *GIVEN}
    targets: set[str] = set()
    for number, column in enumerate(columns, start=1):
        target, source = column["target"], column["source"]
        message = None
        if source not in known:
            message = f"没有字段“{source}”，请从列出的字段里选"
        elif target in targets:
            message = f"列名“{target}”重复了，请改名或删去一列"
        elif _CONTROL.search(target):
            message = "列名含有换行等看不见的字符，请删去"
        elif source == CONSTANT and not column.get("constant"):
            message = "选了固定文字，请写出文字"
        elif format == PackageFormat.CSV_GBK and in_gbk(target) != (target, {}, ""):
            message = f"GBK 写不出列名“{target}”，请改列名或改用 UTF-8"
        targets.add(target)
        if message is not None:
            yield FieldError("columns", "not_a_column", f"第 {number} 列：{message}", target)
    if not any(column["source"] == CODE for column in columns):
        yield FieldError("columns", "missing", "至少要有一列取自“对外编号”，平台的回执才能对应到记录")
