"""What commands print of rankings that were measured."""

from rich.markup import escape
from rich.table import Table

from app.core.terminal import out
from app.learning.quality import Quality
from matching.evaluate import WHOLE, Evaluation

_SYSTEMS = {
    "fused": "本产品（融合）", WHOLE: "仅语义（全文）", "bm25": "仅 BM25（标题）", "random": "随机",
}  # fmt: skip


def show_quality(found: Quality) -> None:
    """Print the quality page."""
    if found.first_judged is None:
        out.print("还没有研判。研判几十项匹配后再看，或用 shuangxu judge 导入。")
        return
    out.print(
        f"权重 {escape(found.weights)}；{found.needs} 项需求、{found.pairs} 对匹配、{found.judgements} 条研判"
        f"（{found.first_judged} 至 {found.last_judged}）"
    )
    table = Table()
    for column in ("方法", "nDCG@10", "MRR", "recall@20"):
        table.add_column(column, justify="left" if column == "方法" else "right")
    for name, scores in found.systems.items():
        recall = "—" if scores.recall_at_20 is None else f"{scores.recall_at_20:.3f}"
        table.add_row(_SYSTEMS[name], f"{scores.ndcg_at_10:.3f}", f"{scores.mrr:.3f}", recall)
    out.print(table)
    for label, value in (
        ("等级准确率", found.grade_accuracy),
        ("等级平均绝对误差", found.grade_error),
        ("校准误差 ECE", found.ece),
        ("研判一致性 κ", found.kappa),
    ):
        out.print(f"{label}：{'—' if value is None else f'{value:.3f}'}")
    for each in found.industries:
        out.print(f"行业 {each.industry}：{each.needs} 项需求，nDCG@10 {each.ndcg_at_10:.3f}")


def show_evaluation(evaluation: Evaluation) -> None:
    """Print measures by system, then what the grades are worth."""
    table = Table(title=f"{evaluation.queries} 项需求，{evaluation.judgements} 条判定", title_justify="left")
    for column in ("排序方法", "nDCG@10", "MRR", "召回@20", "排反的对", "去偏 nDCG@10", "去偏排反"):
        table.add_column(column, justify="left" if column == "排序方法" else "right")
    for name, scores in evaluation.systems.items():
        left = evaluation.debiased.get(name)
        table.add_row(
            _SYSTEMS.get(name, name), f"{scores.ndcg_at_10:.3f}", f"{scores.mrr:.3f}", f"{scores.recall_at_20:.3f}",
            f"{scores.wrong_pairs:.1%}",
            *(("", "") if left is None else (f"{left.ndcg_at_10:.3f}", f"{left.wrong_pairs:.1%}")),
        )  # fmt: skip
    out.print(table)
    out.print("排反的对：同一需求下，等级 2.75 以上的排在 1.5 以下的之后。去偏：减去一篇文本对其他需求的平均得分。")
    out.print(f"等级得分 1/(1+平均绝对误差)：{evaluation.grade_score:.3f}；等级概率的校准误差：{evaluation.ece:.3f}")
    out.print(_confusion(evaluation))


def _confusion(evaluation: Evaluation) -> Table:
    table = Table(title="判定的等级（行）与给出的等级（列）", title_justify="left")
    table.add_column("")
    for grade in range(1, len(evaluation.confusion) + 1):
        table.add_column(str(grade), justify="right")
    for given, row in enumerate(evaluation.confusion, start=1):
        table.add_row(str(given), *(f"{count:g}" for count in row))
    return table
