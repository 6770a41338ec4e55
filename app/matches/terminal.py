"""What commands print of matches."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from app.core.terminal import out
from app.matches.schemas import ClauseOut, MatchesOut, ResultOut, StructuredOut
from app.matches.structured import Agreement
from app.matches.telling_clauses import most_telling
from app.models import Condition
from matching.types import Verdict

_GRADES = {1: "无相关", 2: "弱相关", 3: "较强相关", 4: "强相关"}
_VERDICTS = {"met": "[green]满足[/]", "not_met": "[red]不满足[/]"}
_CONDITIONS = {
    Condition.INDUSTRY: "行业", Condition.CHAIN: "产业链", Condition.DISTRICT: "县区", Condition.MATURITY: "成熟度",
    Condition.BUDGET: "预算", Condition.COOPERATION: "合作方式", Condition.VALIDITY: "有效期",
}  # fmt: skip
_QUOTE_CHARACTERS = 90


def show_matches(title: str, answer: MatchesOut) -> None:
    """Print ranked matches with their reasons."""
    if not answer.results:
        out.print(f"[bold]{escape(title)}[/]\n  没有符合条件的记录。请放宽筛选条件，或先导入数据。\n")
        return
    table = Table(title=escape(title), title_justify="left", show_lines=True, expand=True)
    table.add_column("名次", justify="right", no_wrap=True)
    table.add_column("得分", justify="right", no_wrap=True)
    table.add_column("等级", no_wrap=True)
    table.add_column("名称与理由", ratio=1)
    for result in answer.results:
        table.add_row(str(result.rank), f"{result.score:.3f}", _GRADES[result.grade], _described(result))
    out.print(table)
    if answer.verdict == Verdict.NONE_SUITABLE.value:
        out.print("[yellow]库内暂无合适记录：以上仅供参考，不宜直接推荐。[/]")
    if answer.capture_task is not None:
        out.print(f"[yellow]建议任务：{escape(answer.capture_task.title)}[/]")
        out.print(f"  检索词：{escape('、'.join(answer.capture_task.terms))}")
    for combination in answer.combinations:
        titles = {result.record.id: result.record.title for result in answer.results}
        out.print("[cyan]组合建议[/]：合起来比任何单项多满足 " + str(combination.gained) + " 条")
        for part in combination.parts:
            out.print(f"  {escape(titles[part.id])}：{escape('；'.join(part.clauses))}")
    if answer.degraded:
        out.print("[yellow]语义模型不可用，本次仅按词语检索。[/]")
    out.print()


def _described(result: ResultOut) -> str:
    organisation = result.record.organisation
    owner = organisation.name if organisation else "（匿名）"
    terms = "、".join(term.term for term in result.explanation.terms) or "无共有术语，语义相近"
    lines = [f"[bold]{escape(result.record.title)}[/]  [dim]{escape(owner)}[/]", f"共有：{escape(terms)}"]
    evidence = result.explanation.evidence
    if evidence is not None:
        quote = evidence.text.strip("。；;")
        shown = quote if len(quote) <= _QUOTE_CHARACTERS else quote[:_QUOTE_CHARACTERS] + "…"
        lines.append(f"佐证：“{escape(shown)}”")
    return "\n".join([*lines, *_clauses(result.explanation.clauses), *_conditions(result.explanation.structured)])


def _clauses(clauses: Sequence[ClauseOut]) -> list[str]:
    """Return a line for each of the most telling clauses, and how many others there are."""
    told = most_telling(clauses)
    lines = [
        f"{_VERDICTS[clause.verdict]} {escape(clause.text)} → “{escape((clause.evidence or '')[:_QUOTE_CHARACTERS])}”"
        for clause in told.clauses
    ]
    return [*lines, f"[dim]{told.rest}[/]"] if told.rest else lines


def _conditions(fits: Sequence[StructuredOut]) -> list[str]:
    lines = []
    for agreement, label in ((Agreement.AGREE, "相符"), (Agreement.CONFLICT, "冲突")):
        names = [_CONDITIONS[fit.field] for fit in fits if fit.agreement is agreement]
        if names:
            lines.append(f"{label}：{'、'.join(names)}")
    return ["　".join(lines)] if lines else []
