"""The review queue: what members handed in, what the system noticed in it, and the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Query, Response
from markupsafe import Markup

from app.achievements.open_points import open_points
from app.achievements.schemas import AchievementOut
from app.codes.industries import division_names
from app.core.errors import NotFound
from app.kinds.fields import Id
from app.kinds.table import KINDS, Record, kind_of
from app.models import Achievement, Need, RecordKind, Status
from app.needs.clarity import clarity
from app.needs.schemas import NeedOut
from app.records.disclosures import DisclosureOut
from app.records.queue import MOST_COUNTED, PLACE, Queue, place_of, review_queue
from app.web.filters import FILLED
from app.web.highlight import differing, marked
from app.web.pages import Page, PageOf, page_router

router = page_router()
_SHOWN = 30
_MOST_CHANGES = 12
# Changes that tell a reviewer nothing: they follow from the others, or are the review itself.
_UNTOLD = {"version", "status", "review_note"}
# What records are returned for, most often first; a reviewer clicks, and adds what is particular.
REASONS: dict[RecordKind, tuple[tuple[str, str], ...]] = {
    RecordKind.NEEDS: (
        ("太笼统", "描述太笼统，请写明要解决的具体问题、对象和现在的做法。"),
        ("缺指标", "请补充预期指标，写明数值和单位。"),
        ("会暴露企业", "文字会暴露企业身份，请按提示改写，或把可见范围改为公开。"),
        ("多项合一", "一条里写了几项需求，请拆成几条分别提交。"),
        ("重复", "与已提交的需求重复，请核对后只保留一条。"),
        ("不是技术需求", "不属于技术需求（如招工、采购、融资），请改走相应渠道。"),
    ),
    RecordKind.ACHIEVEMENTS: (
        ("太笼统", "简介太笼统，请写明做什么、怎么做、用在什么对象上、结果如何。"),
        ("缺指标", "请补充技术指标，写明数值和单位。"),
        ("成熟度不明", "请写明所处阶段和成熟度，以及依据（如中试规模、示范现场）。"),
        ("权属不清", "请写明知识产权归属和许可情况。"),
        ("重复", "与已提交的成果重复，请核对后只保留一条。"),
        ("不是技术成果", "不属于可转化的技术成果（如论文、荣誉、产品广告），请改走相应渠道。"),
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a field since the last review."""

    name: str
    before: Markup
    after: Markup


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the system saw in a record, to be looked at by a person.

    Attributes:
        blocking: whether it cannot be published as it is.
        disclosures: what gives an anonymous enterprise away, and how to write it.
        disclosed: its words, by field.
        score: how clear a need is, 0..1; None for achievements.
        open_points: what to ask the author for.
        alike: stored records that read like it, with how much.
        changes: since the last review, None where there was none.
    """

    blocking: bool
    disclosures: Sequence[DisclosureOut]
    disclosed: dict[str, list[str]]
    score: float | None
    open_points: Sequence[str]
    alike: Sequence[tuple[Record, float]]
    changes: Sequence[Change] | None


@router.get("/admin/review")
def review(
    page: PageOf,
    kind: Annotated[RecordKind | None, FILLED] = None,
    organisation: Annotated[Id | None, FILLED] = None,
    at: Annotated[str | None, Query(pattern="^(achievements|needs)-[0-9a-f]{1,32}$")] = None,
    cursor: Annotated[str | None, Query(pattern=PLACE)] = None,
) -> Response:
    """Show the queue and one of it in full: the one that is asked for, or the first."""
    kinds = tuple(RecordKind) if kind is None else (kind,)
    queue = review_queue(page.session, page.caller, kinds, organisation, cursor, _SHOWN)
    record = _chosen(page, queue, at)
    return page.render(
        "review/index.html",
        queue=queue,
        left=sum(queue.left[each] for each in kinds),
        most=MOST_COUNTED,
        kind=kind,
        organisation=organisation,
        cursor=cursor,
        gone=at is not None and record is None,
        record=record,
        kind_of=lambda each: kind_of(each).name.value,
        **({} if record is None else _shown(page, queue, record)),
    )


def _chosen(page: Page, queue: Queue, at: str | None) -> Record | None:
    """Return the record that is asked for, None where it is gone; without a wish the first."""
    if at is None:
        return queue.records[0] if queue.records else None
    name, _, id = at.partition("-")
    listed = [each for each in queue.records if each.id == id]
    try:
        return listed[0] if listed else page.services.records[RecordKind(name)].get(page.session, id, page.caller)
    except NotFound:
        return None


def _shown(page: Page, queue: Queue, record: Record) -> dict[str, Any]:
    """Return what the template shows of the chosen record."""
    kind = kind_of(record)
    before = [each for each in queue.records if place_of(each) < place_of(record)]
    after = [each for each in queue.records if place_of(each) > place_of(record)]
    out = (NeedOut if isinstance(record, Need) else AchievementOut).of(record, page.caller)
    noticed = _noticed(page, record)
    return {
        "shown": out,
        "noun": kind.noun,
        "body": kind.body,
        "names": division_names(),
        "handed_in": record.submitted_at or record.updated_at,
        "waits": record.status == Status.SUBMITTED,
        "previous": before[-1] if before else None,
        "following": after[0] if after else None,
        # After a decision: the next one, else the first of those that were skipped.
        "then": next(iter((*after, *before)), None),
        "noticed": noticed,
        "reasons": REASONS[kind.name],
        "disclosed": lambda field, text: marked(text, noticed.disclosed.get(field, ())),
    }


def _noticed(page: Page, record: Record) -> Noticed:
    disclosures = NeedOut.checked(record, page.caller).disclosures if isinstance(record, Need) else []
    disclosed: dict[str, list[str]] = {}
    for each in disclosures:
        disclosed.setdefault(each.field, []).append(each.text)
    clear = clarity(record) if isinstance(record, Need) else None
    accepted = isinstance(record, Need) and record.disclosures_accepted
    return Noticed(
        blocking=not accepted and any(each.certain for each in disclosures),
        disclosures=disclosures,
        disclosed=disclosed,
        score=None if clear is None else clear.score,
        open_points=open_points(cast(Achievement, record)) if clear is None else [q.question for q in clear.questions],
        alike=page.services.duplicates.alike(page.session, record, page.caller),
        changes=_changes(page, record),
    )


def _changes(page: Page, record: Record) -> list[Change] | None:
    """Return what was changed since somebody reviewed the record; None if nobody has."""
    kind = kind_of(record)
    versions = page.services.records[kind.name].versions(page.session, record.id, page.caller)
    actions = [each["action"] for each in versions]
    if "review" not in actions:
        return None
    since = versions[: actions.index("review")]
    first: dict[str, Any] = {}
    for each in since:  # the newest first, so that the earliest value stays
        first |= each["before"] or {}
    fields = (NeedOut if kind is KINDS[RecordKind.NEEDS] else AchievementOut).model_fields
    changes = []
    for name, old in first.items():
        now = getattr(record, name, None)
        if name in fields and name not in _UNTOLD and _said(old) != _said(now):
            changes.append(Change(fields[name].title or name, *differing(_said(old), _said(now))))
    return changes[:_MOST_CHANGES]


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
