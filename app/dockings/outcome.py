"""What the outcome of a docking says of its match, as a judgement of whoever recorded it.

A docking ends for many reasons, and only some of them say whether the achievement answers the need. Those are kept as
judgements, from which the ranking learns. A judgement that the person gave by hand is never touched: it was given
looking at the texts, and the outcome only confirms or follows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.log import Event
from app.core.caller import Caller
from app.dockings.stages import CLOSE_REASONS
from app.judgements.repository import JudgementRepository
from app.models import CloseReason, Docking, Judgement, ReasonCode
from app.models.base import now


@dataclass(frozen=True, slots=True)
class OutcomeGrade:
    """What an outcome says of a match: a grade, 1 to 4, and why."""

    grade: int
    reason: ReasonCode


# Two sides that sign found for themselves that it fits: nothing says so more strongly.
SIGNED = OutcomeGrade(4, ReasonCode.GOOD_FIT)
CLOSED: Mapping[CloseReason, OutcomeGrade | None] = {
    # The subject is right, or nobody would ask how mature it is; one condition is not met.
    CloseReason.TOO_EARLY: OutcomeGrade(3, ReasonCode.TOO_EARLY),
    # Likewise: people talk of the price of what they could use.
    CloseReason.PRICE: OutcomeGrade(3, ReasonCode.TOO_EXPENSIVE),
    # Close enough to be talked about, yet made for another object; of what else may differ, the commonest.
    CloseReason.TECHNICAL_MISMATCH: OutcomeGrade(2, ReasonCode.OBJECT_DIFFERS),
    # About the business, the rights or the people, not about whether the one answers the other.
    CloseReason.BENEFIT_UNCLEAR: None,
    CloseReason.INTELLECTUAL_PROPERTY: None,
    CloseReason.NO_ANSWER: None,
    CloseReason.SOLVED_ELSEWHERE: None,
    CloseReason.NEED_GONE: None,
    # Nobody knows what it says.
    CloseReason.OTHER: None,
}


def judge_signed(session: Session, caller: Caller, docking: Docking) -> list[Event]:
    """Keep what a signature says of the match; return what to audit."""
    return _judge(session, caller, docking, SIGNED, "对接结果：签约")


def judge_closed(session: Session, caller: Caller, docking: Docking, reason: CloseReason) -> list[Event]:
    """Keep what a close reason says of the match, if anything; return what to audit."""
    said = CLOSED[reason]
    # What it said at an earlier signature is not so any more, whatever the reason.
    if said is None:
        return forget(session, docking)
    return _judge(session, caller, docking, said, f"对接结果：{CLOSE_REASONS[reason]}")


def forget(session: Session, docking: Docking) -> list[Event]:
    """Take back what the docking's outcome said, unless the person has judged by hand since; return what to audit."""
    repository = JudgementRepository(session)
    given = _given(repository, docking)
    docking.judgement_id = docking.judged_at = None
    if given is None:
        return []
    repository.remove(given.need_id, given.achievement_id, given.judge)
    return [Event("judgement.take_back", "pairs", _pair(docking), _told(given))]


def _judge(session: Session, caller: Caller, docking: Docking, said: OutcomeGrade, comment: str) -> list[Event]:
    events = forget(session, docking)
    repository = JudgementRepository(session)
    if repository.get(docking.need_id, docking.achievement_id, caller.name) is not None:
        return events
    given = Judgement(
        need_id=docking.need_id, achievement_id=docking.achievement_id, judge=caller.name, grade=said.grade,
        reason_code=said.reason, comment=comment, judged_at=now(),
    )  # fmt: skip
    repository.put(given)
    session.flush()
    docking.judgement_id, docking.judged_at = given.id, given.judged_at
    return [*events, Event("judgement.give", "pairs", _pair(docking), None, _told(given))]


def _given(repository: JudgementRepository, docking: Docking) -> Judgement | None:
    """Return the judgement that the outcome gave, as long as nobody gave it anew: then its time differs."""
    if docking.judgement_id is None:
        return None
    found = repository.by_id(docking.judgement_id)
    return found if found is not None and found.judged_at == docking.judged_at else None


def _pair(docking: Docking) -> str:
    return f"{docking.need_id}:{docking.achievement_id}"


def _told(judgement: Judgement) -> dict[str, object]:
    return {"grade": judgement.grade, "reason_code": judgement.reason_code, "comment": judgement.comment}
