"""Routes of what people add to a challenge: panel, ballots, bids, milestones, reviews after acceptance."""

from fastapi import Response

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
from app.core.database import ReadSession
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.models import CriteriaPurpose, RecordKind
from app.services import Services, ServicesOf

router = guarded_router("", "揭榜挂帅")
_MOST_DUE = 200


@router.post("/challenges/{id}/panel", status_code=201, summary="请专家评审")
def ask_expert(id: str, body: PanellistIn, services: ServicesOf, caller: CallerOf) -> PanelOut:
    """Put an expert on the panel; they are told."""
    services.challenges.review.ask(id, body, caller)
    return _panel(services, id, caller)


@router.get("/challenges/{id}/panel", summary="评审组")
def panel(id: str, services: ServicesOf, caller: CallerOf) -> PanelOut:
    """Return the panel: all of it for staff, an expert's own place for themselves."""
    return _panel(services, id, caller)


@router.delete("/challenges/{id}/panel/{panellist_id}", status_code=204, summary="移出评审组")
def dismiss_expert(id: str, panellist_id: str, services: ServicesOf, caller: CallerOf) -> None:
    """Take an expert away who has declared nothing yet."""
    services.challenges.review.dismiss(id, panellist_id, caller)


@router.put("/challenges/{id}/declaration", summary="声明有无利益关系")
def declare(id: str, body: DeclarationIn, services: ServicesOf, caller: CallerOf) -> PanelOut:
    """Declare a conflict or none; a ballot that was cast before a conflict does not count."""
    services.challenges.review.declare(id, body, caller)
    return _panel(services, id, caller)


@router.put("/challenges/{id}/ballot", summary="投评分票")
def vote(id: str, body: BallotIn, services: ServicesOf, caller: CallerOf) -> PanelOut:
    """Cast the one ballot."""
    services.challenges.review.vote(id, body, caller)
    return _panel(services, id, caller)


@router.get("/challenges/{id}/ballots", summary="评分票")
def ballots(id: str, services: ServicesOf, session: ReadSession, caller: CallerOf) -> BallotList:
    """Return ballots: all for staff; for an expert the own one, and the others' once the review is over."""
    _, found, rows, whole = services.challenges.review.ballots(session, id, caller)
    return BallotList(items=[BallotOut.seen(each, found, caller) for each in rows], whole=whole)


@router.get("/challenges/{id}/ballots.xlsx", summary="导出评分票", responses=WORKBOOK, response_class=Response)
def ballots_workbook(id: str, services: ServicesOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the ballots that the caller may see as a workbook."""
    challenge, found, rows, _ = services.challenges.review.ballots(session, id, caller)
    criteria = criteria_of(challenge, CriteriaPurpose.REVIEW)
    shown = [BallotOut.seen(each, found, caller) for each in rows]
    return workbook_answer(ballot_workbook(criteria, shown), "ballots.xlsx")


@router.post("/challenges/{id}/bid", status_code=201, summary="揭榜")
def place_bid(id: str, body: BidIn, services: ServicesOf, caller: CallerOf, response: Response) -> BidOut:
    """Place the bid of the caller's organisation; one each."""
    bid = services.challenges.bids.place(id, body, caller)
    tell_version(response, bid.version)
    return BidOut.of(bid)


@router.get("/challenges/{id}/bid", summary="本单位的揭榜方案")
def own_bid(id: str, services: ServicesOf, session: ReadSession, caller: CallerOf, response: Response) -> BidOut:
    """Return the bid of the caller's organisation."""
    bid = services.challenges.bids.own(session, id, caller)
    tell_version(response, bid.version)
    return BidOut.of(bid)


@router.patch("/challenges/{id}/bid", summary="修改揭榜方案")
def change_bid(
    id: str, body: BidPatch, services: ServicesOf, caller: CallerOf, response: Response, if_match: IfMatch = None
) -> BidOut:
    """Change the given fields until the closing day is over; the others stay."""
    bid = services.challenges.bids.change(id, body.model_dump(exclude_unset=True), if_match, caller)
    tell_version(response, bid.version)
    return BidOut.of(bid)


@router.delete("/challenges/{id}/bid", status_code=204, summary="撤回揭榜方案")
def withdraw_bid(id: str, services: ServicesOf, caller: CallerOf, if_match: IfMatch = None) -> None:
    """Take the bid back until the closing day is over."""
    services.challenges.bids.withdraw(id, if_match, caller)


@router.get("/challenges/{id}/bids", summary="全部揭榜方案")
def bids(id: str, services: ServicesOf, session: ReadSession, caller: CallerOf) -> BidList:
    """Return the bids by rank, for staff and the enterprise that owns the need."""
    _, rows = services.challenges.bids.all(session, id, caller)
    return BidList(items=[BidOut.marked(each) for each in rows])


@router.get("/challenges/{id}/bids.xlsx", summary="导出揭榜方案", responses=WORKBOOK, response_class=Response)
def bids_workbook(id: str, services: ServicesOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the bids with their marks as a workbook, for staff and the enterprise that owns the need."""
    challenge, rows = services.challenges.bids.all(session, id, caller)
    criteria = criteria_of(challenge, CriteriaPurpose.BIDS)
    return workbook_answer(bid_workbook(criteria, [BidOut.marked(each) for each in rows]), "bids.xlsx")


@router.put("/challenges/{id}/bids/{bid_id}/scores", summary="给揭榜方案评分")
def score_bid(id: str, bid_id: str, body: BallotIn, services: ServicesOf, caller: CallerOf) -> BidList:
    """Score a bid by the stated criteria, as the owner of the need."""
    services.challenges.bids.score(id, bid_id, body, caller)
    with services.database.read() as session:
        _, rows = services.challenges.bids.all(session, id, caller)
    return BidList(items=[BidOut.marked(each) for each in rows])


@router.post("/challenges/{id}/milestones", status_code=201, summary="设里程碑")
def add_milestone(id: str, body: MilestoneIn, services: ServicesOf, caller: CallerOf) -> MilestoneOut:
    """Add what a project has to reach."""
    return MilestoneOut.of(services.challenges.projects.add_milestone(id, body, caller))


@router.put("/challenges/{id}/milestones/{milestone_id}/done", summary="登记里程碑完成")
def finish_milestone(id: str, milestone_id: str, body: DoneIn, services: ServicesOf, caller: CallerOf) -> MilestoneOut:
    """Note that a milestone was reached, with what shows it."""
    return MilestoneOut.of(services.challenges.projects.finish(id, milestone_id, body, caller))


@router.delete("/challenges/{id}/milestones/{milestone_id}", status_code=204, summary="删除里程碑")
def drop_milestone(id: str, milestone_id: str, services: ServicesOf, caller: CallerOf) -> None:
    """Take a milestone away that was not reached yet."""
    services.challenges.projects.drop_milestone(id, milestone_id, caller)


@router.put("/challenges/{id}/evaluations", summary="写验收后评价")
def evaluate(id: str, body: EvaluationIn, services: ServicesOf, caller: CallerOf) -> EvaluationOut:
    """Write what became of an accepted project after 6, 12 or 24 months, as the owner of the need."""
    return EvaluationOut.of(services.challenges.projects.evaluate(id, body, caller))


@router.get("/challenges/evaluations", summary="该写的验收后评价")
def due_evaluations(services: ServicesOf, session: ReadSession, caller: CallerOf) -> EvaluationList:
    """Return reviews that are due and not written: of all for staff and the bureau, of the caller's own for others."""
    rows = services.challenges.projects.due(session, caller, _MOST_DUE)
    return EvaluationList(items=[EvaluationOut.of(each) for each in rows])


@router.get("/achievements/{id}/evaluations", summary="成果的验收后评价")
def evaluations_of_achievement(
    id: str, services: ServicesOf, session: ReadSession, caller: CallerOf
) -> AchievementEvaluationList:
    """Return what enterprises say of an achievement after the acceptance, the newest first."""
    services.records[RecordKind.ACHIEVEMENTS].get(session, id, caller)
    rows = services.challenges.projects.told_of(session, id, caller)
    return AchievementEvaluationList(items=[AchievementEvaluationOut.seen(each, caller) for each in rows])


def _panel(services: Services, id: str, caller: Caller) -> PanelOut:
    with services.database.read() as session:
        found, rows = services.challenges.review.panel(session, id, caller)
    return PanelOut(items=[PanellistOut.of(each, found, caller) for each in rows])
