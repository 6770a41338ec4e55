"""Bodies of captures in the HTTP contract."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.achievements.schemas import AchievementIn, AchievementOut
from app.core.city_time import CITY_TIME
from app.kinds.fields import LongText, OptionalText, RecordBody, Word
from app.models import Capture


class PastedIn(RecordBody):
    """A text that was pasted."""

    text: Annotated[LongText, Field(title="粘贴的文字", description="网页、公众号、展板、论文摘要等")]


class KnownOut(BaseModel):
    """A stored achievement that reads like the pasted text."""

    id: Annotated[str, Field(title="成果 id")]
    title: Annotated[str, Field(title="成果名称")]
    organisation: Annotated[str, Field(title="单位")]
    similarity: Annotated[float, Field(title="相同程度", description="0 至 1，0.75 以上才列出")]


class ProposalOut(BaseModel):
    """Fields as the text gives them, to be looked at by a person."""

    model_config = ConfigDict(from_attributes=True)

    title: Annotated[str, Field(title="成果名称")]
    summary: Annotated[str, Field(title="成果简介")]
    indicators: Annotated[str, Field(title="技术指标")]
    keywords: Annotated[list[str], Field(title="关键词")]
    ip: Annotated[list[str], Field(title="知识产权")]
    cooperation_modes: Annotated[list[str], Field(title="合作方式")]
    industries: Annotated[list[str], Field(title="应用行业")]
    maturity: Annotated[int | None, Field(title="技术成熟度")]
    stage: Annotated[str | None, Field(title="所处阶段")]
    price: Annotated[str | None, Field(title="价格原文")]
    price_min_wan: Annotated[str | None, Field(title="意向价格下限（万元）")] = None
    price_max_wan: Annotated[str | None, Field(title="意向价格上限（万元）")] = None
    holder: Annotated[str | None, Field(title="持有单位")]
    contact: Annotated[str | None, Field(title="联系方式")]
    known: Annotated[list[KnownOut], Field(title="库中相近的成果", description="可能已经录入过")] = []


class CaptureIn(AchievementIn):
    """A captured achievement as it is stored."""

    source: Annotated[Word, Field(title="来源", description="如 某大学官网、第几届某展会")]
    platform: Annotated[Word | None, Field(title="平台", description="如 网站、公众号、展会、路演")] = None
    url: Annotated[OptionalText | None, Field(title="网址", max_length=2000)] = None
    found_on: Annotated[date | None, Field(title="发现日期", description="不填为今天")] = None
    pasted: Annotated[OptionalText, Field(title="粘贴的原文")] = ""


class CaptureOut(BaseModel):
    """Where an achievement was found."""

    achievement_id: Annotated[str, Field(title="成果 id")]
    title: Annotated[str, Field(title="成果名称")]
    source: Annotated[str, Field(title="来源")]
    platform: Annotated[str | None, Field(title="平台")]
    url: Annotated[str | None, Field(title="网址")]
    found_on: Annotated[date, Field(title="发现日期")]
    captured_by: Annotated[str, Field(title="捕捉人")]
    created_at: Annotated[datetime, Field(title="录入时间")]

    @classmethod
    def of(cls, capture: Capture, title: str) -> Self:
        """Return a capture as it is shown."""
        return cls(
            achievement_id=capture.achievement_id, title=title, source=capture.source, platform=capture.platform,
            url=capture.url, found_on=capture.found_on, captured_by=capture.captured_by,
            created_at=capture.created_at.astimezone(CITY_TIME),
        )  # fmt: skip


class CapturePage(BaseModel):
    """Part of the list."""

    items: Annotated[list[CaptureOut], Field(title="本页捕捉", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class Captured(AchievementOut):
    """An achievement that was just captured."""

    capture: Annotated[CaptureOut, Field(title="来源记录")]
