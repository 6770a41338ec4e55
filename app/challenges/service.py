"""What may be done with challenges, from the candidate on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import changed
from app.challenges.bids import BidService, RankedBid, rank_bids, reads_bids
from app.challenges.finding import find, record, require, require_state, stored, touch, wrong
from app.challenges.projects import ProjectService
from app.challenges.repository import ChallengeFilter, ChallengeRepository
from app.challenges.review import Panel, ReviewService, load_panel, review_tally, sees_tally
from app.challenges.schemas import ChallengeIn, CriteriaIn, StepIn
from app.challenges.stages import CRITERIA_OPEN, EDITABLE, STEPS, Part, Step, StepName, may_take, parts_of
from app.challenges.steps import EFFECTS, Taking
from app.challenges.tally import Tally
from app.challenges.texts import check_needs_hidden, check_texts
from app.challenges.words import FIELDS, STATES
from app.challenges.work_repository import WorkRepository
from app.core.caller import Caller, Role
from app.core.errors import Conflict, NotFound
from app.core.paging import page_of
from app.core.versions import check_version
from app.idempotency import IdempotencyKey, recall, remember
from app.kinds.table import KINDS
from app.models import (
    Challenge,
    ChallengeBid,
    ChallengeCriterion,
    ChallengeEvaluation,
    ChallengeMilestone,
    ChallengeNeed,
    ChallengeState,
    ChallengeStep,
    CriteriaPurpose,
    Need,
    NoticeTopic,
    RecordKind,
)
from app.models.base import now
from app.notices.telling import Told, tell
from app.records.repository import RecordRepository

_FIELDS = ("title", "summary", "grade", "need_class", "note", "closes_on")
_STEP_FIELDS = (
    "note", "grade", "need_class", "closes_on", "bid_id", "decision", "departure", "total_wan", "fiscal_wan",
    "own_wan", "score", "text",
)  # fmt: skip
# What others read of a step.
_STEP_TEXTS = ("note", "decision", "departure", "text")


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything of a challenge that the caller may see; None or empty where they may not.

    Attributes:
        parts: what the caller is to it.
        panel: loaded for those who may know of it.
        own_bid: of the caller's organisation.
    """

    challenge: Challenge
    parts: frozenset[Part]
    panel: Panel
    tally: Tally | None
    bids: list[RankedBid]
    own_bid: ChallengeBid | None
    milestones: Sequence[ChallengeMilestone]
    evaluations: Sequence[ChallengeEvaluation]
    steps: Sequence[ChallengeStep]


class ChallengeService:
    """Keeps challenges; `review`, `bids` and `projects` hold what people add to them."""

    def __init__(self) -> None:
        self.review = ReviewService()
        self.bids = BidService()
        self.projects = ProjectService()

    def create(
        self, session: Session, body: ChallengeIn, caller: Caller, idempotency: IdempotencyKey | None = None
    ) -> Challenge:
        """Put needs forward as a candidate; of one enterprise alone it becomes the owner.

        Raises:
            NotFound: no such need; Conflict: one is in another challenge, not public, or not published;
            InvalidInput: the texts give a hidden enterprise away.
        """
        ids = list(dict.fromkeys(body.need_ids))
        known = recall(session, idempotency) if idempotency is not None else None
        if known is not None:
            return find(session, known, caller)
        repository = ChallengeRepository(session)
        repository.lock_needs(ids)
        found = RecordRepository(session, KINDS[RecordKind.NEEDS]).by_ids(ids, caller)
        needs = [need for id in ids if isinstance(need := found.get(id), Need)]
        if len(needs) < len(ids):
            raise NotFound("需求不存在或已删除，请从候选列表重新选择。")
        if repository.taken(ids):
            raise Conflict("其中的需求已经在别的榜单项目里，请在揭榜挂帅列表中查看。")
        check_needs_hidden(needs, {"title": body.title, "summary": body.summary})
        owners = {need.organisation_id for need in needs}
        made = Challenge(
            title=body.title, summary=body.summary, created_by=caller.account_id,
            liaison_id=caller.account_id if caller.role is Role.LIAISON else None,
            owner_id=next(iter(owners)) if len(owners) == 1 else None,
            need_class=next((need.need_class for need in needs if need.need_class), None),
            review_round=0, bid_round=0,
        )  # fmt: skip
        repository.add(made)
        session.flush()
        for position, id in enumerate(ids):
            repository.add(ChallengeNeed(challenge_id=made.id, need_id=id, position=position))
        repository.add(_step_row(made, "create", None, ChallengeState.CANDIDATE, Part.STAFF, caller, ""))
        record(session, caller, "create", made, None, {"title": made.title, "needs": ids})
        if idempotency is not None:
            remember(session, idempotency, made.id)
        return stored(session, made, caller)

    def get(self, session: Session, id: str, caller: Caller) -> Challenge:
        """Return a challenge. Raises NotFound."""
        return find(session, id, caller)

    def whole(self, session: Session, id: str, caller: Caller) -> Whole:
        """Return everything of a challenge that the caller may see. Raises NotFound."""
        challenge = find(session, id, caller)
        parts, work = parts_of(challenge, caller), WorkRepository(session)
        reads = bool(parts) or caller.role is Role.BUREAU
        panel = load_panel(session, challenge) if reads or caller.role is Role.EXPERT else Panel((), {})
        seen = challenge.review_round > 0 and sees_tally(challenge, panel, caller)
        bids = rank_bids(challenge, work.bids(challenge)) if reads_bids(challenge, caller) else []
        bidder = caller.role is Role.UNIVERSITY and caller.organisation_id is not None
        return Whole(
            challenge=challenge,
            parts=parts,
            panel=panel,
            tally=review_tally(challenge, panel) if seen else None,
            bids=bids,
            own_bid=work.own_bid(challenge, caller.organisation_id or "") if bidder else None,
            milestones=work.milestones(id) if reads else (),
            evaluations=work.evaluations(id) if reads else (),
            steps=ChallengeRepository(session).steps(id),
        )

    def page(
        self, session: Session, caller: Caller, wanted: ChallengeFilter, *, cursor: str | None, limit: int
    ) -> tuple[list[Challenge], str | None]:
        """Return challenges that the caller may see, the newest first, and where the next part begins."""
        rows = ChallengeRepository(session).page(caller, wanted, after=cursor, limit=limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def counts(self, session: Session, caller: Caller) -> dict[str, int]:
        """Return how many challenges the caller sees in each state."""
        return ChallengeRepository(session).counts(caller)

    def in_states(
        self, session: Session, caller: Caller, states: Collection[ChallengeState], limit: int
    ) -> list[Challenge]:
        """Return challenges in one of the states, with their criteria; see the repository."""
        return ChallengeRepository(session).in_states(caller, states, limit)

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> Challenge:
        """Change fields of a challenge; while bids are taken, only a later closing day.

        Raises:
            NotFound, Forbidden, Conflict, VersionRequired, StaleVersion, InvalidInput.
        """
        given = {name: value for name, value in fields.items() if value is not None}
        challenge = find(session, id, caller, lock=True)
        require(challenge, caller, frozenset({Part.STAFF}))
        before = _told(challenge)
        check_version("这个榜单", expected, challenge.version, lambda: before, given)
        if "closes_on" in given:
            require_state(challenge, (ChallengeState.PUBLISHED,), "只有揭榜期间才能改截止日期。")
            if challenge.closes_on is not None and given["closes_on"] < challenge.closes_on:
                raise wrong("closes_on", "range", f"只能延后：原来是 {challenge.closes_on}，请改正")
        if set(given) - {"closes_on"}:
            require_state(challenge, EDITABLE, "发榜之后不能再改名称和说明；确需修改，请撤回后重新发榜。")
        check_texts(challenge, {name: given[name] for name in ("title", "summary") if name in given})
        for name, value in given.items():
            setattr(challenge, name, value)
        touch(challenge)
        record(session, caller, "change", challenge, *changed(before, _told(challenge)))
        return stored(session, challenge, caller)

    def set_criteria(
        self, session: Session, id: str, body: CriteriaIn, expected: str | None, caller: Caller
    ) -> Challenge:
        """Put the criteria of a purpose in place of those before, as the owner of the need.

        Raises:
            NotFound, Forbidden, Conflict, VersionRequired, StaleVersion, InvalidInput.
        """
        challenge = find(session, id, caller, lock=True)
        require(challenge, caller, frozenset({Part.OWNER}))
        message = "评审开始后不能再改评审指标。" if body.purpose is CriteriaPurpose.REVIEW else (
            "发榜后不能再改择优指标，揭榜单位正按它准备方案。"
        )  # fmt: skip
        require_state(challenge, CRITERIA_OPEN[body.purpose.value], message)
        before = [_criterion(each) for each in challenge.criteria if each.purpose == body.purpose]
        check_version("评审指标", expected, challenge.version, lambda: {"items": before}, body.model_dump())
        check_texts(challenge, {"items": "\n".join(each.name for each in body.items)})
        others = [each for each in challenge.criteria if each.purpose != body.purpose]
        challenge.criteria = others + [
            ChallengeCriterion(purpose=body.purpose, position=position, **each.model_dump())
            for position, each in enumerate(body.items)
        ]
        touch(challenge)
        after = [each.model_dump() for each in body.items]
        told = {"purpose": body.purpose, "items": after}
        record(session, caller, "criteria", challenge, {"purpose": body.purpose, "items": before}, told)
        return stored(session, challenge, caller)

    def take(self, session: Session, id: str, body: StepIn, caller: Caller) -> Challenge:
        """Take a step of the table.

        Raises:
            NotFound; Forbidden: not the caller's to take; Conflict: not from this state, or its condition
            does not hold; InvalidInput: a field is missing or is not asked for.
        """
        step = STEPS[body.step]
        challenge = find(session, id, caller, lock=True)
        require(challenge, caller, step.by)
        parts, state = parts_of(challenge, caller), ChallengeState(challenge.state)
        if not may_take(body.step, state, parts):
            raise Conflict(f"现在是“{STATES[state]}”，不能{step.label}。可能有人刚办过，请刷新页面再看。")
        _check_fields(step, body)
        check_texts(challenge, {name: getattr(body, name) for name in _STEP_TEXTS})
        taking = Taking(session, challenge, body, caller)
        EFFECTS[body.step](taking)
        challenge.state, challenge.state_since = step.target, now()
        touch(challenge)
        part = Part.OWNER if Part.OWNER in step.by & parts and Part.STAFF not in parts else min(step.by & parts)
        # What is noted with the pool is for staff; it stands beside the challenge, not in its history.
        note = "" if body.step is StepName.POOL else body.note
        row = _step_row(challenge, body.step.value, state, step.target, part, caller, note)
        ChallengeRepository(session).add(row)
        session.flush()
        _tell(taking, row)
        told = {name: value for name in _STEP_FIELDS if (value := getattr(body, name)) not in (None, "")}
        record(session, caller, body.step.value, challenge, {"state": state}, {"state": step.target, **told})
        return stored(session, challenge, caller)


def _check_fields(step: Step, body: StepIn) -> None:
    for name in _STEP_FIELDS:
        given = getattr(body, name) not in (None, "")
        if not given and name in step.needs:
            raise wrong(name, "missing", f"“{step.label}”时必填“{FIELDS[name]}”，请填写")
        if given and name not in (*step.needs, *step.optional):
            raise wrong(name, "unexpected", f"“{step.label}”时不填“{FIELDS[name]}”，请删去")


def _tell(taking: Taking, row: ChallengeStep) -> None:
    """Tell the accounts of organisations, each once; those see the challenge by its owner or their bid."""
    challenge = taking.challenge
    if not taking.told:
        return
    tell(
        taking.session,
        [
            Told(
                account.id, NoticeTopic.CHALLENGE, f"榜单“{challenge.title}”：{STATES[ChallengeState(row.target)]}",
                f"/challenges/{challenge.id}", f"challenge:{row.id}", taking.told[account.organisation_id or ""],
            )
            for account in taking.work.members_of(taking.told)
        ],
    )  # fmt: skip


def _step_row(
    challenge: Challenge,
    step: str,
    source: ChallengeState | None,
    target: ChallengeState,
    part: Part,
    caller: Caller,
    note: str,
) -> ChallengeStep:
    return ChallengeStep(
        challenge_id=challenge.id, step=step, source=source, target=target, part=part, account_id=caller.account_id,
        note=note,
    )  # fmt: skip


def _told(challenge: Challenge) -> dict[str, Any]:
    return {name: getattr(challenge, name) for name in _FIELDS}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value is None else str(value) for name, value in values.items()}


def _criterion(each: ChallengeCriterion) -> dict[str, Any]:
    return {"name": each.name, "weight": each.weight, "maximum": each.maximum}
