"""Bodies of cases in the HTTP contract."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, Field

from app.cases.plain_language import Remark, Sort
from app.cases.stages import STATES, Step
from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.interests.schemas import Side
from app.kinds.fields import Id, OptionalText, RecordBody, Wan, Word
from app.models import Case, CaseConsent, CaseState, ConsentMeans, NeedVisibility

MEANS = {
    ConsentMeans.WRITTEN: "书面",
    ConsentMeans.CALL: "电话",
    ConsentMeans.MEETING: "当面",
    ConsentMeans.ONLINE: "系统内确认",
}
TEXTS = {"title": "标题", "problem": "企业的难题", "solution": "怎么解决的", "effect": "效果"}
_Text = Annotated[OptionalText, Field(max_length=3000)]
_Label = Annotated[Word, Field(max_length=100)]
_Reason = Annotated[OptionalText, Field(max_length=500)]


class CaseIn(RecordBody):
    """What a case is made of."""

    docking_id: Annotated[Id, Field(min_length=1, title="对接 id", description="已签约、落地或有合同")]


class CasePatch(RecordBody):
    """Fields to change; those left out stay."""

    title: Annotated[Word | None, Field(title="标题")] = None
    problem: Annotated[_Text | None, Field(title="企业的难题", description="用企业自己的话")] = None
    solution: Annotated[_Text | None, Field(title="怎么解决的")] = None
    effect: Annotated[_Text | None, Field(title="效果", description="写明数字")] = None
    enterprise_label: Annotated[
        _Label | None, Field(title="企业的称呼", description="不写名称时用，如 本市某装备制造企业")
    ] = None
    names_enterprise: Annotated[bool | None, Field(title="写明企业名称", description="匿名的需求不能写明")] = None
    shows_amount: Annotated[bool | None, Field(title="写明合同额", description="双方的同意都包括金额才会显示")] = None


class CaseStepIn(RecordBody):
    """What comes next."""

    step: Annotated[Step, Field(title="步骤", description="ask 征求同意，publish 发布，revise 退回修改，withdraw 撤下")]
    reason: Annotated[_Reason, Field(title="理由", description="撤下时必填")] = ""


class ConsentIn(RecordBody):
    """That a side agrees to the text as it stands."""

    side: Annotated[Side | None, Field(title="哪一方", description="情报员代为登记时必填")] = None
    person: Annotated[Word, Field(max_length=100, title="谁同意的", description="姓名或职务")]
    means: Annotated[ConsentMeans | None, Field(title="以什么方式", description="情报员代为登记时必填")] = None
    amount: Annotated[bool, Field(title="同意写明合同额")] = False


class ConsentEndIn(RecordBody):
    """That a side takes its consent back."""

    side: Annotated[Side | None, Field(title="哪一方", description="情报员代为登记时必填")] = None
    reason: Annotated[_Reason, Field(title="理由")] = ""


class CheckIn(RecordBody):
    """Texts to check."""

    title: Annotated[OptionalText, Field(max_length=200, title="标题")] = ""
    problem: Annotated[_Text, Field(title="企业的难题")] = ""
    solution: Annotated[_Text, Field(title="怎么解决的")] = ""
    effect: Annotated[_Text, Field(title="效果")] = ""


class RemarkOut(BaseModel):
    """What could be plainer."""

    field: Annotated[str, Field(title="字段")]
    sort: Annotated[
        Sort, Field(title="种类", description="long 长句，jargon 套话，no_figure 没有数字，officialese 公文腔")
    ]
    text: Annotated[str, Field(title="原文")]
    advice: Annotated[str, Field(title="怎样改")]

    @classmethod
    def of(cls, remark: Remark) -> Self:
        """Return a remark as it is shown."""
        return cls(field=remark.field, sort=remark.sort, text=remark.text, advice=remark.advice)


class Remarks(BaseModel):
    """What could be plainer; advice alone."""

    items: Annotated[list[RemarkOut], Field(title="可以改得更明白的地方")]


class ConsentOut(BaseModel):
    """A consent, for staff and the side itself."""

    side: Annotated[Side, Field(title="哪一方")]
    person: Annotated[str, Field(title="谁同意的")]
    means: Annotated[ConsentMeans, Field(title="方式")]
    amount: Annotated[bool, Field(title="包括合同额")]
    given_at: Annotated[datetime, Field(title="同意时间")]
    ended_at: Annotated[datetime | None, Field(title="失效时间")]
    end_reason: Annotated[str, Field(title="失效原因")]


class CaseOut(BaseModel):
    """A case as it is shown."""

    id: Annotated[str, Field(title="案例 id")]
    state: Annotated[
        CaseState, Field(title="状态", description="；".join(f"{each.value} {name}" for each, name in STATES.items()))
    ]
    title: Annotated[str, Field(title="标题")]
    problem: Annotated[str, Field(title="企业的难题")]
    solution: Annotated[str, Field(title="怎么解决的")]
    effect: Annotated[str, Field(title="效果")]
    enterprise: Annotated[str, Field(title="企业", description="未写明名称的案例为称呼")]
    enterprise_named: Annotated[bool, Field(title="写明了企业名称")]
    university: Annotated[str, Field(title="高校院所")]
    achievement: Annotated[str, Field(title="成果")]
    amount_wan: Annotated[Wan | None, Field(title="合同额（万元）", description="双方都同意写明才有")]
    your_side: Annotated[Side | None, Field(title="您是哪一方")]
    agreed: Annotated[list[Side], Field(title="已同意的一方", description="双方和情报员可见")]
    consents: Annotated[list[ConsentOut], Field(title="同意记录", description="情报员看到全部，一方看到自己的")]
    withdrawn_reason: Annotated[str, Field(title="撤下原因", description="双方和情报员可见")]
    published_at: Annotated[datetime | None, Field(title="发布时间")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    docking_id: Annotated[str | None, Field(title="对接 id", description="仅情报员可见")]
    enterprise_label: Annotated[str | None, Field(title="企业的称呼", description="仅情报员可见")]
    names_enterprise: Annotated[bool | None, Field(title="要写明企业名称", description="仅情报员可见")]
    shows_amount: Annotated[bool | None, Field(title="要写明合同额", description="仅情报员可见")]

    @classmethod
    def of(cls, case: Case, consents: Sequence[CaseConsent], amount: Decimal | None, caller: Caller) -> Self:
        """Return a case as a caller may see it; the amount is shown where both consents cover it."""
        side, staff = side_of(case, caller), caller.sees_all
        valid = active(consents)
        shown = [each for each in consents if staff or each.side == side]
        named = is_named(case)
        covered = case.shows_amount and len(valid) == len(Side) and all(each.amount for each in valid.values())
        return cls(
            id=case.id, state=CaseState(case.state), title=case.title, problem=case.problem, solution=case.solution,
            effect=case.effect, enterprise_named=named, version=case.version,
            enterprise=case.docking.need.organisation.name if named else case.enterprise_label,
            university=case.docking.achievement.organisation.name, achievement=case.docking.achievement.title,
            amount_wan=amount if covered else None, your_side=side,
            agreed=[each for each in Side if each in valid] if staff or side else [],
            consents=[_consent(each) for each in shown],
            withdrawn_reason=case.withdrawn_reason if staff or side else "",
            published_at=case.published_at and case.published_at.astimezone(CITY_TIME),
            docking_id=case.docking_id if staff else None,
            enterprise_label=case.enterprise_label if staff else None,
            names_enterprise=case.names_enterprise if staff else None,
            shows_amount=case.shows_amount if staff else None,
        )  # fmt: skip


class CasePage(BaseModel):
    """Part of the list."""

    items: Annotated[list[CaseOut], Field(title="本页案例", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class CandidateOut(BaseModel):
    """A docking that could become a case."""

    docking_id: Annotated[str, Field(title="对接 id")]
    need: Annotated[str, Field(title="需求")]
    enterprise: Annotated[str, Field(title="企业")]
    achievement: Annotated[str, Field(title="成果")]
    university: Annotated[str, Field(title="高校院所")]
    stage: Annotated[str, Field(title="对接阶段")]


class CandidateList(BaseModel):
    """Dockings that came to something and are no case yet."""

    items: Annotated[list[CandidateOut], Field(title="可写成案例的对接")]


def active(consents: Sequence[CaseConsent]) -> dict[Side, CaseConsent]:
    """Return the consents that hold, by side."""
    return {Side(each.side): each for each in consents if each.ended_at is None}


def is_named(case: Case) -> bool:
    """Say whether the enterprise is named: never where its need does not name it."""
    return case.names_enterprise and case.docking.need.visibility == NeedVisibility.PUBLIC


def side_of(case: Case, caller: Caller) -> Side | None:
    """Return the caller's side."""
    if caller.owns(case.docking.need.organisation_id):
        return Side.NEED
    return Side.ACHIEVEMENT if caller.owns(case.docking.achievement.organisation_id) else None


def _consent(each: CaseConsent) -> ConsentOut:
    return ConsentOut(
        side=Side(each.side), person=each.person, means=ConsentMeans(each.means), amount=each.amount,
        given_at=each.given_at.astimezone(CITY_TIME), ended_at=each.ended_at and each.ended_at.astimezone(CITY_TIME),
        end_reason=each.end_reason,
    )  # fmt: skip
