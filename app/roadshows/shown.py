"""Meetings as a caller may know them: what is hidden elsewhere is hidden in an agenda too."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from app.core.caller import Caller, Role
from app.kinds.table import KINDS, Record, kind_of
from app.kinds.visibility import shows_all_of, shows_owner
from app.models import MeetingOutcome, RecordKind, Roadshow, RoadshowMeeting
from app.records.repository import RecordRepository
from app.roadshows.agenda_schemas import MeetingOut, OfferedOut, SideOut
from app.roadshows.pairs import Candidate
from app.roadshows.times import slot_period

# Whoever has signed in and owns nothing: what a sheet may say that lies on a table for all to read.
ANY_GUEST = Caller(Role.EXPERT)
_UNTOLD = {RecordKind.NEEDS: "未公开的需求", RecordKind.ACHIEVEMENTS: "未公开的成果"}
_ANONYMOUS = {RecordKind.NEEDS: "匿名企业", RecordKind.ACHIEVEMENTS: "匿名单位"}


class Shown:
    """Shows meetings to callers, after one look at which of their records are open to all who signed in."""

    def __init__(self, session: Session, roadshow: Roadshow, meetings: Sequence[RoadshowMeeting]) -> None:
        self._roadshow = roadshow
        self._open: dict[RecordKind, Collection[str]] = {}
        for kind, ids in (
            (RecordKind.NEEDS, {each.need_id for each in meetings}),
            (RecordKind.ACHIEVEMENTS, {each.achievement_id for each in meetings}),
        ):
            seen = RecordRepository(session, KINDS[kind]).by_ids(sorted(ids), ANY_GUEST) if ids else {}
            self._open[kind] = seen.keys()

    def all(self, meetings: Sequence[RoadshowMeeting], caller: Caller) -> list[MeetingOut]:
        """Return meetings as a caller may know them."""
        return [self.one(each, caller) for each in meetings]

    def one(self, meeting: RoadshowMeeting, caller: Caller) -> MeetingOut:
        """Return a meeting as a caller may know it."""
        starts_at, ends_at = slot_period(self._roadshow, meeting.slot)
        code = f"{meeting.slot + 1}-{meeting.seat}"
        staff = caller.sees_all
        return MeetingOut(
            id=meeting.id, code=code, slot=meeting.slot + 1, table=meeting.seat, starts_at=starts_at, ends_at=ends_at,
            need=self._side(meeting.need, code, caller), achievement=self._side(meeting.achievement, code, caller),
            grade=meeting.grade if staff else None, probability=meeting.probability if staff else None,
            pinned=meeting.pinned and staff,
            outcome=None if meeting.outcome is None else MeetingOutcome(meeting.outcome),
            note=meeting.note if staff else "", docking_id=meeting.docking_id if staff else None,
            version=meeting.version,
        )  # fmt: skip

    def _side(self, record: Record, code: str, caller: Caller) -> SideOut:
        kind = kind_of(record)
        # As `visible_sql` says it: open to all who signed in, or the caller's own.
        visible = record.id in self._open[kind.name] or shows_all_of(record, caller)
        named = visible and shows_owner(record, kind, caller)
        return SideOut(
            id=record.id if visible else None,
            title=record.title if visible else _UNTOLD[kind.name],
            organisation_id=record.organisation_id if named else None,
            organisation=record.organisation.name if named else f"{_ANONYMOUS[kind.name]} {code}",
        )


def shown_candidate(each: Candidate) -> OfferedOut:
    """Return a pair that could be seated, as staff see it."""
    return OfferedOut(
        need_id=each.need.id, need=each.need.title, enterprise=each.need.organisation.name,
        achievement_id=each.achievement.id, achievement=each.achievement.title,
        university=each.achievement.organisation.name, grade=each.grade, probability=round(each.probability, 4),
    )  # fmt: skip
