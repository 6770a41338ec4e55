"""Weights are learnt from what decides, apart for each basis, and always the same."""

from dataclasses import replace

import numpy as np
import pytest

from matching.learning.examples import Examples, join_examples
from matching.learning.fit import MIN_EXAMPLES, fit_listwise, fit_weights, total_scores
from matching.ranking.features import ADVERSE, WEIGHED, Basis, Feature
from matching.ranking.fusion import fuse
from matching.ranking.weights import load_weights

BASE = load_weights()
TERMS, BIGRAMS = Feature.TITLE_TITLE_TERMS, Feature.TITLE_TITLE_BIGRAMS


@pytest.fixture(scope="module")
def examples(new_examples) -> Examples:
    return new_examples(queries=60)


@pytest.mark.parametrize(("basis", "deciding"), [(Basis.TITLES, TERMS), (Basis.BODIES, Feature.TEXT_TEXT_COSINE)])
def test_the_feature_that_decides_weighs_most_on_each_basis(
    examples: Examples, basis: Basis, deciding: Feature
) -> None:
    part = examples.where(examples.bases == basis)
    learnt = fit_listwise(part, WEIGHED[basis], {})
    spread = {name: abs(weight) * float(part.features[name].std()) for name, weight in learnt.items()}
    others = [weight for name, weight in spread.items() if name != deciding]
    assert spread[deciding] > 4 * max(others)
    assert fit_weights(examples, BASE, "learnt").bases[basis].weights[deciding] > BASE.bases[basis].weights[deciding]


def test_features_count_with_the_sign_that_they_must_have_alone(examples: Examples) -> None:
    turned = {**examples.features, Feature.TITLE_TITLE_COSINE: -examples.grades}
    turned[Feature.TITLE_BODY_EXCESS] = examples.grades
    weights = fit_weights(replace(examples, features=turned), BASE, "learnt")
    for each in weights.bases.values():
        assert all(weight <= 0 if name in ADVERSE else weight >= 0 for name, weight in each.weights.items())
    assert weights.bases[Basis.TITLES].weights[Feature.TITLE_TITLE_COSINE] == 0
    assert weights.bases[Basis.BODIES].weights[Feature.TITLE_BODY_EXCESS] == 0


def test_an_adverse_feature_lowers_what_it_speaks_against(examples: Examples) -> None:
    bodies = examples.where(examples.bases == Basis.BODIES)
    against = {**bodies.features, Feature.TITLE_BODY_EXCESS: (4 - bodies.grades) / 3}
    learnt = fit_listwise(replace(bodies, features=against), WEIGHED[Basis.BODIES], {})
    assert learnt[Feature.TITLE_BODY_EXCESS] < -1


def test_without_penalty_the_shares_of_the_gain_are_found_again(new_examples) -> None:
    """Where the gains are those of a known score, that score is the best point."""
    plain = new_examples()
    score = 0.8 * plain.features[TERMS] + 0.3 * plain.features[BIGRAMS]
    gains = np.exp(score)
    known = replace(plain, grades=np.clip(1 + np.sqrt(gains), 1, 4))
    assert fit_listwise(known, (TERMS, BIGRAMS), {}, 0) == {
        TERMS: pytest.approx(0.8, abs=1e-3), BIGRAMS: pytest.approx(0.3, abs=1e-3)
    }  # fmt: skip


def test_what_all_documents_of_a_query_share_changes_nothing(examples: Examples) -> None:
    titles = examples.where(examples.bases == Basis.TITLES)
    level = np.unique(titles.queries, return_inverse=True)[1] % 7
    moved = {**titles.features, TERMS: titles.features[TERMS] + level}
    free = fit_listwise(titles, (TERMS,), {}, 0)
    assert fit_listwise(replace(titles, features=moved), (TERMS,), {}, 0)[TERMS] == pytest.approx(free[TERMS], abs=1e-3)


def test_a_penalty_holds_to_the_weights_before_and_treats_wide_and_narrow_features_alike(new_examples) -> None:
    plain = new_examples()
    free, tied, held = (
        fit_listwise(plain, (TERMS,), {TERMS: before}, penalty)[TERMS]
        for before, penalty in ((0.0, 0.0), (0.0, 50.0), (9.0, 1e6))
    )
    assert 0 < tied < free
    assert held == pytest.approx(9, abs=0.01)
    wide = replace(plain, features={**plain.features, TERMS: 1000 * plain.features[TERMS]})
    assert fit_listwise(wide, (TERMS,), {}, 50.0)[TERMS] * 1000 == pytest.approx(tied, rel=0.05)


def test_a_query_counts_with_the_shares_of_its_pairs(new_examples) -> None:
    one, other = new_examples(queries=9, prefix="a"), new_examples(queries=9, prefix="b", seed=1)
    contrary = replace(other, features={**other.features, TERMS: -other.features[TERMS]})
    weighed = [
        fit_listwise(join_examples([replace(one, shares=one.shares * share), contrary]), (TERMS,), {})[TERMS]
        for share in (0.1, 1, 10)
    ]
    assert weighed[0] < weighed[1] < weighed[2]


@pytest.mark.parametrize("value", [0.0, 0.1, 0.7, 1 / 3])
def test_a_feature_that_never_varies_stays_as_it_was(examples: Examples, value: float) -> None:
    # The mean of so many equal values is rounded: their deviation is not always quite zero.
    still = {**examples.features, BIGRAMS: np.full(len(examples), value)}
    weights = fit_weights(replace(examples, features=still), BASE, "learnt")
    assert weights.bases[Basis.TITLES].weights[BIGRAMS] == BASE.bases[Basis.TITLES].weights[BIGRAMS]


def test_a_query_of_which_nothing_is_of_use_teaches_no_order(examples: Examples) -> None:
    titles = examples.where(examples.bases == Basis.TITLES)
    poor = titles.queries < "q030"
    useless = replace(titles, grades=np.where(poor, 1.0, titles.grades))
    alone = fit_listwise(titles.where(~poor), (TERMS,), {}, 0)
    assert fit_listwise(useless, (TERMS,), {}, 0)[TERMS] == pytest.approx(alone[TERMS], abs=1e-3)


def test_what_no_example_shows_stays_as_it_was(examples: Examples) -> None:
    titled = fit_weights(examples.where(examples.bases == Basis.TITLES), BASE, "titles")
    for basis in (Basis.BODIES, Basis.WORDS):
        assert titled.bases[basis] == BASE.bases[basis]
    before, after = BASE.bases[Basis.TITLES], titled.bases[Basis.TITLES]
    assert after.weights != before.weights
    assert after.thresholds != before.thresholds
    few = fit_weights(examples.where(np.arange(len(examples)) < MIN_EXAMPLES), BASE, "few")
    assert few == replace(BASE, version="few")
    alike = fit_weights(replace(examples, grades=np.full(len(examples), 2.0)), BASE, "alike")
    assert alike == replace(BASE, version="alike")


def test_the_same_pairs_in_any_order_give_the_same_weights(examples: Examples) -> None:
    first, again = (fit_weights(examples, BASE, "learnt") for _ in range(2))
    assert first == again
    odd = np.arange(len(examples)) % 3 == 0
    turned = fit_weights(join_examples([examples.where(odd), examples.where(~odd)]), BASE, "learnt")
    for basis, each in first.bases.items():
        assert turned.bases[basis].weights == {
            feature: pytest.approx(weight, abs=1e-3) for feature, weight in each.weights.items()
        }


def test_totals_are_those_that_the_ranking_reads_grades_from(examples: Examples) -> None:
    totals = total_scores(examples, BASE)
    ids = [str(at) for at in range(len(examples))]
    matches = fuse(ids, examples.features, [Basis(each) for each in examples.bases.tolist()], BASE)
    for total, match in zip(totals, matches, strict=True):
        assert total == pytest.approx(sum(match.contributions.values()), abs=len(Feature) * 5e-5)


def test_learnt_weights_rank_better_than_those_of_something_else(examples: Examples) -> None:
    learnt = fit_weights(examples, BASE, "learnt")
    for basis in (Basis.TITLES, Basis.BODIES):
        rows = examples.bases == basis
        told = [np.corrcoef(total_scores(examples, each)[rows], examples.grades[rows])[0, 1] for each in (BASE, learnt)]
        assert told[1] > told[0] + 0.05
