"""Judgements in the HTTP contract."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.kinds.fields import OptionalText, RecordBody
from app.models import ReasonCode

Grade = Annotated[
    int, Field(ge=1, le=4, strict=True, title="等级", description="1 无相关，2 弱相关，3 较强相关，4 强相关")
]


class JudgementIn(RecordBody):
    """A grade, and why."""

    grade: Grade
    reason_code: Annotated[
        ReasonCode | None,
        Field(
            title="理由",
            description="good_fit 合适，field_differs 领域不符，object_differs 对象不符，process_differs 工艺不符，"
            "indicator_unmet 指标达不到，too_early 不够成熟，too_expensive 价格过高，other 其他",
        ),
    ] = None
    comment: Annotated[OptionalText, Field(title="说明")] = ""


class JudgementOut(BaseModel):
    """A judgement as it is stored."""

    model_config = ConfigDict(from_attributes=True)

    need_id: Annotated[str, Field(title="需求 id")]
    achievement_id: Annotated[str, Field(title="成果 id")]
    judge: Annotated[str, Field(title="研判人或来源")]
    grade: Grade
    reason_code: Annotated[ReasonCode | None, Field(title="理由")]
    comment: Annotated[str, Field(title="说明")]
    judged_at: Annotated[datetime, Field(title="研判时间")]
