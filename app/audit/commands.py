"""Commands of the audit log."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from app.audit.export import as_lines, read_lines
from app.audit.repository import AuditFilter
from app.audit.service import AuditService
from app.audit.verification import verify_entries
from app.command_line import Json, opened, print_json
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.errors import InvalidInput
from app.core.terminal import out

audit = typer.Typer(help="审计日志：校验、导出。", no_args_is_help=True)


def _head(text: str) -> tuple[int, str]:
    number, _, seal = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(seal) == 64):
        raise InvalidInput("--head：应为“序号:校验值”，即以前校验时给出的那一行。")
    return int(number), seal.lower()


@audit.command("verify")
def verify(
    head: Annotated[str | None, typer.Option(metavar="NUMBER:HASH", help="以前校验时给出、另处留存的校验值")] = None,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="校验导出的文件，而不是数据库")] = None,
    as_json: Json = False,
) -> None:
    """逐条校验审计日志，指出被改动、删除、插入的位置；有问题时退出码为 1。"""
    with opened(as_json, engine=False) as parts:
        known = None if head is None else _head(head)
        if file is None:
            with parts[Database].read() as session:
                result = parts[AuditService].verify(session, OPERATOR, known)
        else:
            result = verify_entries(read_lines(file), known, whole=False)
    number, seal = result.head
    if as_json:
        findings = [{"number": each.number, "fault": each.fault, "message": each.message} for each in result.findings]
        print_json(
            {"intact": result.intact, "entries": result.entries, "head": f"{number}:{seal}", "findings": findings}
        )
    else:
        for each in result.findings:
            out.print(f"[red]{escape(each.message)}[/red]")
        out.print(f"共 {result.entries:,} 条，{'完好' if result.intact else '有改动，请保留现场并核对备份'}。")
        out.print(f"最后一条的校验值（请另处留存，下次用 --head 核对）：{number}:{seal}", soft_wrap=True)
    if not result.intact:
        raise typer.Exit(1)


@audit.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到这个文件，每行一条 JSON")], as_json: Json = False
) -> None:
    """导出审计日志，可用 verify --file 再次校验。"""
    with opened(as_json, engine=False) as parts, file.open("x", encoding="utf-8") as lines:
        count = 0
        with parts[Database].write() as session:
            parts[AuditService].log_export(session, AuditFilter(), OPERATOR)
        with parts[Database].read() as session:
            for line in as_lines(parts[AuditService].rows(session, AuditFilter(), OPERATOR)):
                lines.write(line)
                count += 1
    if as_json:
        print_json({"entries": count, "file": str(file)})
    else:
        out.print(f"已导出 {count:,} 条到 {escape(str(file))}。")
