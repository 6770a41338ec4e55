"""What the demo shows of challenges: one in review, one to be marked, one that takes bids, one at work."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.challenges.review import criteria_of
from app.challenges.schemas import (
    BallotIn,
    BidIn,
    ChallengeIn,
    CriteriaIn,
    DeclarationIn,
    DoneIn,
    MilestoneIn,
    PanellistIn,
    StepIn,
)
from app.challenges.service import ChallengeService
from app.challenges.stages import StepName
from app.core.caller import OPERATOR, Caller, Role
from app.core.city_time import today
from app.core.database import Database
from app.core.parts import Parts
from app.core.settings import SEED_DIR
from app.models import Challenge, ChallengeMilestone, ChallengeState, CriteriaPurpose, OrganisationKind, RecordKind
from app.organisations.repository import OrganisationRepository
from app.records.service import RecordServices

# How long before today the bidding of the demo is over, and its project began.
_CLOSED_DAYS = 2
_BEGAN_DAYS = 120
_WAY = (
    ChallengeState.POOL,
    ChallengeState.REVIEW,
    ChallengeState.LISTED,
    ChallengeState.PUBLISHED,
    ChallengeState.CLOSED,
    ChallengeState.SELECTED,
    ChallengeState.ESTABLISHED,
    ChallengeState.IN_PROGRESS,
)


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative challenges; `callers` are the demo's accounts by e-mail."""
    told = json.loads((SEED_DIR / "demo-challenges.json").read_text("utf-8"))
    experts = {kind: callers[email] for kind, email in told["experts"].items()}
    for each in told["challenges"]:
        with parts[Database].write() as session:
            story = _Story(parts, session, callers["liaison@demo.example"], experts, told["criteria"], each)
            for state in _WAY[: _WAY.index(ChallengeState(each["until"])) + 1]:
                getattr(story, f"to_{state.value}")()


class _Story:
    """A challenge of the demo on its way, all of it in one session."""

    def __init__(
        self,
        parts: Parts,
        session: Session,
        staff: Caller,
        experts: Mapping[str, Caller],
        criteria: Mapping[str, Any],
        told: Mapping[str, Any],
    ) -> None:
        self._session, self._staff, self._experts, self._told = session, staff, experts, told
        self._criteria = criteria
        self._service = parts[ChallengeService]
        needs = [parts[RecordServices][RecordKind.NEEDS].named(session, name, staff).id for name in told["needs"]]
        body = ChallengeIn(title=told["title"], summary=told["summary"], need_ids=needs)
        made = self._service.create(session, body, staff)
        self._id = made.id
        self._owner = staff if made.owner_id is None else Caller(
            Role.ENTERPRISE, name="示例企业", organisation_id=made.owner_id
        )  # fmt: skip

    def to_pool(self) -> None:
        self._take(StepName.POOL, **{name: self._told[name] for name in ("grade", "need_class", "note")})

    def to_review(self) -> None:
        self._write(CriteriaPurpose.REVIEW)
        self._take(StepName.REVIEW)
        for kind, expert in self._experts.items():
            asked = PanellistIn.model_validate({"account_id": expert.account_id, "kind": kind})
            self._service.review.ask(self._session, self._id, asked, self._staff)
        for kind, marks in self._told["votes"].items():
            self._service.review.declare(self._session, self._id, DeclarationIn(conflict=False), self._experts[kind])
            ballot = BallotIn(scores=self._sheet(CriteriaPurpose.REVIEW, marks))
            self._service.review.vote(self._session, self._id, ballot, self._experts[kind])

    def to_listed(self) -> None:
        self._take(StepName.LIST)

    def to_published(self) -> None:
        self._write(CriteriaPurpose.BIDS)
        self._take(StepName.PUBLISH, closes_on=today() + timedelta(days=self._told.get("open_days", 30)))

    def to_closed(self) -> None:
        for each in self._told["bids"]:
            body = BidIn.model_validate({name: value for name, value in each.items() if name != "by"})
            self._service.bids.place(self._session, self._id, body, self._bidder(each["by"]))
        self._set(closes_on=today() - timedelta(days=_CLOSED_DAYS))
        self._take(StepName.CLOSE)

    def to_selected(self) -> None:
        marks = self._told["scores"]
        for row in self._bids():
            body = BallotIn(scores=self._sheet(CriteriaPurpose.BIDS, marks[row.bid.organisation.name]))
            self._service.bids.score(self._session, self._id, row.bid.id, body, self._owner)
        self._take(StepName.SELECT, self._owner, bid_id=self._bids()[0].bid.id, decision=self._told["decision"])

    def to_established(self) -> None:
        self._take(StepName.ESTABLISH, **self._told["amounts"])
        self._set(established_on=today() - timedelta(days=_BEGAN_DAYS))

    def to_in_progress(self) -> None:
        made: list[tuple[ChallengeMilestone, Mapping[str, Any]]] = []
        for each in self._told["milestones"]:
            body = MilestoneIn(title=each["title"], due_on=today() + timedelta(days=each["due_in"]))
            made.append((self._service.projects.add_milestone(self._session, self._id, body, self._staff), each))
        self._take(StepName.START)
        for milestone, each in made:
            if "evidence" in each:
                body_done = DoneIn(evidence=each["evidence"])
                self._service.projects.finish(self._session, self._id, milestone.id, body_done, self._staff)

    def _take(self, step: StepName, caller: Caller | None = None, **fields: Any) -> None:
        self._service.take(
            self._session, self._id, StepIn.model_validate({"step": step, **fields}), caller or self._staff
        )

    def _write(self, purpose: CriteriaPurpose) -> None:
        body = CriteriaIn(purpose=purpose, items=self._criteria[purpose.value])
        self._service.set_criteria(self._session, self._id, body, "*", self._owner)

    def _sheet(self, purpose: CriteriaPurpose, marks: list[int]) -> dict[str, int]:
        criteria = criteria_of(self._service.get(self._session, self._id, self._staff), purpose)
        return {each.id: mark for each, mark in zip(criteria, marks, strict=True)}

    def _bids(self) -> list[Any]:
        return self._service.bids.all(self._session, self._id, self._staff)[1]

    def _bidder(self, name: str) -> Caller:
        found = OrganisationRepository(self._session).ensure(name, OrganisationKind.UNIVERSITY)
        self._session.flush()
        return replace(OPERATOR, role=Role.UNIVERSITY, organisation_id=found.id)

    def _set(self, **fields: Any) -> None:
        """Move days that the demo cannot wait for."""
        one = self._session.get_one(Challenge, self._id)
        for name, value in fields.items():
            setattr(one, name, value)
