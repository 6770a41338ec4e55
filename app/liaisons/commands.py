"""Commands of liaison duty."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from sqlalchemy.orm import Session

from app.accounts.repository import AccountRepository
from app.command_line import Json, opened, print_json
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.errors import NotFound
from app.core.terminal import out
from app.liaisons.roster import roster_workbook
from app.liaisons.schemas import LiaisonOut
from app.liaisons.service import LiaisonService

liaison = typer.Typer(help="科技情报员：名单、移交。", no_args_is_help=True)


@liaison.command("roster")
def show_roster(
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="存为这个工作簿")] = None, as_json: Json = False
) -> None:
    """显示或导出科技情报员名单。"""
    with opened(as_json, engine=False) as parts, parts[Database].read() as session:
        items = [LiaisonOut.of(entry) for entry in parts[LiaisonService].roster(session, OPERATOR)]
    if xlsx is not None:
        xlsx.write_bytes(roster_workbook(items))
    if as_json:
        print_json({"items": [each.model_dump(mode="json") for each in items]})
        return
    for each in items:
        line = f"{each.name}（{each.unit or '未填单位'}）：定点联系 {len(each.assignments)} 家，逾期 {each.overdue} 家"
        out.print(escape(line))


@liaison.command("hand-over")
def hand_over(
    leaving: Annotated[str, typer.Argument(metavar="FROM_EMAIL", help="离任的情报员")],
    successor: Annotated[str, typer.Argument(metavar="TO_EMAIL", help="接手的情报员")],
    as_json: Json = False,
) -> None:
    """把一位情报员的全部工作移交给另一位。"""
    with opened(as_json, engine=False) as parts, parts[Database].write() as session:
        ids = [_id(session, email) for email in (leaving, successor)]
        counts = parts[LiaisonService].hand_over(session, ids[0], ids[1], OPERATOR)
    if as_json:
        print_json(counts)
    else:
        out.print(
            f"已移交定点联系 {counts['assignments']} 家、合作意向 {counts['interests']} 项、"
            f"对接 {counts['dockings']} 条。"
        )


def _id(session: Session, email: str) -> str:
    found = AccountRepository(session).by_email(email)
    if found is None:
        raise NotFound(f"没有邮箱为“{email}”的账号。")
    return found.id
