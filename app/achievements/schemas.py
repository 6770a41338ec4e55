"""Bodies of achievements in the HTTP contract."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.kinds.fields import (
    Industries,
    LongText,
    Maturity,
    OptionalText,
    RecordBody,
    Title,
    Wan,
    Word,
    Words,
    check_range,
)
from app.models import AchievementVisibility, Origin, Status
from app.records.schemas import RecordOut


class AchievementFields(RecordBody):
    """Fields that may be left out."""

    organisation: Annotated[Word | None, Field(title="所属单位", description="单位全称；首次出现时自动建档")] = None
    external_id: Annotated[Word | None, Field(title="成果编号", description="本单位内唯一")] = None
    keywords: Annotated[Words, Field(title="关键词")] = []
    indicators: Annotated[OptionalText, Field(title="技术指标", description="带单位的指标，用分号隔开")] = ""
    industries: Annotated[Industries, Field(title="应用行业", description="GB/T 4754-2017 代码")] = []
    chains: Annotated[Words, Field(title="产业链标签")] = []
    discipline: Annotated[Word | None, Field(title="学科")] = None
    maturity: Annotated[Maturity | None, Field(title="技术成熟度", description="TRL 1 至 9")] = None
    stage: Annotated[Word | None, Field(title="所处阶段", description="如 实验室、小试、中试、产业化")] = None
    ip: Annotated[Words, Field(title="知识产权")] = []
    cooperation_modes: Annotated[Words, Field(title="合作方式")] = []
    price_min_wan: Annotated[Wan | None, Field(title="意向价格下限（万元）", description="上下限都空为面议")] = None
    price_max_wan: Annotated[Wan | None, Field(title="意向价格上限（万元）")] = None
    origin: Annotated[Origin | None, Field(title="来源", description="local 市内，outside 市外")] = None
    district: Annotated[Word | None, Field(title="县区或园区")] = None
    contact: Annotated[OptionalText | None, Field(title="联系方式", description="从不公开")] = None
    visibility: Annotated[AchievementVisibility, Field(title="可见范围")] = AchievementVisibility.PUBLIC
    status: Annotated[
        Status | None,
        Field(title="状态", description="不填时：情报员录入的直接发布（published），单位提交的待审（submitted）"),
    ] = None
    valid_until: Annotated[date | None, Field(title="有效期至")] = None

    @field_validator("price_max_wan")
    @classmethod
    def _range(cls, high: Decimal | None, info: ValidationInfo) -> Decimal | None:
        check_range(info.data.get("price_min_wan"), high, "意向价格")
        return high


class AchievementIn(AchievementFields):
    """An achievement as it is posted."""

    title: Annotated[Title, Field(title="成果名称")]
    summary: Annotated[LongText, Field(title="成果简介", description="做什么、怎么做、对象、结果")]


class AchievementPatch(AchievementFields):
    """Fields to change; those left out stay."""

    title: Annotated[Title, Field(title="成果名称")] = ""
    summary: Annotated[LongText, Field(title="成果简介")] = ""


class AchievementOut(RecordOut):
    """An achievement as it is shown."""

    summary: Annotated[str, Field(title="成果简介")]
    keywords: Annotated[list[str], Field(title="关键词")]
    discipline: Annotated[str | None, Field(title="学科")]
    maturity: Annotated[int | None, Field(title="技术成熟度", description="TRL 1 至 9")]
    stage: Annotated[str | None, Field(title="所处阶段")]
    ip: Annotated[list[str], Field(title="知识产权")]
    price_min_wan: Annotated[Wan | None, Field(title="意向价格下限（万元）")]
    price_max_wan: Annotated[Wan | None, Field(title="意向价格上限（万元）")]
    origin: Annotated[str | None, Field(title="来源")]
