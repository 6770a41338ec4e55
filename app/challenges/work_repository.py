"""What belongs to a challenge in SQL: panel, bids, milestones, reviews after acceptance; and whom to tell."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.challenges.repository import visible_sql
from app.core.caller import Caller, Role
from app.models import (
    Account,
    Achievement,
    BidState,
    Challenge,
    ChallengeBid,
    ChallengeEvaluation,
    ChallengeMilestone,
    ChallengeNeed,
    ChallengePanellist,
    ChallengeState,
)

_NEEDS = joinedload(ChallengeEvaluation.challenge).selectinload(Challenge.members).joinedload(ChallengeNeed.need)
Row = ChallengePanellist | ChallengeBid | ChallengeMilestone | ChallengeEvaluation
_RUNNING = (ChallengeState.ESTABLISHED, ChallengeState.IN_PROGRESS, ChallengeState.ACCEPTANCE)


class WorkRepository:
    """Reads and writes what people add to challenges. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def panel(self, challenge: Challenge) -> Sequence[ChallengePanellist]:
        """Return the experts of the present round with their accounts, in the order in which they were asked."""
        query = (
            select(ChallengePanellist)
            .options(joinedload(ChallengePanellist.account).joinedload(Account.organisation))
            .where(ChallengePanellist.challenge_id == challenge.id, ChallengePanellist.round == challenge.review_round)
            .order_by(ChallengePanellist.id)
        )
        return self._session.scalars(query).all()

    def earlier_conflicts(self, challenge: Challenge) -> set[str]:
        """Return the accounts that declared a conflict in a review of the same challenge before."""
        query = select(ChallengePanellist.account_id).where(
            ChallengePanellist.challenge_id == challenge.id,
            ChallengePanellist.round < challenge.review_round,
            ChallengePanellist.conflict.is_(True),
        )
        return set(self._session.scalars(query))

    def waiting(self, account_id: str, limit: int) -> Sequence[ChallengePanellist]:
        """Return the panels of an expert whose review is open, those without a ballot first."""
        query = (
            select(ChallengePanellist)
            .join(ChallengePanellist.challenge)
            .options(joinedload(ChallengePanellist.challenge))
            .where(
                ChallengePanellist.account_id == account_id,
                ChallengePanellist.round == Challenge.review_round,
                Challenge.state == ChallengeState.REVIEW,
            )
            .order_by(ChallengePanellist.voted_at.is_not(None), ChallengePanellist.id)
            .limit(limit)
        )
        return self._session.scalars(query).all()

    def experts(self, limit: int) -> Sequence[Account]:
        """Return accounts of experts that are not disabled, by name."""
        query = select(Account).where(Account.role == Role.EXPERT, Account.disabled_at.is_(None))
        return self._session.scalars(query.order_by(Account.name, Account.id).limit(limit)).all()

    def expert(self, id: str) -> Account | None:
        """Return an expert's account that is not disabled."""
        query = select(Account).where(Account.id == id, Account.role == Role.EXPERT, Account.disabled_at.is_(None))
        return self._session.scalar(query)

    def bids(self, challenge: Challenge) -> Sequence[ChallengeBid]:
        """Return the bids of the present round that were not taken back, the first first."""
        query = (
            select(ChallengeBid)
            .options(joinedload(ChallengeBid.organisation), joinedload(ChallengeBid.achievement))
            .where(
                ChallengeBid.challenge_id == challenge.id,
                ChallengeBid.round == challenge.bid_round,
                ChallengeBid.state != BidState.WITHDRAWN,
            )
            .order_by(ChallengeBid.created_at, ChallengeBid.id)
        )
        return self._session.scalars(query).all()

    def bidders(self, challenge_id: str) -> set[str]:
        """Return the organisations that have ever bid and did not take it back."""
        query = select(ChallengeBid.organisation_id).where(
            ChallengeBid.challenge_id == challenge_id, ChallengeBid.state != BidState.WITHDRAWN
        )
        return set(self._session.scalars(query))

    def own_bid(self, challenge: Challenge, organisation_id: str) -> ChallengeBid | None:
        """Return an organisation's bid of the present round, also one that was taken back."""
        query = (
            select(ChallengeBid)
            .options(joinedload(ChallengeBid.organisation), joinedload(ChallengeBid.achievement))
            .where(
                ChallengeBid.challenge_id == challenge.id,
                ChallengeBid.round == challenge.bid_round,
                ChallengeBid.organisation_id == organisation_id,
            )
        )
        return self._session.scalar(query)

    def achievement(self, id: str, organisation_id: str) -> Achievement | None:
        """Return an organisation's own achievement."""
        query = select(Achievement).where(Achievement.id == id, Achievement.organisation_id == organisation_id)
        return self._session.scalar(query)

    def milestones(self, challenge_id: str) -> Sequence[ChallengeMilestone]:
        """Return the milestones of a project, the first due first."""
        query = select(ChallengeMilestone).where(ChallengeMilestone.challenge_id == challenge_id)
        return self._session.scalars(query.order_by(ChallengeMilestone.due_on, ChallengeMilestone.id)).all()

    def milestone(self, challenge_id: str, id: str) -> ChallengeMilestone | None:
        """Return a milestone of a project."""
        query = select(ChallengeMilestone).where(
            ChallengeMilestone.id == id, ChallengeMilestone.challenge_id == challenge_id
        )
        return self._session.scalar(query)

    def late_milestones(self, before: date, caller: Caller, limit: int) -> Sequence[ChallengeMilestone]:
        """Return what running projects that the caller may see should have reached, the most overdue first."""
        query = (
            select(ChallengeMilestone)
            .join(ChallengeMilestone.challenge)
            .options(joinedload(ChallengeMilestone.challenge))
            .where(
                ChallengeMilestone.done_on.is_(None),
                ChallengeMilestone.due_on < before,
                Challenge.state.in_(_RUNNING),
                visible_sql(caller),
            )
            .order_by(ChallengeMilestone.due_on, ChallengeMilestone.id)
            .limit(limit)
        )
        return self._session.scalars(query).all()

    def evaluations(self, challenge_id: str) -> Sequence[ChallengeEvaluation]:
        """Return the reviews after acceptance, the first due first."""
        query = select(ChallengeEvaluation).where(ChallengeEvaluation.challenge_id == challenge_id)
        return self._session.scalars(query.order_by(ChallengeEvaluation.months)).all()

    def due_evaluations(
        self, before: date, caller: Caller, owner_id: str | None, limit: int
    ) -> Sequence[ChallengeEvaluation]:
        """Return reviews that the caller may see, nobody has written and fall due before a day.

        Args:
            owner_id: whose alone; None for everybody's.
        """
        query = (
            select(ChallengeEvaluation)
            .join(ChallengeEvaluation.challenge)
            .options(joinedload(ChallengeEvaluation.challenge).joinedload(Challenge.owner))
            .where(ChallengeEvaluation.done_on.is_(None), ChallengeEvaluation.due_on < before, visible_sql(caller))
            .order_by(ChallengeEvaluation.due_on, ChallengeEvaluation.months, ChallengeEvaluation.id)
            .limit(limit)
        )
        if owner_id is not None:
            query = query.where(Challenge.owner_id == owner_id)
        return self._session.scalars(query).all()

    def told_of_achievement(self, achievement_id: str, caller: Caller) -> Sequence[ChallengeEvaluation]:
        """Return the reviews about an achievement that the caller may see, the newest first."""
        query = (
            select(ChallengeEvaluation)
            .join(ChallengeEvaluation.challenge)
            .options(joinedload(ChallengeEvaluation.challenge).joinedload(Challenge.owner), _NEEDS)
            .where(
                Challenge.achievement_id == achievement_id,
                ChallengeEvaluation.done_on.is_not(None),
                visible_sql(caller),
            )
            .order_by(ChallengeEvaluation.done_on.desc(), ChallengeEvaluation.id.desc())
        )
        return self._session.scalars(query).all()

    def members_of(self, organisation_ids: Collection[str]) -> Sequence[Account]:
        """Return the accounts of organisations that are not disabled."""
        query = select(Account).where(Account.organisation_id.in_(organisation_ids), Account.disabled_at.is_(None))
        return self._session.scalars(query).all()

    def add(self, row: Row) -> None:
        """Add a new row."""
        self._session.add(row)

    def remove(self, row: Row) -> None:
        """Take a row away."""
        self._session.delete(row)
