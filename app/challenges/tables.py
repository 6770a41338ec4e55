"""Lists of challenges, ballots and bids as workbooks."""

from collections.abc import Sequence

from app.challenges.guide import CLASSES
from app.challenges.shown import ChallengeRow
from app.challenges.shown_work import BallotOut, BidOut
from app.challenges.words import BIDS, EXPERTS, GRADES, STATES
from app.core.sheets import workbook
from app.models import ChallengeCriterion


def challenge_workbook(rows: Sequence[ChallengeRow]) -> bytes:
    """Return the list; what the caller may not know stays empty."""
    header = [
        "榜单名称", "状态", "类别", "分级", "产业链", "出题企业", "需求", "在库天数", "揭榜截止", "列入日期", "id",
    ]  # fmt: skip
    cells = [
        [
            each.title, STATES[each.state], each.need_class and CLASSES[each.need_class],
            each.grade and GRADES[each.grade], "、".join(each.chains), each.owner,
            "；".join(need.title for need in each.needs), each.days_in_pool, each.closes_on, each.created_at.date(),
            each.id,
        ]
        for each in rows
    ]  # fmt: skip
    return workbook("揭榜挂帅", header, cells)


def ballot_workbook(criteria: Sequence[ChallengeCriterion], rows: Sequence[BallotOut]) -> bytes:
    """Return ballots, a column a criterion; those that do not count say so."""
    header = ["专家类别", "姓名", "计入", *(f"{each.name}（满分 {each.maximum}）" for each in criteria), "评语"]
    cells = [
        [
            EXPERTS[each.kind], each.name, "计入" if each.counted else "不计入",
            *(each.scores.get(one.id) for one in criteria), each.comment,
        ]
        for each in rows
    ]  # fmt: skip
    return workbook("评分票", header, cells)


def bid_workbook(criteria: Sequence[ChallengeCriterion], rows: Sequence[BidOut]) -> bytes:
    """Return bids with their marks, a column a criterion."""
    header = [
        "名次", "揭榜单位", "状态", "总分", *(f"{each.name}（满分 {each.maximum}）" for each in criteria), "评语",
        "报价（万元）", "周期（月）", "负责人与团队", "技术方案", "成果",
    ]  # fmt: skip
    cells = [
        [
            each.rank, each.organisation, BIDS[each.state], each.total and float(each.total),
            *((each.scores or {}).get(one.id) for one in criteria), each.comment, float(each.fee_wan), each.months,
            each.team, each.approach, each.achievement,
        ]
        for each in rows
    ]  # fmt: skip
    return workbook("揭榜方案", header, cells)
