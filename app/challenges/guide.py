"""The list or guide that is published, 榜单 or 指南, as documents: as everybody sees it, whoever takes it out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from app.challenges.review import criteria_of
from app.challenges.shown import CriterionOut
from app.challenges.words import GRADES
from app.core.caller import ANYBODY
from app.core.city_time import today
from app.core.sheets import Sheet, workbook_of
from app.core.word import Heading, Paragraph, Table, word_document
from app.kinds.fields import Wan
from app.kinds.table import KINDS, is_public
from app.kinds.visibility import shows_owner
from app.models import Challenge, ChallengeGrade, ChallengeState, CriteriaPurpose, NeedClass, RecordKind
from app.needs.schemas import NeedOut

CLASSES = {
    NeedClass.JOINT: "产业链协同攻关",
    NeedClass.COMMON_KEY: "关键共性技术",
    NeedClass.BASIC: "应用基础研究",
}
ANONYMOUS = "某企业（匿名发布）"
SEVERAL = "多家企业的共性需求"
TITLE = "揭榜挂帅技术榜单"
STATES = (ChallengeState.LISTED, ChallengeState.PUBLISHED)
MOST = 500


class GuideEntry(BaseModel):
    """A challenge as it is published."""

    number: Annotated[int, Field(title="序号")]
    id: Annotated[str, Field(title="榜单 id")]
    title: Annotated[str, Field(title="榜单名称")]
    summary: Annotated[str, Field(title="榜单说明")]
    need_class: Annotated[str, Field(title="类别")]
    grade: Annotated[str, Field(title="分级")]
    chains: Annotated[list[str], Field(title="产业链")]
    industries: Annotated[list[str], Field(title="行业代码")]
    owner: Annotated[str, Field(title="出题方")]
    indicators: Annotated[str, Field(title="指标")]
    budget_min_wan: Annotated[Wan | None, Field(title="预算下限（万元）")]
    budget_max_wan: Annotated[Wan | None, Field(title="预算上限（万元）")]
    criteria: Annotated[list[CriterionOut], Field(title="择优指标")]
    closes_on: Annotated[date | None, Field(title="揭榜截止日期")]


def guide(challenges: Sequence[Challenge]) -> list[GuideEntry]:
    """Return challenges as anybody may read them: nothing tells who hides behind an anonymous need."""
    return [_entry(number, each) for number, each in enumerate(challenges, start=1)]


def guide_document(entries: Sequence[GuideEntry]) -> bytes:
    """Return the list as a .docx."""
    parts: list[Heading | Paragraph | Table] = [Paragraph(f"共 {len(entries)} 项，{today().isoformat()} 导出。")]
    for each in entries:
        parts += [Heading(f"{each.number}. {each.title}"), Paragraph(each.summary or "榜单说明待补充。")]
        parts.append(Table(["项目", "内容"], [list(row) for row in facts(each)]))
        if each.criteria:
            parts.append(Heading("择优指标", 2))
            rows = [[one.name, one.weight, one.maximum] for one in each.criteria]
            parts.append(Table(["指标", "权重（%）", "满分"], rows))
    return word_document(TITLE, parts)


def guide_workbook(entries: Sequence[GuideEntry]) -> bytes:
    """Return the list as an .xlsx: a sheet of challenges, one of their criteria."""
    header = ["序号", "榜单名称", "榜单说明", "类别", "分级", "产业链", "出题方", "指标", "预算", "揭榜截止日期"]
    rows = [
        [
            each.number, each.title, each.summary, each.need_class, each.grade, "、".join(each.chains), each.owner,
            each.indicators, budget(each), each.closes_on,
        ]
        for each in entries
    ]  # fmt: skip
    criteria = [
        [each.number, each.title, one.name, one.weight, one.maximum] for each in entries for one in each.criteria
    ]
    sheets = [
        Sheet("榜单", header, rows),
        Sheet("择优指标", ["序号", "榜单名称", "指标", "权重（%）", "满分"], criteria),
    ]
    return workbook_of(sheets)


def facts(each: GuideEntry) -> list[tuple[str, str]]:
    """Return what is told of an entry, by name; what is not known is left out."""
    told = {
        "类别": each.need_class,
        "分级": each.grade,
        "产业链": "、".join(each.chains),
        "出题方": each.owner,
        "指标": each.indicators,
        "预算": budget(each),
        "揭榜截止": each.closes_on.isoformat() if each.closes_on else "",
    }
    return [(name, value) for name, value in told.items() if value]


def budget(each: GuideEntry) -> str:
    """Return what the needs say they may pay, in words; empty for a common need."""
    ends = [_plain(value) for value in (each.budget_min_wan, each.budget_max_wan) if value is not None]
    return f"{'–'.join(dict.fromkeys(ends))} 万元" if ends else ""


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _entry(number: int, challenge: Challenge) -> GuideEntry:
    needs = [member.need for member in challenge.members]
    single = needs[0] if len(needs) == 1 and is_public(needs[0]) else None
    shown = NeedOut.of(single, ANYBODY) if single is not None else None
    named = single is not None and shows_owner(single, KINDS[RecordKind.NEEDS], ANYBODY)
    owner = SEVERAL if challenge.owner_id is None else ANONYMOUS
    return GuideEntry(
        number=number,
        id=challenge.id,
        title=challenge.title,
        summary=challenge.summary,
        need_class=CLASSES[NeedClass(challenge.need_class)] if challenge.need_class else "",
        grade=GRADES[ChallengeGrade(challenge.grade)] if challenge.grade else "",
        chains=list(dict.fromkeys(chain for need in needs for chain in need.chains)),
        industries=list(dict.fromkeys(code for need in needs for code in need.industries)),
        owner=shown.organisation.name if shown and named and shown.organisation else owner,
        indicators=shown.indicators if shown else "",
        budget_min_wan=shown.budget_min_wan if shown else None,
        budget_max_wan=shown.budget_max_wan if shown else None,
        criteria=[CriterionOut.model_validate(each) for each in criteria_of(challenge, CriteriaPurpose.BIDS)],
        closes_on=challenge.closes_on,
    )
