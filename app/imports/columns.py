"""Understand the headers of university and enterprise tables."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.imports.report_columns import is_report_column
from app.models import RecordKind
from app.tables.reading import RawRow, RawTable
from app.tables.values import parse_date, parse_maturity, parse_wan_range
from matching.text.normalise import normalise

# Rows in which a header is looked for: titles, dates and notes stand above it.
HEADER_SEARCH = 15
# Columns of which several may hold one field, joined: 联系人, 联系电话, 邮箱.
_JOINED = frozenset({"contact", "ip"})
# A header that only contains a known one is taken from this confidence on; below it is a suggestion.
_USED_FROM = 0.75
_SAMPLES = 3
_CHECKED = 50

_SHARED = {
    "organisation": "单位 单位名称 所属单位 完成单位 第一完成单位 企业名称 企业 需求单位 organisation",
    "indicators": "指标 技术指标 主要技术指标 主要指标 性能指标 预期指标 预期目标 考核指标 indicators",
    "industries": "行业 应用行业 所属行业 行业代码 应用领域行业 国民经济行业 industries industry",
    "chains": "产业链 产业链标签 所属产业链 chains",
    "cooperation_modes": "合作方式 合作模式 转化方式 合作形式 拟合作方式 cooperation_modes",
    "district": "县区 区县 所在县区 园区 县区园区 所属县区 所属园区 所在地 district",
    "contact": "联系人 联系方式 联系电话 电话 手机 邮箱 联系人及电话 contact",
    "visibility": "可见范围 公开范围 visibility",
    "valid_until": "有效期 有效期至 valid_until",
}
FIELD_NAMES: Mapping[str, str] = {
    "organisation": "单位", "external_id": "编号", "title": "名称", "summary": "简介", "description": "需求描述",
    "indicators": "指标", "keywords": "关键词", "discipline": "学科", "industries": "行业", "chains": "产业链",
    "maturity": "成熟度", "stage": "阶段", "ip": "知识产权", "cooperation_modes": "合作方式", "price": "金额",
    "price_min_wan": "价格下限", "price_max_wan": "价格上限", "budget_min_wan": "预算下限",
    "budget_max_wan": "预算上限", "origin": "来源", "district": "县区", "contact": "联系方式",
    "visibility": "可见范围", "valid_until": "有效期", "need_class": "需求类别", "deadline": "期望完成日期",
}  # fmt: skip
_SYNONYMS: Mapping[RecordKind, Mapping[str, str]] = {
    RecordKind.ACHIEVEMENTS: {
        **_SHARED,
        "external_id": "成果编号 编号 项目编号 序列号 专利号 申请号 公开号 id external_id",
        "title": "成果名称 项目名称 技术名称 名称 成果 标题 题目 论文题目 专利名称 成果标题 title name",
        "summary": "成果简介 简介 摘要 内容简介 技术简介 成果介绍 成果描述 项目简介 技术内容 主要内容 内容摘要 summary abstract description",
        "keywords": "关键词 关键字 主题词 keywords",
        "discipline": "所属领域 技术领域 领域 学科 所属学科 一级学科 discipline",
        "maturity": "成熟度 技术成熟度 成果成熟度 所处阶段 成果阶段 研发阶段 阶段 trl maturity",
        "stage": "stage",
        "ip": "知识产权 知识产权情况 专利情况 知识产权状态 ip",
        "price": "拟转让价格 转让价格 价格 意向价格 报价 转让费 price",
        "price_min_wan": "意向价格下限 price_min_wan",
        "price_max_wan": "意向价格上限 price_max_wan",
        "origin": "来源 origin",
    },
    RecordKind.NEEDS: {
        **_SHARED,
        "external_id": "需求编号 编号 项目编号 id external_id",
        "title": "需求名称 项目名称 技术需求名称 需求标题 名称 标题 题目 title name",
        "description": "需求描述 需求内容 技术需求 需求简介 描述 内容 问题描述 技术难题 需求说明 description abstract summary",
        "need_class": "需求类别 类别 need_class",
        "maturity": "最低成熟度 成熟度要求 成熟度 min_maturity",
        "price": "预算 拟投入 投入资金 意向投入 预算金额 budget",
        "budget_min_wan": "预算下限 budget_min_wan",
        "budget_max_wan": "预算上限 budget_max_wan",
        "deadline": "期望完成日期 完成时限 截止日期 期望完成时间 deadline",
    },
}
_BRACKETS = re.compile(r"[(\[{【（].*?[)\]}】）]")
_UNIT = re.compile("(?:亿元|万元|元)$")
_NOISE = re.compile(r"[\s*:：、/_\-·.]+")


def _key(header: str) -> str:
    return _UNIT.sub("", _NOISE.sub("", _BRACKETS.sub("", normalise(header)))).lower()


def _lookup(kind: RecordKind) -> dict[str, str]:
    return {_key(word): field for field, words in _SYNONYMS[kind].items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, and what it was taken for.

    Attributes:
        index: from 0.
        field: that its cells go to; None leaves it out.
        confidence: 0..1: 1 what a person said, 0.95 a known header, less for one that only contains a
            known one or whose cells do not look like the field.
        source: `given`, `remembered`, `known`, `similar` or `none`.
        suggestion: a field that it might be, where none is sure enough.
        samples: its first cells with content.
    """

    index: int
    header: str
    field: str | None
    confidence: float
    source: str
    suggestion: str | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """A table whose header was found: its columns and the rows below.

    `complete` says whether a title and a text are among the columns.
    """

    table: RawTable
    columns: tuple[Column, ...]
    rows: tuple[RawRow, ...]
    header_row: int
    complete: bool

    @property
    def header(self) -> tuple[str, ...]:
        """The name of every column."""
        return tuple(column.header for column in self.columns)

    @property
    def places(self) -> dict[str, list[int]]:
        """Which columns hold a field."""
        found: dict[str, list[int]] = {}
        for column in self.columns:
            if column.field is not None:
                found.setdefault(column.field, []).append(column.index)
        return found


def left_out(columns: Iterable[tuple[str, str | None]]) -> list[str]:
    """Return the headers of columns that go to no field, each once, but those that a report added.

    Args:
        columns: (header, field).
    """
    names = [header for header, field in columns if field is None and header and not is_report_column(header)]
    return list(dict.fromkeys(names))


def fields_of(kind: RecordKind) -> tuple[str, ...]:
    """Return the fields that columns may go to, the most important first."""
    first = ("title", "summary", "description")
    known = _SYNONYMS[kind]
    return tuple(sorted(known, key=lambda name: (name not in first, list(known).index(name))))


def needed(kind: RecordKind) -> tuple[str, str]:
    """Return the Chinese headers of the title and the text."""
    body = "summary" if kind is RecordKind.ACHIEVEMENTS else "description"
    title, text = (_SYNONYMS[kind][field].split()[0] for field in ("title", body))
    return title, text


def column_key(header: str) -> str:
    """Return what tells headers apart: without brackets, units, marks and blanks."""
    return _key(header)[:200]


def understand(
    kind: RecordKind, table: RawTable, given: Mapping[str, str | None], remembered: Mapping[str, str]
) -> Understood:
    """Find the header of a table, and say which column is which field.

    The row, or pair of rows, that names most fields is the header; titles and notes may stand above
    it. Where none names a title and a text, the best guess is returned, for a person to correct.

    Args:
        given: field by header, as a person says it now; None or "" leaves a column out.
        remembered: field by `column_key`, as the organisation said before.
    """
    body = "summary" if kind is RecordKind.ACHIEVEMENTS else "description"
    said = {column_key(header): field or "" for header, field in given.items()}
    best: tuple[tuple[bool, int, int], Understood] | None = None
    for at, header, rows in header_candidates(table):
        columns = _columns(kind, header, rows, said, remembered)
        fields = {column.field for column in columns} - {None}
        complete = {"title", body} <= fields
        filled = sum(bool(name.strip()) for name in header)
        # Among equals the earlier one, and one row before two.
        rank = (complete, len(fields), filled if not fields else 0)
        if best is None or rank > best[0]:
            best = rank, Understood(table, columns, rows, at, complete)
    if best is None:
        return Understood(table, (), (), 0, complete=False)
    return best[1]


def header_candidates(table: RawTable) -> list[tuple[int, tuple[str, ...], tuple[RawRow, ...]]]:
    """Return (row number, header, rows below) of what may be the header."""
    if table.header is not None:
        return [(0, table.header, table.rows)]
    found = [(row.number, row.cells, table.rows[at + 1 :]) for at, row in enumerate(table.rows[:HEADER_SEARCH])]
    for at, (top, low) in enumerate(zip(table.rows[:HEADER_SEARCH], table.rows[1:HEADER_SEARCH], strict=False)):
        if any(not cell.strip() for cell in top.cells) or any(not cell.strip() for cell in low.cells):
            found.append((top.number, _two_rows(top.cells, low.cells), table.rows[at + 2 :]))
    return found


def _two_rows(top: Sequence[str], low: Sequence[str]) -> tuple[str, ...]:
    """Join a header of two rows: the upper name reaches over empty cells that have a name below."""
    names: list[str] = []
    over = ""
    for column in range(max(len(top), len(low))):
        upper = top[column].strip() if column < len(top) else ""
        lower = low[column].strip() if column < len(low) else ""
        over = upper or (over if lower else "")
        names.append(f"{over}-{lower}" if over and lower and over != lower else lower or upper)
    return tuple(names)


def _columns(
    kind: RecordKind,
    header: Sequence[str],
    rows: Sequence[RawRow],
    said: Mapping[str, str],
    remembered: Mapping[str, str],
) -> tuple[Column, ...]:
    lookup = _lookup(kind)
    guesses = [_guess(name, said, remembered, lookup) for name in header]
    # The surest come first; of equals, the first column.
    order = sorted(range(len(header)), key=lambda at: (-guesses[at][1], at))
    taken: dict[str, int] = {}
    columns: dict[int, Column] = {}
    for at in order:
        field, confidence, source = guesses[at]
        samples = _samples(rows, at)
        if field and confidence < 1:
            confidence = round(confidence * _plausible(field, rows, at), 2)
        free = field is not None and (field not in taken or field in _JOINED or source == "given")
        used = bool(field) and free and (source != "similar" or confidence >= _USED_FROM)
        if used:
            taken[str(field)] = at
        columns[at] = Column(
            at, header[at].strip(), field if used else None, confidence if used or field else 0.0,
            source if used or source in {"given", "remembered"} else "none",
            None if used or not field or not free else field, samples,
        )  # fmt: skip
    return tuple(columns[at] for at in range(len(header)))


def _guess(
    name: str, said: Mapping[str, str], remembered: Mapping[str, str], lookup: Mapping[str, str]
) -> tuple[str | None, float, str]:
    """Return (field, confidence, source); the field is None for a column to leave out."""
    key = column_key(name)
    if key in said:
        return said[key] or None, 1.0, "given"
    if key in remembered:
        return remembered[key] or None, 1.0, "remembered"
    # Of a header in two rows, either may be the known one.
    keys = [key, *(_key(part) for part in name.split("-") if "-" in name)]
    for each in keys:
        if each in lookup:
            return lookup[each], 0.95, "known"
    inside = max((word for word in lookup if len(word) >= 3 and word in key), key=len, default="")
    if inside and not inside.isascii():
        return lookup[inside], 0.5 + 0.4 * len(inside) / len(key), "similar"
    return None, 0.0, "none"


def _samples(rows: Sequence[RawRow], at: int) -> tuple[str, ...]:
    found: list[str] = []
    for row in rows[:_CHECKED]:
        if at < len(row.cells) and row.cells[at].strip():
            found.append(row.cells[at].strip()[:60])
            if len(found) == _SAMPLES:
                break
    return tuple(found)


def _plausible(field: str, rows: Sequence[RawRow], at: int) -> float:
    """Return 0.5..1: how many of the column's cells look like the field, where that can be told."""
    looks = _LOOKS.get(field)
    cells = [row.cells[at] for row in rows[:_CHECKED] if at < len(row.cells) and row.cells[at].strip()]
    if looks is None or not cells:
        return 1.0
    return 0.5 + 0.5 * sum(looks(cell) for cell in cells) / len(cells)


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "maturity": lambda cell: parse_maturity(cell) is not None,
    "price": lambda cell: parse_wan_range(cell) is not None,
    "valid_until": lambda cell: parse_date(cell) is not None,
    "deadline": lambda cell: parse_date(cell) is not None,
}
