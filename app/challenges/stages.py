"""The steps of a challenge in one table: from where to where, by whom, with what. Everything else reads it.

The service lets nobody take another step, the pages show no other button, and `docs/challenges.md`
is printed from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.caller import Caller, Role
from app.models import Challenge, ChallengeState

S = ChallengeState


class Part(StrEnum):
    """What somebody is to a challenge: staff, the owner of the need, or who won it."""

    STAFF = "staff"
    OWNER = "owner"
    WINNER = "winner"


class StepName(StrEnum):
    """Steps, as the contract calls them."""

    POOL = "pool"
    REVIEW = "review"
    LIST = "list"
    PUBLISH = "publish"
    CLOSE = "close"
    SELECT = "select"
    ESTABLISH = "establish"
    START = "start"
    SUBMIT = "submit"
    ACCEPT = "accept"
    FAIL = "fail"
    TERMINATE = "terminate"
    RETURN = "return"
    RELIST = "relist"
    REWORK = "rework"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Step:
    """A step.

    Attributes:
        label: what its button says.
        by: the parts that may take it.
        needs: fields that it asks for; optional: fields that it takes besides.
        condition: what must hold, in words.
    """

    label: str
    sources: tuple[ChallengeState, ...]
    target: ChallengeState
    by: frozenset[Part]
    needs: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    condition: str = ""


_STAFF, _OWNER = frozenset({Part.STAFF}), frozenset({Part.OWNER})
_BEFORE_BIDS = (S.CANDIDATE, S.POOL, S.REVIEW, S.LISTED)

STEPS: Mapping[StepName, Step] = {
    StepName.POOL: Step(
        "进入储备库", (S.CANDIDATE,), S.POOL, _STAFF, ("grade", "need_class"), ("note",),
        "需求已发布，且不是仅情报员可见",
    ),
    StepName.REVIEW: Step("开始评审", (S.POOL,), S.REVIEW, _STAFF, (), ("note",), "评审指标已写明，权重合计 100"),
    StepName.LIST: Step(
        "结束评审并入榜", (S.REVIEW,), S.LISTED, _STAFF, (), ("note",),
        "科学家、产业专家、投资专家每类至少有一张计入的评分票",
    ),
    StepName.PUBLISH: Step(
        "发榜", (S.LISTED,), S.PUBLISHED, _STAFF, ("closes_on",), ("note",),
        "榜单说明和择优指标已写明，需求仍公开，截止日期不早于今天",
    ),
    StepName.CLOSE: Step("截止揭榜", (S.PUBLISHED,), S.CLOSED, _STAFF, (), ("note",), "截止日期已过"),
    StepName.SELECT: Step(
        "择优选定", (S.CLOSED,), S.SELECTED, _OWNER, ("bid_id", "decision"), ("departure",),
        "每份揭榜方案都已评分；不选排名第一的，须另写理由",
    ),
    StepName.ESTABLISH: Step(
        "立项", (S.SELECTED,), S.ESTABLISHED, _STAFF, ("total_wan", "fiscal_wan", "own_wan"), ("note",),
        "财政支持与企业自筹之和不超过总额",
    ),
    StepName.START: Step("开始实施", (S.ESTABLISHED,), S.IN_PROGRESS, _STAFF, (), ("note",), "至少有一个里程碑"),
    StepName.SUBMIT: Step(
        "申请验收", (S.IN_PROGRESS,), S.ACCEPTANCE, frozenset(Part), (), ("note",),
        "里程碑都已完成",
    ),
    StepName.ACCEPT: Step("验收通过", (S.ACCEPTANCE,), S.ACCEPTED, _OWNER, ("score", "text")),
    StepName.FAIL: Step("验收不通过", (S.ACCEPTANCE,), S.FAILED, _OWNER, ("score", "text")),
    StepName.REWORK: Step("退回整改", (S.ACCEPTANCE,), S.IN_PROGRESS, _OWNER, ("note",)),
    StepName.TERMINATE: Step("终止项目", (S.ESTABLISHED, S.IN_PROGRESS), S.FAILED, _STAFF, ("note",)),
    StepName.RETURN: Step("退回储备库", (S.REVIEW, S.LISTED), S.POOL, _STAFF, ("note",)),
    StepName.RELIST: Step("流标，退回榜单", (S.CLOSED,), S.LISTED, _STAFF, ("note",)),
    StepName.WITHDRAW: Step(
        "撤回", (*_BEFORE_BIDS, S.PUBLISHED, S.CLOSED, S.SELECTED), S.WITHDRAWN,
        frozenset({Part.STAFF, Part.OWNER}), ("note",),
    ),
    StepName.RESTORE: Step("恢复到储备库", (S.WITHDRAWN,), S.POOL, _STAFF, (), ("note",), "曾进入过储备库"),
}  # fmt: skip

# What everybody who has signed in may see of the list, from its publication on.
PUBLIC = (
    S.PUBLISHED, S.CLOSED, S.SELECTED, S.ESTABLISHED, S.IN_PROGRESS, S.ACCEPTANCE, S.ACCEPTED, S.FAILED,
)  # fmt: skip
# From here on the review is over: its tally is known, and ballots are shown to the panel.
AFTER_REVIEW = (S.LISTED, *PUBLIC)
# When the texts of a challenge, and the criteria of either purpose, may still be changed.
EDITABLE = _BEFORE_BIDS
CRITERIA_OPEN = {"review": (S.CANDIDATE, S.POOL), "bids": _BEFORE_BIDS}
IN_WORK = (S.ESTABLISHED, S.IN_PROGRESS)


def parts_of(challenge: Challenge, caller: Caller) -> frozenset[Part]:
    """Return what the caller is to a challenge.

    A challenge of several enterprises has no owner: staff write and evaluate in its place.
    """
    found = set()
    if caller.sees_all:
        found.add(Part.STAFF)
        if challenge.owner_id is None:
            found.add(Part.OWNER)
    if caller.role is Role.ENTERPRISE and challenge.owner_id is not None and caller.owns(challenge.owner_id):
        found.add(Part.OWNER)
    if caller.role is Role.UNIVERSITY and challenge.winner_id is not None and caller.owns(challenge.winner_id):
        found.add(Part.WINNER)
    return frozenset(found)


def may_take(name: StepName, state: ChallengeState, parts: frozenset[Part]) -> bool:
    """Say whether a step leads out of a state, by somebody of these parts."""
    step = STEPS[name]
    return state in step.sources and bool(step.by & parts)


def open_steps(state: ChallengeState, parts: frozenset[Part]) -> list[StepName]:
    """Return the steps that may be tried now; conditions are seen when they are."""
    return [name for name in STEPS if may_take(name, state, parts)]
