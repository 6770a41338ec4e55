"""Evaluation ranks the judged documents of each query, and compares systems on them."""

import math
from dataclasses import replace

import pytest

from matching.embedding.scale import CosineScale
from matching.evaluate import WHOLE, Evaluation, debiased, evaluate
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
    assert set(evaluation.systems) == {"fused", WHOLE, "bm25", "random"}


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


def test_without_judged_queries_everything_is_zero(hashing_encoder) -> None:
    empty = evaluate(hashing_encoder, NEEDS, DOCUMENTS, {}, load_weights(), SCALE)
    assert (empty.queries, empty.judgements) == (0, 0)
    assert {scores.ndcg_at_10 for scores in empty.systems.values()} == {0.0}
    assert (empty.grade_score, empty.ece) == (0.0, 0.0)


def test_grades_are_measured_over_all_judged_pairs(hashing_encoder) -> None:
    """By weights whose answer is known: everything is grade 2, at even chances between 1 and 3."""
    half = math.log(3)
    lines = ((0.0, half), (0.0, -half), (0.0, -30.0))
    shipped = load_weights()
    flat = replace(shipped, bases={basis: replace(each, thresholds=lines) for basis, each in shipped.bases.items()})
    qrels = {"n0": {"d0": 4.0, "d1": 1.0}, "n1": {"d1": 2.0, "d2": 2.5}}
    measured = evaluate(hashing_encoder, NEEDS, DOCUMENTS, qrels, flat, SCALE)
    assert measured.grade_score == pytest.approx(1 / (1 + (2 + 1 + 0 + 0.5) / 4))
    # Probabilities 1/4, 1/2, 1/4 and 0 against shares 1/4, 3/8, 1/8 and 1/4 of the judgements.
    assert measured.ece == pytest.approx(0.25)


def test_what_is_not_found_is_graded_as_of_no_relation(hashing_encoder) -> None:
    """Without vectors a document is found by a shared word alone."""
    found, lost = (
        evaluate(hashing_encoder, NEEDS, DOCUMENTS, {"n0": {id: 1.0}}, load_weights(), SCALE) for id in ("d0", "没有")
    )
    assert lost.grade_score == 1
    assert lost.ece == 0
    assert found.ece > 0


def test_each_grade_is_held_against_the_prediction_of_its_own_pair(hashing_encoder) -> None:
    agreeing, contrary = (
        evaluate(
            hashing_encoder,
            NEEDS,
            DOCUMENTS,
            {"n0": dict(zip(("d0", "d1", "d2"), grades, strict=True))},
            load_weights(),
            SCALE,
        )
        for grades in ((4.0, 1.0, 1.0), (1.0, 1.0, 4.0))
    )
    assert agreeing.ece < contrary.ece
    assert sum(map(sum, agreeing.confusion)) == 3
    assert sum(agreeing.confusion[0]) == 2


def test_wrong_pairs_are_counted_for_every_system(evaluation: Evaluation) -> None:
    assert evaluation.systems["fused"].wrong_pairs == 0
    assert evaluation.systems[WHOLE].wrong_pairs == 0
    assert 0 < evaluation.systems["random"].wrong_pairs < 1
    assert set(evaluation.debiased) == {"fused", WHOLE}


def test_debiased_scores_lack_the_mean_over_needs_that_a_document_was_not_judged_for() -> None:
    scores = {"n0": {"a": 3.0, "b": 5.0}, "n1": {"a": 1.0, "b": 4.0}, "n2": {"a": 2.0, "b": 4.0}}
    qrels = {"n0": {"a": 4.0, "b": 1.0}, "n1": {"b": 3.0}, "n2": {}}
    left = debiased(scores, qrels)
    # a was judged for n0 alone: the mean of the two others is 1.5; b for n0 and n1: that of n2 is 4.
    assert left["n0"] == {"a": 1.5, "b": 1.0}
    assert left["n1"] == {"a": -0.5, "b": 0.0}
