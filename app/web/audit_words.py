"""The audit log in words: what was done, to what, and the values before and after."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.accounts.schemas import AccountOut, KeyOut
from app.achievements.schemas import AchievementIn, AchievementOut
from app.audit.schemas import AuditEntryOut
from app.challenges.words import STEP_NAMES
from app.channels.schemas import ChannelOut
from app.contracts.schemas import AdjustmentIn, ContractOut
from app.core.caller import OPERATOR
from app.core.city_time import CITY_TIME
from app.needs.schemas import NeedIn, NeedOut
from app.organisations.schemas import OrganisationRow
from app.roadshows.schemas import RoadshowIn
from app.rounds.schemas import RoundIn
from app.targets.schemas import SettingsOut, TargetIn
from app.web.vocabulary import WORDS, word

# By the part of an action before the point; also what a list is narrowed by.
NOUNS = {
    "needs": "需求",
    "achievements": "成果",
    "interests": "意向",
    "docking": "对接",
    "judgement": "研判",
    "upload": "上传",
    "duplicate": "疑似重复",
    "round": "需求征集",
    "roadshow": "路演",
    "case": "案例",
    "challenge": "榜单项目",
    "organisation": "单位",
    "account": "账号",
    "session": "登录",
    "key": "API 密钥",
    "assignment": "定点联系",
    "contact": "联系记录",
    "liaison": "情报员",
    "codes": "代码表",
    "channel": "发布通道",
    "notice": "通知",
    "audit": "审计日志",
    "contract": "技术合同",
    "contract_batch": "合同台账导入",
    "target": "目标",
    "target_settings": "年度设置",
}
_VERBS = {
    "create": "新增",
    "change": "修改",
    "review": "审核",
    "renew": "续期",
    "withdraw": "撤回",
    "restore": "恢复",
    "import": "导入",
    "export": "导出",
    "end": "结束",
    "cancel": "取消",
    "verify": "核验",
    "revoke": "撤销",
    "forward": "转达",
    "consent": "同意",
    "decline": "谢绝",
    "agree": "同意",
    "disclose": "查看联系方式：",
    "adjust": "调整",
    "discard": "放弃",
    "remove": "删除",
}
_WHOLE = {
    "session.open": "登录",
    "session.end": "退出登录",
    "session.refuse": "登录被拒",
    "account.reset": "重设他人密码",
    "account.set_password": "设置密码",
    "account.change_password": "修改密码",
    "account.totp_on": "启用动态口令",
    "account.totp_off": "停用动态口令",
    "account.end_demo": "停用演示账号",
    "liaison.hand_over": "移交全部工作",
    "docking.open": "开始对接",
    "docking.agree": "双方同意并推进对接",
    "docking.step": "推进对接",
    "docking.plan": "安排对接的下一步",
    "docking.close": "关闭对接",
    "docking.reopen": "重新打开对接",
    "docking.block": "对接转交专班",
    "docking.clear": "对接的阻碍解除",
    "docking.write": "对接里记事或留言",
    "docking.unwrite": "删除对接里的留言",
    "docking.attach": "对接里上传文件",
    "docking.detach": "删除对接里的文件",
    "judgement.give": "给出研判",
    "judgement.take_back": "收回研判",
    "duplicate.decide": "判断疑似重复",
    "roadshow.guests": "邀请来宾",
    "roadshow.uninvite": "移出来宾",
    "roadshow.answer": "答复路演邀请",
    "roadshow.note": "登记来宾答复或到场",
    "roadshow.propose": "自动排议程",
    "roadshow.seat": "手工排入洽谈",
    "roadshow.move": "移动洽谈",
    "roadshow.unseat": "删去洽谈",
    "roadshow.result": "登记洽谈结果",
    "roadshow.invite": "发出路演邀请",
    "roadshow.settle": "路演议程定稿",
    "roadshow.reopen": "重新排路演议程",
    "roadshow.hold": "路演已举办",
    "roadshow.archive": "路演归档",
    "roadshow.cancel": "取消路演",
    "case.ask": "案例征求双方同意",
    "case.publish": "发布案例",
    "case.revise": "案例退回修改",
    "case.consent": "登记案例同意",
    "case.end_consent": "收回案例同意",
    "challenge.create": "列为榜单候选",
    "challenge.criteria": "写榜单指标",
    "challenge.ask": "请专家评审",
    "challenge.dismiss": "移出评审组",
    "challenge.declare": "声明利益关系",
    "challenge.vote": "投评分票",
    "challenge.bid": "揭榜",
    "challenge.change_bid": "修改揭榜方案",
    "challenge.withdraw_bid": "撤回揭榜方案",
    "challenge.score": "给揭榜方案评分",
    "challenge.add_milestone": "设里程碑",
    "challenge.finish_milestone": "登记里程碑完成",
    "challenge.drop_milestone": "删除里程碑",
    "challenge.evaluate": "写验收后评价",
    **{f"challenge.{name}": f"榜单：{label}" for name, label in STEP_NAMES.items()},
    "notice.prefer": "修改通知设置",
    "notice.try_webhook": "试发网络回调",
    "round.invite": "邀请填报",
    "round.remind": "催报",
    "round.decline": "答复无需求",
    "channel.prepare": "生成发布包",
    "channel.deliver": "标记发布包已交付",
    "channel.cancel": "取消发布包",
    "channel.respond": "导入平台回执",
    "channel.lead_docking": "把平台线索转为对接",
    "channel.lead_note": "记下平台线索的处理",
    "channel.lead_dismiss": "不采用平台线索",
    "channel.lead_reopen": "重新打开平台线索",
}
_PATHS = {
    "needs": "/needs/",
    "achievements": "/achievements/",
    "organisations": "/admin/organisations/",
    "accounts": "/admin/accounts/",
    "interests": "/interests/",
    "rounds": "/rounds/",
    "dockings": "/dockings/",
    "roadshows": "/roadshows/",
    "cases": "/cases/",
    "challenges": "/challenges/",
    "channels": "/channels/",
    "uploads": "/imports/",
    "contracts": "/contracts/",
    "contract_batches": "/contracts/import/",
}
_COMMON = {
    "disabled_at": "停用时间", "need": "需求", "achievement": "成果", "state": "状态", "assignment": "定点联系",
    "liaison": "情报员", "from": "移交人", "to": "接手人", "assignments": "定点联系数", "interests": "意向数",
    "dockings": "对接数",
    "contacted_on": "联系日期", "manner": "方式", "note": "说明", "platform": "平台", "rows": "条数",
    "rows_done": "已处理行数", "file_name": "文件", "grade": "等级", "reason": "理由", "decision": "决定",
    "comment": "说明", "version": "版本", "shown": "看到的一方", "scopes": "范围", "since": "自", "until": "至",
    "name": "名称", "kind": "类型", "id": "编号", "actor": "操作人", "action": "操作", "q": "包含文字",
    "object_kind": "对象类型", "object_id": "对象编号", "organisation": "单位", "organisation_id": "单位 id",
    "stage": "阶段", "close_reason": "关闭原因", "close_note": "关闭说明", "liaison_id": "情报员账号",
    "next_action": "下一步", "next_owner_id": "下一步由谁做", "next_due_on": "下一步期限", "blocked_team": "受阻于",
    "blocked_note": "卡在哪里", "entry": "留言", "shared": "双方可见", "media_type": "类型", "size": "字节",
    "interest": "意向", "docking_origin": "由来", "entry_kind": "种类",
    "organisations": "单位", "answer": "答复", "attended": "到场", "outcome": "结果", "slot": "时段", "table": "桌号",
    "pinned": "固定", "seated": "洽谈场数", "value": "匹配合计", "docking": "对接", "side": "一方", "means": "方式",
    "paces": "提醒方式", "channels": "发到哪里", "least_grade": "匹配等级", "host": "webhook 主机",
    "secret_changed": "更换签名密钥",
    "created_by": "建立人", "role": "角色", "district": "县区", "verification": "核验", "package": "包", "full": "全量",
    "added": "新增", "changed": "修改", "removed": "撤下", "held": "会暴露企业未发", "blocked": "格式问题未发",
    "number": "序号", "accepted": "采用", "refused": "退回", "unchanged": "没有变化", "leads": "线索",
    "errors": "未导入", "lead": "线索", "sha256": "校验值",
}  # fmt: skip


def _titles(*bodies: type[BaseModel]) -> dict[str, str]:
    """Return what the fields of bodies are called in the contract."""
    return {name: field.title for body in bodies for name, field in body.model_fields.items() if field.title}


# By the kind of the object: a need's title is called otherwise than an achievement's.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "needs": _titles(NeedOut, NeedIn),
    "achievements": _titles(AchievementOut, AchievementIn),
    "organisations": _titles(OrganisationRow),
    "accounts": _titles(AccountOut),
    "keys": _titles(KeyOut),
    "rounds": _titles(RoundIn),
    "contracts": _titles(ContractOut, AdjustmentIn),
    "targets": _titles(TargetIn),
    "target_settings": _titles(SettingsOut),
    "roadshows": _titles(RoadshowIn),
    "channels": _titles(ChannelOut),
}
# Which table of words a field's value is from.
_TABLES = {
    "status": "status", "visibility": "visibility", "need_class": "need_class", "origin": "origin", "role": "role",
    "verification": "verification", "grade": "grade", "manner": "manner", "grades": "enterprise_grade",
    "scopes": "scope", "stage": "stage", "close_reason": "close_reason", "blocked_team": "team",
    "docking_origin": "docking_origin", "entry_kind": "entry",
}  # fmt: skip
_SUBJECTS = ("title", "name", "email", "file_name", "organisation")


@dataclass(frozen=True, slots=True)
class Value:
    """A field of an entry, in words; None where nothing was there."""

    name: str
    before: str | None
    after: str | None


def action_word(action: str) -> str:
    """Return what was done, in words; the action itself where it is not known."""
    if action in _WHOLE:
        return _WHOLE[action]
    noun, _, verb = action.partition(".")
    return _VERBS[verb] + NOUNS[noun] if verb in _VERBS and noun in NOUNS else action


def actor_word(actor: str) -> str:
    """Return who did something, in words."""
    return {"": "未登录", OPERATOR.name: "运营方（命令行）"}.get(actor, actor)


def subject(entry: AuditEntryOut) -> str:
    """Return what an entry is about, as far as it says; empty where it does not."""
    told = {**(entry.before or {}), **(entry.after or {})}
    return next((str(told[name]) for name in _SUBJECTS if told.get(name)), "")


def object_path(entry: AuditEntryOut) -> str | None:
    """Return the address of the page of what an entry is about."""
    path = _PATHS.get(entry.object_kind)
    return f"{path}{entry.object_id}" if path and entry.object_id else None


def values(entry: AuditEntryOut) -> list[Value]:
    """Return the fields of an entry, before and after."""
    before, after = entry.before, entry.after
    names = dict.fromkeys([*(before or {}), *(after or {})])
    titles = _NAMES.get(entry.object_kind, {})
    called = {name: titles.get(name) or _COMMON.get(name, name) for name in names}
    return [Value(called[name], _shown(name, before), _shown(name, after)) for name in names]


def _shown(name: str, of: Mapping[str, Any] | None) -> str | None:
    return None if of is None or name not in of else _text(name, of[name])


def _text(name: str, value: Any) -> str:
    if value in (None, "", []):
        return "（空）"
    if isinstance(value, list):
        return "、".join(_text(name, each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "是" if value else "否"
    return _moment(value) if name.endswith("_at") else _word(name, value)


def _word(name: str, value: Any) -> str:
    known = name in _TABLES and value in WORDS[_TABLES[name]]
    return word(value, _TABLES[name]) if known else str(value)


def _moment(text: Any) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, TypeError):
        return str(text)
