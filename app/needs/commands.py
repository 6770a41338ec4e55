"""Commands of needs: what one leaves open, and what several have in common."""

from collections.abc import Sequence
from typing import Annotated, cast

import typer
from rich.markup import escape
from rich.table import Table

from app.command_line import Json, opened, print_json
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.terminal import out
from app.models import Need, RecordKind
from app.needs.clarity import Clarity, asked_clarity
from app.needs.common_needs import CommonNeedOut, common_needs
from app.records.service import RecordServices
from app.search.gateway import Gateway

needs = typer.Typer()


@needs.command()
def clarity(
    need: Annotated[str, typer.Argument(metavar="NEED_ID", help="需求的 id 或编号")], as_json: Json = False
) -> None:
    """检查一项需求写得是否清楚，先问什么最能改变匹配结果。"""
    with opened(as_json) as parts, parts[Database].read() as session:
        record = cast(Need, parts[RecordServices][RecordKind.NEEDS].named(session, need, OPERATOR))
        found = asked_clarity(parts[Gateway].searching(session), record, OPERATOR)
    if as_json:
        print_json(found.model_dump())
    else:
        _show_clarity(record.title, found)


@needs.command()
def common(
    min_enterprises: Annotated[int, typer.Option(min=2, max=100, help="最少企业数")] = 2, as_json: Json = False
) -> None:
    """把多家企业相近的需求归为共性需求，作为关键共性技术的候选。"""
    with opened(as_json) as parts, parts[Database].read() as session:
        groups = common_needs(session, parts[Gateway], OPERATOR, min_enterprises)
    if as_json:
        print_json({"items": [group.model_dump() for group in groups]})
    else:
        _show_common_needs(groups)


def _show_clarity(title: str, found: Clarity) -> None:
    """Print what a need leaves open, and what to ask first."""
    out.print(f"[bold]{escape(title)}[/]  清晰度 {found.score:.2f}")
    for number, asked in enumerate(found.next_questions, start=1):
        out.print(f"{number}. {asked.question} [dim]（预计改变前十项的 {asked.expected_change:.0%}）[/]")
        out.print(f"   库中相近成果涉及：{escape('、'.join(asked.suggestions))}")
    for point in found.questions:
        out.print(f"· {point.question}")
    if not found.questions and not found.next_questions:
        out.print("要点齐全，可以直接匹配。")


def _show_common_needs(groups: Sequence[CommonNeedOut]) -> None:
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
