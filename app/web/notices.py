"""Pages of notices: the list by day, and how one is told."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated

from fastapi import Query, Response
from pydantic import BeforeValidator

from app.core.city_time import CITY_TIME, today
from app.core.identifiers import new_id
from app.kinds.parameters import Cursor
from app.models import DeliveryState, NoticePace, NoticeTopic
from app.notices.preferences import LEAST_GRADE
from app.notices.reading import GRADES, TOPICS
from app.notices.routes import delivery_out
from app.notices.schemas import NoticeOut
from app.notices.senders import NAMES
from app.web.pages import PageOf, page_router

router = page_router()
_PAGE = 30
_Topic = Annotated[NoticeTopic | None, BeforeValidator(lambda value: value or None)]
PACES = {
    NoticePace.IMMEDIATE: "立即",
    NoticePace.DAILY: "每日 8:00 汇总",
    NoticePace.WEEKLY: "每周一 8:00 汇总",
    NoticePace.OFF: "不提醒",
}
STATES = {
    DeliveryState.PENDING: ("warn", "待重试"),
    DeliveryState.SENDING: ("", "发送中"),
    DeliveryState.SENT: ("good", "已发送"),
    DeliveryState.FAILED: ("bad", "未送达"),
    DeliveryState.UNKNOWN: ("warn", "不知是否送达"),
    DeliveryState.DROPPED: ("", "不必再发"),
}


@router.get("/notices")
def notices(
    page: PageOf, topic: _Topic = None, unseen: Annotated[bool, Query(title="只看未读")] = False, cursor: Cursor = None
) -> Response:
    """Show the viewer's notices by day, the newest first."""
    rows, following = page.services.notices.page(
        page.session, page.caller, topic=topic, unseen=unseen, cursor=cursor, limit=_PAGE
    )
    shown = [NoticeOut.of(each) for each in rows]
    return page.render(
        "notices/index.html",
        days=by_day(shown, today()),
        topics={topic.value: name for topic, name in TOPICS.items()},
        topic=topic,
        unseen=unseen,
        next_cursor=following,
        cursor=cursor,
        newest=shown[0].id if shown else None,
        sweep=new_id(),
    )


@router.get("/notices/preferences")
def preferences(page: PageOf) -> Response:
    """Show how the viewer is told, and what became of what was sent."""
    service = page.services.notice_preferences
    sent = [delivery_out(each) for each in service.deliveries(page.session, page.caller)]
    return page.render(
        "notices/preferences.html",
        wishes=service.get(page.session, page.caller),
        account=page.caller.account_id,
        topics=TOPICS,
        paces={pace.value: name for pace, name in PACES.items()},
        grades={LEAST_GRADE: f"{GRADES[LEAST_GRADE]}及以上", 4: f"只要{GRADES[4]}"},
        channels=NAMES,
        sent=[(each, *STATES[each.state], PACES[each.pace]) for each in sent],
    )


def by_day(items: Sequence[NoticeOut], day: date) -> list[tuple[str, list[NoticeOut]]]:
    """Return notices under the names of their days."""
    names = {day: "今天", day - timedelta(days=1): "昨天"}
    found = groupby(items, lambda each: each.created_at.astimezone(CITY_TIME).date())
    return [(f"{names[at]} {at.isoformat()}" if at in names else at.isoformat(), list(group)) for at, group in found]
