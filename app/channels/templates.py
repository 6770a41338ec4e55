"""Channels to start from.

The column names are our own guess at what such tables look like: whoever uses one compares it with the
platform's real template first, which the note of the channel says.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.channels.schemas import TemplateName, TemplateOut
from app.models import PackageFormat, RecordKind

_CHECK = "列名为示意，请先向平台索取最新的批量导入模板，核对列名、必填项和选项后再用。"
_STAGES = {
    "TRL 1": "研发阶段", "TRL 2": "研发阶段", "TRL 3": "研发阶段", "TRL 4": "小试阶段", "TRL 5": "小试阶段",
    "TRL 6": "中试阶段", "TRL 7": "中试阶段", "TRL 8": "产业化阶段", "TRL 9": "产业化阶段",
}  # fmt: skip


def _column(target: str, source: str, *, required: bool = False, **more: Any) -> dict[str, Any]:
    return {"target": target, "source": source, "constant": "", "values": {}, "required": required, **more}


_LINGYANG: Sequence[dict[str, Any]] = (
    _column("外部编号", "code", required=True),
    _column("需求标题", "title", required=True),
    _column("需求类型", "need_class", values={
        "产业链协同攻关": "联合攻关", "关键共性技术": "共性技术", "应用基础研究": "基础研究", "": "技术难题",
    }),
    _column("所属行业", "industry_names"),
    _column("需求详情", "description", required=True),
    _column("技术指标要求", "indicators"),
    _column("期望技术成熟度", "maturity", values={**_STAGES, "": "不限"}),
    _column("合作方式", "cooperation_modes"),
    _column("预算", "amount"),
    _column("截止日期", "deadline"),
    _column("需求企业", "organisation", values={"": "企业要求匿名"}),
    _column("所在地市", "constant", constant="淮南市"),
    _column("联系方式", "contact_line", required=True),
)  # fmt: skip
_CITY: Sequence[dict[str, Any]] = (
    _column("成果编号", "code", required=True),
    _column("成果名称", "title", required=True),
    _column("完成单位", "organisation", required=True),
    _column("成果简介", "summary", required=True),
    _column("关键词", "keywords"),
    _column("技术指标", "indicators"),
    _column("应用行业", "industry_names"),
    _column("产业链", "chains"),
    _column("成果阶段", "maturity", values={**_STAGES, "": "未注明"}),
    _column("知识产权", "ip"),
    _column("转化方式", "cooperation_modes"),
    _column("意向价格", "amount"),
    _column("市内外", "origin"),
    _column("服务电话", "contact_line", required=True),
)
_TOPICS: Sequence[dict[str, Any]] = (
    _column("选题编号", "code", required=True),
    _column("选题名称", "title", required=True),
    _column("问题描述", "description", required=True),
    _column("预期指标", "indicators"),
    _column("相关行业", "industry_names"),
    _column("相关产业链", "chains"),
    _column("需求类别", "need_class"),
    _column("期望完成日期", "deadline"),
    _column("选题来源", "constant", constant="企业技术需求（已隐去企业）"),
    _column("适用", "constant", constant="毕业设计、毕业论文、科研选题"),
    _column("咨询", "contact_line"),
)
_MADE: Mapping[TemplateName, dict[str, Any]] = {
    TemplateName.LINGYANG_NEEDS: {
        "name": "羚羊工业互联网平台（需求）", "kind": RecordKind.NEEDS, "format": PackageFormat.XLSX,
        "note": f"把公开和匿名公开的需求发布到羚羊工业互联网平台。{_CHECK}", "columns": _LINGYANG,
    },
    TemplateName.CITY_ACHIEVEMENTS: {
        "name": "市创新型城市建设服务平台（成果）", "kind": RecordKind.ACHIEVEMENTS, "format": PackageFormat.XLSX,
        "note": f"把公开的成果发布到市创新型城市建设服务平台。{_CHECK}", "columns": _CITY,
    },
    TemplateName.TOPICS: {
        "name": "毕业设计选题目录", "kind": RecordKind.NEEDS, "format": PackageFormat.XLSX,
        "note": "给高校的选题目录：企业的真实问题，一律不写企业。学生选了哪个题，请学校按选题编号回填登记表，"
                "作为回执导入即成为线索。",
        "columns": _TOPICS, "left_out": ["organisation", "district", "amount", "amount_min_wan", "amount_max_wan"],
    },
}  # fmt: skip


def template(name: TemplateName) -> dict[str, Any]:
    """Return the fields of a channel to start from, free to change."""
    made = _MADE[name]
    return {**made, "columns": [dict(each) for each in made["columns"]]}


def templates() -> list[TemplateOut]:
    """Return what there is to start from."""
    return [
        TemplateOut(name=name, title=made["name"], kind=made["kind"], note=made["note"], columns=list(made["columns"]))
        for name, made in _MADE.items()
    ]
