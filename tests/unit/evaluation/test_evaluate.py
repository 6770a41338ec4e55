"""Evaluation ranks the judged documents of each query, and compares systems on them."""

import pytest

from matching.embedding.scale import CosineScale
from matching.evaluation.evaluate import Evaluation, evaluate
from matching.ranking.weights import load_weights
from matching.types import Document

SCALE = CosineScale((0.1, 0.1), (0.2, 0.2), (0.1, 0.1), (0.2, 0.2))
THINGS = ["高压水泵节能", "风机叶片除冰", "矿井瓦斯抽采", "储氢罐焊缝检测", "污泥低温脱水", "膜法回收溶剂"]
DOCUMENTS = [Document(f"d{at}", thing, f"{thing}，已经中试。") for at, thing in enumerate(THINGS)]
NEEDS = [Document(f"n{at}", thing[2:], f"求{thing}的办法。") for at, thing in enumerate(THINGS)]


@pytest.fixture(scope="module")
def evaluation(hashing_encoder) -> Evaluation:
    qrels = {f"n{at}": {f"d{other}": 4.0 if other == at else 1.0 for other in range(6)} for at in range(4)}
    qrels["n4"] = {"d1": 1.0, "d2": 2.0}
    return evaluate(hashing_encoder, NEEDS, DOCUMENTS, qrels, load_weights(), SCALE)


def test_only_judged_queries_and_pairs_count(evaluation: Evaluation) -> None:
    assert (evaluation.queries, evaluation.judgements) == (5, 4 * 6 + 2)
    assert set(evaluation.systems) == {"fused", "dense", "bm25", "random"}


def test_the_product_puts_the_obvious_first(evaluation: Evaluation) -> None:
    fused = evaluation.systems["fused"]
    # Four of five queries have a relevant document, the first one each time.
    assert fused.mrr == pytest.approx(4 / 5)
    assert fused.recall_at_20 == 1
    assert fused.ndcg_at_10 > evaluation.systems["random"].ndcg_at_10
    assert evaluation.systems["random"].mrr < fused.mrr


def test_a_second_run_gives_the_same(evaluation: Evaluation, hashing_encoder) -> None:
    qrels = {"n0": {"d0": 4.0, "d1": 1.0, "d2": 3.0}}
    runs = [evaluate(hashing_encoder, NEEDS, DOCUMENTS, qrels, load_weights(), SCALE) for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0].queries == 1


def test_without_judged_queries_everything_is_nought(hashing_encoder) -> None:
    empty = evaluate(hashing_encoder, NEEDS, DOCUMENTS, {}, load_weights(), SCALE)
    assert (empty.queries, empty.judgements) == (0, 0)
    assert {scores.ndcg_at_10 for scores in empty.systems.values()} == {0.0}
