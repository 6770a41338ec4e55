"""Routes of what people add to a challenge: panel, ballots, bids, milestones, reviews after acceptance."""

from fastapi import Response
from sqlalchemy.orm import Session

from app.access.guard import CallerOf, guarded_router
from app.challenges.review import criteria_of
from app.challenges.schemas import (
    BallotIn,
    BidIn,
    BidPatch,
    DeclarationIn,
    DoneIn,
    EvaluationIn,
    MilestoneIn,
    PanellistIn,
)
from app.challenges.service import ChallengeService
from app.challenges.shown import (
    AchievementEvaluationList,
    AchievementEvaluationOut,
    EvaluationList,
    EvaluationOut,
    MilestoneOut,
)
from app.challenges.shown_work import BallotList, BallotOut, BidList, BidOut, PanellistOut, PanelOut
from app.challenges.tables import ballot_workbook, bid_workbook
from app.core.caller import Caller
from app.core.database import ReadSession, WriteSession
from app.core.parts import Parts, PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.models import CriteriaPurpose, RecordKind
from app.records.service import RecordServices

router = guarded_router("", "揭榜挂帅")
_MOST_DUE = 200


@router.post("/challenges/{id}/panel", status_code=201, summary="请专家评审")
def ask_expert(id: str, body: PanellistIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> PanelOut:
    """Put an expert on the panel; they are told."""
    parts[ChallengeService].review.ask(session, id, body, caller)
    return _panel(parts, session, id, caller)


@router.get("/challenges/{id}/panel", summary="评审组")
def panel(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> PanelOut:
    """Return the panel: all of it for staff, an expert's own place for themselves."""
    return _panel(parts, session, id, caller)


@router.delete("/challenges/{id}/panel/{panellist_id}", status_code=204, summary="移出评审组")
def dismiss_expert(id: str, panellist_id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Take an expert away who has declared nothing yet."""
    parts[ChallengeService].review.dismiss(session, id, panellist_id, caller)


@router.put("/challenges/{id}/declaration", summary="声明有无利益关系")
def declare(id: str, body: DeclarationIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> PanelOut:
    """Declare a conflict or none; a ballot that was cast before a conflict does not count."""
    parts[ChallengeService].review.declare(session, id, body, caller)
    return _panel(parts, session, id, caller)


@router.put("/challenges/{id}/ballot", summary="投评分票")
def vote(id: str, body: BallotIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> PanelOut:
    """Cast the one ballot."""
    parts[ChallengeService].review.vote(session, id, body, caller)
    return _panel(parts, session, id, caller)


@router.get("/challenges/{id}/ballots", summary="评分票")
def ballots(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> BallotList:
    """Return ballots: all for staff; for an expert the own one, and the others' once the review is over."""
    _, found, rows, whole = parts[ChallengeService].review.ballots(session, id, caller)
    return BallotList(items=[BallotOut.seen(each, found, caller) for each in rows], whole=whole)


@router.get("/challenges/{id}/ballots.xlsx", summary="导出评分票", responses=WORKBOOK, response_class=Response)
def ballots_workbook(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the ballots that the caller may see as a workbook."""
    challenge, found, rows, _ = parts[ChallengeService].review.ballots(session, id, caller)
    criteria = criteria_of(challenge, CriteriaPurpose.REVIEW)
    shown = [BallotOut.seen(each, found, caller) for each in rows]
    return workbook_answer(ballot_workbook(criteria, shown), "ballots.xlsx")


@router.post("/challenges/{id}/bid", status_code=201, summary="揭榜")
def place_bid(
    id: str, body: BidIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> BidOut:
    """Place the bid of the caller's organisation; one each."""
    bid = parts[ChallengeService].bids.place(session, id, body, caller)
    tell_version(response, bid.version)
    return BidOut.of(bid)


@router.get("/challenges/{id}/bid", summary="本单位的揭榜方案")
def own_bid(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> BidOut:
    """Return the bid of the caller's organisation."""
    bid = parts[ChallengeService].bids.own(session, id, caller)
    tell_version(response, bid.version)
    return BidOut.of(bid)


@router.patch("/challenges/{id}/bid", summary="修改揭榜方案")
def change_bid(
    id: str,
    body: BidPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> BidOut:
    """Change the given fields until the closing day is over; the others stay."""
    bid = parts[ChallengeService].bids.change(session, id, body.model_dump(exclude_unset=True), if_match, caller)
    tell_version(response, bid.version)
    return BidOut.of(bid)


@router.delete("/challenges/{id}/bid", status_code=204, summary="撤回揭榜方案")
def withdraw_bid(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf, if_match: IfMatch = None) -> None:
    """Take the bid back until the closing day is over."""
    parts[ChallengeService].bids.withdraw(session, id, if_match, caller)


@router.get("/challenges/{id}/bids", summary="全部揭榜方案")
def bids(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> BidList:
    """Return the bids by rank, for staff and the enterprise that owns the need."""
    _, rows = parts[ChallengeService].bids.all(session, id, caller)
    return BidList(items=[BidOut.marked(each) for each in rows])


@router.get("/challenges/{id}/bids.xlsx", summary="导出揭榜方案", responses=WORKBOOK, response_class=Response)
def bids_workbook(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the bids with their marks as a workbook, for staff and the enterprise that owns the need."""
    challenge, rows = parts[ChallengeService].bids.all(session, id, caller)
    criteria = criteria_of(challenge, CriteriaPurpose.BIDS)
    return workbook_answer(bid_workbook(criteria, [BidOut.marked(each) for each in rows]), "bids.xlsx")


@router.put("/challenges/{id}/bids/{bid_id}/scores", summary="给揭榜方案评分")
def score_bid(id: str, bid_id: str, body: BallotIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> BidList:
    """Score a bid by the stated criteria, as the owner of the need."""
    parts[ChallengeService].bids.score(session, id, bid_id, body, caller)
    _, rows = parts[ChallengeService].bids.all(session, id, caller)
    return BidList(items=[BidOut.marked(each) for each in rows])


@router.post("/challenges/{id}/milestones", status_code=201, summary="设里程碑")
def add_milestone(id: str, body: MilestoneIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> MilestoneOut:
    """Add what a project has to reach."""
    return MilestoneOut.of(parts[ChallengeService].projects.add_milestone(session, id, body, caller))


@router.put("/challenges/{id}/milestones/{milestone_id}/done", summary="登记里程碑完成")
def finish_milestone(
    id: str, milestone_id: str, body: DoneIn, parts: PartsOf, session: WriteSession, caller: CallerOf
) -> MilestoneOut:
    """Note that a milestone was reached, with what shows it."""
    return MilestoneOut.of(parts[ChallengeService].projects.finish(session, id, milestone_id, body, caller))


@router.delete("/challenges/{id}/milestones/{milestone_id}", status_code=204, summary="删除里程碑")
def drop_milestone(id: str, milestone_id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Take a milestone away that was not reached yet."""
    parts[ChallengeService].projects.drop_milestone(session, id, milestone_id, caller)


@router.put("/challenges/{id}/evaluations", summary="写验收后评价")
def evaluate(id: str, body: EvaluationIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> EvaluationOut:
    """Write what became of an accepted project after 6, 12 or 24 months, as the owner of the need."""
    return EvaluationOut.of(parts[ChallengeService].projects.evaluate(session, id, body, caller))


@router.get("/challenges/evaluations", summary="该写的验收后评价")
def due_evaluations(parts: PartsOf, session: ReadSession, caller: CallerOf) -> EvaluationList:
    """Return reviews that are due and not written: of all for staff and the bureau, of the caller's own for others."""
    rows = parts[ChallengeService].projects.due(session, caller, _MOST_DUE)
    return EvaluationList(items=[EvaluationOut.of(each) for each in rows])


@router.get("/achievements/{id}/evaluations", summary="成果的验收后评价")
def evaluations_of_achievement(
    id: str, parts: PartsOf, session: ReadSession, caller: CallerOf
) -> AchievementEvaluationList:
    """Return what enterprises say of an achievement after the acceptance, the newest first."""
    parts[RecordServices][RecordKind.ACHIEVEMENTS].get(session, id, caller)
    rows = parts[ChallengeService].projects.told_of(session, id, caller)
    return AchievementEvaluationList(items=[AchievementEvaluationOut.seen(each, caller) for each in rows])


def _panel(parts: Parts, session: Session, id: str, caller: Caller) -> PanelOut:
    found, rows = parts[ChallengeService].review.panel(session, id, caller)
    return PanelOut(items=[PanellistOut.of(each, found, caller) for each in rows])
