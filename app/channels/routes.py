"""Routes of channels, and where a record is published beside here."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.access.guard import CallerOf, guarded_router
from app.channels import package_routes
from app.channels.differences import differences
from app.channels.schemas import (
    ChannelIn,
    ChannelOut,
    ChannelPage,
    ChannelPatch,
    Differences,
    ItemOut,
    ItemPage,
    PreviewOut,
    Publications,
    TemplateOut,
)
from app.channels.service import ChannelService
from app.channels.states import ITEM_STATES
from app.channels.templates import templates
from app.core.city_time import CITY_TIME
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.idempotency import IdempotencyKey, KeyHeader
from app.kinds.parameters import Cursor, Limit
from app.models import ItemState, RecordKind
from app.records.service import RecordServices

_channels = guarded_router("/channels", "对外发布")
_records = guarded_router("", "对外发布")
_MOST_EXPORTED = 20_000
_StateOf = Annotated[ItemState | None, Query(title="状态")]


@_channels.post("", status_code=201, summary="新建发布通道")
def create_channel(
    body: ChannelIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    idempotency_key: KeyHeader = None,
) -> ChannelOut:
    """Set a channel up, from a template or from nothing."""
    idempotency = IdempotencyKey.of("channels", caller, idempotency_key, body.model_dump_json())
    channel = parts[ChannelService].create(session, body.model_dump(exclude_unset=True), caller, idempotency)
    tell_version(response, channel.version)
    return ChannelOut.of(channel)


@_channels.get("", summary="列出发布通道")
def list_channels(
    parts: PartsOf, session: ReadSession, caller: CallerOf, cursor: Cursor = None, limit: Limit = 20
) -> ChannelPage:
    """Return channels, the newest first."""
    rows, following = parts[ChannelService].page(session, caller, cursor, limit)
    return ChannelPage(items=[ChannelOut.of(each) for each in rows], next_cursor=following)


@_channels.get("/templates", summary="列出通道模板")
def channel_templates() -> list[TemplateOut]:
    """Return channels to start from; their columns must be compared with the platform's."""
    return templates()


@_channels.get("/{id}", summary="读取发布通道")
def get_channel(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> ChannelOut:
    """Return one channel."""
    channel = parts[ChannelService].get(session, id, caller)
    tell_version(response, channel.version)
    return ChannelOut.of(channel)


@_channels.patch("/{id}", summary="修改发布通道")
def change_channel(
    id: str,
    body: ChannelPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> ChannelOut:
    """Change the given fields; the others stay."""
    channel = parts[ChannelService].change(session, id, body.model_dump(exclude_unset=True), if_match, caller)
    tell_version(response, channel.version)
    return ChannelOut.of(channel)


@_channels.post("/{id}/preview", summary="预览")
def preview_channel(id: str, body: ChannelPatch, parts: PartsOf, session: ReadSession, caller: CallerOf) -> PreviewOut:
    """Return three records as the platform would get them after a change; nothing is saved."""
    return parts[ChannelService].preview(session, id, body.model_dump(exclude_unset=True), caller)


@_channels.get("/{id}/differences", summary="与上次交付的差异")
def channel_differences(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Differences:
    """Return what a package would carry now."""
    return differences(session, parts[ChannelService].packages, id, caller)


@_channels.get("/{id}/items", summary="列出通道上的记录")
def channel_items(
    id: str,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    state: _StateOf = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> ItemPage:
    """Return what the platform has and what it said of it, the newest first."""
    rows, following = parts[ChannelService].items(session, id, state, cursor, limit, caller)
    return ItemPage(items=rows, next_cursor=following)


@_channels.get("/{id}/items.xlsx", summary="导出通道上的记录", responses=WORKBOOK, response_class=Response)
def channel_items_workbook(
    id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, state: _StateOf = None
) -> Response:
    """Return the list as a workbook, the newest first."""
    rows, _ = parts[ChannelService].items(session, id, state, None, _MOST_EXPORTED, caller)
    header = ["对外编号", "名称", "状态", "退回原因", "平台编号", "平台链接", "线索数", "交付日期", "回执日期"]
    return workbook_answer(workbook("对外发布", header, [_row(each) for each in rows]), "channel-items.xlsx")


def _row(item: ItemOut) -> list[object]:
    days = [moment and moment.astimezone(CITY_TIME).date() for moment in (item.delivered_at, item.answered_at)]
    return [
        item.code, item.title, ITEM_STATES[item.state], item.reason, item.platform_id, item.platform_url, item.leads,
        *days,
    ]  # fmt: skip


@_records.get("/achievements/{id}/publications", summary="成果发布到了哪里")
def achievement_publications(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Publications:
    """Return where an achievement is published beside here, for its owner and staff."""
    return parts[ChannelService].publications(
        session, parts[RecordServices][RecordKind.ACHIEVEMENTS].get_own(session, id, caller)
    )


@_records.get("/needs/{id}/publications", summary="需求发布到了哪里")
def need_publications(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Publications:
    """Return where a need is published beside here, and why it is not, for its owner and staff."""
    need = parts[RecordServices][RecordKind.NEEDS].get_own(session, id, caller)
    return parts[ChannelService].publications(session, need)


router = APIRouter()
for _part in (_channels, package_routes.router, _records):
    router.routes.extend(_part.routes)
