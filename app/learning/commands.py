"""Commands of judgements and of what is learned from them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from app.command_line import Json, failing_clearly, opened, print_json
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.errors import InvalidInput
from app.core.logging import configure_logging
from app.core.settings import Settings
from app.core.terminal import out
from app.judgements.local import import_judgements
from app.learning.service import Comparison, LearningService
from app.learning.terminal import show_evaluation, show_quality
from app.matches.relevance_files import judged_corpus, judged_pairs
from app.search.encoders import load_encoder, model_source, reference_scale
from app.search.gateway import Gateway
from matching.evaluate import evaluate as run_evaluation
from matching.learning.validation import Validation
from matching.ranking.weights import load_weights

learning = typer.Typer()
_ERRORS_SHOWN = 20


@learning.command()
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


@learning.command()
def judge(
    file: Annotated[
        Path, typer.Argument(help="研判文件：需求、成果（id 或编号）、等级 1 至 4，制表符分隔，首行为表头")
    ],
    as_json: Json = False,
) -> None:
    """导入一批研判；同一文件再次导入只更新有变化的。"""
    with opened(as_json, index=False) as parts:
        report = import_judgements(parts, file, OPERATOR)
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
    with opened(as_json, index=False) as parts:
        sets = parts[Gateway].weight_sets
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


@learning.command()
def train(
    qrels: Annotated[Path | None, typer.Option(help="判定文件；不给则只用库中的研判")] = None,
    needs: Annotated[Path | None, typer.Option(help="判定文件的需求（jsonl：id、title、description）")] = None,
    achievements: Annotated[Path | None, typer.Option(help="判定文件的成果（jsonl）；不给则第二列就是成果标题")] = None,
    activate: Annotated[bool, typer.Option(help="冻结集上不变差就启用")] = True,
    as_json: Json = False,
) -> None:
    """用研判重新学习排序权重和等级校准；冻结集上明显变差的不启用。"""
    with opened(as_json) as parts:
        if (qrels is None) != (needs is None):
            raise InvalidInput("--qrels 与 --needs 要一起给出。")
        files = None if qrels is None or needs is None else (qrels, needs, achievements)
        with parts[Database].read() as session:
            done = parts[LearningService].train(session, files, OPERATOR, activate=activate)
    if as_json:
        print_json(
            {
                "version": done.version,
                "active": done.active,
                "needs": done.needs,
                "judgements": done.judgements,
                "cross_validation": None if done.cross_validation is None else _scores(done.cross_validation),
                **_compared(done.comparison),
            }
        )
        return
    out.print(f"用 {done.needs} 项需求的 {done.judgements} 条研判训练出 {done.version}。")
    if done.cross_validation is not None:
        out.print(f"交叉验证（按需求分折）：{_line(done.cross_validation)}")
    _show_comparison(done.comparison)
    if done.active:
        out.print("已启用；运行中的服务在一分钟内换用。可用 shuangxu weights --take-back 退回。")
    elif done.comparison.worse:
        out.print("[yellow]冻结集上明显变差，没有启用。[/]")
    else:
        out.print(f"没有启用；可用 shuangxu weights --use {done.version} 启用。")


@learning.command()
def compare(
    a: Annotated[str, typer.Argument(help="权重版本或文件")],
    b: Annotated[str, typer.Argument(help="权重版本或文件")],
    as_json: Json = False,
) -> None:
    """在冻结集上并排比较两套权重。"""
    with opened(as_json) as parts:
        found = parts[LearningService].compare(a, b)
    if as_json:
        print_json(_compared(found))
    else:
        _show_comparison(found)


@learning.command()
def quality(as_json: Json = False) -> None:
    """按全部研判衡量匹配质量：排序、等级、校准、研判一致性、分行业。"""
    with opened(as_json) as parts, parts[Database].read() as session:
        found = parts[LearningService].quality(session, OPERATOR)
    if as_json:
        print_json(found.model_dump())
    else:
        show_quality(found)


def _scores(scores: Validation) -> dict[str, float]:
    return {"ndcg_at_10": scores.ndcg_at_10, "grade_score": scores.grade_score, "ece": scores.ece}


def _line(scores: Validation) -> str:
    return f"nDCG@10 {scores.ndcg_at_10:.3f}，等级得分 {scores.grade_score:.3f}，ECE {scores.ece:.3f}"


def _compared(found: Comparison) -> dict[str, Any]:
    return {
        "a": found.a,
        "b": found.b,
        "scores": {name: _scores(scores) for name, scores in found.scores.items()},
        "difference": asdict(found.difference),
        "worse": found.worse,
    }


def _show_comparison(found: Comparison) -> None:
    for name, scores in found.scores.items():
        out.print(f"{escape(name)}：{_line(scores)}")
    difference = found.difference
    out.print(
        f"{escape(found.b)} 比 {escape(found.a)} 的 nDCG@10 高 {difference.mean:+.3f}"
        f"（95% 区间 {difference.low:+.3f} 至 {difference.high:+.3f}）"
    )
