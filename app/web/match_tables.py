"""Matches as workbooks: a row a match, and a row a clause with its evidence."""

from collections.abc import Iterator

from app.core.sheets import Sheet
from app.kinds.table import Kind
from app.matches.schemas import ClauseOut, MatchesOut, ResultOut
from app.models import Condition
from app.web.match_words import best_clause, condition, conflicts, counts, figure
from app.web.vocabulary import CLAUSE_KINDS, CONDITIONS, GRADES, TRL, VERDICTS, percent, wan


def match_sheets(target: Kind, found: MatchesOut) -> list[Sheet]:
    """Return the sheets of a ranked list of records of a kind."""
    header = [
        "名次", f"{target.noun}名称", "单位", "等级", *(f"{name}概率" for name in GRADES.values()),
        *VERDICTS.values(), "佐证原文", "冲突的条件", "成熟度", "预算" if target.is_demand else "意向价格",
    ]  # fmt: skip
    clauses = ["名次", f"{target.noun}名称", "需求条目", "类型", "判断", "佐证原文", "数值对照"]
    return [
        Sheet("匹配结果", header, (_row(target, each) for each in found.results)),
        Sheet("逐条对照", clauses, (row for each in found.results for row in _clause_rows(each))),
    ]


def _row(target: Kind, result: ResultOut) -> list[object]:
    record, reasons = result.record, result.explanation
    owner, level, best = record.organisation, target.maturity_of(record), best_clause(reasons)
    return [
        result.rank,
        record.title,
        owner.name if owner else "（匿名）",
        GRADES[result.grade],
        *(percent(each) for each in result.grade_probabilities),
        *counts(reasons.clauses).values(),
        best.evidence if best else reasons.evidence and reasons.evidence.text,
        "；".join(_conflict(each.field, each.asked, each.offered) for each in conflicts(reasons)),
        None if level is None else TRL[level],
        wan(*target.amounts_of(record)),
    ]


def _conflict(field: Condition, asked: object, offered: object) -> str:
    return f"{CONDITIONS[field]}：要求 {condition(field, asked)}，提供 {condition(field, offered)}"


def _clause_rows(result: ResultOut) -> Iterator[list[object]]:
    for clause in result.explanation.clauses:
        yield [
            result.rank,
            result.record.title,
            clause.text,
            CLAUSE_KINDS[clause.kind],
            VERDICTS[clause.verdict],
            clause.evidence,
            figures(clause),
        ]


def figures(clause: ClauseOut) -> str:
    """Return the numbers of a clause, each asked for and offered, a line a number."""
    return "\n".join(
        f"要求 {figure(each.asked)}，提供 {figure(each.offered) if each.offered else '未提及'}"
        for each in clause.indicators
    )
