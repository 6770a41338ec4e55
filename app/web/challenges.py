"""Pages of challenges: the pool and the list, candidates, one challenge, the ballot, the bid, what is due."""

from typing import Annotated

from fastapi import Depends, Query, Response

from app.challenges.candidates import candidates
from app.challenges.guide import MOST, STATES, facts, guide
from app.challenges.repository import ChallengeFilter
from app.challenges.review import criteria_of
from app.challenges.routes import Cohesion, Least
from app.challenges.shown import (
    AchievementEvaluationOut,
    ChallengeOut,
    ChallengeRow,
    CriterionOut,
    EvaluationOut,
    MilestoneOut,
)
from app.challenges.shown_work import BallotOut, BidOut, PanellistOut
from app.challenges.stages import STEPS
from app.core.caller import Role
from app.core.city_time import today
from app.core.errors import NotFound
from app.kinds.parameters import Cursor
from app.kinds.visibility import RecordFilter
from app.models import (
    BidState,
    ChallengeGrade,
    ChallengePanellist,
    ChallengeState,
    CodeList,
    CriteriaPurpose,
    NeedClass,
    RecordKind,
    Status,
)
from app.web.challenge_words import BACKWARD, usual_criteria, what_next, whose_turn
from app.web.filters import FILLED, FilledWord
from app.web.pages import Page, PageOf, page_router
from app.web.portals import public_home

router = page_router()
_PAGE = 30
_MOST_EXPERTS = 200
_MOST_OWN = 100
_MOST_DUE = 100
_FEW = 5
_COUNTS = (2, 3, 4, 5)
_COHESIONS = (0.0, 0.5, 0.7, 0.9)


def _filter(
    state: Annotated[ChallengeState | None, FILLED] = None,
    need_class: Annotated[NeedClass | None, FILLED] = None,
    grade: Annotated[ChallengeGrade | None, FILLED] = None,
    chain: FilledWord = None,
    older_than: Annotated[int | None, FILLED, Query(ge=1, le=3650)] = None,
    mine: Annotated[bool, Query()] = False,
) -> ChallengeFilter:
    return ChallengeFilter(state, need_class, grade, chain, older_than, mine)


@router.get("/challenges")
def challenges(
    page: PageOf, wanted: Annotated[ChallengeFilter, Depends(_filter)], cursor: Annotated[Cursor, FILLED] = None
) -> Response:
    """Show the pool and the list, narrowed by what the address says, with how many are in each state."""
    service, session, caller = page.services.challenges, page.session, page.caller
    rows, following = service.page(session, caller, wanted, cursor=cursor, limit=_PAGE)
    return page.render(
        "challenges/index.html",
        rows=[ChallengeRow.of(each, caller) for each in rows],
        counts=service.counts(session, caller),
        chains=page.services.codes.names(session, CodeList.CHAINS),
        wanted=wanted,
        narrowed=any(value and name != "cursor" for name, value in page.request.query_params.items()),
        turn=whose_turn,
        next_cursor=following,
        cursor=cursor,
    )


@router.get("/challenges/candidates")
def candidate_page(
    page: PageOf, min_enterprises: Least = 2, min_cohesion: Cohesion = 0.0, chain: FilledWord = None
) -> Response:
    """Show what may be put forward; all open needs are compared, so it follows the page."""
    if not page.is_fragment:
        return page.render(
            "challenges/candidates.html", least=min_enterprises, sure=min_cohesion, chain=chain, counts=_COUNTS,
            cohesions=_COHESIONS, chains=page.services.codes.names(page.session, CodeList.CHAINS),
        )  # fmt: skip
    services = page.services
    found = candidates(
        page.session, services.gateway, services.codes, page.caller, min_enterprises, min_cohesion, chain
    )
    return page.render("challenges/candidate_list.html", found=found, chain=chain)


@router.get("/challenges/guide")
def guide_page(page: PageOf, state: Annotated[ChallengeState, Query()] = ChallengeState.PUBLISHED) -> Response:
    """Show the list as it is published, to be printed."""
    states = (state,) if state in STATES else (ChallengeState.PUBLISHED,)
    found = guide(page.services.challenges.in_states(page.session, page.caller, states, MOST))
    return page.render("challenges/guide.html", entries=found, facts=facts, state=states[0])


@router.get("/challenges/due")
def due(page: PageOf) -> Response:
    """Show what is late: milestones of running projects, and reviews after the acceptance."""
    projects, session, caller = page.services.challenges.projects, page.session, page.caller
    return page.render(
        "challenges/due.html",
        milestones=[(MilestoneOut.of(each), each.challenge) for each in projects.late(session, caller, _MOST_DUE)],
        evaluations=[(EvaluationOut.of(each), each.challenge) for each in projects.due(session, caller, _MOST_DUE)],
    )


@router.get("/challenges/own")
def own(page: PageOf) -> Response:
    """Show in a part of a member's first page the challenges that they have to do with."""
    service, session, caller = page.services.challenges, page.session, page.caller
    rows, _ = service.page(session, caller, ChallengeFilter(mine=True), cursor=None, limit=_FEW)
    bidding = ChallengeFilter(state=ChallengeState.PUBLISHED)
    fresh = service.page(session, caller, bidding, cursor=None, limit=_FEW)[0] if caller.role is Role.UNIVERSITY else []
    known = {each.id for each in rows}
    return page.render(
        "challenges/own.html",
        rows=[ChallengeRow.of(each, caller) for each in rows],
        open_now=[ChallengeRow.of(each, caller) for each in fresh if each.id not in known],
        turn=whose_turn,
    )


@router.get("/challenges/{id}")
def challenge(page: PageOf, id: str) -> Response:
    """Show a challenge: its text, its criteria, what people added, and what its viewer may do now."""
    service, session, caller = page.services.challenges, page.session, page.caller
    whole = service.whole(session, id, caller)
    shown = ChallengeOut.of_whole(whole, caller)
    panel = [PanellistOut.of(each, whole.panel, caller) for each in whole.panel.rows] if caller.sees_all else []
    voted = [each for each in whole.panel.rows if each.scores is not None]
    asking = caller.sees_all and shown.state is ChallengeState.REVIEW
    experts = page.services.challenges.review.experts(session, caller, _MOST_EXPERTS) if asking else []
    sitting = {each.account_id for each in panel}
    bid = whole.own_bid if whole.own_bid is not None and whole.own_bid.state != BidState.WITHDRAWN else None
    seat = whole.panel.of(caller.account_id) if caller.role is Role.EXPERT else None
    return page.render(
        "challenges/challenge.html",
        challenge=shown,
        panel=panel,
        ballots=[BallotOut.seen(each, whole.panel, caller) for each in voted] if caller.sees_all else [],
        experts={each.id: each.name for each in experts if each.id not in sitting},
        bids=[BidOut.marked(each) for each in whole.bids],
        bid=bid and BidOut.of(bid),
        seat=seat,
        parts={part.value for part in whole.parts},
        steps=STEPS,
        backward=BACKWARD,
        next=what_next(shown, whole.parts),
        usual=usual_criteria,
        purposes=CriteriaPurpose,
    )


@router.get("/challenges/{id}/ballot")
def ballot(page: PageOf, id: str) -> Response:
    """Show an expert the declaration, then the ballot, then what the panel said."""
    service, session, caller = page.services.challenges, page.session, page.caller
    whole = service.whole(session, id, caller)
    seat = whole.panel.of(caller.account_id)
    if seat is None:
        raise NotFound("您不在这项评审的专家组里。请返回揭榜挂帅列表。")
    others: list[ChallengePanellist] = []
    if whole.panel.may_vote(seat):
        _, _, others, _ = service.review.ballots(session, id, caller)
    return page.render(
        "challenges/ballot.html",
        challenge=ChallengeOut.of_whole(whole, caller),
        seat=PanellistOut.of(seat, whole.panel, caller),
        ballots=[BallotOut.seen(each, whole.panel, caller) for each in others],
        may_vote=whole.panel.may_vote(seat),
    )


@router.get("/challenges/{id}/bid")
def bid(page: PageOf, id: str) -> Response:
    """Show the form of a bid, with the test that it answers."""
    session, caller = page.session, page.caller
    whole = page.services.challenges.whole(session, id, caller)
    placed = whole.own_bid if whole.own_bid is not None and whole.own_bid.state != BidState.WITHDRAWN else None
    mine = RecordFilter(organisation=caller.organisation_id or "")
    listed = page.services.records[RecordKind.ACHIEVEMENTS].page(
        session, caller, mine, status=Status.PUBLISHED, limit=_MOST_OWN
    )
    return page.render(
        "challenges/bid.html",
        challenge=ChallengeOut.of_whole(whole, caller),
        bid=placed and BidOut.of(placed),
        achievements={each.id: each.title for each in listed.records},
        open=whole.challenge.closes_on is not None
        and whole.challenge.state == ChallengeState.PUBLISHED
        and whole.challenge.closes_on >= today(),
        criteria=[CriterionOut.model_validate(each) for each in criteria_of(whole.challenge, CriteriaPurpose.BIDS)],
    )


@router.get("/achievements/{id}/evaluations")
def evaluations(page: PageOf, id: str) -> Response:
    """Show in a part of an achievement's page what enterprises say of it after the acceptance."""
    page.services.records[RecordKind.ACHIEVEMENTS].get(page.session, id, page.caller)
    rows = page.services.challenges.projects.told_of(page.session, id, page.caller)
    shown = [AchievementEvaluationOut.seen(each, page.caller) for each in rows]
    return page.render("challenges/evaluations.html", rows=shown)


def expert_home(page: Page) -> Response:
    """Show an expert what waits for their ballot, and what is published."""
    waiting = page.services.challenges.review.waiting(page.session, page.caller, _MOST_DUE)
    if not waiting:
        return public_home(page)
    return page.render("challenges/expert.html", waiting=waiting)
