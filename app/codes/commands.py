"""Commands of code lists."""

from pathlib import Path
from typing import Annotated

import typer

from app.codes.service import CodeService, codes_in
from app.command_line import Json, opened, print_json
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.terminal import out
from app.models import CodeList

codes = typer.Typer(help="代码表：国民经济行业、行政区划、产业链、学科、IPC。", no_args_is_help=True)


@codes.command("import")
def import_codes(
    which: Annotated[
        CodeList,
        typer.Argument(
            metavar="LIST", help="industries 行业，divisions 行政区划，chains 产业链，disciplines 学科，ipc 专利分类"
        ),
    ],
    file: Annotated[Path, typer.Argument(help="csv 或 xlsx，表头含“代码”“名称”，可有“上级”")],
    as_json: Json = False,
) -> None:
    """用一个文件替换一张代码表。"""
    with opened(as_json, engine=False) as parts:
        entries = codes_in(file)
        with parts[Database].write() as session:
            count = parts[CodeService].replace(session, which, entries, OPERATOR)
    if as_json:
        print_json({"list": which.value, "rows": count})
    else:
        out.print(f"已导入 {which.value}：{count} 条。")


@codes.command("show")
def show_codes(
    which: Annotated[CodeList, typer.Argument(metavar="LIST", help="哪张代码表")],
    parent: Annotated[str | None, typer.Option(help="上级代码；不给则为最上层")] = None,
    as_json: Json = False,
) -> None:
    """显示一张代码表的一层。"""
    with opened(as_json, engine=False) as parts, parts[Database].read() as session:
        found = parts[CodeService].page(session, which, q=None, parent=parent, limit=500)
    if as_json:
        print_json({"items": [{"code": each.code, "name": each.name, "parent": each.parent} for each in found]})
    else:
        for each in found:
            out.print(f"{each.code}  {each.name}", markup=False)
