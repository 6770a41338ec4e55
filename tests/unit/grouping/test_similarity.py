"""Similarity is the sum that its formula states, in whatever blocks it is taken."""

import numpy as np
import pytest

from matching.embedding.scale import CosineScale
from matching.grouping.corpus import GroupingCorpus
from matching.grouping.similarity import BLOCK, BODY_WEIGHT, EVEN, TERMS_WEIGHT, Similarity, likelihood, term_matrix
from tests.unit.grouping.conftest import random_corpus, unit

SCALE = CosineScale((0.5, 9.0), (0.1, 9.0), (9.0, 0.25), (9.0, 0.05))
TITLES = unit([[1, 0], [3, 4], [0, 0]])
BODIES = unit([[0, 1], [4, 3], [1, 0]])
CORPUS = GroupingCorpus(
    ["a", "b", "c"],
    ["x", "y", "z"],
    ["风机", "水泵", "阀门"],
    TITLES,
    BODIES,
    [{"风机": 3.0, "叶片": 4.0}, {"叶片": 2.0}, {}],
)


def test_the_three_features_are_added_as_the_formula_says() -> None:
    both = Similarity(CORPUS, SCALE).between(np.arange(2), np.arange(2))
    title, body, terms = (0.6 - 0.5) / 0.1, (0.6 - 0.25) / 0.05, 0.8
    assert both[0, 1] == pytest.approx(title + BODY_WEIGHT * body + TERMS_WEIGHT * terms, abs=1e-4)
    assert both[1, 0] == pytest.approx(both[0, 1], abs=1e-5)


def test_what_is_not_known_counts_zero() -> None:
    body = (0.8 - 0.25) / 0.05
    for one, other in ((1, 2), (2, 1)):  # the latter's title is not encoded
        found = Similarity(CORPUS, SCALE).between(np.asarray([one]), np.asarray([other]))
        assert found[0, 0] == pytest.approx(BODY_WEIGHT * body, abs=1e-4)


def test_blocks_hold_every_pair_once() -> None:
    count = BLOCK + 70
    similarity = Similarity(random_corpus(count, seed=3), SCALE)
    rows = np.arange(count)
    whole = similarity.between(rows, rows)
    blocks = list(similarity.blocks(rows))
    assert [start for start, _ in blocks] == [0, BLOCK]
    for start, block in blocks:
        np.testing.assert_allclose(block, whole[start : start + BLOCK, start:], atol=1e-4)


def test_terms_become_rows_of_length_one() -> None:
    matrix = term_matrix([{}, {"乙": 3.0, "甲": 4.0}, {}, {"丙": 2.0}, {}]).toarray()
    np.testing.assert_allclose(matrix, [[0, 0, 0], [0, 0.6, 0.8], [0] * 3, [1, 0, 0], [0] * 3], atol=1e-6)
    assert term_matrix([]).shape == (0, 0)


def test_likelihood_rises_through_a_half() -> None:
    values = likelihood(np.asarray([-1e6, EVEN - 2, EVEN, EVEN + 2, 1e6], np.float32))
    assert values[2] == pytest.approx(0.5)
    assert (np.diff(values) > 0).all()
    assert (values >= 0).all()
    assert (values <= 1).all()
