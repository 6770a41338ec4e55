"""Answers of matching and searching in the HTTP contract."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.models import RecordKind
from app.records.fields import LongText, Maturity, Word

TOP_K_LIMIT = 100


class TermOut(BaseModel):
    """A shared term and its share of the query's weight."""

    term: Annotated[str, Field(title="术语")]
    weight: Annotated[float, Field(title="占检索内容权重的比例")]


class ClauseOut(BaseModel):
    """A clause of the query and what the record says of it."""

    text: Annotated[str, Field(title="条目原文")]
    kind: Annotated[str, Field(title="类型")]
    verdict: Annotated[Literal["met", "not_met", "not_mentioned"], Field(title="判断")]
    evidence: Annotated[str | None, Field(title="佐证原文")]
    similarity: Annotated[float, Field(title="相似度")]


class StructuredOut(BaseModel):
    """Agreement of one structured field."""

    field: Annotated[str, Field(title="字段")]
    agreement: Annotated[str, Field(title="是否相符")]
    asked: Annotated[Any, Field(title="要求")]
    offered: Annotated[Any, Field(title="提供")]


class EvidenceOut(BaseModel):
    """The sentence that covers most of the query, quoted."""

    text: Annotated[str, Field(title="原文")]
    field: Annotated[str, Field(title="所在字段")]
    coverage: Annotated[float, Field(title="覆盖", description="所含检索词占检索内容权重的比例，0 至 1")]


class ExplanationOut(BaseModel):
    """Why a record was found. `clauses` and `structured` are empty until they are judged."""

    terms: Annotated[list[TermOut], Field(title="共有术语")]
    evidence: Annotated[EvidenceOut | None, Field(title="最佳佐证句")]
    clauses: Annotated[list[ClauseOut], Field(title="逐条对照")] = []
    structured: Annotated[list[StructuredOut], Field(title="结构化条件")] = []
    contributions: Annotated[dict[str, float], Field(title="各信号贡献")]


class ResultOut(BaseModel):
    """A ranked record."""

    rank: Annotated[int, Field(title="名次")]
    score: Annotated[float, Field(title="得分", description="0 至 1，越大越相关")]
    grade: Annotated[int, Field(title="等级", description="1 无相关，2 弱相关，3 较强相关，4 强相关")]
    grade_probabilities: Annotated[list[float], Field(title="四个等级的概率")]
    record: Annotated[dict[str, Any], Field(title="记录")]
    explanation: Annotated[ExplanationOut, Field(title="理由")]


class MatchesOut(BaseModel):
    """A ranked list and what it was made with."""

    model_config = ConfigDict(protected_namespaces=())

    query_id: Annotated[str, Field(title="本次查询编号")]
    index_sequence: Annotated[int, Field(title="索引序号", description="已包含的最后一次变更")]
    model_id: Annotated[str, Field(title="语义模型")]
    degraded: Annotated[bool, Field(title="是否降级", description="真表示语义模型不可用，仅按词语检索")]
    verdict: Annotated[Literal["matched", "none_suitable"], Field(title="结论")]
    results: Annotated[list[ResultOut], Field(title="结果")]


class FilterIn(BaseModel):
    """What to narrow a search by."""

    model_config = ConfigDict(extra="forbid")

    industry: Annotated[Word | None, Field(title="行业代码")] = None
    chain: Annotated[Word | None, Field(title="产业链标签")] = None
    cooperation: Annotated[Word | None, Field(title="合作方式")] = None
    district: Annotated[Word | None, Field(title="县区或园区")] = None
    organisation: Annotated[Word | None, Field(title="单位 id")] = None
    maturity: Annotated[Maturity | None, Field(title="成熟度", description="成果不低于，需求不高于")] = None


class SearchIn(BaseModel):
    """A free-text search."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[LongText, Field(title="检索内容", description="一句话，或粘贴的一页文字")]
    target: Annotated[RecordKind, Field(title="检索对象")] = RecordKind.ACHIEVEMENTS
    top_k: Annotated[int, Field(ge=1, le=TOP_K_LIMIT, title="返回条数")] = 20
    filters: Annotated[FilterIn, Field(title="筛选")] = FilterIn()
