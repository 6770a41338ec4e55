"""Commands that search and match."""

from typing import Annotated

import typer

from app.command_line import Json, opened, print_json, validated
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.errors import InvalidInput
from app.core.parts import Parts
from app.kinds.visibility import RecordFilter
from app.matches.schemas import MatchesOut, SearchIn
from app.matches.service import MatchService
from app.matches.terminal import show_matches
from app.models import RecordKind
from app.records.service import RecordServices

matches = typer.Typer()
TopK = Annotated[int, typer.Option("--top-k", min=1, max=100, help="返回条数")]
Target = Annotated[RecordKind, typer.Option("--target", help="检索成果（achievements）还是需求（needs）")]


@matches.command()
def match(
    need: Annotated[str | None, typer.Argument(metavar="NEED_ID", help="需求的 id 或编号")] = None,
    text: Annotated[str | None, typer.Option("--text", help="直接写明需求，代替需求编号")] = None,
    top_k: TopK = 10,
    as_json: Json = False,
) -> None:
    """列出一项需求的匹配成果和理由。"""
    with opened(as_json) as parts, parts[Database].read() as session:
        if (need is None) == (text is None):
            raise InvalidInput("请给出需求编号，或用 --text 写明需求，二者只取其一。")
        if need is not None:
            record = parts[RecordServices][RecordKind.NEEDS].named(session, need, OPERATOR)
            title = record.title
            answer = parts[MatchService].for_record(session, record, OPERATOR, top_k, RecordFilter())
        else:
            title, answer = text or "", _search(parts, text or "", RecordKind.ACHIEVEMENTS, top_k)
    _print_matches(title, answer, as_json)


@matches.command()
def search(
    text: Annotated[str, typer.Argument(help="一句话，或一段文字")],
    target: Target = RecordKind.ACHIEVEMENTS,
    top_k: TopK = 10,
    as_json: Json = False,
) -> None:
    """按文字检索成果或需求。"""
    with opened(as_json) as parts:
        answer = _search(parts, text, target, top_k)
    _print_matches(text, answer, as_json)


def _search(parts: Parts, text: str, target: RecordKind, top_k: int) -> MatchesOut:
    body = validated(SearchIn, {"text": text, "target": target, "top_k": top_k})
    with parts[Database].read() as session:
        return parts[MatchService].for_text(session, body.text, target, OPERATOR, top_k, RecordFilter())


def _print_matches(title: str, answer: MatchesOut, as_json: bool) -> None:
    if as_json:
        print_json(answer.model_dump())
    else:
        show_matches(title, answer)
