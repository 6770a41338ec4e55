"""How commands show things to people."""

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from app.core.terminal import out
from app.demo.ready import Demo
from app.imports.schemas import UploadDetail
from app.learning.terminal import GRADES
from app.matches.schemas import ClauseOut, MatchesOut, ResultOut, StructuredOut
from app.matches.structured import Agreement
from app.matches.telling import most_telling
from app.models import Condition
from app.needs.clarity import Clarity
from app.needs.common_needs import CommonNeedOut
from matching.types import Verdict

_VERDICTS = {"met": "[green]满足[/]", "not_met": "[red]不满足[/]"}
_CONDITIONS = {
    Condition.INDUSTRY: "行业", Condition.CHAIN: "产业链", Condition.DISTRICT: "县区", Condition.MATURITY: "成熟度",
    Condition.BUDGET: "预算", Condition.COOPERATION: "合作方式", Condition.VALIDITY: "有效期",
}  # fmt: skip
_ROWS_SHOWN = 20
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
        table.add_row(str(result.rank), f"{result.score:.3f}", GRADES[result.grade], _described(result))
    out.print(table)
    if answer.verdict == Verdict.NONE_SUITABLE.value:
        out.print("[yellow]库内暂无合适记录：以上仅供参考，不宜直接推荐。[/]")
    if answer.capture_task is not None:
        out.print(f"[yellow]建议任务：{escape(answer.capture_task.title)}[/]")
        out.print(f"  检索词：{escape('、'.join(answer.capture_task.terms))}")
    for combination in answer.combinations:
        titles = {result.record["id"]: result.record["title"] for result in answer.results}
        out.print("[cyan]组合建议[/]：合起来比任何单项多满足 " + str(combination.gained) + " 条")
        for part in combination.parts:
            out.print(f"  {escape(titles[part.id])}：{escape('；'.join(part.clauses))}")
    if answer.degraded:
        out.print("[yellow]语义模型不可用，本次仅按词语检索。[/]")
    out.print()


def _described(result: ResultOut) -> str:
    owner = (result.record.get("organisation") or {}).get("name", "（匿名）")
    terms = "、".join(term.term for term in result.explanation.terms) or "无共有术语，语义相近"
    lines = [f"[bold]{escape(result.record['title'])}[/]  [dim]{escape(owner)}[/]", f"共有：{escape(terms)}"]
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


def show_clarity(title: str, found: Clarity) -> None:
    """Print what a need leaves open, and what to ask first."""
    out.print(f"[bold]{escape(title)}[/]  清晰度 {found.score:.2f}")
    for number, asked in enumerate(found.next_questions, start=1):
        out.print(f"{number}. {asked.question} [dim]（预计改变前十项的 {asked.expected_change:.0%}）[/]")
        out.print(f"   库中相近成果涉及：{escape('、'.join(asked.suggestions))}")
    for point in found.questions:
        out.print(f"· {point.question}")
    if not found.questions and not found.next_questions:
        out.print("要点齐全，可以直接匹配。")


def show_common_needs(groups: Sequence[CommonNeedOut]) -> None:
    """Print groups of needs."""
    if not groups:
        out.print("还没有多家企业相近的需求。需求积累到几百条后再看，或降低 --min-enterprises。")
        return
    table = Table(title="共性需求", title_justify="left", show_lines=True, expand=True)
    for column in ("建议名称", "企业", "行业", "成员"):
        table.add_column(column)
    for group in groups:
        members = "\n".join(f"{each.title}  {each.organisation}" for each in group.members)
        table.add_row(escape(group.title), str(group.enterprises), escape("、".join(group.industries)), escape(members))
    out.print(table)


def show_import(report: UploadDetail) -> None:
    """Print the counts of an import and what a person should look at."""
    out.print(
        f"共 {report.rows_total} 行：新增 {report.created}，更新 {report.updated}，"
        f"未变 {report.unchanged}，退回 {report.rejected}。"
    )
    if report.restored:
        out.print(f"更新中有 {report.restored} 条是撤回后恢复的。")
    if report.withdrawn:
        out.print(f"有 {report.withdrawn} 行在库中是撤回状态，没有恢复；加 --restore-withdrawn 再导入可一并恢复。")
    for note in report.notes:
        out.print(escape(note))
    if report.unmapped_columns:
        out.print("未识别、没有导入的列：" + escape("、".join(report.unmapped_columns)))
    for name, errors in (("退回的行", report.row_errors), ("已导入但需留意的单元格", report.warnings)):
        if not errors:
            continue
        table = Table(title=f"{name}（{len(errors)}）", title_justify="left")
        for column in ("行", "列", "原因与改法", "原值"):
            table.add_column(column)
        for error in errors[:_ROWS_SHOWN]:
            table.add_row(str(error.row), escape(error.column), escape(error.message), escape(error.value[:40]))
        out.print(table)
        if len(errors) > _ROWS_SHOWN:
            out.print(f"……另有 {len(errors) - _ROWS_SHOWN} 条，加 --json 可取得全部。")


def show_differences(differences: Mapping[str, list[str]]) -> None:
    """Print what differs between index and database."""
    if not differences:
        out.print("[green]索引与数据库一致。[/]")
        return
    for name, ids in differences.items():
        out.print(f"[red]{escape(name)}[/]：{len(ids)} 条，例如 {escape('、'.join(ids[:5]))}")
    out.print("请执行 shuangxu reindex 由数据库重建索引。")


def show_demo(demo: Demo) -> None:
    """Print the demo's accounts and their password."""
    out.print("演示账号（内容均为虚构；建立第一个正式账号后停用）：")
    table = Table("登录邮箱", "身份")
    for each in demo.accounts:
        table.add_row(each.email, each.name)
    out.print(table)
    out.print(f"密码都是：[bold]{demo.password}[/]　再看一次：shuangxu demo")
