"""Answers of matching and searching in the HTTP contract."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, Protocol

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, field_serializer
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import CoreSchema, core_schema

from app.kinds.fields import LongText, Maturity, Word, wan_text
from app.kinds.parameters import TOP_K_LIMIT
from app.matches.structured import Agreement
from app.models import Condition, RecordKind
from app.records.schemas import RecordOut

# A record as the caller may see it. It is compared and counted as it is; JSON it becomes with the answer that has it.
Shown = NewType("Shown", RecordOut)


class _AsItIs:
    """Takes a shown record as its own class has made it; in the contract it is an object, whatever its kind."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(RecordOut)


class Graded(Protocol):
    """What has a grade, and the probabilities of all four."""

    @property
    def grade(self) -> int:
        """1 to 4."""
        ...

    @property
    def grade_probabilities(self) -> Sequence[float]:
        """Of grade 1, 2, 3 and 4."""
        ...


def sureness(graded: Graded) -> float:
    """Return the probability that at least the grade is reached; of the lowest, that no more is."""
    probabilities = graded.grade_probabilities
    return probabilities[0] if graded.grade == 1 else sum(probabilities[graded.grade - 1 :])


class TermOut(BaseModel):
    """A shared term and its share of the query's weight."""

    term: Annotated[str, Field(title="术语")]
    weight: Annotated[float, Field(title="占检索内容权重的比例")]


AnswerVerdict = Annotated[
    Literal["met", "not_met", "not_mentioned"],
    Field(title="判断", description="met 满足，not_met 不满足，not_mentioned 未提及"),
]


class IndicatorOut(BaseModel):
    """A number as a record states it."""

    quantity: Annotated[str, Field(title="指标名称")]
    direction: Annotated[
        str, Field(title="方向", description="at_least 不低于，at_most 不超过，range 之间，exact 等于")
    ]
    low: Annotated[float | None, Field(title="下限")]
    high: Annotated[float | None, Field(title="上限")]
    unit: Annotated[str, Field(title="单位")]
    relative: Annotated[bool, Field(title="是否为变化量")]
    sentence: Annotated[str, Field(title="原文")]


class ComparedOut(BaseModel):
    """A number that is asked for, and the one that answers it."""

    verdict: AnswerVerdict
    asked: Annotated[IndicatorOut, Field(title="要求")]
    offered: Annotated[IndicatorOut | None, Field(title="提供")]


class ClauseOut(BaseModel):
    """A clause of what is needed and what the other side says of it."""

    text: Annotated[str, Field(title="条目原文")]
    kind: Annotated[
        str,
        Field(
            title="类型",
            description="goal 目标，object 对象或材料，process 工艺或方法，condition 使用条件，indicator 指标",
        ),
    ]
    verdict: AnswerVerdict
    evidence: Annotated[str | None, Field(title="佐证原文", description="未提及时为空")]
    nearest: Annotated[str | None, Field(title="最接近的原文", description="供人判断，不代表满足")]
    similarity: Annotated[float, Field(title="相似度", description="最接近的原文足以说明该条目的把握，0 至 1")]
    indicators: Annotated[list[ComparedOut], Field(title="数值对照")]


class StructuredOut(BaseModel):
    """Agreement of one structured condition."""

    model_config = ConfigDict(from_attributes=True)

    field: Annotated[Condition, Field(title="条件")]
    agreement: Annotated[
        Agreement, Field(title="是否相符", description="agree 相符，conflict 冲突，unknown 有一方未写明")
    ]
    asked: Annotated[Any, Field(title="要求")]
    offered: Annotated[Any, Field(title="提供")]
    hard: Annotated[bool, Field(title="是否硬性条件")]
    distance: Annotated[int | None, Field(title="行业距离", description="国民经济行业分类树上的步数，仅用于行业")]

    @field_serializer("asked", "offered")
    def _plain(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return [_plain(each) for each in value]
        return _plain(value)


class EvidenceOut(BaseModel):
    """The sentence that covers most of the query, quoted."""

    model_config = ConfigDict(from_attributes=True)

    text: Annotated[str, Field(title="原文")]
    field: Annotated[str, Field(title="所在字段")]
    coverage: Annotated[float, Field(title="覆盖", description="所含检索词占检索内容权重的比例，0 至 1")]


class ExplanationOut(BaseModel):
    """Why a record was found. `clauses` is empty while its sentences are not encoded yet.

    `structured` compares a need with an achievement; a free text states no conditions.
    """

    terms: Annotated[list[TermOut], Field(title="共有术语")]
    evidence: Annotated[EvidenceOut | None, Field(title="最佳佐证句")]
    clauses: Annotated[list[ClauseOut], Field(title="逐条对照")]
    structured: Annotated[list[StructuredOut], Field(title="结构化条件")]
    contributions: Annotated[dict[str, float], Field(title="各信号贡献")]


class ResultOut(BaseModel):
    """A ranked record."""

    rank: Annotated[int, Field(title="名次")]
    score: Annotated[float, Field(title="得分", description="0 至 1，越大越相关")]
    grade: Annotated[int, Field(title="等级", description="1 无相关，2 弱相关，3 较强相关，4 强相关")]
    grade_probabilities: Annotated[list[float], Field(title="四个等级的概率")]
    related: Annotated[
        bool, Field(title="是否相关", description="有足够把握值得一看；verdict 为 none_suitable 时不作推荐")
    ]
    record: Annotated[Shown, _AsItIs(), Field(title="记录")]
    reason: Annotated[str, Field(title="一句话理由")]
    explanation: Annotated[ExplanationOut, Field(title="理由")]
    # Fields of the record that its JSON goes without.
    left_out: Annotated[SkipJsonSchema[frozenset[str]], Field(exclude=True)] = frozenset()

    @field_serializer("record")
    def _plain(self, record: Shown) -> dict[str, Any]:
        return record.model_dump(mode="json", exclude=set(self.left_out))


class PairOut(BaseModel):
    """A need and an achievement, of which one was asked for, wherever it would rank."""

    model_config = ConfigDict(protected_namespaces=())

    model_id: Annotated[str, Field(title="语义模型")]
    degraded: Annotated[bool, Field(title="是否降级", description="真表示语义模型不可用，仅按词语比较")]
    score: Annotated[float, Field(title="得分", description="与匹配列表中的相同，0 至 1")]
    grade: Annotated[int, Field(title="等级", description="1 无相关，2 弱相关，3 较强相关，4 强相关")]
    grade_probabilities: Annotated[list[float], Field(title="四个等级的概率")]
    record: Annotated[Shown, _AsItIs(), Field(title="记录", description="与路径中第一项对照的那一项")]
    explanation: Annotated[ExplanationOut, Field(title="理由")]
    excluded_by: Annotated[
        list[Condition], Field(title="被哪些硬性条件排除", description="不为空时，匹配列表中没有这项成果")
    ]

    @field_serializer("record")
    def _plain(self, record: Shown) -> dict[str, Any]:
        return record.model_dump(mode="json")


class PartOut(BaseModel):
    """An achievement of a combination."""

    id: Annotated[str, Field(title="成果 id")]
    clauses: Annotated[list[str], Field(title="由它满足的条目")]


class CombinationOut(BaseModel):
    """Two or three achievements that together meet what none meets alone."""

    parts: Annotated[list[PartOut], Field(title="成果")]
    uncovered: Annotated[list[str], Field(title="仍未满足的条目")]
    coverage: Annotated[float, Field(title="覆盖", description="已满足条目的权重所占比例，0 至 1")]
    gained: Annotated[int, Field(title="比任何单项多满足的条目数")]


class CaptureTaskOut(BaseModel):
    """What to look for outside, where the store holds nothing suitable."""

    title: Annotated[str, Field(title="任务名称")]
    wanted: Annotated[list[str], Field(title="要找到什么", description="需求原文中的条目")]
    terms: Annotated[list[str], Field(title="检索词", description="原文中最能区分的术语，先列库内少见的")]


class MatchesOut(BaseModel):
    """A ranked list and what it was made with."""

    model_config = ConfigDict(protected_namespaces=())

    query_id: Annotated[str, Field(title="本次查询编号")]
    index_sequence: Annotated[int, Field(title="索引序号", description="已包含的最后一次变更")]
    model_id: Annotated[str, Field(title="语义模型")]
    degraded: Annotated[bool, Field(title="是否降级", description="真表示语义模型不可用，仅按词语检索")]
    verdict: Annotated[Literal["matched", "none_suitable"], Field(title="结论")]
    results: Annotated[
        list[ResultOut], Field(title="结果", description="结论为 none_suitable 时是最接近的几项，不宜直接推荐")
    ]
    combinations: Annotated[
        list[CombinationOut],
        Field(title="组合建议", description="没有一项成果能满足全部条目时，合起来能满足更多的几项"),
    ] = []
    capture_task: Annotated[
        CaptureTaskOut | None, Field(title="建议任务", description="库内无合适成果时，建议情报员去寻找成果")
    ] = None


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


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return wan_text(value)
    return value.isoformat() if isinstance(value, date) else value
