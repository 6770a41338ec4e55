"""The commands that show the product with illustrative records."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from app.command_line import Json, opened, print_json
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.terminal import err, out
from app.demo.ready import Demo, ready_demo
from app.kinds.visibility import RecordFilter
from app.matches.service import MatchService
from app.matches.terminal import show_matches
from app.seed import SAMPLE_NEEDS, load_seed, sample_record

demonstration = typer.Typer()


@demonstration.command()
def seed(show: Annotated[bool, typer.Option(help="显示三个示例需求的匹配结果")] = True, as_json: Json = False) -> None:
    """载入示例数据（均为虚构），并显示三个示例需求的匹配结果。"""
    with opened(as_json) as parts:
        counts = load_seed(parts, OPERATOR, quiet=as_json)
        samples = {}
        for name in SAMPLE_NEEDS if show else ():
            with parts[Database].read() as session:
                record = sample_record(parts, session, name, OPERATOR)
                samples[name] = parts[MatchService].for_record(session, record, OPERATOR, 5, RecordFilter())
            if not as_json:
                show_matches(f"需求 {name}：{record.title}", samples[name])
        found = ready_demo(parts)
    if not as_json and found is not None:
        _show_demo(found)
    if as_json:
        print_json({**counts, "samples": {name: answer.model_dump() for name, answer in samples.items()}})


@demonstration.command()
def demo(as_json: Json = False) -> None:
    """再次显示演示账号和密码；建立第一个正式账号后，演示账号停用。"""
    with opened(as_json) as parts:
        found = ready_demo(parts)
    if found is None:
        raise typer.Exit(_no_demo(as_json))
    if as_json:
        print_json(asdict(found))
    else:
        _show_demo(found)


def _no_demo(as_json: bool) -> int:
    detail = "已有正式账号，演示账号不再可用。请用自己的账号登录，或执行 shuangxu account list 查看。"
    if as_json:
        print_json({"error": {"code": "no_demo", "detail": detail}})
    err.print(detail)
    return 1


def _show_demo(demo: Demo) -> None:
    out.print("演示账号（内容均为虚构；建立第一个正式账号后停用）：")
    table = Table("登录邮箱", "身份")
    for each in demo.accounts:
        table.add_row(each.email, each.name)
    out.print(table)
    out.print(f"密码都是：[bold]{demo.password}[/]　再看一次：shuangxu demo")
