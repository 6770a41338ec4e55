"""Bodies that change challenges in the HTTP contract."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.challenges.stages import StepName
from app.kinds.fields import LongText, OptionalText, RecordBody, Title, Wan, Word
from app.models import ChallengeGrade, CriteriaPurpose, ExpertKind, NeedClass

_Id = Annotated[str, Field(min_length=1, max_length=32, pattern="^[0-9a-zA-Z]+$")]
_OptionalId = Annotated[_Id | None, BeforeValidator(lambda value: value or None)]
Text = Annotated[OptionalText, Field(max_length=5000)]
_Filled = Annotated[LongText, Field(max_length=5000)]
_Note = Annotated[OptionalText, Field(max_length=2000)]
Scores = Annotated[
    dict[_Id, Annotated[int, Field(ge=0, le=100)]],
    Field(title="各项得分", description="指标 id 到得分，每项必填，0 至该项满分", max_length=20),
]


class ChallengeIn(RecordBody):
    """Needs that are put forward together."""

    title: Annotated[Title, Field(title="榜单名称")]
    summary: Annotated[Text, Field(title="榜单说明", description="发榜前必填，会公开；不得写企业名称和联系方式")] = ""
    need_ids: Annotated[
        list[_Id], Field(title="需求 id", min_length=1, max_length=50, description="最有代表性的放在第一个")
    ]


class ChallengePatch(RecordBody):
    """Fields to change; those left out stay."""

    title: Annotated[Title, Field(title="榜单名称")] = ""
    summary: Annotated[Text, Field(title="榜单说明")] = ""
    grade: Annotated[ChallengeGrade | None, Field(title="分级", description="A 重点，B 一般，C 储备")] = None
    need_class: Annotated[
        NeedClass | None,
        Field(title="类别", description="joint 产业链协同攻关，common_key 关键共性技术，basic 应用基础研究"),
    ] = None
    note: Annotated[_Note, Field(title="入库说明", description="仅情报员可见")] = ""
    closes_on: Annotated[date | None, Field(title="揭榜截止日期", description="揭榜期间只能延后")] = None


class CriterionIn(RecordBody):
    """Something that is scored."""

    name: Annotated[Word, Field(title="指标")]
    weight: Annotated[int, Field(title="权重", ge=1, le=100)]
    maximum: Annotated[int, Field(title="满分", ge=1, le=100)]


class CriteriaIn(RecordBody):
    """All criteria of a purpose, in place of those before."""

    purpose: Annotated[CriteriaPurpose, Field(title="用途", description="review 评审榜单，bids 择优揭榜方案")]
    items: Annotated[list[CriterionIn], Field(title="指标", min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        weights = sum(each.weight for each in self.items)
        if weights != 100:
            raise PydanticCustomError(
                "range", "各项权重之和应为 100，现在是 {weights}，请调整权重", {"weights": weights}
            )
        if len({each.name for each in self.items}) < len(self.items):
            raise PydanticCustomError("range", "有两项指标同名，请改名或合并")
        return self


class StepIn(RecordBody):
    """A step, with the fields that it asks for; see docs/challenges.md."""

    step: Annotated[StepName, Field(title="步骤")]
    note: Annotated[_Note, Field(title="说明", description="退回、撤回、终止时必填")] = ""
    grade: Annotated[ChallengeGrade | None, Field(title="分级", description="A 重点，B 一般，C 储备")] = None
    need_class: Annotated[NeedClass | None, Field(title="类别")] = None
    closes_on: Annotated[date | None, Field(title="揭榜截止日期", description="含当日")] = None
    bid_id: Annotated[_OptionalId, Field(title="选定的方案 id")] = None
    decision: Annotated[Text, Field(title="择优决定书", description="依据哪些指标、怎样比较、为什么选它")] = ""
    departure: Annotated[_Note, Field(title="不选第一名的理由", description="选定的方案不是第一名时必填")] = ""
    total_wan: Annotated[Wan | None, Field(title="项目总额（万元）")] = None
    fiscal_wan: Annotated[Wan | None, Field(title="财政支持（万元）")] = None
    own_wan: Annotated[Wan | None, Field(title="企业自筹（万元）")] = None
    score: Annotated[int | None, Field(title="验收评分", ge=0, le=100)] = None
    text: Annotated[Text, Field(title="验收意见")] = ""


class PanellistIn(RecordBody):
    """An expert who is asked."""

    account_id: Annotated[_Id, Field(title="专家账号 id")]
    kind: Annotated[
        ExpertKind, Field(title="专家类别", description="scientist 科学家，industry 产业专家，investment 投资专家")
    ]


class DeclarationIn(RecordBody):
    """What an expert declares before voting."""

    conflict: Annotated[bool, Field(title="有利益关系")]
    text: Annotated[_Note, Field(title="说明", description="有利益关系时必填")] = ""


class BallotIn(RecordBody):
    """An expert's one ballot."""

    scores: Scores
    comment: Annotated[_Note, Field(title="评语")] = ""


class BidIn(RecordBody):
    """What is offered to solve a challenge."""

    team: Annotated[_Filled, Field(title="负责人与团队")]
    approach: Annotated[Annotated[LongText, Field(max_length=10_000)], Field(title="技术方案")]
    fee_wan: Annotated[Wan, Field(title="报价（万元）")]
    months: Annotated[int, Field(title="周期（月）", ge=1, le=120)]
    achievement_id: Annotated[_OptionalId, Field(title="成果 id", description="以本单位哪项成果为基础，可不填")] = None


class BidPatch(RecordBody):
    """Fields to change; those left out stay."""

    team: Annotated[_Filled, Field(title="负责人与团队")] = ""
    approach: Annotated[Annotated[LongText, Field(max_length=10_000)], Field(title="技术方案")] = ""
    fee_wan: Annotated[Wan | None, Field(title="报价（万元）")] = None
    months: Annotated[int | None, Field(title="周期（月）", ge=1, le=120)] = None
    achievement_id: Annotated[_OptionalId, Field(title="成果 id")] = None


class MilestoneIn(RecordBody):
    """Something to be reached."""

    title: Annotated[Word, Field(title="里程碑")]
    due_on: Annotated[date, Field(title="应完成日期")]


class DoneIn(RecordBody):
    """That it was reached."""

    evidence: Annotated[_Filled, Field(title="完成依据", description="如检测报告编号、现场照片说明、产量记录")]


class EvaluationIn(RecordBody):
    """What the enterprise says some months after the acceptance."""

    months: Annotated[Literal[6, 12, 24], Field(title="验收后几个月")]
    in_use: Annotated[bool, Field(title="仍在使用")]
    score: Annotated[int, Field(title="满意程度", ge=1, le=5, description="1 很不满意，5 很满意")]
    text: Annotated[_Filled, Field(title="使用情况", description="会显示在成果页面，不得写企业名称和联系方式")]
