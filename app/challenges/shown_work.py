"""Panels, ballots and bids as they are shown: to whom a name is not told, it is empty."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, Field

from app.challenges.bids import RankedBid
from app.challenges.review import Panel
from app.challenges.tally import shown
from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.kinds.fields import Wan
from app.models import BidState, ChallengeBid, ChallengePanellist, ExpertKind


class PanellistOut(BaseModel):
    """An expert of a panel."""

    id: Annotated[str, Field(title="评审席位 id")]
    account_id: Annotated[str | None, Field(title="专家账号 id", description="仅情报员和本人可见")]
    name: Annotated[str | None, Field(title="姓名", description="仅情报员和本人可见")]
    kind: Annotated[ExpertKind, Field(title="专家类别")]
    conflict: Annotated[bool | None, Field(title="有利益关系", description="未声明为空")]
    automatic: Annotated[str | None, Field(title="系统发现的利益关系")]
    declaration: Annotated[str | None, Field(title="声明的说明", description="仅情报员和本人可见")]
    voted: Annotated[bool, Field(title="已投票")]
    counted: Annotated[bool, Field(title="计入")]

    @classmethod
    def of(cls, one: ChallengePanellist, panel: Panel, caller: Caller) -> Self:
        """Return an expert's place as staff, the expert or the other experts see it."""
        known = caller.sees_all or one.account_id == caller.account_id
        return cls(
            id=one.id, account_id=one.account_id if known else None, name=one.account.name if known else None,
            kind=ExpertKind(one.kind), conflict=one.conflict if known else None,
            automatic=panel.automatic.get(one.id) if known else None,
            declaration=one.declaration if known else None, voted=one.scores is not None,
            counted=one in panel.counted,
        )  # fmt: skip


class PanelOut(BaseModel):
    """The panel of a review."""

    items: Annotated[list[PanellistOut], Field(title="评审组", description="专家本人只看到自己")]


class BallotOut(PanellistOut):
    """A ballot."""

    scores: Annotated[dict[str, int], Field(title="各项得分", description="指标 id 到得分")]
    comment: Annotated[str, Field(title="评语")]
    voted_at: Annotated[datetime | None, Field(title="投票时间")]

    @classmethod
    def seen(cls, one: ChallengePanellist, panel: Panel, caller: Caller) -> Self:
        """Return a ballot; other experts see its kind and not whose it is."""
        place = PanellistOut.of(one, panel, caller).model_dump()
        voted_at = one.voted_at and one.voted_at.astimezone(CITY_TIME)
        return cls(**place, scores=one.scores or {}, comment=one.comment, voted_at=voted_at)


class BallotList(BaseModel):
    """The ballots that the caller may see."""

    items: Annotated[list[BallotOut], Field(title="评分票")]
    whole: Annotated[bool, Field(title="是否全部", description="评审结束前专家只看到本人的")]


class BidOut(BaseModel):
    """A bid."""

    id: Annotated[str, Field(title="方案 id")]
    challenge_id: Annotated[str, Field(title="榜单 id")]
    organisation: Annotated[str, Field(title="揭榜单位")]
    team: Annotated[str, Field(title="负责人与团队")]
    approach: Annotated[str, Field(title="技术方案")]
    fee_wan: Annotated[Wan, Field(title="报价（万元）")]
    months: Annotated[int, Field(title="周期（月）")]
    achievement_id: Annotated[str | None, Field(title="成果 id")]
    achievement: Annotated[str | None, Field(title="成果名称")]
    state: Annotated[BidState, Field(title="状态")]
    scores: Annotated[dict[str, int] | None, Field(title="各项得分", description="揭榜单位看不到")]
    comment: Annotated[str | None, Field(title="评语", description="揭榜单位看不到")]
    total: Annotated[Decimal | None, Field(title="总分", description="满分 100；揭榜单位看不到")]
    rank: Annotated[int | None, Field(title="名次", description="揭榜单位看不到")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    updated_at: Annotated[datetime, Field(title="更新时间")]

    @classmethod
    def of(cls, bid: ChallengeBid) -> Self:
        """Return a bid as its bidder sees it."""
        return cls(
            id=bid.id, challenge_id=bid.challenge_id, organisation=bid.organisation.name, team=bid.team,
            approach=bid.approach, fee_wan=bid.fee_wan, months=bid.months, achievement_id=bid.achievement_id,
            achievement=bid.achievement and bid.achievement.title, state=BidState(bid.state), scores=None, comment=None,
            total=None, rank=None, version=bid.version, updated_at=bid.updated_at.astimezone(CITY_TIME),
        )  # fmt: skip

    @classmethod
    def marked(cls, row: RankedBid) -> Self:
        """Return a bid with its marks, as the owner of the need and staff see it."""
        made = cls.of(row.bid)
        made.scores, made.comment, made.total, made.rank = row.bid.scores, row.bid.comment, shown(row.total), row.rank
        return made


class BidList(BaseModel):
    """The bids of a challenge."""

    items: Annotated[list[BidOut], Field(title="揭榜方案", description="名次在前的在前，未评分的在后")]
