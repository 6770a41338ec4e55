"""What may be done with roadshows and their guests; the agenda has a service of its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.core.caller import Caller
from app.core.city_time import today
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.core.paging import page_of
from app.core.versions import check_version
from app.idempotency import IdempotencyKey, recall, remember
from app.models import (
    AuditEntry,
    GuestAnswer,
    NoticeTopic,
    Organisation,
    OrganisationKind,
    Roadshow,
    RoadshowGuest,
    RoadshowState,
)
from app.models.base import now
from app.notices.telling import Told, tell
from app.roadshows.repository import RoadshowRepository, When
from app.roadshows.schemas import ANSWERS, GuestIn, RoadshowOut
from app.roadshows.stages import MOVES, TOLD, Act, Step, after, check
from app.roadshows.times import slot_name, slots_of, timing_problem

_FIELDS = (
    "title", "kind", "held_on", "starts", "ends", "place", "link", "host", "description", "capacity",
    "slot_minutes", "tables", "most_meetings",
)  # fmt: skip
# What guests must know at once when it changes.
_WHERE_AND_WHEN = ("held_on", "starts", "ends", "place", "link")
_KINDS = {OrganisationKind.ENTERPRISE.value, OrganisationKind.UNIVERSITY.value}
_HISTORY = 30


class RoadshowService:
    """Plans roadshows, invites, keeps who answered and who came."""

    def create(
        self, session: Session, fields: Mapping[str, Any], caller: Caller, idempotency: IdempotencyKey | None = None
    ) -> Roadshow:
        """Plan a roadshow; the same request sent twice makes one."""
        known = None if idempotency is None else recall(session, idempotency)
        if known is not None:
            return self.get(session, known, caller)
        made = Roadshow(**fields, created_by=caller.account_id, state=RoadshowState.DRAFT, reason="")
        RoadshowRepository(session).add(made)
        session.flush()
        if idempotency is not None:
            remember(session, idempotency, made.id)
        append(session, caller, [Event("roadshow.create", "roadshows", made.id, None, _told(made))])
        return made

    def get(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Roadshow:
        """Return a roadshow. Raises NotFound, also for one that the caller may not see."""
        found = RoadshowRepository(session).get(id, caller, lock=lock)
        if found is None:
            raise NotFound("没有这场路演，或没有邀请贵单位。请返回路演列表查看。")
        return found

    def page(
        self,
        session: Session,
        caller: Caller,
        *,
        when: When | None = None,
        state: str | None = None,
        cursor: str | None = None,
        limit: int,
    ) -> tuple[list[Roadshow], str | None]:
        """Return roadshows and where the next part begins; see the repository."""
        rows = RoadshowRepository(session).page(caller, when, state, cursor, limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def answers(self, session: Session, caller: Caller, rows: Sequence[Roadshow]) -> dict[str, RoadshowGuest]:
        """Return the invitations of the caller's organisation, by roadshow."""
        if caller.organisation_id is None or not rows:
            return {}
        return RoadshowRepository(session).answers_of(caller.organisation_id, [each.id for each in rows])

    def counts(self, session: Session, rows: Sequence[Roadshow]) -> dict[str, dict[str, int]]:
        """Return how many guests gave each answer, and how many came, by roadshow."""
        return RoadshowRepository(session).counts([each.id for each in rows]) if rows else {}

    def guests(self, session: Session, id: str, caller: Caller) -> list[RoadshowGuest]:
        """Return who is invited. Raises NotFound."""
        self.get(session, id, caller)
        return RoadshowRepository(session).guests(id)

    def invited(self, session: Session, roadshow: Roadshow, organisation_ids: Sequence[str]) -> set[str]:
        """Return those of the organisations that are invited."""
        return RoadshowRepository(session).invited(roadshow.id, organisation_ids)

    def history(self, session: Session, roadshow: Roadshow) -> list[AuditEntry]:
        """Return what was done with a roadshow, the last first."""
        return RoadshowRepository(session).history(roadshow.id, _HISTORY)

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> Roadshow:
        """Change fields. Raises NotFound, VersionRequired, StaleVersion, InvalidInput, Conflict."""
        found = self.get(session, id, caller, lock=True)
        check_version("这场路演", expected, found.version, RoadshowOut.of(found).model_dump, fields)
        check(RoadshowState(found.state), Act.CHANGE)
        before = _told(found)
        for name, value in fields.items():
            if value is not None or name == "capacity":
                setattr(found, name, value)
        problem = timing_problem(found.starts, found.ends, found.slot_minutes)
        if problem is not None:
            raise invalid(*problem)
        repository = RoadshowRepository(session)
        _check_room(found, repository)
        _touch(found)
        was, become = changed(before, _told(found))
        if found.state in TOLD and any(name in become for name in _WHERE_AND_WHEN):
            self._tell(session, found, f"changed:{found.version}", f"时间或地点有变：{found.title}", _place(found))
        append(session, caller, [Event("roadshow.change", "roadshows", id, was, become)])
        return found

    def step(self, session: Session, id: str, step: Step, reason: str, caller: Caller) -> Roadshow:
        """Move a roadshow on. Raises NotFound, Conflict, InvalidInput."""
        found = self.get(session, id, caller, lock=True)
        before = RoadshowState(found.state)
        target = after(before, step)
        if MOVES[step].needs_reason and not reason:
            raise invalid("reason", "必填，来宾会看到")
        repository = RoadshowRepository(session)
        if step is Step.INVITE and not (found.place or found.link):
            raise Conflict("还没有地点，也没有线上链接，来宾不知道去哪里。请先修改活动，至少填一项。")
        if step is Step.SETTLE:
            _check_agenda(found, repository)
        if step is Step.HOLD:
            check_begun(found)
        found.state = target
        if MOVES[step].needs_reason:
            found.reason = reason
        _touch(found)
        self._tell_step(session, found, before, step)
        told = {"state": target.value} | ({"reason": reason} if reason else {})
        append(session, caller, [Event(f"roadshow.{step}", "roadshows", id, {"state": before.value}, told)])
        return found

    def invite(self, session: Session, id: str, organisation_ids: Sequence[str], caller: Caller) -> tuple[int, int]:
        """Invite organisations; return how many are new, and how many were invited already.

        Raises:
            NotFound, Conflict; InvalidInput: an id stands for no enterprise or university.
        """
        wanted = list(dict.fromkeys(organisation_ids))
        found = self.get(session, id, caller, lock=True)
        check(RoadshowState(found.state), Act.GUESTS)
        repository = RoadshowRepository(session)
        known = {each.id: each for each in repository.organisations(wanted) if each.kind in _KINDS}
        unknown = [each for each in wanted if each not in known]
        if unknown:
            raise invalid("organisation_ids", f"其中 {len(unknown)} 个不是库中的企业或高校，请核对单位 id")
        already = repository.invited(id, wanted)
        fresh = [each for each in wanted if each not in already]
        for each in fresh:
            repository.add(RoadshowGuest(roadshow_id=id, organisation_id=each))
        if fresh:
            session.flush()
            if found.state in TOLD:
                self._tell_invited(session, found, fresh)
            told = {"organisations": [known[each].name for each in fresh]}
            append(session, caller, [Event("roadshow.guests", "roadshows", id, None, told)])
        return len(fresh), len(already)

    def uninvite(self, session: Session, id: str, organisation_id: str, caller: Caller) -> None:
        """Take an organisation off the list. Raises NotFound, Conflict: it has meetings."""
        found = self.get(session, id, caller, lock=True)
        check(RoadshowState(found.state), Act.GUESTS)
        repository = RoadshowRepository(session)
        guest = _guest(repository, id, organisation_id)
        if repository.meetings(id, organisation_id):
            raise Conflict(f"{guest.organisation.name} 还在议程里，请先删去它的洽谈，再从名单移出。")
        repository.remove(guest)
        told = {"organisation": guest.organisation.name}
        append(session, caller, [Event("roadshow.uninvite", "roadshows", id, told, None)])

    def answer(self, session: Session, id: str, answer: GuestAnswer, reason: str, caller: Caller) -> RoadshowGuest:
        """Keep what the caller's organisation says. Raises NotFound, Conflict, InvalidInput."""
        if caller.organisation_id is None:
            raise Forbidden("只有受邀单位的账号可以答复；代为登记请用来宾名单。")
        if answer is GuestAnswer.NONE:
            raise invalid("answer", "请选择 accepted（参加）或 declined（谢绝）")
        if answer is GuestAnswer.DECLINED and not reason:
            raise invalid("reason", "谢绝时请写明原因，便于主办方另作安排")
        found = self.get(session, id, caller, lock=True)
        guest = _guest(RoadshowRepository(session), id, caller.organisation_id)
        self._answer(session, found, guest, answer, reason)
        told = {"organisation": guest.organisation.name, "answer": answer.value, "reason": reason}
        append(session, caller, [Event("roadshow.answer", "roadshows", id, None, told)])
        return guest

    def note(self, session: Session, id: str, organisation_id: str, body: GuestIn, caller: Caller) -> RoadshowGuest:
        """Keep what staff heard or saw of a guest. Raises NotFound, Conflict."""
        found = self.get(session, id, caller, lock=True)
        guest = _guest(RoadshowRepository(session), id, organisation_id)
        told: dict[str, Any] = {"organisation": guest.organisation.name}
        if body.answer is not None:
            self._answer(session, found, guest, body.answer, body.reason)
            told |= {"answer": body.answer.value, "reason": body.reason}
        if body.attended is not None:
            check(RoadshowState(found.state), Act.RECORD)
            check_begun(found)
            guest.attended = told["attended"] = body.attended
        append(session, caller, [Event("roadshow.note", "roadshows", id, None, told)])
        return guest

    def _answer(
        self, session: Session, roadshow: Roadshow, guest: RoadshowGuest, answer: GuestAnswer, reason: str
    ) -> None:
        check(RoadshowState(roadshow.state), Act.ANSWER)
        guest.answer, guest.answered_at = answer, now()
        guest.reason = reason if answer is GuestAnswer.DECLINED else ""
        if roadshow.created_by is not None:
            title = f"{guest.organisation.name} {ANSWERS[answer]}：{roadshow.title}"
            moment = guest.answered_at.isoformat()
            key = f"roadshow:{roadshow.id}:answer:{guest.organisation_id}:{moment}"
            tell(
                session,
                [Told(roadshow.created_by, NoticeTopic.ROADSHOW, title, _path(roadshow), key, guest.reason)],
            )

    def _tell_step(self, session: Session, roadshow: Roadshow, before: RoadshowState, step: Step) -> None:
        repository = RoadshowRepository(session)
        if step is Step.INVITE:
            self._tell_invited(session, roadshow, [each.organisation_id for each in repository.guests(roadshow.id)])
        elif step is Step.SETTLE:
            seated = {
                one for each in repository.meetings(roadshow.id) for one in (each.enterprise_id, each.university_id)
            }
            title = f"洽谈安排已定：{roadshow.title}"
            self._tell(session, roadshow, f"settled:{roadshow.version}", title, _place(roadshow), seated)
        elif step is Step.CANCEL and before in TOLD:
            self._tell(session, roadshow, "cancelled", f"活动取消：{roadshow.title}", roadshow.reason)

    def _tell_invited(self, session: Session, roadshow: Roadshow, organisation_ids: Iterable[str]) -> None:
        title = f"邀请贵单位参加：{roadshow.title}"
        self._tell(session, roadshow, "invited", title, f"{_place(roadshow)}。请答复是否参加。", organisation_ids)

    def _tell(
        self,
        session: Session,
        roadshow: Roadshow,
        what: str,
        title: str,
        text: str,
        organisation_ids: Iterable[str] | None = None,
    ) -> None:
        """Tell the accounts of guests: of those named, else of all that have not declined."""
        repository = RoadshowRepository(session)
        whom = organisation_ids
        if whom is None:
            whom = [
                each.organisation_id for each in repository.guests(roadshow.id) if each.answer != GuestAnswer.DECLINED
            ]
        tell(
            session,
            [
                Told(
                    each.id, NoticeTopic.ROADSHOW, title, _path(roadshow), f"roadshow:{roadshow.id}:{what}", text
                )
                for each in repository.accounts_of(whom)
            ],
        )  # fmt: skip


def check_begun(roadshow: Roadshow) -> None:
    """Refuse what can only be known on the day. Raises Conflict."""
    if roadshow.held_on > today():
        raise Conflict(f"活动在 {roadshow.held_on}，还没到日子。日期有变请先修改活动。")


def _touch(roadshow: Roadshow) -> None:
    """Note that a roadshow was changed."""
    roadshow.version += 1
    roadshow.updated_at = now()


def invalid(field: str, message: str) -> InvalidInput:
    """Return the error of one field."""
    return InvalidInput(f"{field}：{message}。", (FieldError(field, "invalid", message),))


def _guest(repository: RoadshowRepository, id: str, organisation_id: str) -> RoadshowGuest:
    guest = repository.guest(id, organisation_id)
    if guest is None:
        raise NotFound("这家单位不在来宾名单中，请先邀请。")
    return guest


def _check_room(roadshow: Roadshow, repository: RoadshowRepository) -> None:
    """Refuse a shape that has no place for a meeting that is seated. Raises Conflict."""
    slots = slots_of(roadshow)
    for each in repository.meetings(roadshow.id):
        if each.slot >= slots or each.seat > roadshow.tables:
            raise Conflict(
                f"{slot_name(roadshow, each.slot)} {each.seat} 号桌已经排了洽谈，改后没有这个位置。"
                "请先在议程里移开它，再修改。"
            )


def _check_agenda(roadshow: Roadshow, repository: RoadshowRepository) -> None:
    """Refuse an agenda in which somebody sits who declined, or nobody does. Raises Conflict."""
    meetings = repository.meetings(roadshow.id)
    if not meetings:
        raise Conflict("议程还是空的。请先自动排一次，或手工排入洽谈，再定稿。")
    declined = {
        each.organisation_id: each.organisation
        for each in repository.guests(roadshow.id)
        if each.answer == GuestAnswer.DECLINED
    }
    seated: dict[str, Organisation] = {
        one: declined[one] for each in meetings for one in (each.enterprise_id, each.university_id) if one in declined
    }
    if seated:
        names = "、".join(each.name for each in seated.values())
        raise Conflict(f"议程里还有已谢绝的单位：{names}。请重新排一次，或删去它们的洽谈，再定稿。")


def _place(roadshow: Roadshow) -> str:
    where = "，".join(part for part in (roadshow.place, "可线上参加" if roadshow.link else "") if part)
    return f"{roadshow.held_on} {roadshow.starts}–{roadshow.ends}" + (f"，{where}" if where else "")


def _path(roadshow: Roadshow) -> str:
    return f"/roadshows/{roadshow.id}"


def _told(roadshow: Roadshow) -> dict[str, Any]:
    return {name: getattr(roadshow, name) for name in _FIELDS}
