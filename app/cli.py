"""Every command of `shuangxu`. Chinese for people, one JSON object with --json for programs.

Exit codes: 0 done; 1 failed, or `check` found differences, or an import took no row; 2 wrong usage.
"""

import ipaddress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from app.command_line import Json, failing_clearly, open_services, print_json
from app.core.errors import InvalidInput, SetupError
from app.core.logging import configure_logging
from app.core.security import Caller, ensure_key
from app.core.settings import Settings
from app.imports.service import ImportReport, ImportService
from app.learning.commands import learning
from app.matches.check import check_index
from app.matches.encoders import load_encoder, model_source, reference_scale
from app.matches.judged import judged_corpus, judged_pairs
from app.models import Need, RecordKind
from app.needs.clarity import asked_clarity
from app.needs.common_needs import common_needs
from app.records.visibility import RecordFilter
from app.seed import SAMPLE_NEEDS, load_seed, sample_record
from app.services import Services
from app.terminal import (
    err,
    out,
    progress_bar,
    show_clarity,
    show_common_needs,
    show_differences,
    show_evaluation,
    show_import,
    show_matches,
)
from matching.evaluation.evaluate import evaluate as run_evaluation
from matching.ranking.weights import load_weights

cli = typer.Typer(
    name="shuangxu", help="双需对接：高校科技成果与企业技术需求的检索与匹配。", no_args_is_help=True,
    pretty_exceptions_enable=False, add_completion=False,
)  # fmt: skip
cli.add_typer(learning)
TopK = Annotated[int, typer.Option("--top-k", min=1, max=100, help="返回条数")]
Target = Annotated[RecordKind, typer.Option("--target", help="检索成果（achievements）还是需求（needs）")]


@cli.command()
def init(as_json: Json = False) -> None:
    """准备数据目录：建库、解开内置模型、生成运营方密钥。可重复执行。"""
    with progress_bar("准备数据库和模型", quiet=as_json), open_services(as_json, index=False) as services:
        _, made = ensure_key(services.settings.key_file)
        model = services.gateway.encoder.model_id
    if as_json:
        print_json({"data_dir": str(services.settings.data_dir), "model_id": model, "key_created": made})
        return
    out.print(f"数据目录 {services.settings.data_dir} 已就绪，语义模型 {model}。")
    if made:
        _announce_key(services.settings)


def _announce_key(settings: Settings) -> None:
    key, _ = ensure_key(settings.key_file)
    out.print(f"运营方密钥（只显示这一次，保存在 {settings.key_file}）：[bold]{key}[/]")


@cli.command()
def key(as_json: Json = False) -> None:
    """显示运营方密钥；没有则生成。"""
    with failing_clearly(as_json):
        settings = Settings()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        value, _ = ensure_key(settings.key_file)
    if as_json:
        print_json({"key": value})
    else:
        out.print(value, soft_wrap=True)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口")] = 8000,
) -> None:
    """启动服务。"""
    import uvicorn

    with failing_clearly(as_json=False):
        settings = Settings()
        if not _is_loopback(host) and not settings.allow_non_loopback:
            raise SetupError(
                f"账号功能上线前只能监听本机地址，不能监听 {host}。请使用 --host 127.0.0.1，"
                "由本机的反向代理对外提供服务；容器内请设置 SHUANGXU_ALLOW_NON_LOOPBACK=true。"
            )
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _, made = ensure_key(settings.key_file)
        if made:
            _announce_key(settings)
    out.print(f"服务地址 http://{host}:{port} ，接口说明 http://{host}:{port}/api/v1/openapi.json ，按 Ctrl+C 停止。")
    uvicorn.run(
        "app.main:create_app", factory=True, host=host, port=port,
        log_level=settings.log_level.lower(), timeout_graceful_shutdown=10, server_header=False,
    )  # fmt: skip


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@cli.command()
def seed(show: Annotated[bool, typer.Option(help="显示三个示例需求的匹配结果")] = True, as_json: Json = False) -> None:
    """载入示例数据（均为虚构），并显示三个示例需求的匹配结果。"""
    with open_services(as_json) as services:
        counts = load_seed(services, quiet=as_json)
        samples = {}
        for name in SAMPLE_NEEDS if show else ():
            record = sample_record(services, name)
            samples[name] = services.matches.for_record(record, Caller.OPERATOR, 5, RecordFilter())
            if not as_json:
                show_matches(f"需求 {name}：{record.title}", samples[name])
    if as_json:
        print_json({**counts, "samples": {name: answer.model_dump() for name, answer in samples.items()}})


@cli.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="csv（UTF-8 或 GBK）、xlsx 或 jsonl 文件")],
    kind: Annotated[RecordKind, typer.Option(help="文件里是成果（achievements）还是需求（needs）")],
    organisation: Annotated[str | None, typer.Option(help="所属单位全称；首次出现时自动建档")] = None,
    as_json: Json = False,
) -> None:
    """导入一个文件。逐批提交：显示“已保存”的行不会丢失，中断后再次执行即可续上。"""
    with (
        open_services(as_json, index=False) as services,
        progress_bar("导入", quiet=as_json or not err.is_terminal) as bar,
    ):

        def advance(report: ImportReport) -> None:
            bar.update(bar.task_ids[0], total=report.rows_total, completed=report.rows_done)
            if not err.is_terminal:
                err.print(f"已保存 {report.rows_done}/{report.rows_total} 行", soft_wrap=True)

        report = ImportService(services.database, services.gateway, kind).run(file, organisation, advance)
    if as_json:
        print_json(asdict(report))
    else:
        show_import(report)
    if report.rows_total and report.rejected == report.rows_total:
        raise typer.Exit(1)


@cli.command()
def match(
    need: Annotated[str | None, typer.Argument(metavar="NEED_ID", help="需求的 id 或编号")] = None,
    text: Annotated[str | None, typer.Option("--text", help="直接写明需求，代替需求编号")] = None,
    top_k: TopK = 10,
    as_json: Json = False,
) -> None:
    """列出一项需求的匹配成果和理由。"""
    with open_services(as_json) as services:
        if (need is None) == (text is None):
            raise InvalidInput("请给出需求编号，或用 --text 写明需求，二者只取其一。")
        if need is not None:
            record = services.records[RecordKind.NEEDS].named(need)
            title = record.title
            answer = services.matches.for_record(record, Caller.OPERATOR, top_k, RecordFilter())
        else:
            title, answer = text or "", _search(services, text or "", RecordKind.ACHIEVEMENTS, top_k)
    _print_matches(title, answer, as_json)


@cli.command()
def clarity(
    need: Annotated[str, typer.Argument(metavar="NEED_ID", help="需求的 id 或编号")], as_json: Json = False
) -> None:
    """检查一项需求写得是否清楚，先问什么最能改变匹配结果。"""
    with open_services(as_json) as services:
        record = cast(Need, services.records[RecordKind.NEEDS].named(need))
        achievements = services.records[RecordKind.ACHIEVEMENTS]
        found = asked_clarity(services.gateway, achievements, record, Caller.OPERATOR)
    if as_json:
        print_json(found.model_dump())
    else:
        show_clarity(record.title, found)


@cli.command()
def common(
    min_enterprises: Annotated[int, typer.Option(min=2, max=100, help="最少企业数")] = 2, as_json: Json = False
) -> None:
    """把多家企业相近的需求归为共性需求，作为关键共性技术的候选。"""
    with open_services(as_json) as services, services.database.read() as session:
        groups = common_needs(session, services.gateway, min_enterprises)
    if as_json:
        print_json({"items": [group.model_dump() for group in groups]})
    else:
        show_common_needs(groups)


@cli.command()
def search(
    text: Annotated[str, typer.Argument(help="一句话，或一段文字")],
    target: Target = RecordKind.ACHIEVEMENTS,
    top_k: TopK = 10,
    as_json: Json = False,
) -> None:
    """按文字检索成果或需求。"""
    with open_services(as_json) as services:
        answer = _search(services, text, target, top_k)
    _print_matches(text, answer, as_json)


def _search(services: Services, text: str, target: RecordKind, top_k: int) -> Any:
    from pydantic import ValidationError

    from app.core.problems import field_errors
    from app.matches.schemas import SearchIn

    try:
        body = SearchIn(text=text, target=target, top_k=top_k)
    except ValidationError as error:
        raise InvalidInput("；".join(each.message for each in field_errors(error.errors()))) from error
    return services.matches.for_text(body.text, target, Caller.OPERATOR, top_k, RecordFilter())


def _print_matches(title: str, answer: Any, as_json: bool) -> None:
    if as_json:
        print_json(answer.model_dump())
    else:
        show_matches(title, answer)


@cli.command()
def evaluate(
    qrels: Annotated[Path, typer.Argument(help="判定文件：需求编号、成果标题或编号、等级，制表符分隔，首行为表头")],
    needs: Annotated[Path, typer.Option(help="需求文件（jsonl：id、title、description）")],
    achievements: Annotated[
        Path | None, typer.Option(help="成果文件（jsonl）；不给则判定文件第二列就是成果标题")
    ] = None,
    as_json: Json = False,
) -> None:
    """用判定文件衡量排序质量：只排每项需求已判定的成果，不使用数据库。"""
    with failing_clearly(as_json):
        settings = Settings()
        configure_logging("WARNING")
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        grades = judged_pairs(qrels)
        queries, documents = judged_corpus(grades, needs, achievements)
        encoder = load_encoder(settings, model_source(settings))
        result = run_evaluation(
            encoder, queries, documents, grades, load_weights(settings.weights), reference_scale(settings, encoder)
        )
    if as_json:
        print_json(
            {
                "ndcg_at_10": result.systems["fused"].ndcg_at_10,
                "grade_score": result.grade_score,
                "ece": result.ece,
                "needs": result.queries,
                "judgements": result.judgements,
                "model_id": encoder.model_id,
                "systems": {name: asdict(scores) for name, scores in result.systems.items()},
            }
        )
    else:
        show_evaluation(result)


@cli.command()
def reindex(
    encode: Annotated[bool, typer.Option(help="先按 SHUANGXU_MODEL 更换模型，并补齐缺少的向量")] = False,
    as_json: Json = False,
) -> None:
    """由数据库重建索引，不重新编码。"""
    with open_services(as_json) as services, progress_bar("重建索引", quiet=as_json) as bar:
        gateway = services.gateway
        encoded = 0

        def advance(records: int) -> None:
            nonlocal encoded
            encoded += records
            bar.update(bar.task_ids[0], description=f"已编码 {encoded} 条")

        if encode and gateway.configured_model_differs():
            gateway.adopt_configured_model(advance)
        elif encode:
            gateway.encode_missing(advance)
        gateway.index.rebuild()
        gateway.index.save(force=True)
        counts = {kind.value: matcher.lexical.count() for kind, matcher in gateway.index.matchers.items()}
    if as_json:
        print_json({"index_sequence": gateway.index.sequence, "encoded": encoded, **counts})
    else:
        out.print(f"索引已重建：成果 {counts['achievements']} 条，需求 {counts['needs']} 条，编码 {encoded} 条。")


@cli.command()
def check(as_json: Json = False) -> None:
    """比对索引与数据库；不一致时退出码为 1。"""
    with open_services(as_json) as services:
        differences = check_index(services.database, services.gateway)
        sequence = services.gateway.index.sequence
    if as_json:
        print_json({"ok": not differences, "index_sequence": sequence, "differences": differences})
    else:
        show_differences(differences)
    if differences:
        raise typer.Exit(1)
