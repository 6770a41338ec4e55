"""Notices as their reader may see them now.

What a match is called is made of its records when it is read, in the console as in what is sent, and
of no more than its reader may see at that moment: a record that was withdrawn, ran out or was hidden
takes its words out of every notice with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.kinds.table import KINDS, Record
from app.matches.standing_matches import is_open
from app.models import Notice, NoticeTopic, RecordKind, Status
from app.notices.recipients import Views
from app.records.repository import RecordRepository

TOPICS: Mapping[NoticeTopic, str] = {
    NoticeTopic.MATCH: "持续匹配",
    NoticeTopic.DOCKING: "对接",
    NoticeTopic.CHALLENGE: "揭榜挂帅",
    NoticeTopic.ROADSHOW: "路演",
    NoticeTopic.CONTRACT: "技术合同",
    NoticeTopic.RECORD: "成果与需求",
    NoticeTopic.ROUND: "需求征集",
}
GRADES = {3: "较强相关", 4: "强相关"}
GONE = "这条通知涉及的记录已撤回、到期或改了可见范围，不再显示"


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """A notice with the words that its reader may see.

    Attributes:
        path: None where what it led to is gone.
        gone: a record that it speaks of is shown to its reader no more.
    """

    id: str
    topic: NoticeTopic
    title: str
    text: str
    path: str | None
    created_at: datetime
    seen: bool
    gone: bool


def read_notices(session: Session, notices: Sequence[Notice], caller: Caller, views: Views) -> list[ReadNotice]:
    """Return notices as the caller, whose they are, may see them now; two queries for any number."""
    needs = _records(session, RecordKind.NEEDS, (each.need_id for each in notices), caller)
    achievements = _records(session, RecordKind.ACHIEVEMENTS, (each.achievement_id for each in notices), caller)
    found = []
    for each in notices:
        about = [
            records.get(id)
            for id, records in ((each.need_id, needs), (each.achievement_id, achievements))
            if id is not None
        ]
        title, text = each.title, each.text
        gone = not all(record is not None and record.status != Status.WITHDRAWN for record in about)
        if each.topic == NoticeTopic.MATCH and len(about) == 2 and not gone:
            need, achievement = (record for record in about if record is not None)
            gone = not (is_open(need) and is_open(achievement))
            title, text = _match_words(each, need, achievement, caller, views)
        found.append(
            ReadNotice(
                id=each.id,
                topic=NoticeTopic(each.topic),
                title=GONE if gone else title,
                text="" if gone else text,
                path=None if gone else each.path,
                created_at=each.created_at,
                seen=each.seen_at is not None,
                gone=gone,
            )
        )
    return found


def _records(session: Session, kind: RecordKind, ids: Iterable[str | None], caller: Caller) -> Mapping[str, Record]:
    wanted = sorted({id for id in ids if id is not None})
    return RecordRepository(session, KINDS[kind]).by_ids(wanted, caller)


def _match_words(notice: Notice, need: Record, achievement: Record, caller: Caller, views: Views) -> tuple[str, str]:
    """Return title and text of a match, as its reader stands to it."""
    need_view = views[RecordKind.NEEDS](need, caller)
    achievement_view = views[RecordKind.ACHIEVEMENTS](achievement, caller)
    grade = GRADES.get(notice.grade or 0, "相关")
    if caller.owns(need.organisation_id):
        title = f"成果“{achievement_view.title}”与本单位需求“{need_view.title}”{grade}"
    elif caller.owns(achievement.organisation_id):
        title = f"需求“{need_view.title}”与本单位成果“{achievement_view.title}”{grade}"
    else:
        title = f"需求“{need_view.title}”与成果“{achievement_view.title}”{grade}"
    seeker = need_view.organisation.name if need_view.organisation else "某企业（匿名发布）"
    giver = achievement_view.organisation.name if achievement_view.organisation else "某单位（匿名发布）"
    return title, f"需求方：{seeker}；成果方：{giver}"
