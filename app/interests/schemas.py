"""Bodies of interests in the HTTP contract."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, Field

from app.core.caller import Caller, Role
from app.core.city_time import CITY_TIME
from app.kinds.fields import Id, OptionalText, RecordBody
from app.kinds.table import KINDS, Record
from app.kinds.visibility import shows_owner
from app.models import Disclosure, Interest, InterestState, RecordKind
from app.models.account import Account


class Side(StrEnum):
    """The side of the need, or of the achievement."""

    NEED = "need"
    ACHIEVEMENT = "achievement"


SIDES = {Side.NEED: "需求方", Side.ACHIEVEMENT: "成果方"}
STATES = {
    InterestState.SUBMITTED: "待情报员转达",
    InterestState.FORWARDED: "已转达，待答复",
    InterestState.AGREED: "双方已同意",
    InterestState.DECLINED: "已婉拒",
    InterestState.WITHDRAWN: "已撤回",
}
_Id = Annotated[Id, Field(min_length=1)]
_Message = Annotated[OptionalText, Field(max_length=2000)]


class InterestIn(RecordBody):
    """An expression of interest."""

    need_id: Annotated[_Id, Field(title="需求 id")]
    achievement_id: Annotated[_Id, Field(title="成果 id")]
    message: Annotated[_Message, Field(title="给对方的话", description="请勿写联系方式，双方同意后由系统给出")] = ""


class ConsentIn(RecordBody):
    """Agreement of a side."""

    side: Annotated[Side | None, Field(title="哪一方", description="情报员代为登记时必填；企业、高校账号按本单位")] = (
        None
    )
    note: Annotated[_Message, Field(title="怎样同意的", description="情报员代为登记时必填，如电话、书面")] = ""


class DeclineIn(RecordBody):
    """Why it is declined."""

    reason: Annotated[_Message, Field(title="理由", description="情报员婉拒时必填，发起方可见")] = ""


class PartyOut(BaseModel):
    """A record of the pair."""

    id: Annotated[str, Field(title="记录 id")]
    title: Annotated[str, Field(title="名称")]
    organisation: Annotated[str | None, Field(title="单位", description="双方同意前，匿名的一方为空")]
    agreed_at: Annotated[datetime | None, Field(title="同意时间")]


class LiaisonShown(BaseModel):
    """Whom both sides may ask."""

    name: Annotated[str, Field(title="姓名")]
    unit: Annotated[str | None, Field(title="所在单位")]
    phone: Annotated[str | None, Field(title="电话")]


class InterestOut(BaseModel):
    """An interest as it is shown."""

    id: Annotated[str, Field(title="意向 id")]
    state: Annotated[
        InterestState,
        Field(
            title="进展",
            description="submitted 待情报员转达，forwarded 待双方同意，agreed 已同意，"
            "declined 已婉拒，withdrawn 已撤回",
        ),
    ]
    started_by: Annotated[Side | None, Field(title="发起方", description="情报员牵线时为空")]
    your_side: Annotated[Side | None, Field(title="您是哪一方")]
    message: Annotated[str, Field(title="给对方的话")]
    need: Annotated[PartyOut, Field(title="需求方")]
    achievement: Annotated[PartyOut, Field(title="成果方")]
    liaison: Annotated[LiaisonShown | None, Field(title="情报员", description="对匿名需求的对方，双方同意前为空")]
    reason: Annotated[str | None, Field(title="婉拒理由")]
    your_turn: Annotated[bool, Field(title="等您处理", description="情报员：待转达；一方：待答复")]
    created_at: Annotated[datetime, Field(title="提出时间")]
    forwarded_at: Annotated[datetime | None, Field(title="转达时间")]
    updated_at: Annotated[datetime, Field(title="更新时间")]

    @classmethod
    def of(cls, interest: Interest, caller: Caller) -> Self:
        """Return what the caller may see of an interest."""
        # A liaison's unit or district would tell where an enterprise is that hides.
        liaison = interest.liaison if _knows(interest, interest.need, RecordKind.NEEDS, caller) else None
        return cls(
            id=interest.id,
            state=InterestState(interest.state),
            started_by=side_of(interest, interest.by_organisation_id),
            your_side=side_of(interest, caller.organisation_id),
            message=interest.message,
            need=_party(interest, interest.need, RecordKind.NEEDS, interest.need_agreed_at, caller),
            achievement=_party(
                interest, interest.achievement, RecordKind.ACHIEVEMENTS, interest.achievement_agreed_at, caller
            ),
            liaison=liaison and LiaisonShown(name=liaison.name, unit=liaison.unit, phone=liaison.phone),
            reason=interest.reason,
            your_turn=is_turn_of(interest, caller),
            created_at=interest.created_at.astimezone(CITY_TIME),
            forwarded_at=interest.forwarded_at and interest.forwarded_at.astimezone(CITY_TIME),
            updated_at=interest.updated_at.astimezone(CITY_TIME),
        )


class InterestPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[InterestOut], Field(title="本页意向", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class ContactOut(BaseModel):
    """Whom to call on a side."""

    side: Annotated[Side, Field(title="哪一方")]
    organisation: Annotated[str, Field(title="单位")]
    contact: Annotated[str | None, Field(title="记录所留联系方式")]
    person: Annotated[str | None, Field(title="经办人")]
    phone: Annotated[str | None, Field(title="经办人电话")]
    email: Annotated[str | None, Field(title="经办人邮箱")]

    @classmethod
    def of(cls, side: Side, record: Record, person: Account | None) -> Self:
        """Return the contact of a side; `person` agreed for it."""
        return cls(
            side=side,
            organisation=record.organisation.name,
            contact=record.contact,
            person=person and person.name,
            phone=person and person.phone,
            email=person and person.email,
        )


class DisclosedOut(BaseModel):
    """That a contact was shown."""

    side: Annotated[Side, Field(title="哪一方的联系方式")]
    to: Annotated[str, Field(title="给谁看过")]
    at: Annotated[datetime, Field(title="时间")]

    @classmethod
    def of(cls, disclosure: Disclosure, to: str) -> Self:
        """Return a disclosure as it is shown."""
        return cls(side=Side(disclosure.kind), to=to, at=disclosure.disclosed_at.astimezone(CITY_TIME))


class ContactsOut(BaseModel):
    """Contacts of a pair whose sides both agreed."""

    items: Annotated[list[ContactOut], Field(title="联系方式", description="对方的；情报员看到双方的")]
    disclosed: Annotated[list[DisclosedOut], Field(title="本单位的联系方式给谁看过", description="情报员看到双方的")]


def side_of(interest: Interest, organisation_id: str | None) -> Side | None:
    """Return the side of an organisation."""
    if organisation_id is None:
        return None
    if interest.need.organisation_id == organisation_id:
        return Side.NEED
    return Side.ACHIEVEMENT if interest.achievement.organisation_id == organisation_id else None


def is_turn_of(interest: Interest, caller: Caller) -> bool:
    """Say whether an interest waits for the caller; the same as `turn_sql`."""
    if caller.sees_all:
        looks_after = caller.role is not Role.LIAISON or interest.liaison_id in {None, caller.account_id}
        return interest.state == InterestState.SUBMITTED and looks_after
    side = side_of(interest, caller.organisation_id)
    return side is not None and interest.state == InterestState.FORWARDED and not agreed(interest, side)


def agreed(interest: Interest, side: Side) -> bool:
    """Say whether a side agreed."""
    return (interest.need_agreed_at if side is Side.NEED else interest.achievement_agreed_at) is not None


def _knows(interest: Interest, record: Record, kind: RecordKind, caller: Caller) -> bool:
    return interest.state == InterestState.AGREED or shows_owner(record, KINDS[kind], caller)


def _party(
    interest: Interest, record: Record, kind: RecordKind, agreed_at: datetime | None, caller: Caller
) -> PartyOut:
    return PartyOut(
        id=record.id,
        title=record.title,
        organisation=record.organisation.name if _knows(interest, record, kind, caller) else None,
        agreed_at=agreed_at and agreed_at.astimezone(CITY_TIME),
    )
