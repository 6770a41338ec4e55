"""Routes of notices and of how one is told: everyone's own."""

from typing import Annotated

from fastapi import Query, Response

from app.access.guard import CallerOf, guarded_router
from app.core.city_time import CITY_TIME
from app.core.database import DatabaseOf, ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.kinds.parameters import Cursor, Limit
from app.models import Delivery, DeliveryState, NoticeChannel, NoticePace, NoticeTopic
from app.notices.preference_service import NoticePreferenceService
from app.notices.reading import TOPICS
from app.notices.schemas import (
    MOST_COUNTED,
    DeliveryList,
    DeliveryOut,
    NoticeOut,
    NoticePage,
    PreferenceIn,
    PreferenceOut,
    SweepIn,
    SweptOut,
    UnseenOut,
    UnsweepIn,
    WebhookTestOut,
)
from app.notices.service import NoticeService

router = guarded_router("", "通知")
_MOST_EXPORTED = 5000
_Topic = Annotated[NoticeTopic | None, Query(title="类别")]
_Unseen = Annotated[bool, Query(title="只看未读")]


@router.get("/notices", summary="列出通知")
def list_notices(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    topic: _Topic = None,
    unseen: _Unseen = False,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> NoticePage:
    """Return the caller's notices, the newest first."""
    rows, following = parts[NoticeService].page(session, caller, topic=topic, unseen=unseen, cursor=cursor, limit=limit)
    return NoticePage(items=[NoticeOut.of(each) for each in rows], next_cursor=following)


@router.get("/notices/unseen", summary="未读数")
def unseen_count(parts: PartsOf, session: ReadSession, caller: CallerOf) -> UnseenOut:
    """Return how many the caller has not seen."""
    count = parts[NoticeService].unseen_count(session, caller, MOST_COUNTED + 1)
    return UnseenOut(unseen=min(count, MOST_COUNTED), capped=count > MOST_COUNTED)


@router.get("/notices/list.xlsx", summary="导出通知", responses=WORKBOOK, response_class=Response)
def notices_workbook(
    parts: PartsOf, session: ReadSession, caller: CallerOf, topic: _Topic = None, unseen: _Unseen = False
) -> Response:
    """Return the list as a workbook, the newest first."""
    rows, _ = parts[NoticeService].page(session, caller, topic=topic, unseen=unseen, limit=_MOST_EXPORTED)
    header = ["时间", "类别", "标题", "说明", "已读", "页面地址"]
    lines = [
        [
            each.created_at.astimezone(CITY_TIME).strftime("%Y-%m-%d %H:%M"), TOPICS[each.topic], each.title, each.text,
            "是" if each.seen else "否", each.path,
        ]
        for each in rows
    ]  # fmt: skip
    return workbook_answer(workbook("通知", header, lines), "notices.xlsx")


@router.put("/notices/seen", summary="全部标为已读")
def mark_all_seen(body: SweepIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> SweptOut:
    """Note that the caller has seen all, or those up to one."""
    sweep, changed = parts[NoticeService].mark_all(session, caller, body.sweep, body.until)
    return SweptOut(sweep=sweep, changed=changed)


@router.put("/notices/unseen", summary="撤销全部已读")
def take_sweep_back(body: UnsweepIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> SweptOut:
    """Make new again what one sweep marked."""
    return SweptOut(sweep=body.sweep, changed=parts[NoticeService].unmark(session, caller, body.sweep))


@router.put("/notices/{id}/seen", summary="标为已读")
def mark_seen(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> NoticeOut:
    """Note that the caller has seen one."""
    return NoticeOut.of(parts[NoticeService].mark_seen(session, id, caller))


@router.post("/notices/webhook", summary="试发 webhook")
def try_webhook(parts: PartsOf, database: DatabaseOf, caller: CallerOf) -> WebhookTestOut:
    """Post an empty, signed message to the caller's own address."""
    service = parts[NoticePreferenceService]
    with database.write() as session:
        webhook = service.begin_trial(session, caller)
    # That it was tried is kept, whatever comes of it.
    return WebhookTestOut(delivered=True, id=service.post_trial(webhook))


@router.get("/notices/deliveries", summary="最近的发送")
def list_deliveries(parts: PartsOf, session: ReadSession, caller: CallerOf) -> DeliveryList:
    """Return what became of the last things that were sent to the caller."""
    found = parts[NoticePreferenceService].deliveries(session, caller)
    return DeliveryList(items=[delivery_out(each) for each in found])


def delivery_out(delivery: Delivery) -> DeliveryOut:
    """Return a delivery as its reader sees it."""
    waits = delivery.state == DeliveryState.PENDING
    return DeliveryOut(
        channel=NoticeChannel(delivery.channel),
        pace=NoticePace(delivery.pace),
        state=DeliveryState(delivery.state),
        attempts=delivery.attempts,
        error=delivery.last_error,
        created_at=delivery.created_at.astimezone(CITY_TIME),
        next_try_at=delivery.next_try_at.astimezone(CITY_TIME) if waits else None,
    )


@router.get("/notice-preferences", summary="读取通知设置")
def get_preferences(parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> PreferenceOut:
    """Return how the caller is told."""
    found = parts[NoticePreferenceService].get(session, caller)
    tell_version(response, found.version)
    return found


@router.put("/notice-preferences", summary="修改通知设置")
def change_preferences(
    body: PreferenceIn,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> PreferenceOut:
    """Replace how the caller is told; a secret that is left out stays."""
    service = parts[NoticePreferenceService]
    checked = service.checked(body, caller)
    with database.write() as session:
        found = service.change(session, checked, if_match, caller)
    tell_version(response, found.version)
    return found
