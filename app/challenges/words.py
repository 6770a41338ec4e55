"""What the choices of challenges are called."""

from collections.abc import Mapping

from app.challenges.stages import STEPS, Part
from app.models import BidState, ChallengeGrade, ChallengeState, ExpertKind

STATES: Mapping[ChallengeState, str] = {
    ChallengeState.CANDIDATE: "候选",
    ChallengeState.POOL: "储备库",
    ChallengeState.REVIEW: "评审中",
    ChallengeState.LISTED: "已入榜",
    ChallengeState.PUBLISHED: "揭榜中",
    ChallengeState.CLOSED: "揭榜截止",
    ChallengeState.SELECTED: "已择优",
    ChallengeState.ESTABLISHED: "已立项",
    ChallengeState.IN_PROGRESS: "实施中",
    ChallengeState.ACCEPTANCE: "验收中",
    ChallengeState.ACCEPTED: "已验收",
    ChallengeState.FAILED: "未通过",
    ChallengeState.WITHDRAWN: "已撤回",
}
GRADES: Mapping[ChallengeGrade, str] = {
    ChallengeGrade.A: "A 重点",
    ChallengeGrade.B: "B 一般",
    ChallengeGrade.C: "C 储备",
}
EXPERTS: Mapping[ExpertKind, str] = {
    ExpertKind.SCIENTIST: "科学家",
    ExpertKind.INDUSTRY: "产业专家",
    ExpertKind.INVESTMENT: "投资专家",
}
BIDS: Mapping[BidState, str] = {
    BidState.SUBMITTED: "已揭榜",
    BidState.WITHDRAWN: "已撤回",
    BidState.SELECTED: "已选定",
    BidState.NOT_SELECTED: "未选定",
}
PARTS: Mapping[Part, str] = {Part.STAFF: "情报员", Part.OWNER: "出题企业", Part.WINNER: "承担单位"}
FIELDS: Mapping[str, str] = {
    "grade": "分级",
    "need_class": "类别",
    "note": "说明",
    "closes_on": "揭榜截止日期",
    "bid_id": "选定的方案",
    "decision": "择优决定书",
    "departure": "不选第一名的理由",
    "total_wan": "项目总额（万元）",
    "fiscal_wan": "财政支持（万元）",
    "own_wan": "企业自筹（万元）",
    "score": "验收评分（0–100）",
    "text": "验收意见",
}
STEP_NAMES: Mapping[str, str] = {name.value: step.label for name, step in STEPS.items()}
