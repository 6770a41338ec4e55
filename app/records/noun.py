"""What a kind's own folder adds to its entry in `app.kinds.table`: how it is posted, shown, uploaded and taken out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.kinds.fields import RecordBody
from app.records.schemas import RecordOut


@dataclass(frozen=True, slots=True)
class Noun:
    """The bodies of a kind of record, and its columns in tables.

    Attributes:
        body: as it is posted, and as a row of an upload is read. Cells of its lists and days are understood as such.
        output: as it is shown.
        headers: by field, the words that tables write over its column, parted by blanks; the first is the one that
            people are told. `maturity` and `price` stand for the kind's own columns of these, in whatever words
            and units a cell has them.
        template: field, header and example of each column of the template, and of what is taken out.
        names: of its fields in Chinese, beside those that every kind has.
        hints: how its fields are filled in, beside those of every kind.
    """

    body: type[RecordBody]
    output: type[RecordOut]
    headers: Mapping[str, str]
    template: tuple[tuple[str, str, str], ...]
    names: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)


# What every kind has.
HEADERS: Mapping[str, str] = {
    "organisation": "单位 单位名称 所属单位 完成单位 第一完成单位 企业名称 企业 需求单位 organisation",
    "indicators": "指标 技术指标 主要技术指标 主要指标 性能指标 预期指标 预期目标 考核指标 indicators",
    "industries": "行业 应用行业 所属行业 行业代码 应用领域行业 国民经济行业 industries industry",
    "chains": "产业链 产业链标签 所属产业链 chains",
    "cooperation_modes": "合作方式 合作模式 转化方式 合作形式 拟合作方式 cooperation_modes",
    "district": "县区 区县 所在县区 园区 县区园区 所属县区 所属园区 所在地 district",
    "contact": "联系人 联系方式 联系电话 电话 手机 邮箱 联系人及电话 contact",
    "visibility": "可见范围 公开范围 visibility",
    "valid_until": "有效期 有效期至 valid_until",
}
NAMES: Mapping[str, str] = {
    "organisation": "单位", "external_id": "编号", "title": "名称", "indicators": "指标", "industries": "行业",
    "chains": "产业链", "maturity": "成熟度", "cooperation_modes": "合作方式", "price": "金额", "district": "县区",
    "contact": "联系方式", "visibility": "可见范围", "valid_until": "有效期",
}  # fmt: skip
HINTS: Mapping[str, str] = {
    "external_id": "本单位内唯一；下次导入按它更新，不填则按名称",
    "title": "必填，200 字以内",
    "industries": "国民经济行业名称或代码，用分号隔开",
    "maturity": "实验室、小试、中试、产业化，或 TRL 1 至 9",
    "price": "如 120、80-120、面议",
    "visibility": "成果：public 公开、registered 登录可见、liaison 仅情报员；"
    "需求：anonymous 匿名、public 公开、liaison 仅情报员",
    "valid_until": "如 2027-12-31",
}
