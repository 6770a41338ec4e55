"""Commands of judgements and of what is learned from them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from app.command_line import Json, open_services, print_json
from app.core.errors import InvalidInput
from app.terminal import out

learning = typer.Typer()
_ERRORS_SHOWN = 20


@learning.command()
def judge(
    file: Annotated[
        Path, typer.Argument(help="研判文件：需求、成果（id 或编号）、等级 1 至 4，制表符分隔，首行为表头")
    ],
    as_json: Json = False,
) -> None:
    """导入一批研判；同一文件再次导入只更新有变化的。"""
    with open_services(as_json, index=False) as services:
        report = services.judgements.import_file(file)
    if as_json:
        errors = [{"line": line, "message": message} for line, message in report.errors]
        print_json({"taken": report.taken, "unchanged": report.unchanged, "errors": errors})
    else:
        out.print(f"新增或更新 {report.taken} 条，未变 {report.unchanged} 条，退回 {len(report.errors)} 条。")
        for line, message in report.errors[:_ERRORS_SHOWN]:
            out.print(f"第 {line} 行：{escape(message)}")
    if report.errors and not report.taken and not report.unchanged:
        raise typer.Exit(1)


@learning.command()
def weights(
    use: Annotated[str | None, typer.Option("--use", help="改用这个版本")] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="退回到上一个使用的版本")] = False,
    as_json: Json = False,
) -> None:
    """列出排序权重的各个版本；可以改用其中之一，或退回上一个。"""
    with open_services(as_json, index=False) as services:
        sets = services.gateway.weight_sets
        if use is not None and take_back:
            raise InvalidInput("--use 与 --take-back 只能取其一。")
        if use is not None:
            sets.activate(use)
        if take_back:
            sets.take_back()
        versions, active = sets.versions(), sets.active_version()
    if as_json:
        print_json({"active": active, "versions": versions})
        return
    for version in versions:
        out.print(f"{'* ' if version == active else '  '}{escape(version)}")
    out.print("[dim]* 为正在使用的版本；运行中的服务在一分钟内换用。[/]")
