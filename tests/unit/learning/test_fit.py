"""Weights are learnt from what decides, apart for titles and bodies, and always the same."""

from dataclasses import replace

import numpy as np
import pytest

from matching.learning.examples import Examples, join_examples
from matching.learning.fit import MIN_EXAMPLES, fit_ridge, fit_weights, total_scores
from matching.ranking.features import Feature
from matching.ranking.fusion import fuse
from matching.ranking.weights import load_weights

BASE = load_weights()


@pytest.fixture(scope="module")
def examples(new_examples) -> Examples:
    return new_examples(queries=60)


def test_the_signal_that_decides_weighs_most_in_each_half(examples: Examples) -> None:
    weights = fit_weights(examples, BASE, "learnt")
    titles, bodies = (
        {name: weight * float(examples.features[name].std()) for name, weight in table.items()}
        for table in (weights.titles, weights.bodies)
    )
    assert max(titles, key=titles.__getitem__) == Feature.TITLE_TITLE_TERMS
    assert max(bodies, key=bodies.__getitem__) == Feature.BODY_BODY_TERMS
    assert titles[Feature.TITLE_TITLE_TERMS] > 4 * titles[Feature.TITLE_TITLE_BIGRAMS]


def test_no_signal_ever_counts_against_a_document(examples: Examples) -> None:
    against = {**examples.features, Feature.TITLE_TITLE_COSINE: -examples.grades}
    weights = fit_weights(replace(examples, features=against), BASE, "learnt")
    for table in (weights.titles, weights.bodies):
        assert table[Feature.TITLE_TITLE_COSINE] == 0
        assert min(table.values()) >= 0


def test_regression_without_penalty_finds_the_formula_again(new_examples) -> None:
    plain = new_examples()
    features = (Feature.TITLE_TITLE_COSINE, Feature.TITLE_TITLE_TERMS)
    grades = 2.5 + 0.1 * plain.features[features[0]] + 0.4 * plain.features[features[1]]
    weights, bias = fit_ridge(replace(plain, grades=np.clip(grades, 1, 4)), features, penalty=0)
    assert weights == {features[0]: pytest.approx(0.1, abs=1e-4), features[1]: pytest.approx(0.4, abs=1e-4)}
    assert bias == pytest.approx(2.5, abs=1e-4)


def test_a_penalty_shrinks_and_treats_wide_and_narrow_signals_alike(new_examples) -> None:
    plain = new_examples()
    name = Feature.TITLE_TITLE_TERMS
    free, tied = (fit_ridge(plain, (name,), penalty)[0][name] for penalty in (0, 300))
    assert 0 < tied < free
    wide = replace(plain, features={**plain.features, name: 1000 * plain.features[name]})
    assert fit_ridge(wide, (name,))[0][name] * 1000 == pytest.approx(tied, rel=0.05)


@pytest.mark.parametrize("value", [0.0, 0.1, 0.7, 1 / 3])
def test_a_signal_that_never_varies_weighs_nothing(examples: Examples, value: float) -> None:
    # The mean of so many equal values is rounded: their deviation is not always quite nought.
    still = {**examples.features, Feature.TITLE_TITLE_BIGRAMS: np.full(len(examples), value)}
    weights = fit_weights(replace(examples, features=still), BASE, "learnt")
    assert weights.titles[Feature.TITLE_TITLE_BIGRAMS] == weights.bodies[Feature.TITLE_TITLE_BIGRAMS] == 0


def test_what_no_example_shows_stays_as_it_was(examples: Examples) -> None:
    titled = fit_weights(examples.where(~examples.has_body), BASE, "titles")
    assert (titled.bodies, titled.body_bias, titled.body_thresholds) == (
        BASE.bodies, BASE.body_bias, BASE.body_thresholds,
    )  # fmt: skip
    assert titled.titles != BASE.titles
    assert titled.title_thresholds != BASE.title_thresholds
    few = fit_weights(examples.where(np.arange(len(examples)) < MIN_EXAMPLES), BASE, "few")
    assert few == replace(BASE, version="few")
    alike = fit_weights(replace(examples, grades=np.full(len(examples), 2.0)), BASE, "alike")
    assert alike == replace(BASE, version="alike")


def test_the_same_pairs_in_any_order_give_the_same_weights(examples: Examples) -> None:
    first, again = (fit_weights(examples, BASE, "learnt") for _ in range(2))
    assert first == again
    odd = np.arange(len(examples)) % 3 == 0
    turned = fit_weights(join_examples([examples.where(odd), examples.where(~odd)]), BASE, "learnt")
    for name, table in (("titles", first.titles), ("bodies", first.bodies)):
        assert getattr(turned, name) == {feature: pytest.approx(weight, abs=2e-5) for feature, weight in table.items()}


def test_totals_are_those_that_the_ranking_reads_grades_from(examples: Examples) -> None:
    totals = total_scores(examples, BASE)
    ids = [str(at) for at in range(len(examples))]
    matches = fuse(ids, examples.features, examples.has_body.tolist(), BASE)
    for total, match, body in zip(totals, matches, examples.has_body, strict=True):
        parts = BASE.bias(has_body=bool(body)) + sum(match.contributions.values())
        assert total == pytest.approx(parts, abs=11 * 5e-5)


def test_learnt_weights_rank_better_than_those_of_something_else(examples: Examples) -> None:
    unlike = fit_weights(examples, BASE, "learnt")
    for body in (False, True):
        rows = examples.has_body == body
        told = [np.corrcoef(total_scores(examples, each)[rows], examples.grades[rows])[0, 1] for each in (BASE, unlike)]
        assert told[1] > told[0] + 0.05
