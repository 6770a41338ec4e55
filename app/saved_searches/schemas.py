"""Bodies of saved searches in the HTTP contract."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.core.city_time import CITY_TIME
from app.kinds.fields import LongText, Word
from app.matches.schemas import FilterIn
from app.models import RecordKind, SavedSearch

Name = Annotated[Word, Field(max_length=100, title="名称")]


class SavedSearchIn(BaseModel):
    """A search to keep."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[LongText, Field(title="检索内容")]
    target: Annotated[RecordKind, Field(title="检索对象")] = RecordKind.ACHIEVEMENTS
    filters: Annotated[FilterIn, Field(title="筛选")] = FilterIn()
    name: Annotated[Name | None, Field(title="名称", description="不填则取检索内容的开头")] = None
    digest: Annotated[bool, Field(title="有新结果时在首页提醒")] = True


class SavedSearchPatch(BaseModel):
    """Fields to change; those left out stay."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    digest: Annotated[bool, Field(title="有新结果时在首页提醒")] = True


class SavedSearchOut(BaseModel):
    """A kept search as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="收藏 id")]
    name: Annotated[str, Field(title="名称")]
    text: Annotated[str, Field(title="检索内容")]
    target: Annotated[RecordKind, Field(title="检索对象")]
    filters: Annotated[FilterIn, Field(title="筛选")]
    digest: Annotated[bool, Field(title="有新结果时在首页提醒")]
    seen_at: Annotated[datetime, Field(title="上次查看")]
    created_at: Annotated[datetime, Field(title="收藏时间")]

    @classmethod
    def of(cls, saved: SavedSearch) -> Self:
        """Return a saved search as its owner sees it."""
        shown = cls.model_validate(saved)
        shown.seen_at, shown.created_at = saved.seen_at.astimezone(CITY_TIME), saved.created_at.astimezone(CITY_TIME)
        return shown


class SavedSearchList(BaseModel):
    """All of the caller's."""

    items: Annotated[list[SavedSearchOut], Field(title="收藏的检索")]


class NewResultOut(BaseModel):
    """A result that was not there when the owner last looked."""

    id: Annotated[str, Field(title="记录 id")]
    title: Annotated[str, Field(title="名称")]
    organisation: Annotated[str | None, Field(title="单位", description="匿名需求为空")]
    grade: Annotated[int, Field(title="等级", description="2 弱相关，3 较强相关，4 强相关")]
    probability: Annotated[float, Field(title="至少达到该等级的概率")]


class DigestOut(BaseModel):
    """What is new of a kept search."""

    search: Annotated[SavedSearchOut, Field(title="收藏的检索")]
    new: Annotated[int, Field(title="上次查看以来的新结果数", description="最多 100")]
    results: Annotated[list[NewResultOut], Field(title="新结果", description="最相关的几条")]


class DigestList(BaseModel):
    """What is new of all of the caller's."""

    items: Annotated[list[DigestOut], Field(title="提醒")]
