"""Bodies of notices in the HTTP contract."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from app.core.city_time import CITY_TIME
from app.kinds.fields import OptionalText, RecordBody
from app.models import DeliveryState, NoticeChannel, NoticePace, NoticePreference, NoticeTopic
from app.notices.addresses import URL_LIMIT
from app.notices.preferences import wishes_of
from app.notices.reading import ReadNotice

# Also how far the bell counts.
MOST_COUNTED = 100
_Sweep = Annotated[str, Field(pattern="^[0-9a-f]{8,32}$", title="批次", description="自拟的 8 至 32 位十六进制数")]
SECRET_AT_LEAST, SECRET_AT_MOST = 16, 200


class NoticeOut(BaseModel):
    """A notice as its reader may see it now."""

    id: Annotated[str, Field(title="通知 id")]
    topic: Annotated[
        NoticeTopic,
        Field(
            title="类别",
            description="match 持续匹配，docking 对接，challenge 揭榜挂帅，roadshow 路演，contract 技术合同，"
            "record 成果与需求，round 需求征集",
        ),
    ]
    title: Annotated[str, Field(title="标题")]
    text: Annotated[str, Field(title="说明")]
    path: Annotated[str | None, Field(title="页面地址", description="涉及的记录看不到了则为空")]
    gone: Annotated[bool, Field(title="已失效", description="涉及的记录已撤回、到期或改了可见范围")]
    seen: Annotated[bool, Field(title="已读")]
    created_at: Annotated[datetime, Field(title="时间")]

    @classmethod
    def of(cls, notice: ReadNotice) -> Self:
        """Return a notice as it is shown."""
        return cls(
            id=notice.id,
            topic=notice.topic,
            title=notice.title,
            text=notice.text,
            path=notice.path,
            gone=notice.gone,
            seen=notice.seen,
            created_at=notice.created_at.astimezone(CITY_TIME),
        )


class NoticePage(BaseModel):
    """Part of the list."""

    items: Annotated[list[NoticeOut], Field(title="本页通知", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class UnseenOut(BaseModel):
    """How many notices were not seen."""

    unseen: Annotated[int, Field(title="未读数", description=f"最多数到 {MOST_COUNTED}")]
    capped: Annotated[bool, Field(title="是否不止这些")]


class SweepIn(RecordBody):
    """Marks many notices as seen at once."""

    sweep: Annotated[_Sweep | None, Field(title="批次", description="凭它可以撤销；不填则由系统生成")] = None
    until: Annotated[
        str | None, Field(pattern="^[0-9a-f]{1,32}$", title="到哪一条", description="通知 id，含；不填为全部")
    ] = None


class UnsweepIn(RecordBody):
    """Takes a sweep back."""

    sweep: _Sweep


class SweptOut(BaseModel):
    """What a sweep, or taking it back, changed."""

    sweep: Annotated[str, Field(title="批次")]
    changed: Annotated[int, Field(title="改动的条数")]


_Pace = Annotated[
    NoticePace,
    Field(description="immediate 立即，daily 每日 8 时汇总，weekly 每周一 8 时汇总，off 不提醒（只列在通知里）"),
]


class PreferenceIn(RecordBody):
    """How the caller wants to be told."""

    match: Annotated[_Pace, Field(title="持续匹配")] = NoticePace.DAILY
    docking: Annotated[_Pace, Field(title="对接")] = NoticePace.IMMEDIATE
    challenge: Annotated[_Pace, Field(title="揭榜挂帅")] = NoticePace.IMMEDIATE
    roadshow: Annotated[_Pace, Field(title="路演")] = NoticePace.IMMEDIATE
    contract: Annotated[_Pace, Field(title="技术合同")] = NoticePace.IMMEDIATE
    record: Annotated[_Pace, Field(title="成果与需求")] = NoticePace.IMMEDIATE
    round: Annotated[_Pace, Field(title="需求征集")] = NoticePace.IMMEDIATE
    least_grade: Annotated[
        Literal[3, 4], Field(title="哪些匹配值得提醒", description="3 较强相关及以上，4 只要强相关")
    ] = 3
    channels: Annotated[
        list[NoticeChannel],
        Field(max_length=4, title="发到哪里", description="mail 邮件，wecom 企业微信，dingtalk 钉钉，webhook"),
    ] = []
    webhook_url: Annotated[
        OptionalText | None, Field(max_length=URL_LIMIT, title="webhook 地址", description="https:// 开头")
    ] = None
    # Checked by the service: what pydantic refuses is sent back with the refusal.
    webhook_secret: Annotated[
        str | None,
        Field(
            title="webhook 签名密钥",
            description=f"只写不读，{SECRET_AT_LEAST} 至 {SECRET_AT_MOST} 个英文字符；不填则保留原来的",
        ),
    ] = None


class PreferenceOut(BaseModel):
    """How the caller is told."""

    match: Annotated[NoticePace, Field(title="持续匹配")]
    docking: Annotated[NoticePace, Field(title="对接")]
    challenge: Annotated[NoticePace, Field(title="揭榜挂帅")]
    roadshow: Annotated[NoticePace, Field(title="路演")]
    contract: Annotated[NoticePace, Field(title="技术合同")]
    record: Annotated[NoticePace, Field(title="成果与需求")]
    round: Annotated[NoticePace, Field(title="需求征集")]
    least_grade: Annotated[int, Field(title="哪些匹配值得提醒")]
    channels: Annotated[list[NoticeChannel], Field(title="发到哪里")]
    available_channels: Annotated[list[NoticeChannel], Field(title="可选的渠道", description="由管理员配置")]
    webhook_url: Annotated[str | None, Field(title="webhook 地址")]
    webhook_has_secret: Annotated[bool, Field(title="已设签名密钥")]
    version: Annotated[int, Field(title="版本", description="0 为从未改过")]

    @classmethod
    def of(cls, preference: NoticePreference | None, available: list[NoticeChannel]) -> Self:
        """Return what an account has said, with the defaults for the rest."""
        wishes = wishes_of(preference)
        return cls(
            **{topic.value: pace for topic, pace in wishes.paces.items()},
            least_grade=wishes.least_grade,
            channels=list(wishes.channels),
            available_channels=available,
            webhook_url=preference and preference.webhook_url,
            webhook_has_secret=bool(preference and preference.webhook_secret),
            version=preference.version if preference else 0,
        )


class DeliveryOut(BaseModel):
    """What became of something that was sent."""

    channel: Annotated[NoticeChannel, Field(title="渠道")]
    pace: Annotated[NoticePace, Field(title="立即或汇总")]
    state: Annotated[
        DeliveryState,
        Field(
            title="状态",
            description="pending 待重试，sending 发送中，sent 已发送，failed 未送达，unknown 不知是否送达，"
            "dropped 不必再发",
        ),
    ]
    attempts: Annotated[int, Field(title="尝试次数")]
    error: Annotated[str | None, Field(title="原因")]
    created_at: Annotated[datetime, Field(title="时间")]
    next_try_at: Annotated[datetime | None, Field(title="下次尝试")]


class DeliveryList(BaseModel):
    """The last ones."""

    items: Annotated[list[DeliveryOut], Field(title="最近的发送", description="最新的在前")]


class WebhookTestOut(BaseModel):
    """That a trial arrived."""

    delivered: Annotated[bool, Field(title="已送达")]
    id: Annotated[str, Field(title="投递 id", description="与请求头 X-Shuangxu-Delivery 相同")]
