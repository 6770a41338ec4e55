"""The command that imports a file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.command_line import Json, opened, print_json
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.errors import InvalidInput
from app.core.terminal import err, out, progress_bar
from app.imports.local import import_here
from app.imports.report import report
from app.imports.schemas import SHOWN_ERRORS, UploadDetail
from app.imports.service import ImportService
from app.models import RecordKind, Upload

imports = typer.Typer()
_ROWS_SHOWN = 20


@imports.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="xlsx、xls、csv、tsv、jsonl，或它们的 zip")],
    kind: Annotated[RecordKind, typer.Option(help="文件里是成果（achievements）还是需求（needs）")],
    organisation: Annotated[str | None, typer.Option(help="所属单位全称；首次出现时自动建档")] = None,
    dry_run: Annotated[bool, typer.Option(help="只检查，不写入")] = False,
    column: Annotated[list[str] | None, typer.Option(help="列名=字段，可给多个；字段留空为不导入该列")] = None,
    restore_withdrawn: Annotated[bool, typer.Option("--restore-withdrawn", help="恢复表里又有的撤回记录")] = False,
    report_file: Annotated[Path | None, typer.Option("--report", help="把未导入的行存为这个工作簿")] = None,
    as_json: Json = False,
) -> None:
    """导入一个文件。逐批提交：显示“已保存”的行不会丢失，中断后再次执行即可续上。"""
    with (
        opened(as_json, index=False) as parts,
        progress_bar("试导入" if dry_run else "导入", quiet=as_json or not err.is_terminal) as bar,
    ):

        def advance(upload: Upload) -> None:
            bar.update(bar.task_ids[0], total=upload.rows_total, completed=upload.rows_done)
            if not err.is_terminal:
                done = "已检查" if dry_run else "已保存"
                err.print(f"{done} {upload.rows_done}/{upload.rows_total} 行", soft_wrap=True)

        mapping = dict[str, str | None](_column(each) for each in column or ())
        upload = import_here(
            parts, file, kind, OPERATOR, organisation, advance,
            dry_run=dry_run, mapping=mapping, restore_withdrawn=restore_withdrawn,
        )  # fmt: skip
        with parts[Database].read() as session:
            rejected = parts[ImportService].rejected(session, upload)
            warned = parts[ImportService].warned(session, upload, SHOWN_ERRORS)
        if report_file is not None:
            report_file.write_bytes(report(upload, rejected))
    shown = UploadDetail.with_rows(upload, rejected, warned)
    if as_json:
        print_json(shown.model_dump(mode="json"))
    else:
        _show(shown)
    if shown.rows_total and shown.rejected == shown.rows_total:
        raise typer.Exit(1)


def _column(text: str) -> tuple[str, str]:
    name, equals, field = text.rpartition("=")
    if not equals:
        raise InvalidInput(f"--column 须写成 列名=字段，如 项目名称=title；收到“{text}”。")
    return name, field


def _show(report: UploadDetail) -> None:
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
