"""The agenda of a roadshow: proposed from matches, changed by hand, and what came of each meeting."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.core.caller import Caller, Role
from app.core.database import Overtaken, release
from app.core.errors import Conflict, NotFound
from app.core.versions import check_version
from app.dockings.opening import open_docking
from app.kinds.table import KINDS, Record
from app.liaisons.repository import LiaisonRepository
from app.models import (
    DockingOrigin,
    GuestAnswer,
    MeetingOutcome,
    OrganisationKind,
    RecordKind,
    Roadshow,
    RoadshowMeeting,
    RoadshowState,
    Status,
)
from app.models.base import now
from app.records.repository import RecordRepository
from app.roadshows.agenda_schemas import MeetingIn, MeetingPatch, ResultIn
from app.roadshows.assignment import Pair, Seat, arrange
from app.roadshows.pairs import Candidate, Chosen, PairFinder
from app.roadshows.repository import RoadshowRepository
from app.roadshows.service import RoadshowService, check_begun, invalid
from app.roadshows.stages import SETTLED, Act, check
from app.roadshows.times import slot_name, slots_of
from app.search.gateway import Gateway

# Pairs that are offered for seating by hand.
MOST_OFFERED = 60


@dataclass(frozen=True, slots=True)
class Proposal:
    """An agenda that is not stored yet.

    Attributes:
        ground: what it rests on; another one asks for another agenda.
        kept: ids of the pinned meetings around which it is made.
    """

    ground: Hashable
    kept: frozenset[str]
    seats: Sequence[tuple[Seat, Candidate]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a meeting is to go; `id` is None for a new one."""

    slot: int
    seat: int
    enterprise_id: str
    university_id: str
    id: str | None = None


class AgendaService:
    """Seats pairs, and keeps what came of them."""

    def __init__(self, gateway: Gateway, roadshows: RoadshowService) -> None:
        self._finder = PairFinder(gateway)
        self._roadshows = roadshows

    def meetings(self, session: Session, roadshow: Roadshow, caller: Caller) -> list[RoadshowMeeting]:
        """Return the meetings that the caller may know of: all for staff and bureau, a guest's own once settled."""
        repository = RoadshowRepository(session)
        if caller.sees_all:
            return repository.meetings(roadshow.id)
        if RoadshowState(roadshow.state) not in SETTLED:
            return []
        if caller.role is Role.BUREAU:
            return repository.meetings(roadshow.id)
        return repository.meetings(roadshow.id, caller.organisation_id or "")

    def offered(self, session: Session, id: str, caller: Caller) -> list[Candidate]:
        """Return the best pairs of the guests that are not seated yet. Raises NotFound."""
        self._roadshows.get(session, id, caller)
        invited = _invited(RoadshowRepository(session), id)
        seated = {(each.need_id, each.achievement_id) for each in RoadshowRepository(session).meetings(id)}
        found = self._finder.find(session, *invited, caller)
        return [each for each in found if each.key not in seated][:MOST_OFFERED]

    def prepare_agenda(self, session: Session, id: str, caller: Caller) -> Proposal:
        """Search for pairs and seat them around what is pinned. Raises NotFound, Conflict: nobody could meet."""
        check(RoadshowState(self._roadshows.get(session, id, caller).state), Act.ARRANGE)
        enterprises, universities = _invited(RoadshowRepository(session), id)
        if not enterprises or not universities:
            raise Conflict("自动排议程要有未谢绝的企业和高校各至少一家，请先邀请来宾。")
        found = self._finder.find(session, enterprises, universities, caller)
        # It took seconds, and who declined or was moved by hand meanwhile counts: all is read anew.
        release(session)
        session.expunge_all()
        return self._arranged(session, id, found, caller)

    def _arranged(self, session: Session, id: str, found: Sequence[Candidate], caller: Caller) -> Proposal:
        """Return an agenda of pairs around what is pinned; takes up to a second, so outside any writing."""
        roadshow, repository = self._roadshows.get(session, id, caller), RoadshowRepository(session)
        here, meetings = _here(repository, id), repository.meetings(id)
        release(session)
        kept = [each for each in meetings if each.pinned and {each.enterprise_id, each.university_id} <= here]
        candidates = {each.key: each for each in found}
        seats = arrange(
            [_pair(each) for each in found if {each.need.organisation_id, each.achievement.organisation_id} <= here],
            slots_of(roadshow), roadshow.tables, roadshow.most_meetings, [_seat(each) for each in kept],
        )  # fmt: skip
        chosen = [(seat, candidates[seat.pair.key]) for seat in seats]  # type: ignore[index]
        return Proposal(_ground(roadshow, here, meetings), frozenset(each.id for each in kept), chosen)

    def propose(self, session: Session, id: str, prepared: Proposal, caller: Caller) -> list[RoadshowMeeting]:
        """Make the agenda anew as `prepare_agenda` has it.

        Raises:
            NotFound, Conflict; Overtaken: guests, meetings, the roadshow or a record to be seated changed since.
        """
        roadshow, repository = self._arranging(session, id, caller), RoadshowRepository(session)
        before = repository.meetings(id)
        if _ground(roadshow, _here(repository, id), before) != prepared.ground:
            raise Overtaken
        _check_unchanged(session, [(each.need, each.achievement) for _, each in prepared.seats], caller)
        repository.clear(each.id for each in before if each.id not in prepared.kept)
        for seat, candidate in prepared.seats:
            repository.add(_meeting(id, seat, candidate))
        session.flush()
        value = round(sum(seat.pair.value for seat, _ in prepared.seats), 2)
        told = {"seated": len(prepared.seats), "pinned": len(prepared.kept), "value": value}
        append(session, caller, [Event("roadshow.propose", "roadshows", id, {"seated": len(before)}, told)])
        return repository.meetings(id)

    def prepare_seat(self, session: Session, id: str, body: MeetingIn, caller: Caller) -> Chosen:
        """Read the pair that `seat` is to seat, and search for its grade. Raises NotFound, Conflict."""
        self._roadshows.get(session, id, caller)
        need = _open_record(session, RecordKind.NEEDS, body.need_id, caller)
        achievement = _open_record(session, RecordKind.ACHIEVEMENTS, body.achievement_id, caller)
        return Chosen(need, achievement, self._finder.worth(session, need, achievement))

    def seat(self, session: Session, id: str, body: MeetingIn, prepared: Chosen, caller: Caller) -> RoadshowMeeting:
        """Seat a pair by hand, as `prepare_seat` read it; it is pinned.

        Raises:
            NotFound, Conflict, InvalidInput; Overtaken: one of the two was changed since.
        """
        need, achievement, worth = prepared.need, prepared.achievement, prepared.worth
        roadshow = self._arranging(session, id, caller)
        _check_unchanged(session, [(need, achievement)], caller)
        repository = RoadshowRepository(session)
        made = RoadshowMeeting(
            roadshow_id=id, slot=body.slot - 1, seat=body.table, need_id=need.id, achievement_id=achievement.id,
            enterprise_id=need.organisation_id, university_id=achievement.organisation_id,
            grade=worth and worth[0], probability=worth and worth[1], pinned=True, note="", updated_at=now(),
        )  # fmt: skip
        _check_guests(repository, id, (need, achievement))
        others = repository.meetings(id)
        if any((each.need_id, each.achievement_id) == (need.id, achievement.id) for each in others):
            raise Conflict("这一对已经在议程里，请直接移动它。")
        _check_limit(roadshow, others, (need, achievement))
        place = _Place(made.slot, made.seat, made.enterprise_id, made.university_id)
        _check_free(roadshow, place, others)
        repository.add(made)
        session.flush()
        append(session, caller, [_event("seat", id, roadshow, made, need.title)])
        made_id = made.id
        return self._one(repository, id, made_id)

    def move(
        self, session: Session, id: str, meeting_id: str, body: MeetingPatch, expected: str | None, caller: Caller
    ) -> RoadshowMeeting:
        """Move a meeting, or pin or loosen it; what is moved is pinned unless that is said otherwise.

        Raises:
            NotFound, VersionRequired, StaleVersion, Conflict, InvalidInput.
        """
        roadshow = self._arranging(session, id, caller)
        repository = RoadshowRepository(session)
        meeting = self._one(repository, id, meeting_id)
        _check_stale(meeting, expected, body.model_dump(exclude_unset=True))
        was = (meeting.slot, meeting.seat)
        slot = meeting.slot if body.slot is None else body.slot - 1
        table = meeting.seat if body.table is None else body.table
        wanted = _Place(slot, table, meeting.enterprise_id, meeting.university_id, meeting.id)
        _check_free(roadshow, wanted, repository.meetings(id))
        meeting.slot, meeting.seat = slot, table
        moved = (slot, table) != was
        meeting.pinned = (meeting.pinned or moved) if body.pinned is None else body.pinned
        meeting.version += 1
        meeting.updated_at = now()
        session.flush()
        append(session, caller, [_event("move", id, roadshow, meeting, meeting.need.title)])
        return meeting

    def unseat(self, session: Session, id: str, meeting_id: str, expected: str | None, caller: Caller) -> None:
        """Take a meeting out of the agenda. Raises NotFound, VersionRequired, StaleVersion, Conflict."""
        roadshow = self._arranging(session, id, caller)
        repository = RoadshowRepository(session)
        meeting = self._one(repository, id, meeting_id)
        _check_stale(meeting, expected, {})
        repository.remove(meeting)
        append(session, caller, [_event("unseat", id, roadshow, meeting, meeting.need.title)])

    def record(self, session: Session, id: str, meeting_id: str, body: ResultIn, caller: Caller) -> RoadshowMeeting:
        """Keep what came of a meeting; a pair that met gets a docking, once, whatever is recorded later.

        Raises:
            NotFound, Conflict: it is not the time.
        """
        roadshow = self._roadshows.get(session, id, caller, lock=True)
        check(RoadshowState(roadshow.state), Act.RECORD)
        check_begun(roadshow)
        repository = RoadshowRepository(session)
        meeting = self._one(repository, id, meeting_id)
        before = {"outcome": meeting.outcome}
        meeting.outcome, meeting.note = body.outcome, body.note
        if body.outcome is MeetingOutcome.MET:
            if meeting.docking_id is None:
                meeting.docking_id = open_docking(
                    session, caller, meeting.need_id, meeting.achievement_id, DockingOrigin.ROADSHOW,
                    liaison_id=_liaison_of(session, meeting, caller), roadshow_id=id,
                ).id  # fmt: skip
            self._came(repository, id, meeting)
        meeting.version += 1
        meeting.updated_at = now()
        session.flush()
        told = {
            "title": meeting.need.title, "outcome": body.outcome.value, "note": body.note,
            "docking": meeting.docking_id,
        }  # fmt: skip
        append(session, caller, [Event("roadshow.result", "roadshows", id, before, told)])
        return meeting

    @staticmethod
    def _came(repository: RoadshowRepository, id: str, meeting: RoadshowMeeting) -> None:
        """Note that both sides were there: who met has come."""
        for organisation_id in (meeting.enterprise_id, meeting.university_id):
            guest = repository.guest(id, organisation_id)
            if guest is not None:
                guest.attended = True

    def _arranging(self, session: Session, id: str, caller: Caller) -> Roadshow:
        roadshow = self._roadshows.get(session, id, caller, lock=True)
        check(RoadshowState(roadshow.state), Act.ARRANGE)
        return roadshow

    @staticmethod
    def _one(repository: RoadshowRepository, id: str, meeting_id: str) -> RoadshowMeeting:
        found = repository.meeting(id, meeting_id)
        if found is None:
            raise NotFound("议程里没有这场洽谈，可能刚被移走。请刷新后再看。")
        return found


def _invited(repository: RoadshowRepository, id: str) -> tuple[list[str], list[str]]:
    """Return the enterprises and the universities that have not declined."""
    guests = [each for each in repository.guests(id) if each.answer != GuestAnswer.DECLINED]
    by_kind = {
        kind: [each.organisation_id for each in guests if each.organisation.kind == kind]
        for kind in (OrganisationKind.ENTERPRISE, OrganisationKind.UNIVERSITY)
    }
    return by_kind[OrganisationKind.ENTERPRISE], by_kind[OrganisationKind.UNIVERSITY]


def _here(repository: RoadshowRepository, id: str) -> set[str]:
    enterprises, universities = _invited(repository, id)
    return {*enterprises, *universities}


def _ground(roadshow: Roadshow, here: set[str], meetings: Sequence[RoadshowMeeting]) -> Hashable:
    """Return what an agenda rests on besides records: the roadshow, who may come, and the meetings there were."""
    return roadshow.version, frozenset(here), frozenset((each.id, each.version) for each in meetings)


def _pair(each: Candidate) -> Pair:
    return Pair(each.key, each.need.organisation_id, each.achievement.organisation_id, each.probability)


def _seat(each: RoadshowMeeting) -> Seat:
    key = (each.need_id, each.achievement_id)
    return Seat(each.slot, each.seat, Pair(key, each.enterprise_id, each.university_id, each.probability or 0.0))


def _meeting(id: str, seat: Seat, candidate: Candidate) -> RoadshowMeeting:
    return RoadshowMeeting(
        roadshow_id=id, slot=seat.slot, seat=seat.table, need_id=candidate.need.id,
        achievement_id=candidate.achievement.id, enterprise_id=seat.pair.enterprise, university_id=seat.pair.university,
        grade=candidate.grade, probability=round(candidate.probability, 4), pinned=False, note="", updated_at=now(),
    )  # fmt: skip


def _open_record(session: Session, kind: RecordKind, id: str, caller: Caller) -> Record:
    """Return a published record that the other side may be told of. Raises NotFound, Conflict."""
    noun = KINDS[kind].noun
    record = RecordRepository(session, KINDS[kind]).get(id, caller)
    if record is None or record.status != Status.PUBLISHED:
        raise NotFound(f"没有这条已发布的{noun}，可能已撤回或还没有发布。")
    if record.visibility not in KINDS[kind].public_visibilities | KINDS[kind].registered_visibilities:
        raise Conflict(f"这条{noun}只给情报员看，排进议程对方就会知道。请先请该单位改为匿名或公开。")
    return record


def _check_unchanged(session: Session, pairs: Sequence[tuple[Record, Record]], caller: Caller) -> None:
    """Refuse pairs of which a record is not as it was when they were sought. Raises Overtaken."""
    for kind, records in (
        (RecordKind.NEEDS, [need for need, _ in pairs]),
        (RecordKind.ACHIEVEMENTS, [achievement for _, achievement in pairs]),
    ):
        read = {each.id: each.version for each in records}
        found = RecordRepository(session, KINDS[kind]).by_ids(list(read), caller)
        if read != {id: each.version for id, each in found.items()}:
            raise Overtaken


def _check_guests(repository: RoadshowRepository, id: str, records: Sequence[Record]) -> None:
    """Refuse a pair of somebody who is not invited, or declined. Raises Conflict."""
    for record in records:
        guest = repository.guest(id, record.organisation_id)
        name = record.organisation.name
        if guest is None:
            raise Conflict(f"{name} 不在来宾名单中，请先邀请。")
        if guest.answer == GuestAnswer.DECLINED:
            raise Conflict(f"{name} 已谢绝参加，不能排入议程。")


def _check_limit(roadshow: Roadshow, others: Collection[RoadshowMeeting], records: Sequence[Record]) -> None:
    for record in records:
        one = record.organisation_id
        count = sum(one in {each.enterprise_id, each.university_id} for each in others)
        if count >= roadshow.most_meetings:
            raise Conflict(
                f"{record.organisation.name} 已有 {count} 场，到了每家最多 {roadshow.most_meetings} 场的上限。"
                "可以先删去一场，或在活动设置里提高上限。"
            )


def _check_free(roadshow: Roadshow, wanted: _Place, others: Collection[RoadshowMeeting]) -> None:
    """Refuse a place that is not there, is taken, or at whose time a side sits elsewhere.

    Raises:
        Conflict, InvalidInput.
    """
    if not 0 <= wanted.slot < slots_of(roadshow):
        raise invalid("slot", f"只有 {slots_of(roadshow)} 个时段，请改选")
    if not 1 <= wanted.seat <= roadshow.tables:
        raise invalid("table", f"只有 {roadshow.tables} 张桌，请改选")
    when = slot_name(roadshow, wanted.slot)
    for each in others:
        if each.slot != wanted.slot or each.id == wanted.id:
            continue
        if each.seat == wanted.seat:
            raise Conflict(f"{when} {each.seat} 号桌已排“{each.need.title}”，请换一张桌或一个时段，或先移走它。")
        for side in ("enterprise_id", "university_id"):
            if getattr(each, side) == getattr(wanted, side):
                record = each.need if side == "enterprise_id" else each.achievement
                raise Conflict(
                    f"{record.organisation.name} {when}已在 {each.seat} 号桌，不能同时坐两桌。请换一个时段。"
                )


def _check_stale(meeting: RoadshowMeeting, expected: str | None, submitted: dict[str, Any]) -> None:
    current = {"slot": meeting.slot + 1, "table": meeting.seat, "pinned": meeting.pinned}
    check_version("这次会面", expected, meeting.version, lambda: current, submitted)


def _liaison_of(session: Session, meeting: RoadshowMeeting, caller: Caller) -> str | None:
    """Return who follows what is opened: a liaison who records it, or looks after one of the two."""
    if caller.role is Role.LIAISON:
        return caller.account_id
    for organisation_id in (meeting.enterprise_id, meeting.university_id):
        for each in LiaisonRepository(session).active(organisation_id=organisation_id):
            if each.liaison.disabled_at is None:
                return each.liaison_id
    return None


def _event(action: str, id: str, roadshow: Roadshow, meeting: RoadshowMeeting, title: str) -> Event:
    told = {"title": title, "slot": slot_name(roadshow, meeting.slot), "table": meeting.seat, "pinned": meeting.pinned}
    return Event(f"roadshow.{action}", "roadshows", id, None, told)
