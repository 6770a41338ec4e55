"""Bodies of needs in the HTTP contract."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator

from app.core.caller import Caller
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
from app.kinds.table import Record
from app.kinds.visibility import shows_all_of
from app.matches.schemas import MatchesOut
from app.models import Condition, Need, NeedClass, NeedVisibility, Status
from app.needs.clarity import Clarity
from app.records.disclosures import DisclosureOut, disclosures_of
from app.records.schemas import RecordOut


class NeedFields(RecordBody):
    """Fields that may be left out."""

    organisation: Annotated[Word | None, Field(title="企业名称", description="单位全称；首次出现时自动建档")] = None
    external_id: Annotated[Word | None, Field(title="需求编号", description="本企业内唯一")] = None
    indicators: Annotated[OptionalText, Field(title="预期指标", description="带单位的指标，用分号隔开")] = ""
    need_class: Annotated[
        NeedClass | None,
        Field(title="需求类别", description="joint 产业链协同攻关，common_key 关键共性技术，basic 应用基础研究"),
    ] = None
    industries: Annotated[Industries, Field(title="所属行业", description="GB/T 4754-2017 代码")] = []
    chains: Annotated[Words, Field(title="产业链标签")] = []
    min_maturity: Annotated[Maturity | None, Field(title="最低成熟度", description="TRL 1 至 9")] = None
    cooperation_modes: Annotated[Words, Field(title="合作方式")] = []
    budget_min_wan: Annotated[Wan | None, Field(title="预算下限（万元）", description="上下限都空为面议")] = None
    budget_max_wan: Annotated[Wan | None, Field(title="预算上限（万元）")] = None
    deadline: Annotated[date | None, Field(title="期望完成日期")] = None
    hard_conditions: Annotated[
        list[Condition],
        Field(
            title="硬性条件",
            max_length=len(Condition),
            description="相冲突即排除成果的条件：industry 行业，chain 产业链，district 县区，maturity 成熟度，"
            "budget 预算，cooperation 合作方式，validity 有效期",
        ),
    ] = []
    district: Annotated[Word | None, Field(title="县区或园区")] = None
    contact: Annotated[OptionalText | None, Field(title="联系方式", description="从不公开")] = None
    visibility: Annotated[
        NeedVisibility, Field(title="可见范围", description="anonymous 公开但隐去企业，liaison 仅情报员可见")
    ] = NeedVisibility.ANONYMOUS
    status: Annotated[
        Status | None,
        Field(title="状态", description="不填时：情报员录入的直接发布（published），单位提交的待审（submitted）"),
    ] = None
    valid_until: Annotated[date | None, Field(title="有效期至")] = None
    round_id: Annotated[Word | None, Field(title="征集 id", description="答复哪一轮需求征集")] = None
    disclosures_accepted: Annotated[
        bool, Field(title="照原样匿名发布", description="已看过文字中会暴露企业的地方，仍按原文发布")
    ] = False

    @field_validator("budget_max_wan")
    @classmethod
    def _range(cls, high: Decimal | None, info: ValidationInfo) -> Decimal | None:
        check_range(info.data.get("budget_min_wan"), high, "预算")
        return high


class NeedIn(NeedFields):
    """A need as it is posted."""

    title: Annotated[Title, Field(title="需求名称")]
    description: Annotated[LongText, Field(title="需求描述", description="现状、问题、要达到的效果、使用条件")]


class NeedPatch(NeedFields):
    """Fields to change; those left out stay."""

    title: Annotated[Title, Field(title="需求名称")] = ""
    description: Annotated[LongText, Field(title="需求描述")] = ""


class NeedOut(RecordOut):
    """A need as it is shown."""

    description: Annotated[str, Field(title="需求描述")]
    need_class: Annotated[str | None, Field(title="需求类别")]
    min_maturity: Annotated[int | None, Field(title="最低成熟度")]
    budget_min_wan: Annotated[Wan | None, Field(title="预算下限（万元）")]
    budget_max_wan: Annotated[Wan | None, Field(title="预算上限（万元）")]
    deadline: Annotated[date | None, Field(title="期望完成日期")]
    hard_conditions: Annotated[list[Condition], Field(title="硬性条件")]
    round_id: Annotated[str | None, Field(title="征集 id", description="仅本企业和情报员可见")]
    disclosures_accepted: Annotated[bool | None, Field(title="照原样匿名发布", description="仅本企业和情报员可见")]
    disclosures: Annotated[
        list[DisclosureOut],
        Field(title="会暴露企业的文字", description="仅在提交、修改和本单位读取单条时给出"),
    ] = []

    @classmethod
    def checked(cls, record: Record, caller: Caller) -> Self:
        """Return a need with what in its texts gives its enterprise away, if the caller may know."""
        shown = cls.of(record, caller)
        if isinstance(record, Need) and shows_all_of(record, caller):
            shown.disclosures = [DisclosureOut.model_validate(each) for each in disclosures_of(record)]
        return shown


class NeedCreated(NeedOut):
    """A need that was just posted: with what is missing in it, and its matches if asked for."""

    clarity: Annotated[Clarity, Field(title="清晰度")]
    matches: Annotated[MatchesOut | None, Field(title="匹配成果", description="没有要，或一时算不出时为空")] = None
