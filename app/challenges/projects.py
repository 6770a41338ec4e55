"""The project that a challenge became: milestones, and what the enterprise says years after."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.challenges.finding import find, record, require, require_state, wrong
from app.challenges.schemas import DoneIn, EvaluationIn, MilestoneIn
from app.challenges.stages import IN_WORK, Part
from app.challenges.texts import check_texts
from app.challenges.work_repository import WorkRepository
from app.core.caller import Caller, Role
from app.core.city_time import today
from app.core.errors import Conflict, NotFound
from app.models import Challenge, ChallengeEvaluation, ChallengeMilestone, ChallengeState

# When an accepted project is looked at again, in months after the acceptance.
REVIEWS = (6, 12, 24)
# A review may be written a little before it falls due.
_EARLY = timedelta(days=30)
_MOST_MILESTONES = 50
_ALL = frozenset(Part)


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day where the month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reviews_due(challenge: Challenge, accepted_on: date) -> list[ChallengeEvaluation]:
    """Return the reviews that an acceptance calls for, empty until the enterprise writes them."""
    return [
        ChallengeEvaluation(challenge_id=challenge.id, months=months, due_on=months_after(accepted_on, months))
        for months in REVIEWS
    ]


class ProjectService:
    """Keeps milestones and reviews after the acceptance."""

    def add_milestone(self, session: Session, id: str, body: MilestoneIn, caller: Caller) -> ChallengeMilestone:
        """Add what a project has to reach. Raises NotFound, Forbidden, Conflict, InvalidInput."""
        challenge = find(session, id, caller, lock=True)
        require(challenge, caller, frozenset({Part.STAFF, Part.OWNER}))
        require_state(challenge, IN_WORK, "立项之后、申请验收之前才能设里程碑。")
        if len(WorkRepository(session).milestones(id)) >= _MOST_MILESTONES:
            raise Conflict(f"里程碑已有 {_MOST_MILESTONES} 个，请合并后再加。")
        if challenge.established_on is not None and body.due_on < challenge.established_on:
            raise wrong("due_on", "range", f"早于立项日期 {challenge.established_on}，请改正")
        made = ChallengeMilestone(challenge_id=id, title=body.title, due_on=body.due_on)
        WorkRepository(session).add(made)
        record(session, caller, "add_milestone", challenge, None, {"title": body.title, "due_on": body.due_on})
        return made

    def finish(self, session: Session, id: str, milestone_id: str, body: DoneIn, caller: Caller) -> ChallengeMilestone:
        """Note that a milestone was reached, with what shows it. Raises NotFound, Forbidden, Conflict."""
        challenge, milestone = _milestone(session, id, milestone_id, caller, _ALL)
        require_state(challenge, (ChallengeState.IN_PROGRESS,), "实施中才能登记里程碑完成。")
        if milestone.done_on is not None:
            raise Conflict("这个里程碑已经登记完成。")
        milestone.done_on, milestone.evidence = today(), body.evidence
        told = {"title": milestone.title, "evidence": body.evidence}
        record(session, caller, "finish_milestone", challenge, None, told)
        return milestone

    def drop_milestone(self, session: Session, id: str, milestone_id: str, caller: Caller) -> None:
        """Take a milestone away that was not reached yet. Raises NotFound, Forbidden, Conflict."""
        challenge, milestone = _milestone(session, id, milestone_id, caller, frozenset({Part.STAFF, Part.OWNER}))
        require_state(challenge, IN_WORK, "申请验收之后不能再改里程碑。")
        if milestone.done_on is not None:
            raise Conflict("已经完成的里程碑不能删除。")
        told = {"title": milestone.title, "due_on": milestone.due_on}
        WorkRepository(session).remove(milestone)
        record(session, caller, "drop_milestone", challenge, told, {})

    def evaluate(self, session: Session, id: str, body: EvaluationIn, caller: Caller) -> ChallengeEvaluation:
        """Write what became of an accepted project, as the owner of the need; may be mended later.

        Raises:
            NotFound, Forbidden; Conflict: too early; InvalidInput: the text gives a hidden enterprise away.
        """
        challenge = find(session, id, caller, lock=True)
        require(challenge, caller, frozenset({Part.OWNER}))
        require_state(challenge, (ChallengeState.ACCEPTED,), "验收通过之后才有验收后评价。")
        one = next(each for each in WorkRepository(session).evaluations(id) if each.months == body.months)
        if today() < one.due_on - _EARLY:
            raise Conflict(f"还没有到时间：{one.due_on - _EARLY} 起可以填写。")
        check_texts(challenge, {"text": body.text})
        before = {"score": one.score, "in_use": one.in_use, "text": one.text}
        one.score, one.in_use, one.text, one.done_on = body.score, body.in_use, body.text, today()
        after = {"months": one.months, "score": one.score, "in_use": one.in_use, "text": one.text}
        record(session, caller, "evaluate", challenge, before, after)
        return one

    def due(self, session: Session, caller: Caller, limit: int) -> Sequence[ChallengeEvaluation]:
        """Return reviews that may be written now and are not: for members of their own needs alone."""
        owner = None if caller.sees_all or caller.role is Role.BUREAU else caller.organisation_id or ""
        return WorkRepository(session).due_evaluations(today() + _EARLY + timedelta(days=1), caller, owner, limit)

    def late(self, session: Session, caller: Caller, limit: int) -> Sequence[ChallengeMilestone]:
        """Return overdue milestones of running projects that the caller may see, with their challenges."""
        return WorkRepository(session).late_milestones(today(), caller, limit)

    def told_of(self, session: Session, achievement_id: str, caller: Caller) -> Sequence[ChallengeEvaluation]:
        """Return what was written about an achievement in use, the newest first."""
        return WorkRepository(session).told_of_achievement(achievement_id, caller)


def _milestone(
    session: Session, id: str, milestone_id: str, caller: Caller, by: frozenset[Part]
) -> tuple[Challenge, ChallengeMilestone]:
    challenge = find(session, id, caller, lock=True)
    require(challenge, caller, by)
    found = WorkRepository(session).milestone(id, milestone_id)
    if found is None:
        raise NotFound("没有这个里程碑，可能已删除。请刷新页面。")
    return challenge, found
