"""What of a record a package may hold: the view of anybody, as words, by the name of a source.

Contacts are no source. A need that hides its enterprise has neither organisation nor district here, as
`RecordOut` says so for anybody; nothing else about who posted it is read.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.achievements.schemas import AchievementOut
from app.codes.industries import division_names
from app.core.caller import ANYBODY
from app.kinds.table import Record, kind_of
from app.models import NeedClass, Origin, RecordKind
from app.needs.schemas import NeedOut

CODE, CONSTANT, CONTACT_LINE = "code", "constant", "contact_line"
NEED_CLASSES = {
    NeedClass.JOINT: "产业链协同攻关",
    NeedClass.COMMON_KEY: "关键共性技术",
    NeedClass.BASIC: "应用基础研究",
}
ORIGINS = {Origin.LOCAL: "市内", Origin.OUTSIDE: "市外"}
# Sources that do not come from the record.
GIVEN = {CODE: "对外编号", CONSTANT: "固定文字", CONTACT_LINE: "情报员联系方式"}
_SHARED = {
    "title": "名称", "indicators": "指标", "industries": "行业代码", "industry_names": "行业大类名称",
    "chains": "产业链", "cooperation_modes": "合作方式", "maturity": "成熟度（TRL）", "amount": "金额（文字）",
    "amount_min_wan": "金额下限（万元）", "amount_max_wan": "金额上限（万元）", "organisation": "单位名称",
    "district": "县区或园区", "valid_until": "有效期至",
}  # fmt: skip
SOURCES: Mapping[RecordKind, Mapping[str, str]] = {
    RecordKind.NEEDS: {
        **_SHARED, "description": "需求描述", "need_class": "需求类别", "deadline": "期望完成日期",
        "organisation": "企业名称（匿名需求为空）", "district": "县区或园区（匿名需求为空）",
        "maturity": "最低成熟度（TRL）", "amount": "预算（文字）", "amount_min_wan": "预算下限（万元）",
        "amount_max_wan": "预算上限（万元）",
    },
    RecordKind.ACHIEVEMENTS: {
        **_SHARED, "summary": "成果简介", "keywords": "关键词", "discipline": "学科", "stage": "所处阶段",
        "ip": "知识产权", "origin": "来源（市内、市外）", "amount": "意向价格（文字）",
        "amount_min_wan": "意向价格下限（万元）", "amount_max_wan": "意向价格上限（万元）",
    },
}  # fmt: skip
# What a channel may leave out beyond the public view: all but what makes a row a row.
LEAVABLE = {kind: {name: word for name, word in SOURCES[kind].items() if name != "title"} for kind in RecordKind}
SEPARATOR = "；"

Values = dict[str, tuple[str, ...]]


def values_of(record: Record) -> Values:
    """Return the words of each source of a record that anybody may read; () where there are none."""
    shown: Any = (NeedOut if kind_of(record).name is RecordKind.NEEDS else AchievementOut).of(record, ANYBODY)
    low, high = kind_of(record).amounts_of(shown)
    names = division_names()
    maturity = kind_of(record).maturity_of(shown)
    values: Values = {
        "industry_names": tuple(dict.fromkeys(names.get(code[:2], code) for code in shown.industries)),
        "maturity": () if maturity is None else (f"TRL {maturity}",),
        "amount": (_amount(low, high),),
        "amount_min_wan": _number(low),
        "amount_max_wan": _number(high),
        "organisation": () if shown.organisation is None else (shown.organisation.name,),
    }
    for source in SOURCES[kind_of(record).name]:
        if source not in values:
            values[source] = _words(source, getattr(shown, source))
    return values


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "need_class": lambda value: NEED_CLASSES.get(value, value),
    "origin": lambda value: ORIGINS.get(value, value),
}


def _words(source: str, value: Any) -> tuple[str, ...]:
    if value in (None, "", []):
        return ()
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return (_WORDS.get(source, str)(value),)


def _number(wan: Decimal | None) -> tuple[str, ...]:
    return () if wan is None else (format(wan.normalize(), "f"),)


def _amount(low: Decimal | None, high: Decimal | None) -> str:
    if low is None and high is None:
        return "面议"
    parts = dict.fromkeys(part for end in (low, high) for part in _number(end))
    if low is None:
        return f"不超过 {next(iter(parts))} 万元"
    return "-".join(parts) + (" 万元" if high is not None else " 万元起")
