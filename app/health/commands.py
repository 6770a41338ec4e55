"""Commands that check the search index and build it anew."""

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.markup import escape

from app.command_line import Json, opened, print_json
from app.core.database import Database
from app.core.terminal import out, progress_bar
from app.search.check import check_index
from app.search.gateway import Gateway

health = typer.Typer()


@health.command()
def reindex(
    encode: Annotated[bool, typer.Option(help="先按 SHUANGXU_MODEL 更换模型，并补齐缺少的向量")] = False,
    as_json: Json = False,
) -> None:
    """由数据库重建索引，不重新编码。"""
    with opened(as_json) as parts, progress_bar("重建索引", quiet=as_json) as bar:
        encoded = 0

        def advance(records: int) -> None:
            nonlocal encoded
            encoded += records
            bar.update(bar.task_ids[0], description=f"已编码 {encoded} 条")

        held = parts[Gateway].rebuild_index(advance, encode=encode)
        counts = {kind.value: count for kind, count in held.items()}
        sequence = parts[Gateway].index_state().sequence
    if as_json:
        print_json({"index_sequence": sequence, "encoded": encoded, **counts})
    else:
        out.print(f"索引已重建：成果 {counts['achievements']} 条，需求 {counts['needs']} 条，编码 {encoded} 条。")


@health.command()
def check(as_json: Json = False) -> None:
    """比对索引与数据库；不一致时退出码为 1。"""
    with opened(as_json) as parts:
        differences = check_index(parts[Database], parts[Gateway])
        sequence = parts[Gateway].index_state().sequence
    if as_json:
        print_json({"ok": not differences, "index_sequence": sequence, "differences": differences})
    else:
        _show(differences)
    if differences:
        raise typer.Exit(1)


def _show(differences: Mapping[str, list[str]]) -> None:
    if not differences:
        out.print("[green]索引与数据库一致。[/]")
        return
    for name, ids in differences.items():
        out.print(f"[red]{escape(name)}[/]：{len(ids)} 条，例如 {escape('、'.join(ids[:5]))}")
    out.print("请执行 shuangxu reindex 由数据库重建索引。")
