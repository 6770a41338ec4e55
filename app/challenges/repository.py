"""Challenges in SQL, and who may see which."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.access.rule import MEMBERS
from app.challenges.stages import PUBLIC
from app.core.caller import Caller, Role
from app.core.city_time import CITY_TIME, today
from app.models import (
    BidState,
    Challenge,
    ChallengeBid,
    ChallengeCriterion,
    ChallengeNeed,
    ChallengePanellist,
    ChallengeState,
    ChallengeStep,
    Need,
    NeedVisibility,
    Tag,
)

_MEMBERS = selectinload(Challenge.members).joinedload(ChallengeNeed.need).joinedload(Need.organisation)
_OVER = (ChallengeState.WITHDRAWN, ChallengeState.FAILED)


@dataclass(frozen=True, slots=True)
class ChallengeFilter:
    """What a list is narrowed by; None leaves a side open.

    Attributes:
        older_than: days in the reserve pool, for those that are still in it.
        mine: what waits for the caller or is theirs: an expert's panels, a member's own, a bidder's, a liaison's.
    """

    state: ChallengeState | None = None
    need_class: str | None = None
    grade: str | None = None
    chain: str | None = None
    older_than: int | None = None
    mine: bool = False


class ChallengeRepository:
    """Reads and writes challenges with their needs and criteria. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Challenge | None:
        """Return a challenge that the caller may see, with all that is shown of it."""
        query = (
            select(Challenge)
            .options(
                _MEMBERS, selectinload(Challenge.criteria), joinedload(Challenge.owner), joinedload(Challenge.winner)
            )
            .where(Challenge.id == id, visible_sql(caller))
        )
        if lock:
            query = query.with_for_update(of=Challenge).execution_options(populate_existing=True)
        return self._session.scalar(query)

    def page(self, caller: Caller, wanted: ChallengeFilter, *, after: str | None, limit: int) -> list[Challenge]:
        """Return challenges that the caller may see, the newest first, that come after an id."""
        query = self._listed(caller, wanted).order_by(Challenge.id.desc()).limit(limit)
        return list(self._session.scalars(query if after is None else query.where(Challenge.id < after)))

    def in_states(self, caller: Caller, states: Collection[ChallengeState], limit: int) -> list[Challenge]:
        """Return challenges in one of the states, with their criteria, those that close first before the others."""
        query = (
            self._listed(caller, ChallengeFilter())
            .options(selectinload(Challenge.criteria))
            .where(Challenge.state.in_(states))
            .order_by(Challenge.closes_on, Challenge.id)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def counts(self, caller: Caller) -> dict[str, int]:
        """Return how many challenges the caller sees in each state."""
        query = select(Challenge.state, func.count()).where(visible_sql(caller)).group_by(Challenge.state)
        return {row[0]: row[1] for row in self._session.execute(query)}

    def _listed(self, caller: Caller, wanted: ChallengeFilter) -> Select[Challenge]:
        query = select(Challenge).options(_MEMBERS, joinedload(Challenge.owner), joinedload(Challenge.winner))
        return query.where(visible_sql(caller), *_narrowed(caller, wanted))

    def lock_needs(self, ids: Sequence[str]) -> None:
        """Let nobody else make a challenge of these needs meanwhile."""
        self._session.execute(select(Need.id).where(Need.id.in_(ids)).order_by(Need.id).with_for_update())

    def taken(self, need_ids: Collection[str] | None = None) -> dict[str, str]:
        """Return the challenge of each need that is in one which is neither withdrawn nor failed."""
        query = select(ChallengeNeed.need_id, Challenge.id).join(Challenge).where(Challenge.state.not_in(_OVER))
        if need_ids is not None:
            query = query.where(ChallengeNeed.need_id.in_(need_ids))
        return {row[0]: row[1] for row in self._session.execute(query)}

    def steps(self, id: str) -> Sequence[ChallengeStep]:
        """Return the steps of a challenge, the first first."""
        query = select(ChallengeStep).where(ChallengeStep.challenge_id == id)
        return self._session.scalars(query.order_by(ChallengeStep.at, ChallengeStep.id)).all()

    def add(self, row: Challenge | ChallengeNeed | ChallengeCriterion | ChallengeStep) -> None:
        """Add a new row."""
        self._session.add(row)


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see a challenge.

    One that is about a need for liaisons alone is for staff, and the enterprise that owns such a need.
    """
    if caller.sees_all:
        return true()
    open_to_others = not_(_about(Need.visibility == NeedVisibility.LIAISON))
    if caller.role is Role.BUREAU:
        return open_to_others
    parts = [and_(Challenge.state.in_(PUBLIC), open_to_others)]
    own = caller.organisation_id
    if caller.role in MEMBERS and own is not None:
        parts += [Challenge.owner_id == own, and_(_about(Need.organisation_id == own), open_to_others)]
        parts.append(and_(_with_bid_of(own), open_to_others))
    if caller.role is Role.EXPERT:
        parts.append(and_(_on_panel(caller), open_to_others))
    return or_(*parts)


def _about(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(ChallengeNeed.challenge_id == Challenge.id, ChallengeNeed.need_id == Need.id, condition)


def _with_bid_of(organisation_id: str) -> ColumnElement[bool]:
    return exists().where(
        ChallengeBid.challenge_id == Challenge.id,
        ChallengeBid.organisation_id == organisation_id,
        ChallengeBid.state != BidState.WITHDRAWN,
    )


def _on_panel(caller: Caller) -> ColumnElement[bool]:
    return exists().where(
        ChallengePanellist.challenge_id == Challenge.id,
        ChallengePanellist.round == Challenge.review_round,
        ChallengePanellist.account_id == (caller.account_id or ""),
    )


def _narrowed(caller: Caller, wanted: ChallengeFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (Challenge.state, wanted.state),
        (Challenge.need_class, wanted.need_class),
        (Challenge.grade, wanted.grade),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.chain is not None:
        conditions.append(
            exists().where(
                ChallengeNeed.challenge_id == Challenge.id, Tag.record_id == ChallengeNeed.need_id,
                Tag.kind == "needs", Tag.facet == "chain", Tag.value == wanted.chain,
            )
        )  # fmt: skip
    if wanted.older_than is not None:
        conditions.append(Challenge.state == ChallengeState.POOL)
        conditions.append(Challenge.pooled_at < _begin(today() - timedelta(days=wanted.older_than)))
    if wanted.mine:
        conditions.append(_mine(caller))
    return conditions


def _begin(day: date) -> datetime:
    """Return when a day begins in the city."""
    return datetime.combine(day, time(), CITY_TIME).astimezone(UTC)


def _mine(caller: Caller) -> ColumnElement[bool]:
    if caller.sees_all:
        return Challenge.liaison_id == (caller.account_id or "")
    if caller.role is Role.EXPERT:
        return _on_panel(caller)
    own = caller.organisation_id or ""
    return or_(Challenge.owner_id == own, _about(Need.organisation_id == own), _with_bid_of(own))
