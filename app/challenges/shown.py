"""Challenges as they are shown: who hides stays hidden, and what is for few is empty for the others."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.challenges.review import criteria_of
from app.challenges.service import Whole
from app.challenges.stages import PUBLIC, Part, StepName, open_steps, parts_of
from app.challenges.tally import Tally, shown
from app.core.caller import Caller, Role
from app.core.city_time import CITY_TIME, today
from app.kinds.fields import Wan
from app.kinds.table import KINDS, is_public
from app.kinds.visibility import shows_all_of, shows_owner
from app.models import (
    Challenge,
    ChallengeCriterion,
    ChallengeEvaluation,
    ChallengeGrade,
    ChallengeMilestone,
    ChallengeState,
    CriteriaPurpose,
    ExpertKind,
    NeedClass,
    NeedVisibility,
    RecordKind,
    Status,
)

_NEEDS = KINDS[RecordKind.NEEDS]


class MemberOut(BaseModel):
    """A need that a challenge is about."""

    id: Annotated[str, Field(title="需求 id")]
    title: Annotated[str, Field(title="需求名称")]
    organisation: Annotated[str | None, Field(title="企业", description="匿名需求为空")]


class ChallengeRow(BaseModel):
    """A line of the list."""

    id: Annotated[str, Field(title="榜单 id")]
    title: Annotated[str, Field(title="榜单名称")]
    state: Annotated[ChallengeState, Field(title="状态", description="见 docs/challenges.md")]
    need_class: Annotated[NeedClass | None, Field(title="类别")]
    grade: Annotated[ChallengeGrade | None, Field(title="分级", description="A 重点，B 一般，C 储备")]
    chains: Annotated[list[str], Field(title="产业链")]
    owner: Annotated[str | None, Field(title="出题企业", description="匿名，或来自几家企业的共性需求时为空")]
    evaluator: Annotated[str, Field(title="谁写指标、评方案、验收", description="owner 出题企业，staff 情报员代行")]
    needs: Annotated[
        list[MemberOut], Field(title="成员需求", description="来自几项需求的，只给情报员看全；他人只看到本单位的")
    ]
    days_in_pool: Annotated[int | None, Field(title="在库天数", description="只在储备库时有")]
    state_since: Annotated[datetime, Field(title="进入当前状态的时间")]
    closes_on: Annotated[date | None, Field(title="揭榜截止日期")]
    days_left: Annotated[int | None, Field(title="剩余天数", description="揭榜中才有，过期为负数")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    created_at: Annotated[datetime, Field(title="列入时间")]

    @classmethod
    def of(cls, challenge: Challenge, caller: Caller) -> Self:
        """Return a line as the caller sees it."""
        return cls(**_line(challenge, caller))


class ChallengePage(BaseModel):
    """Part of the list."""

    items: Annotated[list[ChallengeRow], Field(title="本页榜单", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class CriterionOut(BaseModel):
    """Something that is scored."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="指标 id")]
    name: Annotated[str, Field(title="指标")]
    weight: Annotated[int, Field(title="权重")]
    maximum: Annotated[int, Field(title="满分")]


class KindOut(BaseModel):
    """The counted ballots of a kind of expert."""

    kind: Annotated[ExpertKind, Field(title="专家类别")]
    ballots: Annotated[int, Field(title="计入票数")]
    mean: Annotated[Decimal | None, Field(title="平均分", description="满分 100；没有票时为空")]


class TallyOut(BaseModel):
    """What the review came to."""

    kinds: Annotated[list[KindOut], Field(title="各类专家")]
    overall: Annotated[Decimal | None, Field(title="总分", description="三类专家平均分的平均；有一类没有计入票时为空")]

    @classmethod
    def of(cls, found: Tally) -> Self:
        """Return a tally with two places."""
        kinds = [KindOut(kind=each.kind, ballots=each.ballots, mean=shown(each.mean)) for each in found.kinds]
        return cls(kinds=kinds, overall=shown(found.overall))


class MilestoneOut(BaseModel):
    """Something that a project reaches by a day."""

    id: Annotated[str, Field(title="里程碑 id")]
    title: Annotated[str, Field(title="里程碑")]
    due_on: Annotated[date, Field(title="应完成日期")]
    done_on: Annotated[date | None, Field(title="完成日期")]
    evidence: Annotated[str, Field(title="完成依据")]
    overdue: Annotated[bool, Field(title="已逾期")]

    @classmethod
    def of(cls, each: ChallengeMilestone) -> Self:
        """Return a milestone."""
        late = each.done_on is None and each.due_on < today()
        return cls(
            id=each.id, title=each.title, due_on=each.due_on, done_on=each.done_on, evidence=each.evidence, overdue=late
        )


class EvaluationOut(BaseModel):
    """A review some months after the acceptance."""

    challenge_id: Annotated[str, Field(title="榜单 id")]
    months: Annotated[int, Field(title="验收后几个月")]
    due_on: Annotated[date, Field(title="应评价日期")]
    done_on: Annotated[date | None, Field(title="评价日期", description="未评价时为空")]
    in_use: Annotated[bool | None, Field(title="仍在使用")]
    score: Annotated[int | None, Field(title="满意程度", description="1 很不满意，5 很满意")]
    text: Annotated[str, Field(title="使用情况")]

    @classmethod
    def of(cls, each: ChallengeEvaluation) -> Self:
        """Return a review."""
        names = ("challenge_id", "months", "due_on", "done_on", "in_use", "score", "text")
        return cls(**{name: getattr(each, name) for name in names})


class AchievementEvaluationOut(EvaluationOut):
    """What an enterprise says of an achievement that it uses."""

    challenge: Annotated[str, Field(title="榜单名称")]
    organisation: Annotated[str | None, Field(title="企业", description="匿名时为空")]

    @classmethod
    def seen(cls, each: ChallengeEvaluation, caller: Caller) -> Self:
        """Return a review as the caller sees it beside the achievement."""
        name = each.challenge.owner.name if each.challenge.owner and _shows_owner(each.challenge, caller) else None
        return cls(**EvaluationOut.of(each).model_dump(), challenge=each.challenge.title, organisation=name)


class EvaluationList(BaseModel):
    """Reviews after acceptance."""

    items: Annotated[list[EvaluationOut], Field(title="评价", description="最该办的在前")]


class AchievementEvaluationList(BaseModel):
    """What enterprises say of an achievement."""

    items: Annotated[list[AchievementEvaluationOut], Field(title="评价", description="最新的在前")]


class StepOut(BaseModel):
    """A step that was taken."""

    step: Annotated[str, Field(title="步骤")]
    source: Annotated[ChallengeState | None, Field(title="从")]
    target: Annotated[ChallengeState, Field(title="到")]
    part: Annotated[Part, Field(title="由谁")]
    note: Annotated[str, Field(title="说明", description="情报员、出题企业、承担单位、科技局可见")]
    at: Annotated[datetime, Field(title="时间")]


class ChallengeOut(ChallengeRow):
    """Everything of a challenge that the caller may see."""

    summary: Annotated[str, Field(title="榜单说明")]
    note: Annotated[str | None, Field(title="入库说明", description="仅情报员可见")]
    review_criteria: Annotated[list[CriterionOut], Field(title="评审指标", description="评审专家、出题企业等可见")]
    bid_criteria: Annotated[list[CriterionOut], Field(title="择优指标")]
    tally: Annotated[TallyOut | None, Field(title="评审得分", description="评审结束后给专家、出题企业、科技局看")]
    bid_count: Annotated[int | None, Field(title="揭榜份数", description="仅情报员和出题企业可见")]
    winner: Annotated[str | None, Field(title="承担单位", description="仅情报员、出题企业、承担单位、科技局可见")]
    achievement_id: Annotated[str | None, Field(title="所用成果 id", description="同上")]
    decision: Annotated[str | None, Field(title="择优决定书", description="同上")]
    departure: Annotated[str | None, Field(title="不选第一名的理由", description="同上")]
    total_wan: Annotated[Wan | None, Field(title="项目总额（万元）", description="同上")]
    fiscal_wan: Annotated[Wan | None, Field(title="财政支持（万元）", description="同上")]
    own_wan: Annotated[Wan | None, Field(title="企业自筹（万元）", description="同上")]
    established_on: Annotated[date | None, Field(title="立项日期", description="同上")]
    accepted_on: Annotated[date | None, Field(title="验收通过日期", description="同上")]
    acceptance_score: Annotated[int | None, Field(title="验收评分", description="同上")]
    acceptance_text: Annotated[str | None, Field(title="验收意见", description="同上")]
    milestones: Annotated[list[MilestoneOut], Field(title="里程碑", description="同上")]
    evaluations: Annotated[list[EvaluationOut], Field(title="验收后评价", description="同上")]
    history: Annotated[list[StepOut], Field(title="经过")]
    open_steps: Annotated[list[StepName], Field(title="您现在可以办的步骤")]

    @classmethod
    def of_whole(cls, whole: Whole, caller: Caller) -> Self:
        """Return a challenge as the caller sees it."""
        challenge, reads = whole.challenge, reads_project(whole.challenge, caller)
        of_project = (
            "achievement_id", "decision", "departure", "total_wan", "fiscal_wan", "own_wan", "established_on",
            "accepted_on", "acceptance_score", "acceptance_text",
        )  # fmt: skip
        return cls(
            **_line(challenge, caller),
            **{name: getattr(challenge, name) if reads else None for name in of_project},
            summary=challenge.summary,
            note=challenge.note if caller.sees_all else None,
            review_criteria=_criteria(challenge, CriteriaPurpose.REVIEW) if _reads_review(whole, caller) else [],
            bid_criteria=_criteria(challenge, CriteriaPurpose.BIDS),
            tally=None if whole.tally is None else TallyOut.of(whole.tally),
            bid_count=len(whole.bids) if whole.parts & {Part.STAFF, Part.OWNER} else None,
            winner=challenge.winner.name if challenge.winner and reads else None,
            milestones=[MilestoneOut.of(each) for each in whole.milestones] if reads else [],
            evaluations=[EvaluationOut.of(each) for each in whole.evaluations] if reads else [],
            history=_history(whole, caller, reads=reads),
            open_steps=open_steps(ChallengeState(challenge.state), whole.parts),
        )


def reads_project(challenge: Challenge, caller: Caller) -> bool:
    """Say whether the caller may read the choice, the amounts and what became of it."""
    return bool(parts_of(challenge, caller)) or caller.role is Role.BUREAU


def _line(challenge: Challenge, caller: Caller) -> dict[str, object]:
    state = ChallengeState(challenge.state)
    pooled = challenge.pooled_at if state is ChallengeState.POOL else None
    bidding = challenge.closes_on if state is ChallengeState.PUBLISHED else None
    owner = challenge.owner.name if challenge.owner is not None and _shows_owner(challenge, caller) else None
    return {
        "id": challenge.id,
        "title": challenge.title,
        "state": state,
        "need_class": challenge.need_class,
        "grade": challenge.grade,
        "chains": list(dict.fromkeys(chain for member in challenge.members for chain in member.need.chains)),
        "owner": owner,
        "evaluator": Part.STAFF if challenge.owner_id is None else Part.OWNER,
        "needs": _members(challenge, caller),
        "days_in_pool": pooled and (today() - pooled.astimezone(CITY_TIME).date()).days,
        "state_since": challenge.state_since.astimezone(CITY_TIME),
        "closes_on": challenge.closes_on,
        "days_left": bidding and (bidding - today()).days,
        "version": challenge.version,
        "created_at": challenge.created_at.astimezone(CITY_TIME),
    }


def _members(challenge: Challenge, caller: Caller) -> list[MemberOut]:
    """Return the needs: how many enterprises stand behind a common need is for staff alone to know."""
    return [
        MemberOut(
            id=need.id,
            title=need.title,
            organisation=need.organisation.name if shows_owner(need, _NEEDS, caller) else None,
        )
        for need in (member.need for member in challenge.members)
        if shows_all_of(need, caller) or (len(challenge.members) == 1 and is_public(need))
    ]


def _shows_owner(challenge: Challenge, caller: Caller) -> bool:
    return all(
        shows_owner(member.need, _NEEDS, caller)
        and (shows_all_of(member.need, caller) or _named_in_public(member.need))
        for member in challenge.members
    )


def _named_in_public(need: object) -> bool:
    return getattr(need, "visibility", None) == NeedVisibility.PUBLIC and getattr(need, "status", "") in {
        Status.PUBLISHED, Status.WITHDRAWN,
    }  # fmt: skip


def _criteria(challenge: Challenge, purpose: CriteriaPurpose) -> list[CriterionOut]:
    found: list[ChallengeCriterion] = criteria_of(challenge, purpose)
    return [CriterionOut.model_validate(each) for each in found]


def _reads_review(whole: Whole, caller: Caller) -> bool:
    return bool(whole.parts - {Part.WINNER}) or caller.role is Role.BUREAU or (
        caller.role is Role.EXPERT and whole.panel.of(caller.account_id) is not None
    )  # fmt: skip


def _history(whole: Whole, caller: Caller, *, reads: bool) -> list[StepOut]:
    """Return the steps: to the winner those since the publication, to others without their notes."""
    steps = [
        StepOut(
            step=each.step, source=each.source and ChallengeState(each.source), target=ChallengeState(each.target),
            part=Part(each.part), note=each.note if reads else "", at=each.at.astimezone(CITY_TIME),
        )
        for each in whole.steps
    ]  # fmt: skip
    whole_history = caller.role is Role.BUREAU or whole.parts - {Part.WINNER}
    return steps if whole_history else [each for each in steps if each.target in PUBLIC]
