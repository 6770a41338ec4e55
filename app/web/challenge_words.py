"""What the pages of challenges say: whose turn it is, what comes next, criteria to begin with."""

from collections.abc import Mapping

from app.challenges.shown import ChallengeOut, ChallengeRow
from app.challenges.stages import Part, StepName
from app.models import ChallengeState, CriteriaPurpose

# Steps that lead back or out: folded away beside the one that leads on.
BACKWARD = frozenset({
    StepName.RETURN, StepName.RELIST, StepName.REWORK, StepName.TERMINATE, StepName.WITHDRAW, StepName.FAIL,
})  # fmt: skip
_S = ChallengeState
# By state who has to act, and what.
_NEXT: Mapping[ChallengeState, tuple[str, str]] = {
    _S.CANDIDATE: ("情报员", "核对成员需求，定分级和类别，进入储备库。"),
    _S.POOL: ("出题方", "写明评审指标（权重合计 100），再由情报员开始评审。"),
    _S.REVIEW: ("评审专家", "三类专家先声明有无利益关系，再各投一票；每类至少一张计入票才能入榜。"),
    _S.LISTED: ("出题方", "写明择优指标和榜单说明，再由情报员发榜。"),
    _S.PUBLISHED: ("揭榜单位", "高校院所提交方案；截止日期过后由情报员截止揭榜。"),
    _S.CLOSED: ("出题方", "按择优指标给每份方案评分，写决定书择优。"),
    _S.SELECTED: ("情报员", "核定总额、财政支持、企业自筹，办理立项。"),
    _S.ESTABLISHED: ("情报员", "设里程碑，然后开始实施。"),
    _S.IN_PROGRESS: ("承担单位", "按期登记里程碑的完成依据，全部完成后申请验收。"),
    _S.ACCEPTANCE: ("出题方", "组织验收，写评分和意见。"),
    _S.ACCEPTED: ("出题方", "验收后 6、12、24 个月各写一次使用评价。"),
    _S.FAILED: ("", "项目已结束，没有通过。"),
    _S.WITHDRAWN: ("", "已撤回。情报员可以恢复到储备库。"),
}
_USUAL: Mapping[CriteriaPurpose, tuple[tuple[str, int, int], ...]] = {
    CriteriaPurpose.REVIEW: (("产业带动作用", 40, 10), ("技术可行性", 30, 10), ("投资价值", 30, 10)),
    CriteriaPurpose.BIDS: (("指标达成", 40, 10), ("技术方案", 30, 10), ("团队与条件", 15, 10), ("报价与周期", 15, 10)),
}


def whose_turn(challenge: ChallengeRow) -> str:
    """Return who has to act, empty where nobody has."""
    who, _ = _NEXT[challenge.state]
    return _party(who, challenge)


def what_next(challenge: ChallengeOut, parts: frozenset[Part]) -> str:
    """Return in a sentence who does what next, and whether it is the viewer."""
    who, what = _NEXT[challenge.state]
    if challenge.state is ChallengeState.POOL and challenge.review_criteria:
        who, what = "情报员", "评审指标已写明，可以开始评审。"
    if challenge.state is ChallengeState.LISTED and challenge.bid_criteria and challenge.summary:
        who, what = "情报员", "择优指标和榜单说明已写明，可以发榜。"
    if challenge.state is ChallengeState.PUBLISHED and challenge.days_left is not None and challenge.days_left < 0:
        who, what = "情报员", "截止日期已过，请截止揭榜，交出题方评分择优。"
    acting = {"出题方": Part.OWNER, "情报员": Part.STAFF, "承担单位": Part.WINNER}.get(who)
    if not who:
        return what
    return f"请您{what}" if acting in parts else f"等{_party(who, challenge)}：{what}"


def usual_criteria(purpose: CriteriaPurpose) -> tuple[tuple[str, int, int], ...]:
    """Return criteria to begin with: name, weight, full marks; to be changed as the need asks."""
    return _USUAL[purpose]


def _party(who: str, challenge: ChallengeRow) -> str:
    if who != "出题方":
        return who
    return "情报员（代行出题方）" if challenge.evaluator == Part.STAFF else "出题企业"
