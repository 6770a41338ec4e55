"""Every command of `shuangxu`. Chinese for people, one JSON object with --json for programs.

Exit codes: 0 done; 1 failed, or `check` found differences, or an import took no row; 2 wrong usage.
"""

import ipaddress
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from app.access.rules import RULES
from app.access.table import ROLES, cell, permission_table
from app.accounts.commands import account, key
from app.audit.commands import audit
from app.codes.commands import codes
from app.command_line import Json, failing_clearly, opened, print_json, put_together_by, validated
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.errors import InvalidInput, SetupError
from app.core.logging import configure_logging
from app.core.parts import Parts
from app.core.security import ensure_key
from app.core.settings import Settings
from app.core.terminal import err, out, progress_bar
from app.demo.ready import ready_demo
from app.exports.commands import export
from app.imports.local import import_here
from app.imports.report import report
from app.imports.schemas import SHOWN_ERRORS, UploadDetail
from app.imports.service import ImportService
from app.jobs.worker import Worker
from app.kinds.visibility import RecordFilter
from app.learning.commands import learning
from app.learning.terminal import show_evaluation
from app.liaisons.commands import liaison
from app.matches.judged import judged_corpus, judged_pairs
from app.matches.service import MatchService
from app.models import Need, RecordKind, Upload
from app.needs.clarity import asked_clarity
from app.needs.common_needs import common_needs
from app.notices.background import NoticeWork
from app.organisations.commands import org
from app.records.service import RecordServices
from app.search.check import check_index
from app.search.encoders import load_encoder, model_source, reference_scale
from app.search.gateway import Gateway
from app.seed import SAMPLE_NEEDS, load_seed, sample_record
from app.services import build_services
from app.terminal import show_clarity, show_common_needs, show_demo, show_differences, show_import, show_matches
from matching.evaluate import evaluate as run_evaluation
from matching.ranking.weights import load_weights

cli = typer.Typer(
    name="shuangxu", help="双需对接：高校科技成果与企业技术需求的检索与匹配。", no_args_is_help=True,
    pretty_exceptions_enable=False, add_completion=False,
)  # fmt: skip
put_together_by(lambda settings: build_services(settings).parts)
cli.add_typer(learning)
cli.add_typer(account, name="account")
cli.add_typer(key, name="key")
cli.add_typer(org, name="org")
cli.add_typer(liaison, name="liaison")
cli.add_typer(audit, name="audit")
cli.add_typer(codes, name="codes")
cli.add_typer(export)
TopK = Annotated[int, typer.Option("--top-k", min=1, max=100, help="返回条数")]
Target = Annotated[RecordKind, typer.Option("--target", help="检索成果（achievements）还是需求（needs）")]


@cli.command()
def init(as_json: Json = False) -> None:
    """准备数据目录：建库、解开内置模型、生成运营方密钥。可重复执行。"""
    with progress_bar("准备数据库和模型", quiet=as_json), opened(as_json, index=False) as parts:
        _, made = ensure_key(parts[Settings].key_file)
        model = parts[Gateway].encoder.model_id
    if as_json:
        print_json({"data_dir": str(parts[Settings].data_dir), "model_id": model, "key_created": made})
        return
    out.print(f"数据目录 {parts[Settings].data_dir} 已就绪，语义模型 {model}。")
    if made:
        _announce_key(parts[Settings])


def _announce_key(settings: Settings) -> None:
    key, _ = ensure_key(settings.key_file)
    out.print(f"运营方密钥（只显示这一次，保存在 {settings.key_file}）：[bold]{key}[/]")


@cli.command()
def permissions(as_json: Json = False) -> None:
    """打印权限表：每个接口、每种角色可以做什么（docs/permissions.md 由此生成）。"""
    if as_json:
        rules = {
            f"{method} {path}": {ROLES[role]: cell(rule, role) for role in ROLES}
            for (method, path), rule in sorted(RULES.items())
        }
        print_json(rules)
    else:
        sys.stdout.write(permission_table())


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
                f"本服务自己不做 TLS，监听 {host} 会让密码和密钥明文经过网络。请使用 --host 127.0.0.1，"
                "由本机的反向代理以 HTTPS 对外提供；容器内请设置 SHUANGXU_ALLOW_NON_LOOPBACK=true。"
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
    with opened(as_json) as parts:
        counts = load_seed(parts, quiet=as_json)
        samples = {}
        for name in SAMPLE_NEEDS if show else ():
            record = sample_record(parts, name)
            with parts[Database].read() as session:
                samples[name] = parts[MatchService].for_record(session, record, OPERATOR, 5, RecordFilter())
            if not as_json:
                show_matches(f"需求 {name}：{record.title}", samples[name])
        demo = ready_demo(parts)
    if not as_json and demo is not None:
        show_demo(demo)
    if as_json:
        print_json({**counts, "samples": {name: answer.model_dump() for name, answer in samples.items()}})


@cli.command()
def demo(as_json: Json = False) -> None:
    """再次显示演示账号和密码；建立第一个正式账号后，演示账号停用。"""
    with opened(as_json) as parts:
        found = ready_demo(parts)
    if found is None:
        raise typer.Exit(_no_demo(as_json))
    if as_json:
        print_json(asdict(found))
    else:
        show_demo(found)


def _no_demo(as_json: bool) -> int:
    detail = "已有正式账号，演示账号不再可用。请用自己的账号登录，或执行 shuangxu account list 查看。"
    if as_json:
        print_json({"error": {"code": "no_demo", "detail": detail}})
    err.print(detail)
    return 1


@cli.command("import")
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
            parts, file, kind, organisation, advance,
            dry_run=dry_run, mapping=mapping, restore_withdrawn=restore_withdrawn,
        )  # fmt: skip
        with parts[Database].read() as session:
            rejected = parts[ImportService].rejected(session, upload.id)
            warned = parts[ImportService].warned(session, upload.id, SHOWN_ERRORS)
        if report_file is not None:
            report_file.write_bytes(report(upload, rejected))
    shown = UploadDetail.with_rows(upload, rejected, warned)
    if as_json:
        print_json(shown.model_dump(mode="json"))
    else:
        show_import(shown)
    if shown.rows_total and shown.rejected == shown.rows_total:
        raise typer.Exit(1)


def _column(text: str) -> tuple[str, str]:
    name, equals, field = text.rpartition("=")
    if not equals:
        raise InvalidInput(f"--column 须写成 列名=字段，如 项目名称=title；收到“{text}”。")
    return name, field


@cli.command()
def worker() -> None:
    """处理上传的文件、持续匹配并发送通知，直到按 Ctrl+C；与 serve 分开运行时给 serve 设 SHUANGXU_WORKER=false。"""
    with opened(as_json=False) as parts:
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: parts[Worker].stop())
        out.print("等待上传的文件，持续匹配并发送通知，按 Ctrl+C 停止。")
        parts[NoticeWork].start()
        parts[Worker].run()
        parts[NoticeWork].stop()


@cli.command()
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
            record = parts[RecordServices][RecordKind.NEEDS].named(need)
            title = record.title
            answer = parts[MatchService].for_record(session, record, OPERATOR, top_k, RecordFilter())
        else:
            title, answer = text or "", _search(parts, text or "", RecordKind.ACHIEVEMENTS, top_k)
    _print_matches(title, answer, as_json)


@cli.command()
def clarity(
    need: Annotated[str, typer.Argument(metavar="NEED_ID", help="需求的 id 或编号")], as_json: Json = False
) -> None:
    """检查一项需求写得是否清楚，先问什么最能改变匹配结果。"""
    with opened(as_json) as parts:
        record = cast(Need, parts[RecordServices][RecordKind.NEEDS].named(need))
        with parts[Database].read() as session:
            found = asked_clarity(parts[Gateway].searching(session), record, OPERATOR)
    if as_json:
        print_json(found.model_dump())
    else:
        show_clarity(record.title, found)


@cli.command()
def common(
    min_enterprises: Annotated[int, typer.Option(min=2, max=100, help="最少企业数")] = 2, as_json: Json = False
) -> None:
    """把多家企业相近的需求归为共性需求，作为关键共性技术的候选。"""
    with opened(as_json) as parts, parts[Database].read() as session:
        groups = common_needs(session, parts[Gateway], min_enterprises)
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
    with opened(as_json) as parts:
        answer = _search(parts, text, target, top_k)
    _print_matches(text, answer, as_json)


def _search(parts: Parts, text: str, target: RecordKind, top_k: int) -> Any:
    from app.matches.schemas import SearchIn

    body = validated(SearchIn, {"text": text, "target": target, "top_k": top_k})
    with parts[Database].read() as session:
        return parts[MatchService].for_text(session, body.text, target, OPERATOR, top_k, RecordFilter())


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
                "wrong_pairs": result.systems["fused"].wrong_pairs,
                "debiased": {name: asdict(scores) for name, scores in result.debiased.items()},
                "confusion": result.confusion,
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
    with opened(as_json) as parts, progress_bar("重建索引", quiet=as_json) as bar:
        gateway = parts[Gateway]
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
    with opened(as_json) as parts:
        differences = check_index(parts[Database], parts[Gateway])
        sequence = parts[Gateway].index.sequence
    if as_json:
        print_json({"ok": not differences, "index_sequence": sequence, "differences": differences})
    else:
        show_differences(differences)
    if differences:
        raise typer.Exit(1)
