"""Needs as they are posted, shown, uploaded and taken out."""

from app.needs.schemas import NeedIn, NeedOut
from app.records.noun import HEADERS, Noun

NOUN = Noun(
    body=NeedIn,
    output=NeedOut,
    headers={
        **HEADERS,
        "external_id": "需求编号 编号 项目编号 id external_id",
        "title": "需求名称 项目名称 技术需求名称 需求标题 名称 标题 题目 title name",
        "description": "需求描述 需求内容 技术需求 需求简介 描述 内容 问题描述 技术难题 需求说明 description abstract summary",
        "need_class": "需求类别 类别 need_class",
        "maturity": "最低成熟度 成熟度要求 成熟度 min_maturity",
        "price": "预算 拟投入 投入资金 意向投入 预算金额 budget",
        "budget_min_wan": "预算下限 budget_min_wan",
        "budget_max_wan": "预算上限 budget_max_wan",
        "deadline": "期望完成日期 完成时限 截止日期 期望完成时间 deadline",
    },
    template=(
        ("external_id", "需求编号", "XQ-2026-001"),
        ("title", "需求名称", "铝型材挤压模具寿命偏低（示例，请删去本行）"),
        (
            "description",
            "需求描述",
            "6063铝型材挤压，H13模具平均挤压12 t即拉伤，希望提高到25 t以上，不改变现有氮化炉。",
        ),
        ("indicators", "技术指标", "单模挤压量≥25 t；氮化层深0.12～0.18 mm"),
        ("need_class", "需求类别", "joint"),
        ("industries", "所属行业", "33；金属制品业"),
        ("chains", "产业链", "新材料"),
        ("maturity", "最低成熟度", "中试"),
        ("cooperation_modes", "合作方式", "委托开发"),
        ("price", "预算（万元）", "50-80"),
        ("deadline", "期望完成日期", "2027-06-30"),
        ("district", "县区", ""),
        ("contact", "联系方式", "只给双方同意后的对方看"),
        ("visibility", "可见范围", "anonymous"),
        ("valid_until", "有效期至", "2027-12-31"),
    ),
    names={
        "description": "需求描述",
        "need_class": "需求类别",
        "budget_min_wan": "预算下限",
        "budget_max_wan": "预算上限",
        "deadline": "期望完成日期",
    },
    hints={
        "description": "必填：现状、问题、要达到的效果、使用条件，写出数字；匿名发布时不要写企业名称",
        "deadline": "如 2027-06-30",
        "need_class": "joint 产业链协同攻关，common_key 关键共性技术，basic 应用基础研究",
    },
)
