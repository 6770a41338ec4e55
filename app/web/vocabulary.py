"""What choices are called on pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.access.shown_table import ROLES
from app.accounts import words as accounts
from app.challenges import words as challenges
from app.core.city_time import CITY_TIME, today
from app.dockings import conversation
from app.dockings import stages as dockings
from app.dockings.schemas import ORIGINS as DOCKING_ORIGINS
from app.interests.schemas import STATES
from app.organisations import words as organisations

GRADES = {1: "无相关", 2: "弱相关", 3: "较强相关", 4: "强相关"}
VERDICTS = {"met": "满足", "not_met": "不满足", "not_mentioned": "未提及"}
CLAUSE_KINDS = {"goal": "目标", "object": "对象", "process": "工艺", "condition": "条件", "indicator": "指标"}
REASONS = {
    "good_fit": "合适",
    "field_differs": "领域不符",
    "object_differs": "对象不符",
    "process_differs": "工艺不符",
    "indicator_unmet": "指标达不到",
    "too_early": "不够成熟",
    "too_expensive": "价格过高",
    "other": "其他",
}
AGREEMENTS = {"agree": "相符", "conflict": "冲突", "unknown": "未写明"}
CONDITIONS = {
    "industry": "行业",
    "chain": "产业链",
    "district": "县区",
    "maturity": "成熟度",
    "budget": "预算",
    "cooperation": "合作方式",
    "validity": "有效期",
}
STATUSES = {
    "draft": "草稿",
    "submitted": "待审",
    "published": "已发布",
    "returned": "已退回",
    "withdrawn": "已撤回",
}
VISIBILITIES = {
    "public": "公开",
    "registered": "登录可见",
    "liaison": "仅情报员",
    "anonymous": "匿名公开",
}
NEED_CLASSES = {"joint": "产业链协同攻关", "common_key": "关键共性技术", "basic": "应用基础研究"}
ORIGINS = {"local": "市内", "outside": "市外"}
JOB_STATES = {"queued": "排队中", "running": "进行中", "succeeded": "完成", "failed": "失败", "cancelled": "已取消"}
OUTCOMES = {"created": "新增", "updated": "更新", "unchanged": "无变化", "rejected": "未导入"}
KINDS = {"achievements": "成果", "needs": "需求"}
VERSION_ACTIONS = {
    "create": "新增",
    "change": "修改",
    "review": "审核",
    "renew": "续期",
    "withdraw": "撤回",
    "restore": "恢复",
    "import": "导入",
}
CODE_LISTS = {
    "industries": "国民经济行业",
    "divisions": "行政区划",
    "chains": "产业链",
    "disciplines": "学科",
    "ipc": "专利分类（IPC）",
}
MANNERS = {"visit": "走访", "call": "电话", "meeting": "会议", "online": "线上"}
SCOPES = {
    "read": "查看成果、需求和匹配",
    "records": "录入、修改、导入导出成果和需求",
    "judgements": "研判",
    "contacts": "意向与联系方式",
    "work": "对接、榜单、路演、合同与发布",
    "people": "单位、账号与定点联系",
    "audit": "审计日志",
    "metrics": "运行指标",
    "account": "管理本人的账号与密钥",
}
TRL = {
    1: "TRL 1 基本原理",
    2: "TRL 2 技术方案",
    3: "TRL 3 实验室验证",
    4: "TRL 4 实验室样机",
    5: "TRL 5 相关环境验证",
    6: "TRL 6 中试",
    7: "TRL 7 现场示范",
    8: "TRL 8 定型",
    9: "TRL 9 批量应用",
}

WORDS: dict[str, dict[Any, str]] = {
    "grade": GRADES,
    "verdict": VERDICTS,
    "clause": CLAUSE_KINDS,
    "agreement": AGREEMENTS,
    "reason": REASONS,
    "condition": CONDITIONS,
    "status": STATUSES,
    "visibility": VISIBILITIES,
    "need_class": NEED_CLASSES,
    "origin": ORIGINS,
    "organisation_kind": {str(each): name for each, name in organisations.KINDS.items()},
    "enterprise_grade": {str(each): name for each, name in organisations.GRADES.items()},
    "verification": {str(each): name for each, name in organisations.VERIFICATIONS.items()},
    "interest": {state.value: name for state, name in STATES.items()},
    "stage": {str(each): name for each, name in dockings.STAGES.items()},
    "close_reason": {str(each): name for each, name in dockings.CLOSE_REASONS.items()},
    "team": {str(each): name for each, name in dockings.TEAMS.items()},
    "docking_origin": {str(each): name for each, name in DOCKING_ORIGINS.items()},
    "entry": {str(each): name for each, name in conversation.WORDS.items()},
    "challenge": {str(each): name for each, name in challenges.STATES.items()},
    "challenge_grade": {str(each): name for each, name in challenges.GRADES.items()},
    "challenge_part": {str(each): name for each, name in challenges.PARTS.items()},
    "challenge_step": {**challenges.STEP_NAMES, "create": "列为候选"},
    "challenge_field": dict(challenges.FIELDS),
    "expert": {str(each): name for each, name in challenges.EXPERTS.items()},
    "bid": {str(each): name for each, name in challenges.BIDS.items()},
    "job": JOB_STATES,
    "outcome": OUTCOMES,
    "kind": KINDS,
    "version_action": VERSION_ACTIONS,
    "code_list": CODE_LISTS,
    "manner": MANNERS,
    "account_state": {str(each): name for each, name in accounts.STATES.items()},
    "scope": SCOPES,
    "trl": TRL,
    "role": {role.value: name for role, name in ROLES.items()},
}


def word(value: Any, table: str) -> str:
    """Return what a choice is called; the value itself where the table does not know it."""
    return "—" if value is None else WORDS[table].get(value, str(value))


def day(value: date | datetime | None) -> str:
    """Return a day as people write it, in the city's time."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(CITY_TIME).date()
    return value.isoformat()


def moment(value: datetime | None) -> str:
    """Return a moment to the minute, in the city's time."""
    return "—" if value is None else value.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M")


def days_left(value: date | None) -> str:
    """Return how far off a day is."""
    if value is None:
        return "长期"
    left = (value - today()).days
    if left < 0:
        return f"已过期 {-left} 天"
    return "今天到期" if left == 0 else f"还有 {left} 天"


def wan(low: Decimal | str | None, high: Decimal | str | None) -> str:
    """Return a range of 万元."""
    if low is None and high is None:
        return "面议"
    low_text, high_text = _amount(low), _amount(high)
    if low is None:
        return f"不超过 {high_text} 万元"
    if high is None:
        return f"{low_text} 万元起"
    return f"{low_text} 万元" if low_text == high_text else f"{low_text}–{high_text} 万元"


def _amount(value: Decimal | str | None) -> str:
    return "" if value is None else f"{Decimal(value).normalize():,f}"


def percent(value: float) -> str:
    """Return a share of 1 as a whole percentage."""
    return f"{value:.0%}"
