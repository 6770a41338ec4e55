"""What guests take along and staff work with: sheets for tables and organisations, workbook, document, calendar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.core.caller import Caller
from app.core.sheets import Sheet, workbook_of
from app.core.word import Heading, Paragraph, Table, word_document
from app.models import Roadshow, RoadshowKind, RoadshowMeeting, RoadshowState
from app.roadshows.agenda_schemas import MeetingOut
from app.roadshows.calendar import CalendarEvent, calendar
from app.roadshows.schemas import KINDS, OUTCOMES
from app.roadshows.shown import ANY_GUEST, Shown
from app.roadshows.stages import STATES
from app.roadshows.times import period

_HEADER = ("时段", "时间", "桌号", "需求", "企业", "成果", "高校院所")


@dataclass(frozen=True, slots=True)
class Handout:
    """Meetings as they lie on each table, and as each organisation gets them."""

    tables: Sequence[tuple[int, Sequence[MeetingOut]]]
    organisations: Sequence[tuple[str, Sequence[MeetingOut]]]


def handout(shown: Shown, meetings: Sequence[RoadshowMeeting], caller: Caller, *, full: bool = False) -> Handout:
    """Return the sheets of a caller: of all for staff, of the own organisation for a guest.

    A table's sheet lies there for all to read, an organisation's goes to it alone: neither tells who
    hides, other than to themselves. `full` gives staff the tables with every name, for their own use.
    """
    tables: dict[int, list[MeetingOut]] = {}
    own: dict[str, tuple[str, list[MeetingOut]]] = {}
    for each in meetings:
        seen = shown.one(each, caller if full and caller.sees_all else ANY_GUEST)
        tables.setdefault(each.seat, []).append(seen)
        for owner in (each.need.organisation, each.achievement.organisation):
            if caller.sees_all or caller.owns(owner.id):
                part = own.setdefault(owner.id, (owner.name, []))[1]
                part.append(shown.one(each, replace(ANY_GUEST, organisation_id=owner.id)))
    return Handout(
        tables=sorted(tables.items()) if caller.sees_all else [],
        organisations=sorted(own.values(), key=lambda part: part[0]),
    )


def agenda_workbook(roadshow: Roadshow, meetings: Sequence[MeetingOut]) -> bytes:
    """Return an agenda and its results as a workbook."""
    header = [*_HEADER, "场次编号", "匹配等级", "结果", "备注"]
    rows = [
        [
            *_row(each), each.code, each.grade, each.outcome and OUTCOMES[each.outcome], each.note,
        ]
        for each in meetings
    ]  # fmt: skip
    return workbook_of([Sheet(f"议程 {roadshow.held_on}", header, rows)])


def handout_document(roadshow: Roadshow, sheets: Handout) -> bytes:
    """Return the sheets as a document to edit and print."""
    parts: list[Heading | Paragraph | Table] = [Paragraph(line) for line in about(roadshow)]
    for number, meetings in sheets.tables:
        parts += [Heading(f"{number} 号桌", 1), _table(meetings)]
    for name, meetings in sheets.organisations:
        parts += [Heading(name, 1), _table(meetings)]
    if not sheets.tables and not sheets.organisations:
        parts.append(Paragraph("议程还没有定。"))
    return word_document(roadshow.title, parts)


def about(roadshow: Roadshow) -> list[str]:
    """Return what, when and where in lines."""
    lines = [f"{KINDS[RoadshowKind(roadshow.kind)]}，{roadshow.held_on} {roadshow.starts}–{roadshow.ends}"]
    told = (("地点", roadshow.place), ("线上", roadshow.link), ("主办", roadshow.host))
    return [*lines, *(f"{name}：{text}" for name, text in told if text)]


def calendar_of(roadshow: Roadshow, meetings: Sequence[MeetingOut], address: str, told_at: datetime) -> bytes:
    """Return a roadshow and meetings as a calendar.

    Args:
        address: of the roadshow's page.
    """
    starts_at, ends_at = period(roadshow)
    cancelled = roadshow.state == RoadshowState.CANCELLED
    whole = CalendarEvent(
        uid=f"roadshow-{roadshow.id}@shuangxu", starts=starts_at, ends=ends_at, summary=roadshow.title,
        place=roadshow.place or roadshow.link, text=_text(roadshow), url=address, sequence=roadshow.version,
        cancelled=cancelled,
    )  # fmt: skip
    own = [
        CalendarEvent(
            uid=f"meeting-{each.id}@shuangxu", starts=each.starts_at, ends=each.ends_at,
            summary=f"{each.table} 号桌洽谈：{each.need.organisation} 与 {each.achievement.organisation}",
            place="，".join(part for part in (roadshow.place, f"{each.table} 号桌") if part),
            text=f"需求：{each.need.title}\n成果：{each.achievement.title}", url=address,
            sequence=roadshow.version + each.version, cancelled=cancelled,
        )
        for each in meetings
    ]  # fmt: skip
    return calendar([whole, *own], told_at)


def _text(roadshow: Roadshow) -> str:
    lines = [*about(roadshow), roadshow.description]
    if roadshow.state == RoadshowState.CANCELLED:
        lines.insert(0, f"{STATES[RoadshowState.CANCELLED]}：{roadshow.reason}")
    return "\n".join(line for line in lines if line)


def _table(meetings: Sequence[MeetingOut]) -> Table:
    return Table(_HEADER, [_row(each) for each in meetings])


def _row(each: MeetingOut) -> list[object]:
    return [
        each.slot, f"{each.starts_at:%H:%M}–{each.ends_at:%H:%M}", each.table, each.need.title, each.need.organisation,
        each.achievement.title, each.achievement.organisation,
    ]  # fmt: skip
