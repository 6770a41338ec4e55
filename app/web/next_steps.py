"""The one thing that a member should do next: what others wait for comes before what is their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.achievements.schemas import AchievementOut
from app.core.city_time import today
from app.dockings.schemas import DockingOut
from app.interests.schemas import InterestOut
from app.models import Account
from app.needs.clarity import Clarity
from app.needs.schemas import NeedOut
from app.portfolio.repository import Gap
from app.portfolio.service import Gaps
from app.records.schemas import RecordOut
from app.rounds.repository import Asked
from app.rounds.schemas import RoundOut

# What an achievement leaves open: its name, why it matters, and the field that mends it.
GAPS: dict[Gap, tuple[str, str, str]] = {
    Gap.NUMBERS: ("没有写数值指标", "需求写明了指标，没有数值就无从对照", "indicators"),
    Gap.SUMMARY: ("简介不足 60 字", "看不出做什么、用在什么对象上", "summary"),
    Gap.INDUSTRY: ("没有选应用行业", "企业按行业筛选时看不到", "industries"),
    Gap.MATURITY: ("没有写成熟度", "企业先问能不能直接用", "maturity"),
    Gap.TERMS: ("价格、合作方式都没写", "企业无法判断合作是否可行", "cooperation_modes"),
    Gap.KEYWORDS: ("没有写关键词", "同义的叫法找不到它", "keywords"),
}
# Below this share of its points a need finds little that fits: four of seven are open.
_UNCLEAR = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next, why, and where."""

    title: str
    reason: str
    href: str
    action: str


@dataclass(frozen=True, slots=True)
class Day:
    """What a member looks at first, of their own organisation.

    Attributes:
        counts: of records, by state.
        returned: with the reviewer's reason; the newest.
        expiring: published ones that expire within a month, or have.
        interests: that wait for their answer.
        dockings: the newest that touch their records.
        liaisons: who look after the organisation.
    """

    counts: Mapping[str, int]
    returned: Sequence[RecordOut]
    expiring: Sequence[RecordOut]
    interests: Sequence[InterestOut]
    dockings: Sequence[DockingOut]
    liaisons: Sequence[Account]

    @property
    def has_any(self) -> bool:
        """Whether there is any record that is not withdrawn."""
        return any(count for status, count in self.counts.items() if status != "withdrawn")


@dataclass(frozen=True, slots=True)
class EnterpriseDay(Day):
    """An enterprise's: its newest needs with how clear they are, and open rounds with its own answers."""

    needs: Sequence[tuple[NeedOut, Clarity]]
    rounds: Sequence[tuple[RoundOut, Asked | None]]

    @property
    def unanswered(self) -> RoundOut | None:
        """The round that closes first of those that ask the enterprise and have no answer."""
        silent = (
            round for round, asked in self.rounds if asked and not asked.needs and asked.invitation.declined is None
        )
        return next(silent, None)


@dataclass(frozen=True, slots=True)
class UniversityDay(Day):
    """A university's: its newest achievements, and what they leave open."""

    recent: Sequence[AchievementOut]
    published: Sequence[AchievementOut]
    gaps: Gaps


def enterprise_step(day: EnterpriseDay) -> Step | None:
    """Return what an enterprise should do next; None for one that has posted nothing and is not asked."""
    common = _waiting(day, "needs")
    if common is not None:
        return common
    if (round := day.unanswered) is not None:
        reason = f"{round.closes_on} 截止。有需求就提交，没有也请答复一声。"
        return Step(f"“{round.title}”请您答复", reason, f"/rounds/{round.id}", "去答复")
    if (renewal := _renewal(day, "needs")) is not None:
        return renewal
    unclear = [(need, checked) for need, checked in day.needs if checked.score < _UNCLEAR]
    if unclear:
        need, checked = min(unclear, key=lambda each: each[1].score)
        return Step(
            f"把“{need.title}”写清楚一点",
            f"还有 {len(checked.questions)} 处没写明，先补这一处：{checked.questions[0].question}",
            f"/needs/{need.id}/edit#{checked.questions[0].field}",
            "去补充",
        )
    published = next((need for need, _ in day.needs if need.status == "published"), None)
    if published is not None:
        reason = "每条都写明依据；合适的可以直接表达意向。"
        return Step(f"看看“{published.title}”匹配到的成果", reason, f"/needs/{published.id}/matches", "看匹配")
    return None


def university_step(day: UniversityDay) -> Step | None:
    """Return what a university should do next; None for one that has posted nothing."""
    common = _waiting(day, "achievements") or _renewal(day, "achievements")
    if common is not None:
        return common
    worst = max(day.gaps.counts.items(), key=lambda each: each[1], default=None)
    if worst is not None and worst[1]:
        name, why, _ = GAPS[worst[0]]
        return Step(f"{worst[1]} 项成果{name}", f"{why}。补上以后更容易对上需求。", f"/gaps?gap={worst[0]}", "去补充")
    if day.published:
        first = day.published[0]
        reason = "每条都写明依据；合适的可以直接表达意向。"
        return Step(f"看看“{first.title}”匹配到的需求", reason, f"/achievements/{first.id}/matches", "看匹配")
    return None


def _waiting(day: Day, kind: str) -> Step | None:
    """Return what somebody else waits for, or what only a correction helps."""
    if day.interests:
        first = day.interests[0]
        other = first.achievement if kind == "needs" else first.need
        more = f"，另有 {len(day.interests) - 1} 条" if len(day.interests) > 1 else ""
        reason = f"对方的{'成果' if kind == 'needs' else '需求'}：{other.title}{more}。同意后才互相看到联系方式。"
        return Step("有人想和您谈，请答复", reason, f"/interests/{first.id}", "去答复")
    if day.returned:
        record = day.returned[0]
        reason = f"审核意见：{record.review_note}" if record.review_note else "按审核意见修改后重新提交。"
        return Step(f"“{record.title}”被退回，请修改", reason, f"/{kind}/{record.id}/edit", "去修改")
    return None


def _renewal(day: Day, kind: str) -> Step | None:
    expired = next((each for each in day.expiring if each.valid_until and each.valid_until < today()), None)
    if expired is None:
        return None
    reason = f"{expired.valid_until} 到期，别人已看不到。仍然有效就续期。"
    return Step(f"“{expired.title}”已过期", reason, f"/{kind}/{expired.id}", "去续期")
