"""Bids: providers answer the test, the owner of the need marks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from app.challenges.finding import find, record, require, require_state, wrong
from app.challenges.review import check_scores, criteria_of
from app.challenges.schemas import BallotIn, BidIn
from app.challenges.stages import Part, parts_of
from app.challenges.tally import fits, ranked, total
from app.challenges.work_repository import WorkRepository
from app.core.caller import Caller, Role
from app.core.city_time import today
from app.core.errors import Conflict, NotFound
from app.core.versions import check_version
from app.models import BidState, Challenge, ChallengeBid, ChallengeState, CriteriaPurpose, Status
from app.models.base import now

_FIELDS = ("team", "approach", "fee_wan", "months", "achievement_id")
_READERS = frozenset({Part.STAFF, Part.OWNER})


@dataclass(frozen=True, slots=True)
class RankedBid:
    """A bid with its total out of 100 and its rank; both None until it is scored."""

    bid: ChallengeBid
    total: Fraction | None
    rank: int | None


def rank_bids(challenge: Challenge, bids: Sequence[ChallengeBid]) -> list[RankedBid]:
    """Return bids by rank, those without scores last."""
    criteria = criteria_of(challenge, CriteriaPurpose.BIDS)
    totals = {each.id: total(criteria, each.scores) for each in bids if each.scores and fits(criteria, each.scores)}
    ranks = ranked(totals)
    rows = [RankedBid(each, totals.get(each.id), ranks.get(each.id)) for each in bids]
    return sorted(rows, key=lambda each: each.rank or len(rows) + 1)


def reads_bids(challenge: Challenge, caller: Caller) -> bool:
    """Say whether the caller may read all bids: staff, and the enterprise that owns the need."""
    return bool(parts_of(challenge, caller) & _READERS)


class BidService:
    """Takes bids until the closing day, and the owner's scores after it."""

    def all(self, session: Session, id: str, caller: Caller) -> tuple[Challenge, list[RankedBid]]:
        """Return the bids of the present round, by rank. Raises NotFound, Forbidden."""
        challenge = find(session, id, caller)
        require(challenge, caller, _READERS)
        return challenge, rank_bids(challenge, WorkRepository(session).bids(challenge))

    def own(self, session: Session, id: str, caller: Caller) -> ChallengeBid:
        """Return the caller's own bid. Raises NotFound."""
        challenge = find(session, id, caller)
        return _found(session, challenge, caller)

    def place(self, session: Session, id: str, body: BidIn, caller: Caller) -> ChallengeBid:
        """Place the bid of the caller's organisation, or place it again after it was taken back.

        Raises:
            NotFound, Conflict: bidding is over, or it has one; InvalidInput: not its achievement.
        """
        challenge = find(session, id, caller, lock=True)
        _require_open(challenge)
        own = caller.organisation_id or ""
        repository = WorkRepository(session)
        bid = repository.own_bid(challenge, own)
        if bid is not None and bid.state != BidState.WITHDRAWN:
            raise Conflict("贵单位已经揭榜，截止前可以修改方案，不必重复提交。")
        if bid is None:
            bid = ChallengeBid(challenge_id=challenge.id, round=challenge.bid_round, organisation_id=own)
            bid.team, bid.approach, bid.fee_wan, bid.months = body.team, body.approach, body.fee_wan, body.months
            repository.add(bid)
        else:
            bid.version += 1
        bid.account_id, bid.state, bid.updated_at = caller.account_id, BidState.SUBMITTED, now()
        _fill(session, bid, body.model_dump(), caller)
        record(session, caller, "bid", challenge, None, {"bid": bid.id, "fee_wan": bid.fee_wan})
        return _stored(session, challenge, bid, caller)

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> ChallengeBid:
        """Change the caller's bid before the closing day is over.

        Raises:
            NotFound, Conflict, VersionRequired, StaleVersion, InvalidInput.
        """
        challenge = find(session, id, caller, lock=True)
        bid = _found(session, challenge, caller)
        _require_open(challenge)
        check_version(
            "这份揭榜方案", expected, bid.version, lambda: {name: getattr(bid, name) for name in _FIELDS}, fields
        )
        before = bid.fee_wan
        _fill(session, bid, fields, caller)
        bid.version, bid.updated_at = bid.version + 1, now()
        # What a bid says is for the owner and staff alone; the log keeps who changed which, and the fee.
        record(session, caller, "change_bid", challenge, {"fee_wan": before},
               {"bid": bid.id, "fee_wan": bid.fee_wan, "fields": sorted(fields)})  # fmt: skip
        return _stored(session, challenge, bid, caller)

    def withdraw(self, session: Session, id: str, expected: str | None, caller: Caller) -> None:
        """Take the caller's bid back. Raises NotFound, Conflict, VersionRequired, StaleVersion."""
        challenge = find(session, id, caller, lock=True)
        bid = _found(session, challenge, caller)
        _require_open(challenge)
        check_version("这份揭榜方案", expected, bid.version, dict, {})
        bid.state, bid.version, bid.updated_at = BidState.WITHDRAWN, bid.version + 1, now()
        record(session, caller, "withdraw_bid", challenge, None, {"bid": bid.id})

    def score(self, session: Session, id: str, bid_id: str, body: BallotIn, caller: Caller) -> ChallengeBid:
        """Score a bid by the stated criteria, as the owner of the need; may be done again until the choice.

        Raises:
            NotFound, Forbidden, Conflict, InvalidInput.
        """
        challenge = find(session, id, caller, lock=True)
        require(challenge, caller, frozenset({Part.OWNER}))
        require_state(challenge, (ChallengeState.CLOSED,), "揭榜截止后、择优前才能评分。")
        bid = next((each for each in WorkRepository(session).bids(challenge) if each.id == bid_id), None)
        if bid is None:
            raise NotFound("没有这份揭榜方案，可能已撤回。")
        check_scores(criteria_of(challenge, CriteriaPurpose.BIDS), body.scores)
        before = {"bid": bid.id, "scores": bid.scores}
        bid.scores, bid.comment = dict(body.scores), body.comment
        record(session, caller, "score", challenge, before, {"bid": bid.id, "scores": bid.scores})
        return bid


def _found(session: Session, challenge: Challenge, caller: Caller) -> ChallengeBid:
    own = caller.organisation_id if caller.role is Role.UNIVERSITY else None
    bid = WorkRepository(session).own_bid(challenge, own) if own is not None else None
    if bid is None or bid.state == BidState.WITHDRAWN:
        raise NotFound("贵单位没有揭这个榜，或已撤回。")
    return bid


def _stored(session: Session, challenge: Challenge, bid: ChallengeBid, caller: Caller) -> ChallengeBid:
    """Return a bid that was written as it is stored now, with what is shown beside it."""
    session.expire(bid)
    return _found(session, challenge, caller)


def _require_open(challenge: Challenge) -> None:
    if challenge.state != ChallengeState.PUBLISHED or challenge.closes_on is None or challenge.closes_on < today():
        raise Conflict("这个榜单不在揭榜期内，不能再提交、修改或撤回方案。")


def _fill(session: Session, bid: ChallengeBid, fields: Mapping[str, Any], caller: Caller) -> None:
    for name, value in fields.items():
        if value is not None or name == "achievement_id":
            setattr(bid, name, value)
    if bid.achievement_id is not None:
        found = WorkRepository(session).achievement(bid.achievement_id, caller.organisation_id or "")
        if found is None or found.status == Status.WITHDRAWN:
            raise wrong("achievement_id", "unknown", "只能填本单位的、没有撤回的成果，请从列表中选择")
