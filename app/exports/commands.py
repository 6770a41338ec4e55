"""The command that takes records out."""

import json
from pathlib import Path
from typing import Annotated, cast

import typer

from app.command_line import Json, opened, print_json
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.errors import InvalidInput, NotFound
from app.core.terminal import out
from app.exports.cerif import as_cerif
from app.exports.service import ExportService, taken_out
from app.exports.tables import as_csv, as_jsonl, as_workbook
from app.models import Achievement, RecordKind
from app.organisations.repository import OrganisationRepository

export = typer.Typer()


@export.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(help="写到这个文件：.xlsx、.csv、.jsonl，或 .cerif.json")],
    kind: Annotated[RecordKind, typer.Option(help="成果（achievements）还是需求（needs）")],
    organisation: Annotated[str | None, typer.Option(help="单位全称；不给则全部")] = None,
    as_json: Json = False,
) -> None:
    """导出一个单位（或全部）录入的记录，列与模板相同，可再次导入。"""
    with opened(as_json, engine=False) as parts:
        owner_id = None
        if organisation is not None:
            with parts[Database].read() as session:
                owner = OrganisationRepository(session).by_name(organisation)
            if owner is None:
                raise NotFound(f"没有名为“{organisation}”的单位，请核对全称。")
            owner_id = owner.id
        suffix = "cerif" if file.name.endswith(".cerif.json") else file.suffix.lower().lstrip(".")
        forms = {"xlsx", "csv", "jsonl", *(["cerif"] if kind is RecordKind.ACHIEVEMENTS else [])}
        if suffix not in forms:
            raise InvalidInput("文件名须以 .xlsx、.csv、.jsonl 结尾；成果还可以是 .cerif.json。")
        records = taken_out(parts[Database], parts[ExportService], kind, owner_id, suffix, OPERATOR)
        if suffix == "xlsx":
            file.write_bytes(as_workbook(kind, records))
        elif suffix == "cerif":
            content = json.dumps(as_cerif(cast(list[Achievement], records)), ensure_ascii=False, indent=1)
            file.write_text(content, "utf-8")
        else:
            lines = as_csv(kind, records) if suffix == "csv" else as_jsonl(kind, records)
            with file.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(lines)
    if as_json:
        print_json({"file": str(file), "rows": len(records)})
    else:
        out.print(f"已导出 {len(records)} 条到 {file}。")
