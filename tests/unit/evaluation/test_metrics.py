"""Measures against values worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.evaluation.metrics import cohen_kappa, gain, ndcg_at_k, recall_at_k, reciprocal_rank, wrong_pairs

GRADES = {"a": 4.0, "b": 3.0, "c": 1.0, "d": 2.0}


@pytest.mark.parametrize(("grade", "expected"), [(1, 0), (2, 1), (3, 3), (4, 7), (2.5, 2**1.5 - 1)])
def test_gain_grows_exponentially_from_zero(grade: float, expected: float) -> None:
    assert gain(grade) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranking", "k", "expected"),
    [
        ("abdc", 10, 1.0),
        # (0 + 3 / log2 3 + 7 / 2 + 1 / log2 5) / (7 + 3 / log2 3 + 1 / 2)
        ("cbad", 10, 5.823466 / 9.392789),
        # (3 + 7 / log2 3) / (7 + 3 / log2 3)
        ("ba", 2, 7.416508 / 8.892789),
        ("ab", 10, 8.892789 / 9.392789),
        ("xyza", 10, 7 / math.log2(5) / 9.392789),
        ("c", 1, 0.0),
        ("", 10, 0.0),
    ],
)
def test_ndcg_is_the_hand_computed_one(ranking: str, k: int, expected: float) -> None:
    assert ndcg_at_k(list(ranking), GRADES, k) == pytest.approx(expected, abs=1e-6)


def test_without_any_gain_ndcg_is_zero() -> None:
    assert ndcg_at_k(["a"], {"a": 1.0}) == 0
    assert ndcg_at_k(["a"], {}) == 0


def test_ndcg_looks_at_ten_by_default() -> None:
    ranking = [f"x{at}" for at in range(10)]
    assert ndcg_at_k([*ranking, "a"], {"a": 4.0}) == 0
    assert ndcg_at_k([*ranking[1:], "a"], {"a": 4.0}) == pytest.approx(1 / math.log2(11))


@given(st.permutations(list("abcd")))
def test_no_order_beats_the_best(ranking: list[str]) -> None:
    assert 0 <= ndcg_at_k(ranking, GRADES) <= 1 + 1e-12


@pytest.mark.parametrize(("ranking", "expected"), [("ab", 1), ("dba", 1 / 2), ("cdxa", 1 / 4), ("cd", 0), ("", 0)])
def test_reciprocal_rank_is_that_of_the_first_relevant(ranking: str, expected: float) -> None:
    assert reciprocal_rank(list(ranking), GRADES) == expected


def test_relevant_begins_at_grade_three() -> None:
    assert reciprocal_rank(["d", "e"], {"d": 2.99, "e": 3.0}) == 1 / 2


@pytest.mark.parametrize(
    ("ranking", "k", "expected"), [("abcd", 20, 1), ("acd", 20, 0.5), ("cdab", 3, 0.5), ("", 20, 0)]
)
def test_recall_is_the_share_of_the_relevant(ranking: str, k: int, expected: float) -> None:
    assert recall_at_k(list(ranking), GRADES, k) == expected


def test_recall_is_undefined_without_a_relevant_document() -> None:
    assert recall_at_k(["c"], {"c": 1.0, "d": 2.9}) is None


def test_recall_looks_at_twenty_by_default() -> None:
    ranking = [f"x{at}" for at in range(19)]
    assert recall_at_k([*ranking, "a", "b"], GRADES) == 0.5


def test_kappa_is_the_hand_computed_one() -> None:
    # 20 agree on 1, 15 on 2, 5 and 10 differ: observed 0.7, by chance 0.5 · 0.6 + 0.5 · 0.4.
    first = [1] * 25 + [2] * 25
    second = [1] * 20 + [2] * 5 + [1] * 10 + [2] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)
    assert cohen_kappa(second, first) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [([1, 2, 3], [1, 2, 3], 1), ([1, 2], [2, 1], -1), ([1, 1], [1, 1], 1), ([1, 1, 2, 2], [1, 2, 1, 2], 0)],
)
def test_kappa_at_its_landmarks(first: list[int], second: list[int], expected: float) -> None:
    assert cohen_kappa(first, second) == pytest.approx(expected)


@pytest.mark.parametrize(("first", "second"), [([], []), ([1], []), ([1], [1, 2])])
def test_kappa_takes_the_same_items_and_at_least_one(first: list[int], second: list[int]) -> None:
    with pytest.raises(ValueError, match="same items"):
        cohen_kappa(first, second)


@pytest.mark.parametrize(
    ("ranking", "wrong"), [("abdc", 0), ("acbd", 1), ("cabd", 2), ("ab", 0), ("a", 0.5), ("cb", 2), ("", 1)]
)
def test_wrong_pairs_are_those_of_a_good_and_a_poor_document(ranking: str, wrong: float) -> None:
    # a and b are good, c alone is poor; d, of grade 2, is neither.
    assert wrong_pairs(ranking, GRADES) == (wrong, 2)


def test_without_a_good_or_a_poor_document_there_are_no_pairs() -> None:
    assert wrong_pairs("ab", {"a": 2.75, "b": 1.6}) == (0, 0)
    assert wrong_pairs("ba", {"a": 2.75, "b": 1.5}) == (1, 1)
