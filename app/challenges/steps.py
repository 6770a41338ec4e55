"""What each step checks, changes and tells; whether it may be taken at all is in `stages`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from app.challenges.bids import rank_bids
from app.challenges.finding import wrong
from app.challenges.projects import reviews_due
from app.challenges.repository import ChallengeRepository
from app.challenges.review import criteria_of, load_panel, review_tally
from app.challenges.schemas import StepIn
from app.challenges.stages import StepName
from app.challenges.words import EXPERTS
from app.challenges.work_repository import WorkRepository
from app.core.caller import Caller
from app.core.city_time import today
from app.core.errors import Conflict
from app.dockings.opening import open_docking
from app.models import (
    BidState,
    Challenge,
    ChallengeBid,
    CriteriaPurpose,
    DockingOrigin,
    NeedVisibility,
    Status,
)
from app.models.base import now

_LONGEST_BIDDING = timedelta(days=731)


@dataclass(slots=True)
class Taking:
    """A step that is being taken.

    Attributes:
        told: sentences for the accounts of organisations, by organisation id.
    """

    session: Session
    challenge: Challenge
    body: StepIn
    caller: Caller
    told: dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> WorkRepository:
        """What belongs to the challenge, in SQL."""
        return WorkRepository(self.session)

    def tell_owner(self, text: str) -> None:
        """Tell the enterprise that owns the need, where there is one."""
        if self.challenge.owner_id is not None:
            self.told[self.challenge.owner_id] = text

    def tell_winner(self, text: str) -> None:
        """Tell the organisation that was chosen."""
        if self.challenge.winner_id is not None:
            self.told[self.challenge.winner_id] = text


def _pool(taking: Taking) -> None:
    _require_public_needs(taking.challenge)
    taking.challenge.grade, taking.challenge.need_class = taking.body.grade, taking.body.need_class
    taking.challenge.note = taking.body.note or taking.challenge.note
    taking.challenge.pooled_at = now()


def _review(taking: Taking) -> None:
    _require_criteria(taking.challenge, CriteriaPurpose.REVIEW, "评审指标")
    taking.challenge.review_round += 1


def _list(taking: Taking) -> None:
    panel = load_panel(taking.session, taking.challenge)
    missing = review_tally(taking.challenge, panel).missing
    if missing:
        names = "、".join(EXPERTS[kind] for kind in missing)
        raise Conflict(f"还没有{names}的计入票，每类专家至少一张才能结束评审。请等专家投票，或加请专家。")
    taking.tell_owner("专家评审已结束，贵单位的需求进入榜单。请写明择优指标，以便发榜。")


def _publish(taking: Taking) -> None:
    challenge, closes_on = taking.challenge, taking.body.closes_on
    if closes_on is None or not today() <= closes_on <= today() + _LONGEST_BIDDING:
        raise wrong("closes_on", "range", "应不早于今天、不晚于两年后，请改正")
    if not challenge.summary:
        raise Conflict("榜单说明还没有写，请先填写：要解决什么、指标多少、交付什么。")
    _require_criteria(challenge, CriteriaPurpose.BIDS, "择优指标")
    _require_public_needs(challenge)
    challenge.bid_round += 1
    challenge.closes_on, challenge.published_at = closes_on, now()
    taking.tell_owner(f"贵单位的需求已发榜，{closes_on} 截止揭榜。")


def _close(taking: Taking) -> None:
    closes_on = taking.challenge.closes_on
    if closes_on is not None and closes_on >= today():
        raise Conflict(f"截止日期 {closes_on}（含当日）还没有过，揭榜单位仍可提交方案。")
    taking.tell_owner("揭榜已截止，请按择优指标给各份方案评分并择优。")


def _select(taking: Taking) -> None:
    challenge, body = taking.challenge, taking.body
    rows = rank_bids(challenge, taking.work.bids(challenge))
    if any(each.rank is None for each in rows):
        raise Conflict("还有方案没有评分，请逐份按择优指标评分后再择优。")
    chosen = next((each for each in rows if each.bid.id == body.bid_id), None)
    if chosen is None:
        raise wrong("bid_id", "unknown", "没有这份揭榜方案，请从本榜的方案中选择")
    if chosen.rank != 1 and not body.departure:
        raise wrong("departure", "missing", f"选定的方案排第 {chosen.rank} 名，请写明不选第一名的理由")
    for each in rows:
        each.bid.state = BidState.SELECTED if each is chosen else BidState.NOT_SELECTED
    challenge.decision, challenge.departure, challenge.decided_at = body.decision, body.departure, now()
    challenge.winner_id, challenge.achievement_id = chosen.bid.organisation_id, chosen.bid.achievement_id
    _thank(taking, [each.bid for each in rows if each is not chosen])
    taking.tell_winner("恭喜：贵单位的揭榜方案被选定，情报员会联系办理立项。")
    if chosen.bid.achievement_id is not None:
        open_docking(
            taking.session, taking.caller, challenge.members[0].need_id, chosen.bid.achievement_id,
            DockingOrigin.CHALLENGE, liaison_id=challenge.liaison_id, challenge_id=challenge.id,
        )  # fmt: skip


def _establish(taking: Taking) -> None:
    body, none = taking.body, Decimal()
    total, fiscal, own = body.total_wan or none, body.fiscal_wan or none, body.own_wan or none
    if total <= 0:
        raise wrong("total_wan", "range", "应大于 0，请填写项目总额")
    if fiscal + own > total:
        raise wrong("total_wan", "range", f"财政支持与企业自筹合计 {fiscal + own:f} 万元，超过总额，请改正")
    taking.challenge.total_wan, taking.challenge.fiscal_wan, taking.challenge.own_wan = total, fiscal, own
    taking.challenge.established_on = today()
    taking.tell_owner("项目已立项，请与情报员商定里程碑。")
    taking.tell_winner("项目已立项，里程碑商定后开始实施。")


def _start(taking: Taking) -> None:
    if not taking.work.milestones(taking.challenge.id):
        raise Conflict("还没有里程碑，请先至少设一个（名称和应完成日期）。")
    taking.tell_winner("项目开始实施，请按期登记里程碑的完成依据。")


def _submit(taking: Taking) -> None:
    open_ones = [each.title for each in taking.work.milestones(taking.challenge.id) if each.done_on is None]
    if open_ones:
        raise Conflict(f"还有 {len(open_ones)} 个里程碑没有完成（如“{open_ones[0]}”），请先登记完成依据。")
    taking.tell_owner("承担单位申请验收，请组织验收并填写意见。")


def _keep_acceptance(taking: Taking) -> None:
    taking.challenge.acceptance_score, taking.challenge.acceptance_text = taking.body.score, taking.body.text


def _accept(taking: Taking) -> None:
    _keep_acceptance(taking)
    taking.challenge.accepted_on = today()
    for each in reviews_due(taking.challenge, today()):
        taking.work.add(each)
    taking.tell_winner("项目通过验收。企业会在 6、12、24 个月后评价使用情况。")


def _fail(taking: Taking) -> None:
    _keep_acceptance(taking)
    taking.tell_winner("项目没有通过验收，意见见项目页面。")


def _terminate(taking: Taking) -> None:
    taking.tell_owner("项目已终止，原因见项目页面。")
    taking.tell_winner("项目已终止，原因见项目页面。")


def _rework(taking: Taking) -> None:
    taking.tell_winner("验收意见：需要整改，整改要求见项目页面。")


def _relist(taking: Taking) -> None:
    bids = taking.work.bids(taking.challenge)
    for each in bids:
        each.state = BidState.NOT_SELECTED
    _thank(taking, bids)
    taking.tell_owner("本轮揭榜没有选定方案，榜单退回重新准备。")


def _withdraw(taking: Taking) -> None:
    running = (BidState.SUBMITTED, BidState.SELECTED)
    for each in [bid for bid in taking.work.bids(taking.challenge) if bid.state in running]:
        taking.told[each.organisation_id] = "这个榜单已撤回，感谢贵单位的揭榜；有新的榜单会另行发布。"
    taking.tell_owner("榜单已撤回。")


def _restore(taking: Taking) -> None:
    challenge = taking.challenge
    if challenge.pooled_at is None:
        raise Conflict("它撤回前还没有进入储备库，请从候选重新列入。")
    _require_public_needs(challenge)
    if ChallengeRepository(taking.session).taken([member.need_id for member in challenge.members]):
        raise Conflict("其中的需求已经在别的榜单项目里，请先撤回那一个。")
    for bid in taking.work.bids(challenge):
        bid.state = BidState.NOT_SELECTED
    challenge.winner_id = challenge.achievement_id = challenge.decided_at = challenge.closes_on = None
    challenge.decision = challenge.departure = ""
    challenge.pooled_at = now()


def _nothing(taking: Taking) -> None:
    """Change nothing but the state."""


EFFECTS: Mapping[StepName, Callable[[Taking], None]] = {
    StepName.POOL: _pool,
    StepName.REVIEW: _review,
    StepName.LIST: _list,
    StepName.PUBLISH: _publish,
    StepName.CLOSE: _close,
    StepName.SELECT: _select,
    StepName.ESTABLISH: _establish,
    StepName.START: _start,
    StepName.SUBMIT: _submit,
    StepName.ACCEPT: _accept,
    StepName.FAIL: _fail,
    StepName.TERMINATE: _terminate,
    StepName.RETURN: _nothing,
    StepName.RELIST: _relist,
    StepName.REWORK: _rework,
    StepName.WITHDRAW: _withdraw,
    StepName.RESTORE: _restore,
}


def _thank(taking: Taking, losers: Iterable[ChallengeBid]) -> None:
    text = (
        "感谢贵单位认真揭榜。经企业按公布的指标评分比较，本次没有选定贵单位的方案；"
        "方案仍留在系统中，只有贵单位、出题企业和情报员看得到，欢迎关注其他榜单和需求。"
    )
    for each in losers:
        taking.told[each.organisation_id] = text


def _require_criteria(challenge: Challenge, purpose: CriteriaPurpose, name: str) -> None:
    if not criteria_of(challenge, purpose):
        who = "出题企业" if challenge.owner_id is not None else "情报员"
        raise Conflict(f"{name}还没有写，请由{who}先写明各项指标、权重和满分。")


def _require_public_needs(challenge: Challenge) -> None:
    for member in challenge.members:
        need = member.need
        if need.visibility == NeedVisibility.LIAISON:
            raise Conflict(f"需求“{need.title}”仅情报员可见，不能列入榜单；请先与企业商定改为匿名公开。")
        if need.status != Status.PUBLISHED:
            raise Conflict(f"需求“{need.title}”没有发布或已撤回，不能列入榜单；请先发布。")
