"""Bodies of liaison duty in the HTTP contract."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.core.city_time import CITY_TIME
from app.kinds.fields import Id, OptionalText, RecordBody, Word
from app.liaisons.duty import OVERDUE_DAYS, days_without_contact, is_overdue
from app.liaisons.service import RosterEntry
from app.models import Assignment


class Manner(StrEnum):
    """How a liaison was in touch: 走访, 电话, 会议, 线上."""

    VISIT = "visit"
    CALL = "call"
    MEETING = "meeting"
    ONLINE = "online"


class AssignmentIn(RecordBody):
    """An organisation to look after."""

    organisation_id: Annotated[Id, Field(title="单位 id")]
    platform: Annotated[Word | None, Field(title="平台", description="该单位的某个研发平台；不填为整个单位")] = None


class AssignmentOut(BaseModel):
    """An organisation that a liaison looks after."""

    id: Annotated[str, Field(title="定点联系 id")]
    liaison_id: Annotated[str, Field(title="情报员账号 id")]
    liaison: Annotated[str, Field(title="情报员")]
    organisation_id: Annotated[str, Field(title="单位 id")]
    organisation: Annotated[str, Field(title="单位")]
    platform: Annotated[str | None, Field(title="平台")]
    since: Annotated[date, Field(title="起始日期")]
    last_contact_on: Annotated[date | None, Field(title="最近联系")]
    days_since_contact: Annotated[int | None, Field(title="距最近联系天数", description="从未联系则自分配日起")]
    overdue: Annotated[bool, Field(title="是否逾期未联系", description=f"超过 {OVERDUE_DAYS} 天")]

    @classmethod
    def of(cls, one: Assignment) -> Self:
        """Return an assignment with how long ago the last contact was."""
        return cls(
            id=one.id,
            liaison_id=one.liaison_id,
            liaison=one.liaison.name,
            organisation_id=one.organisation_id,
            organisation=one.organisation.name,
            platform=one.platform,
            since=one.started_at.astimezone(CITY_TIME).date(),
            last_contact_on=one.last_contact_on,
            days_since_contact=days_without_contact(one),
            overdue=is_overdue(one),
        )


class AssignmentList(BaseModel):
    """Assignments."""

    items: Annotated[list[AssignmentOut], Field(title="定点联系")]


class LiaisonOut(BaseModel):
    """A liaison of the roster."""

    id: Annotated[str, Field(title="账号 id")]
    name: Annotated[str, Field(title="姓名")]
    email: Annotated[str, Field(title="邮箱")]
    phone: Annotated[str | None, Field(title="电话")]
    unit: Annotated[str | None, Field(title="所在专班、县区、园区或单位")]
    overdue: Annotated[int, Field(title="逾期未联系的单位数")]
    assignments: Annotated[list[AssignmentOut], Field(title="定点联系")]

    @classmethod
    def of(cls, entry: RosterEntry) -> Self:
        """Return a line of the roster."""
        assignments = [AssignmentOut.of(each) for each in entry.assignments]
        liaison = entry.liaison
        return cls(
            id=liaison.id,
            name=liaison.name,
            email=liaison.email,
            phone=liaison.phone,
            unit=liaison.unit,
            overdue=sum(each.overdue for each in assignments),
            assignments=assignments,
        )


class Roster(BaseModel):
    """The roster."""

    items: Annotated[list[LiaisonOut], Field(title="科技情报员")]


class ContactIn(RecordBody):
    """A contact that was made."""

    contacted_on: Annotated[date, Field(title="联系日期")]
    manner: Annotated[Manner, Field(title="方式", description="visit 走访，call 电话，meeting 会议，online 线上")]
    note: Annotated[OptionalText, Field(title="情况记录", max_length=5000)] = ""


class ContactOut(BaseModel):
    """A contact as it is shown."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="联系记录 id")]
    contacted_on: Annotated[date, Field(title="联系日期")]
    manner: Annotated[Manner, Field(title="方式")]
    note: Annotated[str, Field(title="情况记录")]
    created_at: Annotated[datetime, Field(title="登记时间")]


class ContactList(BaseModel):
    """Contacts, the last first."""

    items: Annotated[list[ContactOut], Field(title="联系记录")]


class HandOverIn(RecordBody):
    """Who takes over."""

    to: Annotated[Id, Field(title="接手的情报员账号 id")]


class HandOverOut(BaseModel):
    """How much went over."""

    assignments: Annotated[int, Field(title="移交的定点联系")]
    interests: Annotated[int, Field(title="移交的合作意向")]
    dockings: Annotated[int, Field(title="移交的对接")]
