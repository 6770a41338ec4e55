"""Commands of organisations."""

from typing import Annotated

import typer
from rich.markup import escape

from app.command_line import Json, opened, print_json, validated
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.errors import NotFound
from app.core.terminal import out
from app.models import Organisation, OrganisationKind
from app.organisations.repository import OrganisationFilter, OrganisationRepository
from app.organisations.schemas import OrganisationIn, OrganisationRow
from app.organisations.service import OrganisationService

org = typer.Typer(help="单位：企业、高校院所、政府部门、服务机构。", no_args_is_help=True)
Kind = Annotated[OrganisationKind | None, typer.Option("--kind", help="只列这一类")]


@org.command("add")
def add_organisation(
    name: Annotated[str, typer.Argument(metavar="NAME", help="单位全称")],
    kind: Annotated[
        OrganisationKind, typer.Option(help="enterprise 企业，university 高校院所，government 政府，provider 服务机构")
    ],
    credit_code: Annotated[str | None, typer.Option("--credit-code", help="统一社会信用代码")] = None,
    district: Annotated[str | None, typer.Option(help="县区")] = None,
    park: Annotated[str | None, typer.Option(help="园区")] = None,
    alias: Annotated[list[str] | None, typer.Option(help="简称或曾用名，可给多个")] = None,
    as_json: Json = False,
) -> None:
    """添加一个单位；已有同名同类的，给出它的 id。"""
    fields = {
        "name": name, "kind": kind, "credit_code": credit_code, "district": district, "park": park,
        "aliases": alias or [],
    }  # fmt: skip
    with opened(as_json, engine=False) as parts:
        body = validated(OrganisationIn, fields).model_dump(mode="json")
        with parts[Database].write() as session:
            found, made = parts[OrganisationService].ensure(session, body, OPERATOR)
    if as_json:
        print_json({"id": found.id, "created": made})
    else:
        out.print(f"{'已添加' if made else '已有'}单位 {escape(found.name)}：{found.id}")


@org.command("list")
def list_organisations(kind: Kind = None, as_json: Json = False) -> None:
    """列出单位。"""
    items: list[Organisation] = []
    with opened(as_json, engine=False) as parts, parts[Database].read() as session:
        cursor: str | None = None
        while True:
            rows, cursor = parts[OrganisationService].page(session, OPERATOR, OrganisationFilter(kind), cursor, 500)
            items += rows
            if cursor is None:
                break
    if as_json:
        print_json({"items": [{"id": each.id, "name": each.name, "kind": each.kind} for each in items]})
        return
    for each in items:
        out.print(f"{each.id}  {each.kind}  {escape(each.name)}")


@org.command("show")
def show_organisation(
    name: Annotated[str, typer.Argument(metavar="NAME", help="单位全称或 id")], as_json: Json = False
) -> None:
    """显示一个单位的资料。"""
    with opened(as_json, engine=False) as parts, parts[Database].read() as session:
        repository = OrganisationRepository(session)
        found = repository.by_name(name) or repository.by_id(name)
        if found is None:
            raise NotFound(f"没有名称或 id 为“{name}”的单位。")
        shown = OrganisationRow.of(found, OPERATOR).model_dump(mode="json")
    if as_json:
        print_json(shown)
        return
    for field, value in shown.items():
        if value not in (None, [], ""):
            out.print(f"{OrganisationRow.model_fields[field].title}：{escape(str(value))}")
