"""What may be done with interests.

    submitted ──(liaison forwards)── forwarded ──(both sides agreed)── agreed
        └───────────────┬───────────────┘
            declined, or withdrawn by who asked

The other side sees nothing before the liaison forwards it; names that a need hides and contacts
are shown when both sides agreed, and each time they are shown is kept.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.confidentiality.names import Sort
from app.confidentiality.self_naming import find_self_naming
from app.core.caller import Caller, Role
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.core.paging import page_of
from app.dockings.opening import docking_of_agreement
from app.interests.repository import OPEN, InterestRepository
from app.interests.schemas import ContactOut, ContactsOut, DisclosedOut, Side, side_of
from app.kinds.table import KINDS, Record
from app.liaisons.repository import LiaisonRepository
from app.models import Disclosure, Interest, InterestState, NeedVisibility, Organisation, RecordKind, Status
from app.models.base import now
from app.records.disclosures import profile_of
from app.records.repository import RecordRepository

_CONTACTS = {Sort.PHONE, Sort.MESSENGER, Sort.EMAIL, Sort.WEBSITE}


class InterestService:
    """Brings the two sides of a pair together, through a liaison."""

    def express(self, session: Session, need_id: str, achievement_id: str, message: str, caller: Caller) -> Interest:
        """Ask to talk about a pair; a member asks for the record of their own organisation.

        Raises:
            NotFound, Forbidden: neither record is the caller's; Conflict: asked already; InvalidInput.
        """
        repository = InterestRepository(session)
        need = _open_record(session, RecordKind.NEEDS, need_id, caller)
        achievement = _open_record(session, RecordKind.ACHIEVEMENTS, achievement_id, caller)
        organisation_id = None if caller.sees_all else caller.organisation_id
        made = Interest(
            need_id=need.id, achievement_id=achievement.id, by_account_id=caller.account_id,
            by_organisation_id=organisation_id, message=message,
        )  # fmt: skip
        made.need, made.achievement = need, achievement  # type: ignore[assignment]
        side = side_of(made, organisation_id)
        if side is None and not caller.sees_all:
            raise Forbidden("只能为本单位的需求或成果提出意向。请先发布本单位的需求或成果，再从其匹配结果中提出。")
        if need.organisation_id == achievement.organisation_id:
            raise InvalidInput("需求与成果同属一家单位，无需通过情报员对接。")
        if repository.open_of(need.id, achievement.id, organisation_id) is not None:
            raise Conflict("已经提出过这一对的意向，请在意向列表中查看进展。")
        _check_text("message", message, made, side)
        made.liaison_id = _first_liaison(session, need, achievement, caller)
        if side is not None:
            _agree(made, side, caller)
        repository.add(made)
        session.flush()
        append(session, caller, [_event("create", made, {"need": need.id, "achievement": achievement.id})])
        return _again(session, made, caller)

    def page(
        self,
        session: Session,
        caller: Caller,
        state: str | None = None,
        *,
        mine: bool = False,
        turn: bool | None = None,
        cursor: str | None = None,
        limit: int,
    ) -> tuple[Sequence[Interest], str | None]:
        """Return interests, the newest first, and where to go on; see the repository."""
        rows = InterestRepository(session).page(caller, state, mine=mine, turn=turn, after=cursor, limit=limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def turn_count(self, session: Session, caller: Caller, most: int) -> int:
        """Return how many wait for the caller; counts no further than `most`."""
        return InterestRepository(session).turn_count(caller, most)

    def get(self, session: Session, id: str, caller: Caller) -> Interest:
        """Return an interest. Raises NotFound."""
        return _found(InterestRepository(session), id, caller)

    def forward(self, session: Session, id: str, caller: Caller) -> Interest:
        """Show an interest to the other side. Raises NotFound, Conflict."""
        with _changing(session, id, "forward", caller, {InterestState.SUBMITTED}) as interest:
            interest.state, interest.forwarded_at = InterestState.FORWARDED, now()
            if caller.role is Role.LIAISON:
                interest.liaison_id = caller.account_id
        return _again(session, interest, caller)

    def consent(self, session: Session, id: str, side: Side | None, note: str, caller: Caller) -> Interest:
        """Agree for a side; when both did, contacts are shown.

        Raises:
            NotFound, Conflict; InvalidInput: staff say neither which side nor how it agreed.
        """
        if caller.sees_all and (side is None or not note):
            field = "side" if side is None else "note"
            message = "代为登记时必填，请写明哪一方、以什么方式同意"
            raise InvalidInput(f"{field}：{message}。", (FieldError(field, "missing", message),))
        with _changing(session, id, "consent", caller, {InterestState.FORWARDED}, {"note": note}) as interest:
            own = side if caller.sees_all else side_of(interest, caller.organisation_id)
            if own is None or (side is not None and side is not own):
                raise Forbidden("只能为本单位表示同意。")
            if getattr(interest, f"{own}_agreed_at") is not None:
                raise Conflict("这一方已经同意，正在等待对方。")
            _agree(interest, own, caller)
            if interest.need_agreed_at is not None and interest.achievement_agreed_at is not None:
                interest.state = InterestState.AGREED
        return _again(session, interest, caller)

    def decline(self, session: Session, id: str, reason: str, caller: Caller) -> Interest:
        """Decline for a side, or as the liaison. Raises NotFound, Conflict, InvalidInput."""
        if caller.sees_all and not reason:
            message = "婉拒时必填，发起方会看到"
            raise InvalidInput(f"reason：{message}。", (FieldError("reason", "missing", message),))
        with _changing(session, id, "decline", caller, set(OPEN), {"reason": reason}) as interest:
            side = side_of(interest, caller.organisation_id)
            if side is not None and getattr(interest, f"{side}_agreed_at") is not None:
                raise Conflict("本单位已经同意，不能再婉拒；如要反悔请联系情报员，由本单位发起的请撤回。")
            _check_text("reason", reason, interest, side)
            interest.state, interest.reason = InterestState.DECLINED, reason
        return _again(session, interest, caller)

    def withdraw(self, session: Session, id: str, caller: Caller) -> None:
        """Take back what the caller's side asked. Raises NotFound, Forbidden, Conflict."""
        with _changing(session, id, "withdraw", caller, set(OPEN)) as interest:
            if interest.by_organisation_id != (None if caller.sees_all else caller.organisation_id):
                raise Forbidden("只有发起方可以撤回。不愿对接请选择婉拒。")
            interest.state = InterestState.WITHDRAWN

    def contacts(self, session: Session, id: str, caller: Caller) -> ContactsOut:
        """Return the contacts of the other side, and keep that they were shown.

        Raises:
            NotFound, Conflict: not both sides agreed.
        """
        repository = InterestRepository(session)
        interest = _found(repository, id, caller, lock=True)
        if interest.state != InterestState.AGREED:
            raise Conflict("双方都同意后才给出联系方式。")
        own = side_of(interest, caller.organisation_id)
        shown = [side for side in Side if caller.sees_all or side is not own]
        people = repository.accounts({each for side in Side if (each := getattr(interest, f"{side}_agreed_by"))})
        items = []
        for side in shown:
            record = _record(interest, side)
            person = people.get(getattr(interest, f"{side}_agreed_by") or "")
            # Staff who recorded an agreement are not the side's own people.
            theirs = person if person and person.organisation_id == record.organisation_id else None
            items.append(ContactOut.of(side, record, theirs))
            repository.add(
                Disclosure(interest_id=id, kind=side.value, record_id=record.id, account_id=caller.account_id)
            )
        session.flush()
        append(session, caller, [_event("disclose", interest, {"shown": [side.value for side in shown]})])
        disclosed = self._disclosed(repository, interest, own, caller)
        return ContactsOut(items=items, disclosed=disclosed)

    @staticmethod
    def _disclosed(
        repository: InterestRepository, interest: Interest, own: Side | None, caller: Caller
    ) -> list[DisclosedOut]:
        rows = [each for each in repository.disclosures(interest.id) if caller.sees_all or each.kind == own]
        people = repository.accounts({each.account_id for each in rows if each.account_id is not None})
        return [
            DisclosedOut.of(each, people[each.account_id].name if each.account_id in people else "运营方")
            for each in rows
        ]


_STATES = {
    InterestState.SUBMITTED: "还在情报员处",
    InterestState.FORWARDED: "已转达",
    InterestState.AGREED: "双方已同意",
    InterestState.DECLINED: "已婉拒",
    InterestState.WITHDRAWN: "已撤回",
}


@contextmanager
def _changing(
    session: Session,
    id: str,
    action: str,
    caller: Caller,
    states: set[InterestState],
    told: dict[str, Any] | None = None,
) -> Iterator[Interest]:
    interest = _found(InterestRepository(session), id, caller, lock=True)
    if interest.state not in states:
        raise Conflict(f"这条意向{_STATES[InterestState(interest.state)]}，不能再这样做。请刷新后再看。")
    yield interest
    interest.version += 1
    interest.updated_at = now()
    session.flush()
    append(session, caller, [_event(action, interest, told or {})])
    if interest.state == InterestState.AGREED:
        docking_of_agreement(session, caller, interest)


def _again(session: Session, interest: Interest, caller: Caller) -> Interest:
    """Return an interest as it is stored now; its liaison may have changed."""
    id = interest.id
    session.flush()
    session.expire(interest)
    return _found(InterestRepository(session), id, caller)


def _found(repository: InterestRepository, id: str, caller: Caller, *, lock: bool = False) -> Interest:
    interest = repository.get(id, caller, lock=lock)
    if interest is None:
        raise NotFound("没有这条意向，或它还没有转达给您。请返回意向列表。")
    return interest


def _open_record(session: Session, kind: RecordKind, id: str, caller: Caller) -> Record:
    """Return a published record that the caller sees. Raises NotFound, Conflict."""
    record = RecordRepository(session, KINDS[kind]).get(id, caller)
    if record is None or record.status == Status.WITHDRAWN:
        raise NotFound(f"没有这条{KINDS[kind].noun}，可能已撤回。")
    if record.status != Status.PUBLISHED:
        raise Conflict(f"这条{KINDS[kind].noun}还没有发布，发布后才能提出意向。")
    return record


def _first_liaison(session: Session, need: Record, achievement: Record, caller: Caller) -> str | None:
    """Return who gets it first: a liaison who asks, or looks after the enterprise or the university."""
    if caller.role is Role.LIAISON:
        return caller.account_id
    for organisation_id in (need.organisation_id, achievement.organisation_id):
        for each in LiaisonRepository(session).active(organisation_id=organisation_id):
            if each.liaison.disabled_at is None:
                return each.liaison_id
    return None


def _agree(interest: Interest, side: Side, caller: Caller) -> None:
    setattr(interest, f"{side}_agreed_by", caller.account_id)
    setattr(interest, f"{side}_agreed_at", now())


def _record(interest: Interest, side: Side) -> Record:
    return interest.need if side is Side.NEED else interest.achievement


def _check_text(field: str, text: str, interest: Interest, side: Side | None) -> None:
    """Refuse contacts in what the other side reads, and names of an enterprise that hides. Raises InvalidInput."""
    need = interest.need
    hides = side is not Side.ACHIEVEMENT and need.visibility == NeedVisibility.ANONYMOUS
    organisation: Organisation = (
        need.organisation if side is not Side.ACHIEVEMENT else interest.achievement.organisation
    )
    found = [
        each
        for each in find_self_naming(text, profile_of(organisation, organisation.district))
        if each.certain and (hides or each.sort in _CONTACTS)
    ]
    if found:
        errors = tuple(FieldError(field, each.sort.value, f"“{each.text}”{each.advice}", each.text) for each in found)
        raise InvalidInput("；".join(f"{field}：{each.message}" for each in errors) + "。", errors)


def _event(action: str, interest: Interest, told: dict[str, Any]) -> Event:
    return Event(f"interests.{action}", "interests", interest.id, None, {"state": interest.state, **told})
