"""The page that puts up to four achievements side by side against the clauses of a need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Response

from app.core.errors import InvalidInput, NotFound
from app.core.sheets import WORKBOOK, Sheet, workbook_answer, workbook_of
from app.kinds.fields import PlainText
from app.kinds.table import Record
from app.matches.schemas import ClauseOut, PairOut, StructuredOut, sureness
from app.models import RecordKind
from app.needs.schemas import NeedOut
from app.web import match_words
from app.web.match_tables import figures
from app.web.match_words import condition
from app.web.pages import Page, PageOf, page_router
from app.web.vocabulary import AGREEMENTS, CONDITIONS, GRADES, VERDICTS, percent

router = page_router()
MOST = 4

# Ids, several in one value or one in each, as a form sends them.
With = Annotated[list[PlainText] | None, Query(alias="with", max_length=100)]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A need and the achievements that are compared, in the order in which they were chosen.

    Attributes:
        clauses: of the need, each with what every achievement says of it; None where one is not read yet.
        conditions: each with how every achievement fits.
    """

    pairs: list[PairOut]
    clauses: list[tuple[ClauseOut, list[ClauseOut | None]]]
    conditions: list[tuple[StructuredOut, list[StructuredOut]]]


@router.get("/needs/{id}/compare")
def compare(page: PageOf, id: str, chosen: With = None) -> Response:
    """Show achievements side by side; without any, how to choose them."""
    need = page.services.records[RecordKind.NEEDS].get(page.session, id, page.caller)
    ids = _ids(chosen)
    return page.render(
        "matches/compare.html",
        told=match_words,
        need=NeedOut.of(need, page.caller),
        table=_compared(page, need, ids) if ids else None,
        ids=ids,
    )


@router.get("/needs/{id}/compare.xlsx", response_class=Response, responses=WORKBOOK)
def compare_workbook(page: PageOf, id: str, chosen: With = None) -> Response:
    """Return the comparison as a workbook."""
    need = page.services.records[RecordKind.NEEDS].get(page.session, id, page.caller)
    ids = _ids(chosen)
    if not ids:
        raise InvalidInput("请先在匹配列表里勾选要对比的成果，再下载。")
    table = _compared(page, need, ids)
    header = ["对比项", "需求", *(pair.record.title for pair in table.pairs)]
    return workbook_answer(workbook_of([Sheet("对比", header, _rows(table))]), "comparison.xlsx")


def _ids(chosen: Sequence[str] | None) -> list[str]:
    """Return what was chosen, each once. Raises InvalidInput."""
    ids = list(dict.fromkeys(id for value in chosen or () for id in value.split(",") if id))
    if len(ids) > MOST:
        raise InvalidInput(f"一次最多对比 {MOST} 项成果，选了 {len(ids)} 项。请返回匹配列表，去掉几项再对比。")
    return ids


def _compared(page: Page, need: Record, ids: Sequence[str]) -> Comparison:
    """Return the comparison. Raises NotFound for an achievement that the caller may not see."""
    achievements = page.services.records[RecordKind.ACHIEVEMENTS].by_ids(page.session, ids, page.caller)
    if len(achievements) < len(ids):
        raise NotFound("要对比的成果有一项已撤回，或您不能查看。请返回匹配列表重新勾选。")
    pairs = page.services.matches.for_pairs(page.session, need, achievements, page.caller)
    asked = next((pair.explanation.clauses for pair in pairs if pair.explanation.clauses), [])
    answers: list[Sequence[ClauseOut | None]] = [pair.explanation.clauses or [None] * len(asked) for pair in pairs]
    fits = [pair.explanation.structured for pair in pairs]
    return Comparison(
        pairs,
        [(clause, [each[at] for each in answers]) for at, clause in enumerate(asked)],
        [(fit, [each[at] for each in fits]) for at, fit in enumerate(fits[0])],
    )


def _rows(table: Comparison) -> Iterator[list[str]]:
    yield ["单位", "", *(owner.name if (owner := pair.record.organisation) else "" for pair in table.pairs)]
    yield ["等级", "", *(_grade(pair) for pair in table.pairs)]
    yield ["硬性条件", "", *(_excluded(pair) for pair in table.pairs)]
    for number, (clause, answers) in enumerate(table.clauses, start=1):
        yield [f"条目 {number}", clause.text, *(_answer(each) for each in answers)]
    for fit, fits in table.conditions:
        cells = (f"{condition(each.field, each.offered)}（{AGREEMENTS[each.agreement]}）" for each in fits)
        yield [CONDITIONS[fit.field], condition(fit.field, fit.asked), *cells]


def _grade(pair: PairOut) -> str:
    return f"{GRADES[pair.grade]} {percent(sureness(pair))}"


def _excluded(pair: PairOut) -> str:
    return "、".join(CONDITIONS[each] for each in pair.excluded_by) or "无冲突"


def _answer(clause: ClauseOut | None) -> str:
    if clause is None:
        return "还没有逐条对照"
    parts = [VERDICTS[clause.verdict], clause.evidence, figures(clause)]
    return "\n".join(part for part in parts if part)
