"""Measured on queries that were not learnt from, and compared query by query."""

from dataclasses import replace

import numpy as np
import pytest

from matching.evaluation.metrics import ndcg_at_k
from matching.learning.examples import Examples
from matching.learning.fit import fit_weights, total_scores
from matching.learning.validation import cross_validate, paired_bootstrap, validate
from matching.ranking.features import Basis
from matching.ranking.weights import FusionWeights, load_weights

BASE = load_weights()


@pytest.fixture(scope="module")
def examples(new_examples) -> Examples:
    return new_examples(queries=16, pairs=40)


def learn(examples: Examples) -> FusionWeights:
    return fit_weights(examples, BASE, "learnt")


def test_no_query_is_ever_learnt_from_and_measured_at_once(examples: Examples) -> None:
    seen: list[set[str]] = []

    def watch(part: Examples) -> FusionWeights:
        seen.append(set(part.queries.tolist()))
        return BASE

    cross_validate(examples, watch, folds=4)
    every = set(examples.queries.tolist())
    held = [every - part for part in seen]
    assert [len(part) for part in held] == [4, 4, 4, 4]
    assert set.union(*held) == every
    for part in seen:
        rows = np.isin(examples.queries, list(part))
        assert rows.sum() == 40 * 12


def test_seeds_part_differently_and_repeat(examples: Examples) -> None:
    first, again, other = (cross_validate(examples, learn, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.ece != other.ece


def test_unchanged_weights_measure_the_same_in_folds_and_whole(examples: Examples) -> None:
    assert cross_validate(examples, lambda _: BASE) == validate(examples, BASE)


def test_measures_are_those_of_the_ranking(examples: Examples) -> None:
    titled = examples.where(examples.bases == Basis.TITLES)
    measured = validate(titled, BASE)
    totals = total_scores(titled, BASE)
    for query, score in measured.ndcg_by_query.items():
        rows = np.flatnonzero(titled.queries == query)
        order = rows[np.argsort(-totals[rows])]
        grades = {str(row): float(titled.grades[row]) for row in rows}
        assert score == pytest.approx(ndcg_at_k([str(row) for row in order], grades))
    assert measured.ndcg_at_10 == pytest.approx(np.mean(list(measured.ndcg_by_query.values())))


def test_learning_helps_where_there_is_something_to_learn(examples: Examples) -> None:
    learnt, before = cross_validate(examples, learn), validate(examples, BASE)
    assert learnt.ndcg_at_10 > before.ndcg_at_10 + 0.02
    assert learnt.grade_score > before.grade_score
    assert learnt.ece < 0.1 < before.ece


def test_what_is_only_noise_is_not_learnt(examples: Examples) -> None:
    shuffled = np.random.default_rng(5).permutation(examples.grades)
    chance = replace(examples, grades=shuffled)
    inside = validate(chance, learn(chance))
    outside = cross_validate(chance, learn)
    assert outside.ndcg_at_10 < cross_validate(examples, learn).ndcg_at_10 - 0.2
    assert outside.grade_score <= inside.grade_score


@pytest.mark.parametrize("folds", [0, 1, 17])
def test_folds_that_cannot_be_made_are_refused(examples: Examples, folds: int) -> None:
    with pytest.raises(ValueError, match="16 queries"):
        cross_validate(examples, learn, folds=folds)


def test_a_clear_gain_is_told_from_chance() -> None:
    rng = np.random.default_rng(0)
    a = {f"q{at}": float(value) for at, value in enumerate(rng.uniform(0.4, 0.8, 80))}
    better = {query: value + float(rng.normal(0.05, 0.05)) for query, value in a.items()}
    same = {query: value + float(rng.normal(0, 0.05)) for query, value in a.items()}
    gain = paired_bootstrap(a, better)
    assert gain.mean == pytest.approx(np.mean([better[query] - a[query] for query in a]))
    assert 0 < gain.low < gain.mean < gain.high
    assert gain.worse < 0.001
    none = paired_bootstrap(a, same)
    assert none.low < 0 < none.high
    assert 0.02 < none.worse < 0.98


def test_the_interval_is_that_of_the_mean_of_differences() -> None:
    gains = np.random.default_rng(3).normal(0.02, 0.1, 100)
    found = paired_bootstrap({str(at): 0.0 for at in range(100)}, {str(at): float(g) for at, g in enumerate(gains)})
    half = 1.96 * gains.std() / 10
    assert (found.low, found.high) == pytest.approx((gains.mean() - half, gains.mean() + half), abs=0.004)


def test_a_comparison_repeats_and_turns_round() -> None:
    a, b = {"x": 0.1, "y": 0.5, "z": 0.4}, {"z": 0.5, "x": 0.3, "y": 0.4}
    assert paired_bootstrap(a, b) == paired_bootstrap(a, b)
    assert paired_bootstrap(b, a).mean == pytest.approx(-paired_bootstrap(a, b).mean)


@pytest.mark.parametrize(("a", "b"), [({}, {}), ({"x": 1.0}, {"y": 1.0}), ({"x": 1.0}, {"x": 1.0, "y": 1.0})])
def test_only_the_same_queries_can_be_compared(a: dict, b: dict) -> None:
    with pytest.raises(ValueError, match="same queries"):
        paired_bootstrap(a, b)
