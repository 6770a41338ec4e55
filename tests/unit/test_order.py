"""Documents in order: by score, then by what tells equal ones apart, then by id."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.order import best_first

SCORES = st.floats(allow_nan=False)


def test_equal_scores_are_told_apart_by_the_next_and_then_by_id() -> None:
    ids = ["d", "c", "b", "a"]
    assert best_first(ids, [0.5, 0.5, 0.9, 0.5], [1.0, 2.0, 0.0, 1.0]) == [2, 1, 3, 0]
    assert best_first(ids, [0.5, 0.5, 0.5, 0.5]) == [3, 2, 1, 0]
    assert best_first(ids) == [3, 2, 1, 0]
    assert best_first([], []) == []


@given(st.dictionaries(st.text(max_size=3), st.tuples(SCORES, SCORES), max_size=8), st.randoms())
def test_the_order_in_which_they_come_does_not_matter(scored: dict, random) -> None:
    ids = list(scored)
    first = [ids[at] for at in best_first(ids, *zip(*scored.values(), strict=True))]
    random.shuffle(ids)
    other = [ids[at] for at in best_first(ids, *zip(*(scored[id] for id in ids), strict=True))]
    assert first == other
    assert all(scored[better] >= scored[worse] for better, worse in pairwise(first))


def test_a_score_must_be_there_for_each() -> None:
    with pytest.raises(ValueError, match="zip"):
        best_first(["a", "b"], [1.0])
