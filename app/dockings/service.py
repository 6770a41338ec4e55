"""What may be done with dockings; which steps there are says `app.dockings.stages`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.core.caller import Caller, Role
from app.core.city_time import today
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.core.paging import page_of
from app.dockings.announcing import tell_closed
from app.dockings.conversation import Conversation
from app.dockings.files import DockingFiles
from app.dockings.finding import find
from app.dockings.history import accounts_in
from app.dockings.opening import open_docking
from app.dockings.outcome import forget, judge_closed, judge_signed
from app.dockings.planning import check_docking_version, plan
from app.dockings.repository import DockingFilter, DockingRepository, open_key
from app.dockings.stages import OPEN, STAGES, Step, Way, step_between, steps_from, taker_of
from app.kinds.table import KINDS
from app.models import (
    Account,
    CloseReason,
    Docking,
    DockingAction,
    DockingEvent,
    DockingOrigin,
    DockingStage,
    RecordKind,
    Status,
    Team,
)
from app.models.base import now
from app.records.repository import RecordRepository

HISTORY_SHOWN = 200
_SHOWN = 5
_MOST_COUNTED = 1000
_ACTIONS = {
    Way.ON: DockingAction.STEP, Way.BACK: DockingAction.BACK, Way.CLOSE: DockingAction.CLOSE,
    Way.REOPEN: DockingAction.REOPEN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DockingDay:
    """A day's work on dockings.

    Attributes:
        due: the most urgent whose next action is due today or overdue.
        idle: open ones without a next action, the longest at their stage first.
    """

    due: Sequence[Docking]
    due_count: int
    idle: Sequence[Docking]


@dataclass(slots=True)
class Change:
    """A docking that is being changed, and what is to be kept of it.

    Attributes:
        also: events for the audit log beside its own.
    """

    docking: Docking
    events: list[DockingEvent] = field(default_factory=list)
    also: list[Event] = field(default_factory=list)

    def note(self, action: DockingAction, before: str | None, after: str | None, note: str = "") -> None:
        """Add a line to the history."""
        self.events.append(DockingEvent(action=action, before=before, after=after, note=note))


class DockingService:
    """Follows pairs from the recommendation to the product in use.

    Args:
        files: the folder of their files.
    """

    def __init__(self, files: Path) -> None:
        self.conversation = Conversation()
        self.files = DockingFiles(files)

    def open(self, session: Session, need_id: str, achievement_id: str, caller: Caller) -> tuple[Docking, bool]:
        """Return the open docking of a pair, and whether it was made now.

        Raises:
            NotFound; Conflict: a record is not published; InvalidInput: both belong to one organisation.
        """
        need, achievement = (
            _published(session, kind, id, caller)
            for kind, id in ((RecordKind.NEEDS, need_id), (RecordKind.ACHIEVEMENTS, achievement_id))
        )
        if need.organisation_id == achievement.organisation_id:
            raise InvalidInput("需求与成果同属一家单位，无需对接。")
        before = DockingRepository(session).open_of(need_id, achievement_id)
        docking = open_docking(session, caller, need_id, achievement_id, DockingOrigin.MATCH)
        return _again(session, docking, caller), before is None

    def get(self, session: Session, id: str, caller: Caller) -> Docking:
        """Return a docking. Raises NotFound, also for one that the caller may not see."""
        return find(session, id, caller)

    def of_pair(
        self, session: Session, need_id: str, achievement_id: str, caller: Caller
    ) -> tuple[str, DockingStage] | None:
        """Return id and stage of the docking of a pair that the caller may see, the open one before closed ones."""
        return DockingRepository(session).last_of(need_id, achievement_id, caller)

    def page(
        self, session: Session, caller: Caller, wanted: DockingFilter, *, cursor: str | None = None, limit: int
    ) -> tuple[list[Docking], str | None]:
        """Return dockings, the newest first, and where to go on. Raises Forbidden."""
        check_filter(wanted, caller)
        return page_of(
            DockingRepository(session).page(caller, wanted, after=cursor, limit=limit + 1), limit, lambda each: each.id
        )

    def overdue(self, session: Session, caller: Caller, wanted: DockingFilter, limit: int) -> Sequence[Docking]:
        """Return dockings whose next action is overdue, the longest first; not for members."""
        check_filter(wanted, caller)
        return DockingRepository(session).overdue(caller, wanted, limit=limit)

    def overdue_count(self, session: Session, caller: Caller, wanted: DockingFilter, most: int) -> int:
        """Return how many are overdue, counted no further than `most`; not for members."""
        return DockingRepository(session).overdue_count(caller, wanted, most)

    def board(
        self, session: Session, caller: Caller, wanted: DockingFilter, each: int
    ) -> Mapping[DockingStage, Sequence[Docking]]:
        """Return the first dockings of every stage that is not closed."""
        check_filter(wanted, caller)
        rows = DockingRepository(session).board(caller, wanted, each)
        return {stage: [row for row in rows if row.stage == stage] for stage in (*OPEN, DockingStage.LANDED)}

    def counts(self, session: Session, caller: Caller, wanted: DockingFilter) -> Mapping[DockingStage, int]:
        """Return how many dockings that the caller may see are at each stage."""
        return DockingRepository(session).counts(caller, wanted)

    def figures(self, session: Session, caller: Caller) -> Mapping[DockingStage, int]:
        """Return how many dockings are at each stage: all for staff and the bureau, for members their own."""
        everything = caller.sees_all or caller.role is Role.BUREAU
        return DockingRepository(session).counts(None if everything else caller, DockingFilter())

    def day(self, session: Session, caller: Caller) -> DockingDay:
        """Return what the caller, of the staff, has to do today, and which of their dockings lack a next action."""
        repository, day = DockingRepository(session), today()
        return DockingDay(
            due=repository.due(caller, day, limit=_SHOWN),
            due_count=repository.due_count(caller, day, _MOST_COUNTED),
            idle=repository.idle(caller, limit=_SHOWN),
        )

    def history(self, session: Session, docking: Docking) -> Sequence[DockingEvent]:
        """Return what happened to a docking, the newest first."""
        return DockingRepository(session).events(docking.id, HISTORY_SHOWN)

    def staff(self, session: Session, caller: Caller) -> Sequence[Account]:
        """Return to staff who may follow a docking or take its next action."""
        return DockingRepository(session).staff() if caller.sees_all else []

    def names(self, session: Session, events: Sequence[DockingEvent], caller: Caller) -> dict[str, str]:
        """Return to staff what the accounts that a history speaks of are called, by id."""
        found = DockingRepository(session).accounts(accounts_in(events)) if caller.sees_all else {}
        return {id: each.name for id, each in found.items()}

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> Docking:
        """Change who follows it and what is done next. Raises NotFound, VersionRequired, StaleVersion, InvalidInput."""
        with _changing(session, id, "plan", caller) as change:
            plan(session, change.docking, fields, expected, caller, change.note)
        return _again(session, change.docking, caller)

    def step(
        self, session: Session, id: str, to: DockingStage, note: str, expected: str | None, caller: Caller
    ) -> Docking:
        """Take a step onward or back. Raises NotFound, Conflict, StaleVersion, InvalidInput."""
        with _changing(session, id, "step", caller, expected) as change:
            docking = change.docking
            step = _step(docking, to, (Way.ON, Way.BACK), caller)
            if step.needs_note and not note:
                message = "退回要写明理由，方便以后查"
                raise InvalidInput(f"note：{message}。", (FieldError("note", "missing", message),))
            _move(change, step, note)
            if to is DockingStage.SIGNED and step.way is Way.ON:
                change.also += judge_signed(session, caller, docking)
            elif step.start is DockingStage.SIGNED and step.way is Way.BACK:
                change.also += forget(session, docking)
        return _again(session, change.docking, caller)

    def close(
        self, session: Session, id: str, reason: CloseReason, note: str, expected: str | None, caller: Caller
    ) -> Docking:
        """Give a docking up, tell both sides and learn from it. Raises NotFound, Conflict, StaleVersion."""
        with _changing(session, id, "close", caller, expected) as change:
            docking = change.docking
            step = _step(docking, DockingStage.CLOSED, (Way.CLOSE,), caller)
            docking.closed_from, docking.close_reason, docking.close_note = step.start, reason, note
            docking.open_key = None
            _move(change, step, note)
            change.also += judge_closed(session, caller, docking, reason)
            tell_closed(session, docking, reason)
        return _again(session, change.docking, caller)

    def reopen(self, session: Session, id: str, note: str, expected: str | None, caller: Caller) -> Docking:
        """Take a closed docking up where it was. Raises NotFound, Conflict, StaleVersion."""
        with _changing(session, id, "reopen", caller, expected) as change:
            docking = change.docking
            step = _step(docking, DockingStage(docking.closed_from or docking.stage), (Way.REOPEN,), caller)
            self._take_key(session, docking)
            docking.closed_from = docking.close_reason = None
            docking.close_note = ""
            _move(change, step, note)
            signed = step.end is DockingStage.SIGNED
            change.also += judge_signed(session, caller, docking) if signed else forget(session, docking)
            if docking.agreed_at is None:
                agreed = DockingRepository(session).agreed_interest(docking.need_id, docking.achievement_id)
                docking.agreed_at = None if agreed is None else agreed.updated_at
        return _again(session, change.docking, caller)

    @staticmethod
    def _take_key(session: Session, docking: Docking) -> None:
        other = DockingRepository(session).open_of(docking.need_id, docking.achievement_id)
        if other is None:
            try:
                with session.begin_nested():
                    docking.open_key = open_key(docking.need_id, docking.achievement_id)
            except IntegrityError:  # PostgreSQL: one was opened at this moment
                pass
            else:
                return
        raise Conflict("这一对已有另一条进行中的对接，请在那一条里继续。")

    def block(self, session: Session, id: str, team: Team, note: str, caller: Caller) -> Docking:
        """Ask a 专班 to clear what is in the way. Raises NotFound, Conflict."""
        with _changing(session, id, "block", caller) as change:
            docking = change.docking
            if DockingStage(docking.stage) not in OPEN:
                raise Conflict(f"这条对接在“{STAGES[DockingStage(docking.stage)]}”阶段，不能再转交专班。")
            change.note(DockingAction.BLOCK, docking.blocked_team, team, note)
            if docking.blocked_team != team:
                docking.blocked_since = now()
            docking.blocked_team, docking.blocked_note = team, note
        return _again(session, change.docking, caller)

    def clear(self, session: Session, id: str, note: str, caller: Caller) -> Docking:
        """Note that nothing is in the way any more. Raises NotFound, Conflict."""
        with _changing(session, id, "clear", caller) as change:
            docking = change.docking
            if docking.blocked_team is None:
                raise Conflict("这条对接没有转交专班，无需解除。")
            change.note(DockingAction.CLEAR, docking.blocked_team, None, note)
            docking.blocked_team, docking.blocked_note, docking.blocked_since = None, "", None
        return _again(session, change.docking, caller)


def check_filter(wanted: DockingFilter, caller: Caller) -> None:
    """Refuse filters by what the caller is not shown, which would find it out. Raises Forbidden."""
    inside = wanted.team is not None or wanted.overdue is not None
    if caller.sees_all or not (inside or wanted.mine or wanted.liaison is not None):
        return
    if caller.role is Role.BUREAU and not wanted.mine and wanted.liaison is None:
        return
    raise Forbidden("只有情报员可以按负责人、期限和专班筛选，请去掉这些条件。")


@contextmanager
def _changing(session: Session, id: str, action: str, caller: Caller, expected: str | None = None) -> Iterator[Change]:
    docking = find(session, id, caller, lock=True)
    if expected is not None:
        check_docking_version(session, docking, expected, {})
    before = _audited(docking)
    change = Change(docking)
    yield change
    docking.version += 1
    docking.updated_at = now()
    for each in change.events:
        each.docking_id, each.account_id = docking.id, caller.account_id
        session.add(each)
    session.flush()
    after = _audited(docking)
    append(session, caller, [Event(f"docking.{action}", "dockings", id, *changed(before, after)), *change.also])


def _again(session: Session, docking: Docking, caller: Caller) -> Docking:
    """Return a docking as it is stored now, with its people, who may have changed."""
    id = docking.id
    session.flush()
    session.expire(docking)
    return find(session, id, caller)


def _published(session: Session, kind: RecordKind, id: str, caller: Caller) -> Any:
    record = RecordRepository(session, KINDS[kind]).get(id, caller)
    if record is None or record.status == Status.WITHDRAWN:
        raise NotFound(f"没有这条{KINDS[kind].noun}，可能已撤回。")
    if record.status != Status.PUBLISHED:
        raise Conflict(f"这条{KINDS[kind].noun}还没有发布，发布后才能开始对接。")
    return record


def _step(docking: Docking, to: DockingStage, ways: tuple[Way, ...], caller: Caller) -> Step:
    """Return the step if the table has it for the caller. Raises Conflict."""
    stage, taker = DockingStage(docking.stage), taker_of(caller.role)
    step = None if taker is None else step_between(stage, to, taker)
    if step is not None and step.way in ways:
        return step
    others = "、".join(f"“{STAGES[each.end]}”" for each in steps_from(stage, caller.role))
    remedy = f"现在可以到{others}" if others else "已关闭的请先重新打开"
    raise Conflict(f"这条对接现在是“{STAGES[stage]}”，不能这样走到“{STAGES[to]}”：{remedy}。请刷新页面核对。")


def _move(change: Change, step: Step, note: str) -> None:
    docking = change.docking
    docking.stage, docking.stage_since = step.end, now()
    after = docking.close_reason if step.way is Way.CLOSE else step.end
    change.note(_ACTIONS[step.way], step.start, after, note)


def _audited(docking: Docking) -> dict[str, Any]:
    """Return what the audit log keeps: texts may name people and telephones, so only how long they are."""
    names = ("stage", "close_reason", "liaison_id", "next_owner_id", "next_due_on", "blocked_team")
    texts = {name: f"{len(getattr(docking, name))} 字" for name in ("next_action", "close_note", "blocked_note")}
    return {name: getattr(docking, name) for name in names} | texts
