"""The panel's review: who may vote and see, and what the counted ballots come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.challenges.finding import find, record, require, wrong
from app.challenges.schemas import BallotIn, DeclarationIn, PanellistIn
from app.challenges.stages import AFTER_REVIEW, Part
from app.challenges.tally import Tally, fits, tally
from app.challenges.words import EXPERTS
from app.challenges.work_repository import WorkRepository
from app.core.caller import Caller, Role
from app.core.errors import Conflict, Forbidden, NotFound
from app.models import (
    Account,
    Challenge,
    ChallengeCriterion,
    ChallengePanellist,
    ChallengeState,
    CriteriaPurpose,
    ExpertKind,
    NoticeTopic,
)
from app.models.base import now
from app.notices.telling import Told, tell

_STAFF = frozenset({Part.STAFF})
_NOT_OPEN = "评审不在进行中。如发现利益关系，请联系情报员退回评审。"


@dataclass(frozen=True, slots=True)
class Panel:
    """The experts of a review, with what the records themselves say about their interests.

    Attributes:
        automatic: by the id of a panellist, why they have a conflict whatever they declare.
    """

    rows: Sequence[ChallengePanellist]
    automatic: Mapping[str, str]

    def of(self, account_id: str | None) -> ChallengePanellist | None:
        """Return an expert's place on the panel."""
        return next((each for each in self.rows if each.account_id == account_id), None)

    def may_vote(self, one: ChallengePanellist) -> bool:
        """Say whether an expert declared no conflict, and none is on record."""
        return one.conflict is False and one.id not in self.automatic

    @property
    def counted(self) -> list[ChallengePanellist]:
        """Those whose ballot counts."""
        return [each for each in self.rows if each.scores is not None and self.may_vote(each)]


def load_panel(session: Session, challenge: Challenge) -> Panel:
    """Return the panel of the present round."""
    repository = WorkRepository(session)
    rows = repository.panel(challenge)
    owners = {member.need.organisation_id for member in challenge.members}
    bidders = repository.bidders(challenge.id) if rows else set()
    earlier = repository.earlier_conflicts(challenge) if challenge.review_round > 1 else set()
    automatic = {}
    for each in rows:
        organisation = each.account.organisation
        if organisation is not None and organisation.id in owners:
            automatic[each.id] = f"您所在的“{organisation.name}”是提出需求的单位"
        elif organisation is not None and organisation.id in bidders:
            automatic[each.id] = f"您所在的“{organisation.name}”揭过这个榜"
        elif each.account_id in earlier:
            automatic[each.id] = "您在前一轮评审中声明过有利益关系"
    return Panel(rows, automatic)


def review_tally(challenge: Challenge, panel: Panel) -> Tally:
    """Return what the counted ballots come to; exact."""
    criteria = criteria_of(challenge, CriteriaPurpose.REVIEW)
    counted = [each for each in panel.counted if fits(criteria, each.scores)]
    return tally(criteria, [(ExpertKind(each.kind), each.scores or {}) for each in counted])


def sees_review(challenge: Challenge, panel: Panel, caller: Caller) -> bool:
    """Say whether the caller may see the panel's ballots and tally.

    Staff always; an expert of the panel without a conflict, once the review is over.
    """
    if caller.sees_all:
        return True
    own = panel.of(caller.account_id) if caller.role is Role.EXPERT else None
    return own is not None and panel.may_vote(own) and challenge.state in AFTER_REVIEW


def sees_tally(challenge: Challenge, panel: Panel, caller: Caller) -> bool:
    """Say whether the caller may see the tally: also the bureau and the owner, once the review is over."""
    reads = caller.role is Role.BUREAU or (
        caller.role is Role.ENTERPRISE and challenge.owner_id is not None and caller.owns(challenge.owner_id)
    )
    return sees_review(challenge, panel, caller) or (reads and challenge.state in AFTER_REVIEW)


def criteria_of(challenge: Challenge, purpose: CriteriaPurpose) -> list[ChallengeCriterion]:
    """Return the criteria of a purpose, in order."""
    return [each for each in challenge.criteria if each.purpose == purpose]


def check_scores(criteria: Sequence[ChallengeCriterion], scores: Mapping[str, int]) -> None:
    """Refuse a score sheet that does not fit its criteria. Raises InvalidInput."""
    if set(scores) != {each.id for each in criteria}:
        raise wrong("scores", "criteria", "每项指标都要打分，且只打这些指标，请刷新页面后逐项填写")
    for each in criteria:
        if scores[each.id] > each.maximum:
            raise wrong("scores", "range", f"“{each.name}”满分 {each.maximum}，请改正")


class ReviewService:
    """Asks experts, takes their declarations and ballots."""

    def ask(self, session: Session, id: str, body: PanellistIn, caller: Caller) -> ChallengePanellist:
        """Put an expert on the panel. Raises NotFound, Forbidden, Conflict, InvalidInput."""
        challenge = find(session, id, caller, lock=True)
        require(challenge, caller, _STAFF)
        _require_open(challenge)
        repository = WorkRepository(session)
        account = repository.expert(body.account_id)
        if account is None:
            raise wrong("account_id", "unknown", "没有这个专家账号，或已停用；请先在“账号”里邀请专家")
        if load_panel(session, challenge).of(account.id) is not None:
            raise Conflict("这位专家已在评审组里。")
        made = ChallengePanellist(
            challenge_id=challenge.id, round=challenge.review_round, account_id=account.id, kind=body.kind
        )
        repository.add(made)
        session.flush()
        told = {"account_id": account.id, "kind": body.kind}
        path = f"/challenges/{challenge.id}/ballot"
        title = f"请评审榜单候选“{challenge.title}”"
        text = f"您以{EXPERTS[body.kind]}身份参加评审，请先声明有无利益关系，再打分。"
        tell(session, [Told(account.id, NoticeTopic.CHALLENGE, title, path, f"challenge-panel:{made.id}", text)])
        record(session, caller, "ask", challenge, None, told)
        return made

    def dismiss(self, session: Session, id: str, panellist_id: str, caller: Caller) -> None:
        """Take an expert from the panel who has declared nothing yet: a ballot or a conflict stays on record.

        Raises:
            NotFound, Forbidden, Conflict.
        """
        challenge = find(session, id, caller, lock=True)
        require(challenge, caller, _STAFF)
        _require_open(challenge)
        one = next((each for each in load_panel(session, challenge).rows if each.id == panellist_id), None)
        if one is None:
            raise NotFound("评审组里没有这位专家。")
        if one.declared_at is not None:
            raise Conflict("这位专家已经声明，不能再移出；有利益关系的不计票。")
        WorkRepository(session).remove(one)
        record(session, caller, "dismiss", challenge, {"account_id": one.account_id, "kind": one.kind}, {})

    def declare(self, session: Session, id: str, body: DeclarationIn, caller: Caller) -> ChallengePanellist:
        """Declare a conflict or none; after a conflict there is no way back, and a ballot no longer counts.

        Raises:
            NotFound, Forbidden, Conflict, InvalidInput.
        """
        if body.conflict and not body.text:
            raise wrong("text", "missing", "有利益关系时必填，请写明是什么关系")
        challenge, panel, one = self.own(session, id, caller, lock=True)
        _require_open(challenge)
        if one.conflict:
            raise Conflict("您已声明有利益关系，不再参加这项评审。")
        if not body.conflict and one.id in panel.automatic:
            raise Conflict(f"{panel.automatic[one.id]}，只能声明有利益关系。")
        if not body.conflict and one.conflict is False:
            raise Conflict("您已声明没有利益关系，可以直接打分。")
        before = {"conflict": one.conflict}
        one.conflict, one.declaration, one.declared_at = body.conflict, body.text, now()
        told = {"panellist": one.id, "conflict": body.conflict, "voted_before": one.scores is not None}
        record(session, caller, "declare", challenge, before, told)
        return one

    def vote(self, session: Session, id: str, body: BallotIn, caller: Caller) -> ChallengePanellist:
        """Cast the one ballot of an expert. Raises NotFound, Forbidden, Conflict, InvalidInput."""
        challenge, panel, one = self.own(session, id, caller, lock=True)
        _require_open(challenge)
        if one.conflict is None:
            raise Conflict("请先声明有无利益关系，再打分。")
        if not panel.may_vote(one):
            raise Forbidden("有利益关系的专家不参加打分。")
        if one.scores is not None:
            raise Conflict("您已经投过票，每人一票，提交后不能修改。")
        check_scores(criteria_of(challenge, CriteriaPurpose.REVIEW), body.scores)
        one.scores, one.comment, one.voted_at = dict(body.scores), body.comment, now()
        # The scores are on the ballot; the log says that it was cast.
        record(session, caller, "vote", challenge, None, {"panellist": one.id, "kind": one.kind})
        return one

    def own(
        self, session: Session, id: str, caller: Caller, *, lock: bool = False
    ) -> tuple[Challenge, Panel, ChallengePanellist]:
        """Return a challenge with the caller's place on its panel. Raises NotFound."""
        challenge = find(session, id, caller, lock=lock)
        panel = load_panel(session, challenge)
        one = panel.of(caller.account_id)
        if one is None:
            raise NotFound("您不在这项评审的专家组里。")
        return challenge, panel, one

    def panel(self, session: Session, id: str, caller: Caller) -> tuple[Panel, list[ChallengePanellist]]:
        """Return the panel, and those of it that the caller may see: all for staff, else the own place. NotFound."""
        found = load_panel(session, find(session, id, caller))
        return found, [each for each in found.rows if caller.sees_all or each.account_id == caller.account_id]

    def ballots(
        self, session: Session, id: str, caller: Caller
    ) -> tuple[Challenge, Panel, list[ChallengePanellist], bool]:
        """Return the panel and the ballots that the caller may see, and whether that is all of them.

        Raises:
            NotFound; Forbidden: an expert with a conflict.
        """
        challenge = find(session, id, caller)
        panel = load_panel(session, challenge)
        if sees_review(challenge, panel, caller):
            return challenge, panel, [each for each in panel.rows if each.scores is not None], True
        one = panel.of(caller.account_id)
        if one is None:
            raise NotFound("您不在这项评审的专家组里。")
        if one.conflict or one.id in panel.automatic:
            raise Forbidden("有利益关系的专家不能查看评分票。")
        return challenge, panel, [one] if one.scores is not None else [], False

    def experts(self, session: Session, caller: Caller, limit: int) -> Sequence[Account]:
        """Return to staff the accounts of experts who may be asked, by name."""
        return WorkRepository(session).experts(limit) if caller.sees_all else []

    def waiting(self, session: Session, caller: Caller, limit: int) -> Sequence[ChallengePanellist]:
        """Return the caller's open panels with their challenges, those without a ballot first."""
        return WorkRepository(session).waiting(caller.account_id or "", limit)


def _require_open(challenge: Challenge) -> None:
    if challenge.state != ChallengeState.REVIEW:
        raise Conflict(_NOT_OPEN)
