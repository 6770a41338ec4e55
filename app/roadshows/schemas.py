"""Bodies of roadshows in the HTTP contract."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.city_time import CITY_TIME
from app.kinds.fields import OptionalText, RecordBody, Word
from app.models import GuestAnswer, MeetingOutcome, Roadshow, RoadshowGuest, RoadshowKind, RoadshowState
from app.roadshows.stages import STATES, Step
from app.roadshows.times import period, slots_of, timing_problem

KINDS = {
    RoadshowKind.ACHIEVEMENTS: "成果路演",
    RoadshowKind.NEEDS: "需求路演",
    RoadshowKind.BOTH: "双向对接会",
}
ANSWERS = {GuestAnswer.NONE: "未答复", GuestAnswer.ACCEPTED: "参加", GuestAnswer.DECLINED: "谢绝"}
OUTCOMES = {MeetingOutcome.MET: "谈了", MeetingOutcome.NOT_MET: "没谈", MeetingOutcome.NO_SHOW: "未到场"}


def _https(text: str) -> str:
    if not text:
        return text
    try:
        parts = urlsplit(text)
        good = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and not text.split()[1:]
    except ValueError:
        good = False
    if not good:
        raise PydanticCustomError("https", "请填 https:// 开头的完整网址，或留空")
    return text


_Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM，北京时间")]
_Short = Annotated[OptionalText, Field(max_length=200)]
_Link = Annotated[OptionalText, Field(max_length=500), AfterValidator(_https)]
_Text = Annotated[OptionalText, Field(max_length=5000)]
_Note = Annotated[OptionalText, Field(max_length=1000)]
_Reason = Annotated[OptionalText, Field(max_length=500)]


class RoadshowFields(RecordBody):
    """Fields that may be left out."""

    kind: Annotated[
        RoadshowKind, Field(title="类型", description="achievements 成果路演，needs 需求路演，both 双向")
    ] = RoadshowKind.BOTH
    place: Annotated[_Short, Field(title="地点")] = ""
    link: Annotated[_Link, Field(title="线上链接", description="只收 https")] = ""
    host: Annotated[_Short, Field(title="主办单位")] = ""
    description: Annotated[_Text, Field(title="活动说明")] = ""
    capacity: Annotated[int | None, Field(ge=1, le=100_000, title="场地人数")] = None
    slot_minutes: Annotated[int, Field(ge=5, le=240, title="每场分钟数")] = 20
    tables: Annotated[int, Field(ge=1, le=50, title="同时洽谈的桌数")] = 4
    most_meetings: Annotated[int, Field(ge=1, le=50, title="每家最多洽谈场数")] = 4


class RoadshowIn(RoadshowFields):
    """A roadshow as it is planned."""

    title: Annotated[Word, Field(title="活动名称")]
    held_on: Annotated[date, Field(title="日期")]
    starts: Annotated[_Clock, Field(title="开始时间")]
    ends: Annotated[_Clock, Field(title="结束时间")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        problem = timing_problem(self.starts, self.ends, self.slot_minutes)
        if problem is not None:
            raise PydanticCustomError("range", "{message}", {"message": problem[1]})
        return self


class RoadshowPatch(RoadshowFields):
    """Fields to change; those left out stay."""

    title: Annotated[Word | None, Field(title="活动名称")] = None
    held_on: Annotated[date | None, Field(title="日期")] = None
    starts: Annotated[_Clock | None, Field(title="开始时间")] = None
    ends: Annotated[_Clock | None, Field(title="结束时间")] = None


class StepIn(RecordBody):
    """What comes next."""

    step: Annotated[
        Step,
        Field(
            title="步骤",
            description="invite 发出邀请，settle 议程定稿，reopen 重新排议程，hold 已举办，archive 归档，cancel 取消",
        ),
    ]
    reason: Annotated[_Reason, Field(title="理由", description="取消时必填，来宾可见")] = ""


class GuestsIn(RecordBody):
    """Whom to invite."""

    organisation_ids: Annotated[list[Word], Field(title="单位 id", min_length=1, max_length=500)]


class AnswerIn(RecordBody):
    """What a guest says."""

    answer: Annotated[GuestAnswer, Field(title="答复", description="accepted 参加，declined 谢绝")]
    reason: Annotated[_Reason, Field(title="说明", description="谢绝时请写明原因，主办方可见")] = ""


class GuestIn(RecordBody):
    """What staff note of a guest; what is left out stays."""

    answer: Annotated[GuestAnswer | None, Field(title="答复", description="电话等方式答复的，代为登记")] = None
    reason: Annotated[_Reason, Field(title="说明")] = ""
    attended: Annotated[bool | None, Field(title="到场")] = None


class RoadshowOut(BaseModel):
    """A roadshow as it is shown."""

    id: Annotated[str, Field(title="路演 id")]
    title: Annotated[str, Field(title="活动名称")]
    kind: Annotated[RoadshowKind, Field(title="类型")]
    state: Annotated[
        RoadshowState,
        Field(title="状态", description="；".join(f"{each.value} {name}" for each, name in STATES.items())),
    ]
    held_on: Annotated[date, Field(title="日期")]
    starts: Annotated[str, Field(title="开始时间")]
    ends: Annotated[str, Field(title="结束时间")]
    starts_at: Annotated[datetime, Field(title="开始时刻")]
    ends_at: Annotated[datetime, Field(title="结束时刻")]
    place: Annotated[str, Field(title="地点")]
    link: Annotated[str, Field(title="线上链接")]
    host: Annotated[str, Field(title="主办单位")]
    description: Annotated[str, Field(title="活动说明")]
    capacity: Annotated[int | None, Field(title="场地人数")]
    slot_minutes: Annotated[int, Field(title="每场分钟数")]
    slots: Annotated[int, Field(title="时段数")]
    tables: Annotated[int, Field(title="同时洽谈的桌数")]
    most_meetings: Annotated[int, Field(title="每家最多洽谈场数")]
    reason: Annotated[str, Field(title="取消原因")]
    your_answer: Annotated[GuestAnswer | None, Field(title="本单位的答复", description="未被邀请的角色为空")]
    your_reason: Annotated[str, Field(title="本单位谢绝的原因")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    created_at: Annotated[datetime, Field(title="创建时间")]
    updated_at: Annotated[datetime, Field(title="更新时间")]

    @classmethod
    def of(cls, roadshow: Roadshow, own: RoadshowGuest | None = None) -> Self:
        """Return a roadshow as it is shown to a guest, or to others."""
        starts_at, ends_at = period(roadshow)
        names = (
            "id", "title", "kind", "state", "held_on", "starts", "ends", "place", "link", "host", "description",
            "capacity", "slot_minutes", "tables", "most_meetings", "reason", "version",
        )  # fmt: skip
        values: dict[str, Any] = {name: getattr(roadshow, name) for name in names}
        return cls(
            **values, starts_at=starts_at, ends_at=ends_at, slots=slots_of(roadshow),
            your_answer=None if own is None else GuestAnswer(own.answer),
            your_reason="" if own is None else own.reason,
            created_at=roadshow.created_at.astimezone(CITY_TIME), updated_at=roadshow.updated_at.astimezone(CITY_TIME),
        )  # fmt: skip


class RoadshowPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[RoadshowOut], Field(title="本页路演", description="将举办的按日期先后，其余最近的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class GuestOut(BaseModel):
    """An organisation that is invited."""

    organisation_id: Annotated[str, Field(title="单位 id")]
    organisation: Annotated[str, Field(title="单位")]
    kind: Annotated[str, Field(title="单位类型")]
    district: Annotated[str | None, Field(title="县区")]
    answer: Annotated[GuestAnswer, Field(title="答复")]
    reason: Annotated[str, Field(title="说明")]
    answered_at: Annotated[datetime | None, Field(title="答复时间")]
    attended: Annotated[bool | None, Field(title="到场", description="尚未登记时为空")]

    @classmethod
    def of(cls, guest: RoadshowGuest) -> Self:
        """Return a guest as staff see it."""
        owner = guest.organisation
        return cls(
            organisation_id=owner.id, organisation=owner.name, kind=owner.kind, district=owner.district,
            answer=GuestAnswer(guest.answer), reason=guest.reason, attended=guest.attended,
            answered_at=guest.answered_at and guest.answered_at.astimezone(CITY_TIME),
        )  # fmt: skip


class GuestList(BaseModel):
    """Who is invited."""

    items: Annotated[list[GuestOut], Field(title="来宾", description="先企业后高校，按名称")]


class InvitedOut(BaseModel):
    """How many were invited."""

    invited: Annotated[int, Field(title="新邀请")]
    already: Annotated[int, Field(title="此前已在名单")]
