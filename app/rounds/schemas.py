"""Bodies of rounds in the HTTP contract."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.caller import Caller
from app.core.city_time import CITY_TIME, today
from app.kinds.fields import Industries, OptionalText, RecordBody, Word, Words
from app.models import Round
from app.rounds.repository import Asked

_Message = Annotated[OptionalText, Field(max_length=2000)]


class RoundFields(RecordBody):
    """Fields that may be left out."""

    message: Annotated[_Message, Field(title="给企业的话", description="征集什么、怎样填、找谁问")] = ""
    industries: Annotated[Industries, Field(title="面向行业", description="GB/T 4754-2017 代码")] = []
    chains: Annotated[Words, Field(title="面向产业链")] = []


class RoundIn(RoundFields):
    """A round as it is opened."""

    title: Annotated[Word, Field(title="征集名称")]
    opens_on: Annotated[date, Field(title="开始日期")]
    closes_on: Annotated[date, Field(title="截止日期", description="含当日")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes_on < self.opens_on:
            raise PydanticCustomError("range", "截止日期早于开始日期，请改正")
        return self


class RoundPatch(RoundFields):
    """Fields to change; those left out stay."""

    title: Annotated[Word, Field(title="征集名称")] = ""
    opens_on: Annotated[date | None, Field(title="开始日期")] = None
    closes_on: Annotated[date | None, Field(title="截止日期")] = None


class InvitationsIn(RecordBody):
    """Whom to ask: named ones, or all enterprises of a district, park or industry."""

    organisation_ids: Annotated[list[Word], Field(title="单位 id", max_length=2000)] = []
    district: Annotated[Word | None, Field(title="县区")] = None
    park: Annotated[Word | None, Field(title="园区")] = None
    industry: Annotated[Word | None, Field(title="行业代码", description="该代码及其下级")] = None
    everybody: Annotated[bool, Field(title="全部企业")] = False


class DeclineIn(RecordBody):
    """That there is no need this time."""

    reason: Annotated[_Message, Field(title="说明", description="如 本轮暂无需求")] = ""
    organisation_id: Annotated[Word | None, Field(title="单位 id", description="情报员代为登记时必填")] = None


class RoundOut(BaseModel):
    """A round as it is shown."""

    id: Annotated[str, Field(title="征集 id")]
    title: Annotated[str, Field(title="征集名称")]
    message: Annotated[str, Field(title="给企业的话")]
    opens_on: Annotated[date, Field(title="开始日期")]
    closes_on: Annotated[date, Field(title="截止日期")]
    industries: Annotated[list[str], Field(title="面向行业")]
    chains: Annotated[list[str], Field(title="面向产业链")]
    open: Annotated[bool, Field(title="正在征集")]
    days_left: Annotated[int | None, Field(title="剩余天数", description="未开始或已截止时为空")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    created_by: Annotated[str | None, Field(title="发起人", description="仅情报员可见")]
    created_at: Annotated[datetime, Field(title="创建时间")]

    @classmethod
    def of(cls, round: Round, caller: Caller) -> Self:
        """Return a round as the caller sees it."""
        day = today()
        is_open = round.opens_on <= day <= round.closes_on
        return cls(
            id=round.id, title=round.title, message=round.message, opens_on=round.opens_on,
            closes_on=round.closes_on, industries=round.industries, chains=round.chains, open=is_open,
            days_left=(round.closes_on - day).days if is_open else None, version=round.version,
            created_by=round.created_by if caller.sees_all else None,
            created_at=round.created_at.astimezone(CITY_TIME),
        )  # fmt: skip


class RoundPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[RoundOut], Field(title="本页征集", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class AskedOut(BaseModel):
    """An enterprise that is asked, and what came of it."""

    organisation_id: Annotated[str, Field(title="单位 id")]
    organisation: Annotated[str, Field(title="企业")]
    district: Annotated[str | None, Field(title="县区")]
    park: Annotated[str | None, Field(title="园区")]
    needs: Annotated[int, Field(title="已提交需求数")]
    declined: Annotated[str | None, Field(title="答复无需求")]
    reminders: Annotated[int, Field(title="催办次数")]
    reminded_at: Annotated[datetime | None, Field(title="最近催办")]

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Return an invitation as it is shown."""
        invitation = asked.invitation
        owner = invitation.organisation
        return cls(
            organisation_id=owner.id, organisation=owner.name, district=owner.district, park=owner.park,
            needs=asked.needs, declined=invitation.declined, reminders=invitation.reminders,
            reminded_at=invitation.reminded_at and invitation.reminded_at.astimezone(CITY_TIME),
        )  # fmt: skip


class AskedList(BaseModel):
    """Who is asked."""

    items: Annotated[list[AskedOut], Field(title="企业", description="按县区、园区、名称")]


class CompletionRow(BaseModel):
    """How far a district and park are."""

    district: Annotated[str | None, Field(title="县区")]
    park: Annotated[str | None, Field(title="园区")]
    asked: Annotated[int, Field(title="征集企业数")]
    answered: Annotated[int, Field(title="已提交企业数")]
    declined: Annotated[int, Field(title="答复无需求")]
    silent: Annotated[int, Field(title="未答复")]
    needs: Annotated[int, Field(title="需求数")]
    done: Annotated[float, Field(title="完成率", description="已答复企业占比，0 至 1")]


class Completion(BaseModel):
    """How far a round is."""

    total: Annotated[CompletionRow, Field(title="合计")]
    items: Annotated[list[CompletionRow], Field(title="按县区和园区")]


class InvitedOut(BaseModel):
    """How many were asked."""

    invited: Annotated[int, Field(title="新邀请企业数")]
    already: Annotated[int, Field(title="此前已邀请")]
