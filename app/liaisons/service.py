"""What may be done with liaison duty."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.core.caller import Caller, Role
from app.core.city_time import today
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.liaisons.repository import LiaisonRepository
from app.liaisons.roster_access import check_sees_contacts, check_sees_roster
from app.models import Account, Assignment, LiaisonContact
from app.models.base import now
from app.organisations.repository import OrganisationRepository

# What goes over with the assignments when a liaison leaves: (leaving, successor, by whom, moment) → how many.
HandOver = Callable[[LiaisonRepository, str, str, str | None, datetime], int]
ALSO_HANDED_OVER: Mapping[str, HandOver] = {
    "interests": LiaisonRepository.hand_over_interests,
    "dockings": LiaisonRepository.hand_over_dockings,
}


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A liaison and what they look after."""

    liaison: Account
    assignments: Sequence[Assignment]


class LiaisonService:
    """Keeps who looks after whom. What is read of it raises Forbidden for those whom the roster is not for."""

    def roster(self, session: Session, caller: Caller) -> list[RosterEntry]:
        """Return every working liaison with their assignments; two queries, whatever the size."""
        check_sees_roster(caller)
        repository = LiaisonRepository(session)
        held: dict[str, list[Assignment]] = {}
        for each in repository.active():
            held.setdefault(each.liaison_id, []).append(each)
        return [RosterEntry(liaison, held.get(liaison.id, [])) for liaison in repository.liaisons()]

    def entry(self, session: Session, id: str, caller: Caller) -> RosterEntry:
        """Return a working liaison with their assignments. Raises NotFound."""
        check_sees_roster(caller)
        repository = LiaisonRepository(session)
        liaison = repository.liaison(id)
        if liaison is None or liaison.disabled_at is not None:
            raise NotFound("没有这位情报员，或已停用。请返回名单核对。")
        return RosterEntry(liaison, repository.active(id))

    def others(self, session: Session, id: str, caller: Caller) -> Sequence[Account]:
        """Return the working liaisons who could take over from one."""
        check_sees_roster(caller)
        return [each for each in LiaisonRepository(session).liaisons() if each.id != id]

    def open_interests(self, session: Session, id: str, caller: Caller) -> int:
        """Return how many interests a liaison has under way, which a hand-over would move."""
        check_sees_roster(caller)
        return LiaisonRepository(session).open_interests(id)

    def assignments(
        self, session: Session, liaison: str | None, organisation: str | None, caller: Caller
    ) -> Sequence[Assignment]:
        """Return active assignments."""
        check_sees_roster(caller)
        return LiaisonRepository(session).active(liaison, organisation)

    def assign(
        self, session: Session, liaison_id: str, organisation_id: str, platform: str | None, caller: Caller
    ) -> Assignment:
        """Let a liaison look after an organisation, or one of its platforms.

        Raises:
            NotFound, InvalidInput, Conflict.
        """
        repository = LiaisonRepository(session)
        liaison = _working(repository.liaison(liaison_id), "id")
        organisation = OrganisationRepository(session).by_id(organisation_id)
        if organisation is None:
            raise _invalid("organisation_id", "没有这个单位，请先建立单位再分配")
        if repository.same(liaison.id, organisation.id, platform) is not None:
            raise Conflict(f"{liaison.name} 已在联系“{organisation.name}”，无需再次分配。")
        made = Assignment(liaison_id=liaison.id, organisation_id=organisation.id, platform=platform)
        made.liaison, made.organisation = liaison, organisation
        repository.add(made)
        session.flush()
        told = {"liaison": liaison.email, "organisation": organisation.name, "platform": platform}
        append(session, caller, [Event("assignment.create", "assignments", made.id, None, told)])
        return made

    def end(self, session: Session, id: str, caller: Caller) -> None:
        """End an assignment; it stays as history. Raises NotFound."""
        found = self._active(session, id)
        found.ended_at = now()
        append(session, caller, [Event("assignment.end", "assignments", id)])

    def restore(self, session: Session, id: str, caller: Caller) -> Assignment:
        """Take the end of an assignment back.

        Raises:
            NotFound; Conflict: it has not ended, or was given anew or handed over meanwhile; InvalidInput.
        """
        repository = LiaisonRepository(session)
        found = repository.assignment(id)
        if found is None:
            raise _unknown()
        _working(found.liaison, "id")
        if found.ended_at is None or repository.same(found.liaison_id, found.organisation_id, found.platform):
            raise Conflict("这项定点联系没有结束，或已重新分配，不用恢复。请刷新页面核对。")
        if repository.handed_over(id):
            raise Conflict("这项定点联系已移交给别人，不能恢复；需要时请重新分配。")
        found.ended_at = None
        append(session, caller, [Event("assignment.restore", "assignments", id)])
        return found

    def contact(self, session: Session, id: str, on: date, manner: str, note: str, caller: Caller) -> LiaisonContact:
        """Keep a contact of a liaison with an assigned organisation.

        Raises:
            NotFound, Forbidden: it is another liaison's; InvalidInput: it lies ahead.
        """
        if on > today():
            raise _invalid("contacted_on", "不能晚于今天，请填实际联系的日期")
        found = self._active(session, id)
        if caller.role is not Role.ADMIN and caller.account_id != found.liaison_id:
            raise Forbidden(f"这家单位由 {found.liaison.name} 定点联系，请由其本人登记，或先由管理员移交。")
        made = LiaisonContact(assignment_id=id, liaison_id=found.liaison_id, contacted_on=on, manner=manner, note=note)
        LiaisonRepository(session).add(made)
        session.flush()
        found.last_contact_on = max(on, found.last_contact_on or on)
        told = {"assignment": id, "contacted_on": on, "manner": manner}
        append(session, caller, [Event("contact.create", "contacts", made.id, None, told)])
        return made

    def of_own(self, session: Session, caller: Caller) -> list[Assignment]:
        """Return the assignments of the caller's organisation whose liaisons work, the whole organisation's first."""
        if caller.organisation_id is None:
            return []
        held = LiaisonRepository(session).active(None, caller.organisation_id)
        return sorted((each for each in held if each.liaison.disabled_at is None), key=lambda each: each.platform or "")

    def contacts(self, session: Session, id: str, caller: Caller) -> Sequence[LiaisonContact]:
        """Return the contacts of an assignment, the last first. Raises NotFound."""
        check_sees_contacts(caller)
        repository = LiaisonRepository(session)
        if repository.assignment(id) is None:
            raise _unknown()
        return repository.contacts(id)

    def hand_over(self, session: Session, leaving_id: str, to_id: str, caller: Caller) -> dict[str, int]:
        """Give everything a liaison looks after to another, in one transaction; return how much of what.

        Raises:
            NotFound, InvalidInput.
        """
        if leaving_id == to_id:
            raise _invalid("to", "接手人不能是本人，请另选一位情报员")
        repository, moment = LiaisonRepository(session), now()
        leaving = repository.liaison(leaving_id)
        if leaving is None:
            raise NotFound("没有这位情报员，请返回名单核对。")
        successor = _working(repository.liaison(to_id), "to")
        held = repository.active(leaving_id)
        for each in held:
            _move(repository, each, successor, moment)
        counts = {"assignments": len(held)}
        for name, hand_over in ALSO_HANDED_OVER.items():
            counts[name] = hand_over(repository, leaving_id, to_id, caller.account_id, moment)
        told = {"from": leaving.email, "to": successor.email, **counts}
        append(session, caller, [Event("liaison.hand_over", "accounts", leaving_id, None, told)])
        return counts

    def _active(self, session: Session, id: str) -> Assignment:
        found = LiaisonRepository(session).assignment(id)
        if found is None or found.ended_at is not None:
            raise _unknown()
        return found


def _working(liaison: Account | None, field: str) -> Account:
    if liaison is None or liaison.disabled_at is not None:
        raise _invalid(field, "应为在岗情报员的账号 id，请在名单中核对")
    return liaison


def _unknown() -> NotFound:
    return NotFound("没有这项定点联系，或已结束。请返回名单核对。")


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"{field}：{message}。", (FieldError(field, "invalid", message),))


def _move(repository: LiaisonRepository, held: Assignment, to: Account, moment: datetime) -> None:
    """End an assignment and open it anew; not twice where the successor has it already."""
    held.ended_at = moment
    known = repository.same(to.id, held.organisation_id, held.platform)
    if known is None:
        known = Assignment(
            liaison_id=to.id, organisation_id=held.organisation_id, platform=held.platform,
            started_at=moment, handed_over_from=held.id,
        )  # fmt: skip
        repository.add(known)
    days = [day for day in (known.last_contact_on, held.last_contact_on) if day is not None]
    known.last_contact_on = max(days, default=None)
