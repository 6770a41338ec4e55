"""Bodies of channels in the HTTP contract."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.core.city_time import CITY_TIME
from app.kinds.fields import Industries, Maturity, OptionalText, RecordBody, Word, Words
from app.models import (
    Channel,
    ChannelItem,
    ChannelPackage,
    ItemState,
    NeedClass,
    PackageFormat,
    PackageState,
    RecordKind,
)

_Short = Annotated[OptionalText, Field(max_length=100)]
_Line = Annotated[OptionalText, Field(max_length=500)]
_Note = Annotated[OptionalText, Field(max_length=2000)]
MOST_COLUMNS = 60


class TemplateName(StrEnum):
    """Channels to start from."""

    LINGYANG_NEEDS = "lingyang_needs"
    CITY_ACHIEVEMENTS = "city_achievements"
    TOPICS = "topics"


class ColumnIn(RecordBody):
    """A column of the platform's table."""

    target: Annotated[Word, Field(title="平台列名", max_length=60)]
    source: Annotated[Word, Field(title="取自", description="字段名；constant 为固定文字，code 为对外编号")]
    constant: Annotated[_Line, Field(title="固定文字")] = ""
    values: Annotated[
        dict[_Short, _Short],
        Field(title="对应词", max_length=100, description="本库的词到平台的词；* 为其余的词，空为没有填写时"),
    ] = {}
    required: Annotated[bool, Field(title="必填", description="没有内容的记录不发")] = False


class Selection(RecordBody):
    """What of the public records goes to the platform; what is empty does not narrow."""

    industries: Annotated[Industries, Field(title="行业代码", description="含其下级")] = []
    chains: Annotated[Words, Field(title="产业链标签")] = []
    districts: Annotated[Words, Field(title="县区或园区", description="选了县区，匿名需求就都不发")] = []
    need_classes: Annotated[list[NeedClass], Field(title="需求类别", max_length=3)] = []
    min_maturity: Annotated[Maturity | None, Field(title="成熟度不低于")] = None
    max_maturity: Annotated[Maturity | None, Field(title="成熟度不高于")] = None


class ChannelFields(RecordBody):
    """Fields that may be left out."""

    note: Annotated[_Note, Field(title="说明", description="平台网址、上传步骤、对方联系人")] = ""
    format: Annotated[PackageFormat, Field(title="文件格式")] = PackageFormat.XLSX
    columns: Annotated[list[ColumnIn], Field(title="字段对应", max_length=MOST_COLUMNS)] = []
    selection: Annotated[Selection, Field(title="发哪些")] = Selection()
    left_out: Annotated[Words, Field(title="另外隐去的字段")] = []
    hold_hints: Annotated[bool, Field(title="有疑似暴露也不发")] = False
    contact_line: Annotated[_Line, Field(title="情报员联系方式", description="包里唯一的联系方式，各行相同")] = ""
    active: Annotated[bool, Field(title="启用")] = True


class ChannelIn(ChannelFields):
    """A channel as it is set up."""

    name: Annotated[Word | None, Field(title="通道名称", description="用模板时可不填")] = None
    kind: Annotated[RecordKind | None, Field(title="发什么", description="用模板时可不填")] = None
    template: Annotated[TemplateName | None, Field(title="模板")] = None


class ChannelPatch(ChannelFields):
    """Fields to change; those left out stay."""

    name: Annotated[Word, Field(title="通道名称")] = ""


class ColumnOut(BaseModel):
    """A column of the platform's table."""

    target: Annotated[str, Field(title="平台列名")]
    source: Annotated[str, Field(title="取自")]
    constant: Annotated[str, Field(title="固定文字")]
    values: Annotated[dict[str, str], Field(title="对应词")]
    required: Annotated[bool, Field(title="必填")]


class ChannelOut(BaseModel):
    """A channel as it is shown."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="通道 id")]
    name: Annotated[str, Field(title="通道名称")]
    note: Annotated[str, Field(title="说明")]
    kind: Annotated[RecordKind, Field(title="发什么")]
    format: Annotated[PackageFormat, Field(title="文件格式")]
    columns: Annotated[list[ColumnOut], Field(title="字段对应")]
    selection: Annotated[Selection, Field(title="发哪些")]
    left_out: Annotated[list[str], Field(title="另外隐去的字段")]
    hold_hints: Annotated[bool, Field(title="有疑似暴露也不发")]
    contact_line: Annotated[str, Field(title="情报员联系方式")]
    active: Annotated[bool, Field(title="启用")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    created_by: Annotated[str, Field(title="建立人")]
    created_at: Annotated[datetime, Field(title="建立时间")]

    @classmethod
    def of(cls, channel: Channel) -> Self:
        """Return a channel as it is shown."""
        shown = cls.model_validate(channel)
        shown.created_at = channel.created_at.astimezone(CITY_TIME)
        return shown


class ChannelPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[ChannelOut], Field(title="本页通道", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class TemplateOut(BaseModel):
    """A channel to start from."""

    name: Annotated[TemplateName, Field(title="模板")]
    title: Annotated[str, Field(title="通道名称")]
    kind: Annotated[RecordKind, Field(title="发什么")]
    note: Annotated[str, Field(title="说明")]
    columns: Annotated[list[ColumnOut], Field(title="字段对应")]


class PreviewOut(BaseModel):
    """The first records as the platform would get them."""

    header: Annotated[list[str], Field(title="列名")]
    rows: Annotated[list[list[str]], Field(title="前三条")]
    problems: Annotated[list[str], Field(title="发不出的原因", description="与行对应，空为可以发")]


class EntryOut(BaseModel):
    """A record in the differences."""

    record_id: Annotated[str, Field(title="记录 id")]
    code: Annotated[str | None, Field(title="对外编号", description="第一次发布时才编号")]
    title: Annotated[str, Field(title="名称")]
    reasons: Annotated[list[str], Field(title="原因")] = []
    changes: Annotated[list[list[str]], Field(title="改动", description="每项为 列名、原来、现在")] = []
    there: Annotated[bool, Field(title="平台上现有")] = False


class Differences(BaseModel):
    """What a package would carry now. Records are named for staff alone, at most 200 of each sort."""

    added: Annotated[int, Field(title="新增")]
    changed: Annotated[int, Field(title="修改")]
    removed: Annotated[int, Field(title="撤下")]
    unchanged: Annotated[int, Field(title="没有变化")]
    held: Annotated[int, Field(title="因会暴露企业而不发")]
    blocked: Annotated[int, Field(title="因格式问题未发")]
    notes: Annotated[list[str], Field(title="提示")]
    added_items: Annotated[list[EntryOut], Field(title="新增的记录")] = []
    changed_items: Annotated[list[EntryOut], Field(title="修改的记录")] = []
    removed_items: Annotated[list[EntryOut], Field(title="撤下的记录")] = []
    held_items: Annotated[list[EntryOut], Field(title="会暴露企业的记录")] = []
    blocked_items: Annotated[list[EntryOut], Field(title="格式有问题的记录")] = []


class PackageIn(RecordBody):
    """A package to make."""

    full: Annotated[bool, Field(title="全量", description="平台要求整体替换，或第一次核对时用")] = False


class PackageEnd(RecordBody):
    """How a package came to its end."""

    note: Annotated[_Note, Field(title="说明", description="如平台批次号")] = ""


class PackageOut(BaseModel):
    """A package as it is shown."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="包 id")]
    channel_id: Annotated[str, Field(title="通道 id")]
    number: Annotated[int, Field(title="序号")]
    state: Annotated[PackageState, Field(title="状态")]
    full: Annotated[bool, Field(title="全量")]
    format: Annotated[PackageFormat, Field(title="文件格式")]
    sha256: Annotated[str, Field(title="文件校验值")]
    size: Annotated[int, Field(title="字节数")]
    added: Annotated[int, Field(title="新增")]
    changed: Annotated[int, Field(title="修改")]
    removed: Annotated[int, Field(title="撤下")]
    held: Annotated[int, Field(title="因会暴露企业而不发")]
    blocked: Annotated[int, Field(title="因格式问题未发")]
    note: Annotated[str, Field(title="说明")]
    created_by: Annotated[str, Field(title="生成人")]
    created_at: Annotated[datetime, Field(title="生成时间")]
    ended_by: Annotated[str | None, Field(title="交付或取消的人")]
    ended_at: Annotated[datetime | None, Field(title="交付或取消的时间")]

    @classmethod
    def of(cls, package: ChannelPackage) -> Self:
        """Return a package as it is shown."""
        shown = cls.model_validate(package)
        shown.created_at = package.created_at.astimezone(CITY_TIME)
        shown.ended_at = package.ended_at and package.ended_at.astimezone(CITY_TIME)
        return shown


class PackagePage(BaseModel):
    """Part of the list."""

    items: Annotated[list[PackageOut], Field(title="本页的包", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class ItemOut(BaseModel):
    """A record on a channel."""

    record_id: Annotated[str | None, Field(title="记录 id", description="仅情报员可见")]
    code: Annotated[str, Field(title="对外编号")]
    title: Annotated[str | None, Field(title="发出的名称", description="仅情报员可见")]
    state: Annotated[ItemState, Field(title="状态")]
    reason: Annotated[str, Field(title="退回原因")]
    platform_id: Annotated[str | None, Field(title="平台编号")]
    platform_url: Annotated[str | None, Field(title="平台链接")]
    leads: Annotated[int, Field(title="线索数", description="咨询、认领的条数，不含不采用的")]
    delivered_at: Annotated[datetime | None, Field(title="交付时间")]
    answered_at: Annotated[datetime | None, Field(title="回执时间")]

    @classmethod
    def of(cls, item: ChannelItem, title: str | None, leads: int, *, staff: bool) -> Self:
        """Return an item; what was sent may name an enterprise as we know by now, so only staff read it."""
        return cls(
            record_id=item.record_id if staff else None, code=item.code, title=title if staff else None,
            state=ItemState(item.state), reason=item.reason, platform_id=item.platform_id,
            platform_url=item.platform_url, leads=leads,
            delivered_at=item.delivered_at and item.delivered_at.astimezone(CITY_TIME),
            answered_at=item.answered_at and item.answered_at.astimezone(CITY_TIME),
        )  # fmt: skip


class ItemPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[ItemOut], Field(title="本页的记录")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class PublicationOut(BaseModel):
    """Where a record is published beside here."""

    channel: Annotated[str, Field(title="通道")]
    state: Annotated[ItemState, Field(title="状态")]
    reason: Annotated[str, Field(title="退回原因")]
    platform_url: Annotated[str | None, Field(title="平台链接")]
    delivered_at: Annotated[datetime | None, Field(title="交付时间")]


class Publications(BaseModel):
    """Where a record is published beside here, and why it is not."""

    items: Annotated[list[PublicationOut], Field(title="发布到")]
    held: Annotated[list[str], Field(title="不对外发布的原因", description="会暴露企业的文字")]
