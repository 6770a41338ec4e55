"""Achievements as they are posted, shown, uploaded and taken out."""

from app.achievements.schemas import AchievementIn, AchievementOut
from app.records.noun import HEADERS, Noun

NOUN = Noun(
    body=AchievementIn,
    output=AchievementOut,
    headers={
        **HEADERS,
        "external_id": "成果编号 编号 项目编号 序列号 专利号 申请号 公开号 id external_id",
        "title": "成果名称 项目名称 技术名称 名称 成果 标题 题目 论文题目 专利名称 成果标题 title name",
        "summary": "成果简介 简介 摘要 内容简介 技术简介 成果介绍 成果描述 项目简介 技术内容 主要内容 内容摘要 summary abstract description",
        "keywords": "关键词 关键字 主题词 keywords",
        "discipline": "所属领域 技术领域 领域 学科 所属学科 一级学科 discipline",
        "maturity": "成熟度 技术成熟度 成果成熟度 所处阶段 成果阶段 研发阶段 阶段 trl maturity",
        "stage": "stage",
        "ip": "知识产权 知识产权情况 专利情况 知识产权状态 ip",
        "price": "拟转让价格 转让价格 价格 意向价格 报价 转让费 price",
        "price_min_wan": "意向价格下限 price_min_wan",
        "price_max_wan": "意向价格上限 price_max_wan",
        "origin": "来源 origin",
    },
    template=(
        ("external_id", "成果编号", "CG-2026-001"),
        ("title", "成果名称", "低温余热驱动的吸附式制冷机组（示例，请删去本行）"),
        ("summary", "成果简介", "用60～90℃余热驱动硅胶水吸附床制冷，8 kW样机连续运行1200 h，性能系数0.52。"),
        ("keywords", "关键词", "余热利用；吸附制冷；硅胶"),
        ("indicators", "技术指标", "驱动热源60～90℃；性能系数≥0.5"),
        ("industries", "应用行业", "34；通用设备制造业"),
        ("chains", "产业链", "先进制造"),
        ("discipline", "所属领域", "动力工程"),
        ("maturity", "成熟度", "中试"),
        ("ip", "知识产权", "发明专利2项"),
        ("cooperation_modes", "合作方式", "许可；作价入股"),
        ("price", "拟转让价格（万元）", "80-120"),
        ("origin", "来源", "local"),
        ("district", "县区", ""),
        ("contact", "联系方式", "只给双方同意后的对方看"),
        ("visibility", "可见范围", "public"),
        ("valid_until", "有效期至", "2027-12-31"),
    ),
    names={
        "summary": "简介",
        "keywords": "关键词",
        "discipline": "学科",
        "stage": "阶段",
        "ip": "知识产权",
        "price_min_wan": "价格下限",
        "price_max_wan": "价格上限",
        "origin": "来源",
    },
    hints={
        "summary": "必填：做什么、怎么做、对象、结果，写出数字",
        "keywords": "用分号隔开",
        "origin": "local 市内，outside 市外",
    },
)
