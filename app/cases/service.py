"""What may be done with cases: nothing is published without both sides' consent, nor stays so without it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.cases.disclosure import given_away, refuse_given_away
from app.cases.proposal import proposed_texts
from app.cases.repository import CaseRepository
from app.cases.schemas import CaseOut, ConsentEndIn, ConsentIn, active, side_of
from app.cases.stages import MOVES, STATES, Step, after
from app.confidentiality.self_naming import Finding
from app.core.caller import Caller
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound
from app.core.paging import page_of
from app.core.versions import check_version
from app.interests.schemas import SIDES, Side
from app.models import (
    Case,
    CaseConsent,
    CaseState,
    ConsentMeans,
    Docking,
    DockingStage,
    NeedVisibility,
    NoticeTopic,
)
from app.models.base import now
from app.notices.telling import Told, tell

_FIELDS = ("title", "problem", "solution", "effect", "enterprise_label", "names_enterprise", "shows_amount")
_MOST_CANDIDATES = 50


class CaseService:
    """Writes cases, keeps consents."""

    def candidates(self, session: Session, caller: Caller) -> list[Docking]:
        """Return dockings that the caller may see, that came to something and are no case yet, the newest first."""
        return CaseRepository(session).candidates(caller, _MOST_CANDIDATES)

    def propose(self, session: Session, docking_id: str, caller: Caller) -> CaseOut:
        """Make the draft of a case from a docking. Raises NotFound, Conflict."""
        repository = CaseRepository(session)
        docking = repository.docking(docking_id, caller)
        if docking is None:
            raise NotFound("没有这条对接，请从可写成案例的对接中选择。")
        reached = docking.stage in {DockingStage.SIGNED, DockingStage.LANDED}
        if not reached and not repository.has_contract(docking.id):
            raise Conflict("这条对接还没有签约或落地，也没有登记的合同，暂时写不成案例。")
        if repository.of_docking(docking.id) is not None:
            raise Conflict("这条对接已经有案例了，请在案例列表中打开修改。")
        made = Case(
            docking_id=docking.id, **proposed_texts(docking), shows_amount=False, state=CaseState.DRAFT,
            withdrawn_reason="", created_by=caller.account_id,
        )  # fmt: skip
        repository.add(made)
        session.flush()
        append(session, caller, [Event("case.create", "cases", made.id, None, _told(made))])
        return self._again(session, made, caller)

    def get(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Case:
        """Return a case. Raises NotFound, also for one that the caller may not see."""
        found = CaseRepository(session).get(id, caller, lock=lock)
        if found is None:
            raise NotFound("没有这个案例，它可能还没有发布，或已经撤下。")
        return found

    def page(
        self, session: Session, caller: Caller, *, state: str | None = None, cursor: str | None = None, limit: int
    ) -> tuple[list[CaseOut], str | None]:
        """Return cases as the caller may see them, the newest first, and where the next part begins."""
        rows = CaseRepository(session).page(caller, state, cursor, limit + 1)
        found, following = page_of(rows, limit, lambda each: each.id)
        return self.shown_all(session, found, caller), following

    def shown_all(self, session: Session, cases: Sequence[Case], caller: Caller) -> list[CaseOut]:
        """Return cases as a caller may see them."""
        if not cases:
            return []
        repository = CaseRepository(session)
        consents = repository.consents(each.id for each in cases)
        amounts = repository.amounts(each.docking_id for each in cases)
        return [
            CaseOut.of(each, consents.get(each.id, []), amounts.get(each.docking_id), caller) for each in cases
        ]  # fmt: skip

    def shown(self, session: Session, id: str, caller: Caller) -> CaseOut:
        """Return a case as the caller may see it. Raises NotFound."""
        return self.shown_all(session, [self.get(session, id, caller)], caller)[0]

    def _again(self, session: Session, case: Case, caller: Caller) -> CaseOut:
        """Return a case as it is stored now, with its docking."""
        id = case.id
        session.flush()
        session.expire(case)
        return self.shown(session, id, caller)

    def given_away(self, case: Case) -> list[tuple[str, Finding]]:
        """Return what in a case's texts gives away whom it does not name, and contacts, by field."""
        return given_away(case)

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> CaseOut:
        """Change a draft. Raises NotFound, VersionRequired, StaleVersion, Conflict, InvalidInput."""
        case = self.get(session, id, caller, lock=True)
        check_version(
            "这个案例", expected, case.version,
            lambda: dict(self.shown_all(session, [case], caller)[0]), fields,
        )  # fmt: skip
        if case.state != CaseState.DRAFT:
            raise Conflict(f"这个案例{STATES[CaseState(case.state)]}，不能修改；请先退回修改，双方的同意会失效。")
        before = _told(case)
        for name, value in fields.items():
            if value is not None:
                setattr(case, name, value)
        if case.names_enterprise and case.docking.need.visibility != NeedVisibility.PUBLIC:
            raise _invalid("names_enterprise", "这条需求没有公开企业名称，案例里也不能写明，请用称呼")
        _touch(case)
        append(session, caller, [Event("case.change", "cases", id, *changed(before, _told(case)))])
        return self._again(session, case, caller)

    def step(self, session: Session, id: str, step: Step, reason: str, caller: Caller) -> CaseOut:
        """Move a case on. Raises NotFound, Conflict, InvalidInput."""
        case = self.get(session, id, caller, lock=True)
        before = CaseState(case.state)
        target = after(before, step)
        if MOVES[step].needs_reason and not reason:
            raise _invalid("reason", "必填，双方会看到")
        repository = CaseRepository(session)
        consents = repository.consents([id]).get(id, [])
        if step in {Step.ASK, Step.PUBLISH}:
            _check_whole(case)
            refuse_given_away(case)
        if step is Step.PUBLISH:
            _check_consents(consents)
            case.published_at, case.withdrawn_reason = now(), ""
        if step is Step.REVISE:
            for each in active(consents).values():
                each.ended_at, each.end_reason = now(), "文字退回修改"
        if step is Step.WITHDRAW:
            case.withdrawn_reason = reason
        case.state = target
        _touch(case)
        self._tell_sides(session, case, step)
        told = {"state": target.value} | ({"reason": reason} if reason else {})
        append(session, caller, [Event(f"case.{step}", "cases", id, {"state": before.value}, told)])
        return self._again(session, case, caller)

    def consent(self, session: Session, id: str, body: ConsentIn, caller: Caller) -> CaseOut:
        """Keep that a side agrees to the text as it stands. Raises NotFound, Conflict, InvalidInput."""
        case = self.get(session, id, caller, lock=True)
        side = _whose(case, body.side, caller)
        means = ConsentMeans.ONLINE if not caller.sees_all else body.means
        if means is None:
            raise _invalid("means", "代为登记时必填，请选择对方以什么方式同意的")
        if case.state != CaseState.CONSENT:
            raise Conflict(f"这个案例{STATES[CaseState(case.state)]}，只有征求双方同意时才能登记。")
        repository = CaseRepository(session)
        known = active(repository.consents([id]).get(id, [])).get(side)
        if known is not None:
            raise Conflict(f"{SIDES[side]}已经同意过了；要改请先收回，再重新同意。")
        made = CaseConsent(
            case_id=id, side=side.value, person=body.person, means=means.value, amount=body.amount,
            recorded_by=caller.account_id, end_reason="",
        )  # fmt: skip
        repository.add(made)
        _touch(case)
        session.flush()
        # Who agreed for a side is a person's name: it stays in the case, out of the log.
        told = {"side": side.value, "means": means.value}
        append(session, caller, [Event("case.consent", "cases", id, None, told)])
        return self._again(session, case, caller)

    def end_consent(self, session: Session, id: str, body: ConsentEndIn, caller: Caller) -> CaseOut:
        """Take a side's consent back; what was published is withdrawn in the same moment.

        Raises:
            NotFound, Conflict: there is none; InvalidInput.
        """
        case = self.get(session, id, caller, lock=True)
        side = _whose(case, body.side, caller)
        known = active(CaseRepository(session).consents([id]).get(id, [])).get(side)
        if known is None:
            raise Conflict(f"{SIDES[side]}现在没有有效的同意，无需收回。")
        known.ended_at, known.end_reason = now(), body.reason or "本单位收回"
        before = case.state
        if case.state == CaseState.PUBLISHED:
            case.state = CaseState.WITHDRAWN
            case.withdrawn_reason = f"{SIDES[side]}收回了同意"
        _touch(case)
        if case.created_by is not None:
            title = f"{SIDES[side]}收回了同意：{case.title}"
            key = f"case:{id}:ended:{case.version}"
            tell(session, [Told(case.created_by, NoticeTopic.DOCKING, title, f"/cases/{id}", key, body.reason)])
        session.flush()
        told = {"side": side.value, "state": case.state, "reason": body.reason}
        append(session, caller, [Event("case.end_consent", "cases", id, {"state": before}, told)])
        return self._again(session, case, caller)

    @staticmethod
    def _tell_sides(session: Session, case: Case, step: Step) -> None:
        """Tell both sides that they are asked, or that it is published."""
        titles = {Step.ASK: "请确认案例文字", Step.PUBLISH: "案例已发布", Step.WITHDRAW: "案例已撤下"}
        if step not in titles:
            return
        sides = (case.docking.need.organisation_id, case.docking.achievement.organisation_id)
        key = f"case:{case.id}:{step}:{case.version}"
        tell(
            session,
            [
                Told(each.id, NoticeTopic.DOCKING, f"{titles[step]}：{case.title}", f"/cases/{case.id}", key)
                for each in CaseRepository(session).accounts_of(sides)
            ],
        )


def _whose(case: Case, side: Side | None, caller: Caller) -> Side:
    """Return the side that is spoken for. Raises NotFound, InvalidInput."""
    if caller.sees_all:
        if side is None:
            raise _invalid("side", "代为登记时必填，请写明哪一方")
        return side
    own = side_of(case, caller)
    if own is None:
        raise NotFound("这个案例与贵单位无关，不能替别人表态。")
    if side is not None and side is not own:
        raise _invalid("side", "只能为本单位表态")
    return own


def _check_whole(case: Case) -> None:
    for name, label in (("problem", "企业的难题"), ("solution", "怎么解决的"), ("effect", "效果")):
        if not getattr(case, name):
            raise _invalid(name, f"“{label}”还是空的，请先写好")


def _check_consents(consents: Sequence[CaseConsent]) -> None:
    valid = active(consents)
    missing = [SIDES[side] for side in Side if side not in valid]
    if missing:
        raise Conflict(f"还缺{'、'.join(missing)}的同意，不能发布。请先征得同意并登记。")


def _touch(case: Case) -> None:
    case.version = (case.version or 1) + 1
    case.updated_at = now()


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"{field}：{message}。", (FieldError(field, "invalid", message),))


def _told(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _FIELDS}
