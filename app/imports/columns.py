"""Understand the headers of university and enterprise tables."""

import re
from collections.abc import Mapping, Sequence

from app.core.errors import UnreadableFile
from app.imports.tables import RawRow, RawTable
from app.models import RecordKind
from matching.text.normalise import normalise

# Rows in which a header is looked for: titles, dates and notes stand above it.
HEADER_SEARCH = 15

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


def propose_mapping(kind: RecordKind, header: Sequence[str]) -> dict[int, str]:
    """Return which column is which field; the first column that fits a field wins."""
    lookup = _lookup(kind)
    mapping: dict[int, str] = {}
    for column, name in enumerate(header):
        field = lookup.get(_key(name))
        if field is not None and field not in mapping.values():
            mapping[column] = field
    return mapping


def find_header(kind: RecordKind, table: RawTable) -> tuple[tuple[str, ...], dict[int, str], tuple[RawRow, ...]]:
    """Return the header, which column is which field, and the rows below.

    Raises:
        UnreadableFile: no row names both a title and a text; the detail lists what was looked for.
    """
    candidates = (
        [(table.header, table.rows)]
        if table.header is not None
        else [(row.cells, table.rows[at + 1 :]) for at, row in enumerate(table.rows[:HEADER_SEARCH])]
    )
    body = "summary" if kind is RecordKind.ACHIEVEMENTS else "description"
    for header, rows in candidates:
        mapping = propose_mapping(kind, header)
        if {"title", body} <= set(mapping.values()):
            return header, mapping, rows
    title, text = (_SYNONYMS[kind][field].split()[0] for field in ("title", body))
    raise UnreadableFile(f"没有找到表头：请保证表中有“{title}”和“{text}”两列，并写在数据上方的同一行。")
