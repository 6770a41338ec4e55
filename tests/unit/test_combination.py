"""Combinations: every one is worth more than what is in it, and the best of all is found."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.combination import CANDIDATES, MOST_PROPOSALS, Combination, Coverage, combine


def coverage(
    met: list[str], weights: list[float] | None = None, scores: list[float] | None = None, **other: object
) -> Coverage:
    """Return documents a, b, c, … of which each meets the clauses that its string marks with x."""
    marks = np.asarray([[mark == "x" for mark in row] for row in met], bool).reshape(
        len(met), len(met[0]) if met else 1
    )
    similarities = other.get("similarities", np.where(marks, 0.9, 0.2))
    return Coverage(
        [chr(ord("a") + at) for at in range(len(met))],
        np.asarray(scores or [1 - at / 100 for at in range(len(met))], np.float32),
        np.asarray(similarities, np.float32),
        marks,
        np.asarray(weights or [1.0] * marks.shape[1], np.float32),
    )


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    documents, clauses = draw(st.integers(0, 9)), draw(st.integers(1, 6))
    cells = st.lists(st.booleans(), min_size=clauses, max_size=clauses)
    met = draw(st.lists(cells, min_size=documents, max_size=documents))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    return Coverage(
        [f"d{at}" for at in range(documents)],
        random.integers(0, 4, documents).astype(np.float32),
        random.random((documents, clauses)).astype(np.float32),
        np.asarray(met, bool).reshape(documents, clauses),
        np.asarray(draw(st.lists(st.integers(0, 3), min_size=clauses, max_size=clauses)), np.float32),
    )


def met_by(given: Coverage, ids: tuple[str, ...]) -> set[int]:
    """Return the clauses of some weight that the documents meet."""
    rows = [list(given.ids).index(id) for id in ids]
    return {int(at) for row in rows for at in np.flatnonzero(given.met[row] & (given.weights > 0))}


def ids_of(found: Combination) -> tuple[str, ...]:
    return tuple(part.id for part in found.parts)


@given(coverages())
def test_no_part_of_a_combination_meets_as_much_as_the_whole(given: Coverage) -> None:
    for found in combine(given):
        ids = ids_of(found)
        whole = met_by(given, ids)
        assert len(ids) in {2, 3}
        for size in range(1, len(ids)):
            assert all(met_by(given, fewer) < whole for fewer in combinations(ids, size))


@given(coverages())
def test_every_combination_meets_more_than_any_single_document(given: Coverage) -> None:
    most = max((len(met_by(given, (id,))) for id in given.ids), default=0)
    heaviest = max((sum(given.weights[list(met_by(given, (id,)))]) for id in given.ids), default=0)
    for found in combine(given):
        whole = met_by(given, ids_of(found))
        assert found.gained == len(whole) - most >= 1
        assert sum(given.weights[list(whole)]) > heaviest
        assert found.coverage == pytest.approx(sum(given.weights[list(whole)]) / sum(given.weights), abs=1e-4)


@given(coverages())
def test_the_best_is_found_whenever_there_is_one(given: Coverage) -> None:
    def worth(ids: tuple[str, ...]) -> float:
        return float(sum(given.weights[list(met_by(given, ids))]))

    sets = [ids for size in (1, 2, 3) for ids in combinations(given.ids, size)]
    singles = [ids for ids in sets if len(ids) == 1]
    most = max((len(met_by(given, ids)) for ids in singles), default=0)
    heaviest = max(map(worth, singles), default=0.0)
    useful = [ids for ids in sets if len(met_by(given, ids)) > most and worth(ids) > heaviest]
    found = combine(given)
    assert bool(found) == bool(useful)
    assert len(found) <= MOST_PROPOSALS
    if found:
        best = max(map(worth, useful))
        assert worth(ids_of(found[0])) == best
        assert len(found[0].parts) == min(len(ids) for ids in useful if worth(ids) == best)
        coverages = [each.coverage for each in found]
        assert coverages == sorted(coverages, reverse=True)


@given(coverages(), st.randoms(use_true_random=False))
def test_parts_tell_who_meets_what_and_the_order_does_not_matter(given: Coverage, random) -> None:
    found = combine(given)
    for each in found:
        clauses = [clause for part in each.parts for clause in part.clauses]
        assert sorted([*clauses, *each.uncovered]) == list(range(len(given.weights)))
        for part in each.parts:
            assert part.clauses
            assert given.met[list(given.ids).index(part.id), list(part.clauses)].all()
    order = random.sample(range(len(given.ids)), len(given.ids))
    rows = np.asarray(order, np.intp)
    shuffled = Coverage(
        [given.ids[at] for at in order], given.scores[rows], given.similarities[rows], given.met[rows], given.weights
    )
    assert combine(shuffled) == found


def test_two_that_meet_all_go_before_three_that_do() -> None:
    found = combine(coverage(["xx---", "--x--", "---xx", "--xxx"]))
    assert [ids_of(each) for each in found] == [("a", "d"), ("a", "b", "c"), ("a", "c")]
    assert [each.coverage for each in found] == [1.0, 1.0, 0.8]
    assert [part.clauses for part in found[0].parts] == [(0, 1), (2, 3, 4)]
    assert found[2].uncovered == (2,)


@pytest.mark.parametrize("met", [[], ["xx"], ["---", "---"], ["xxx-", "xx--", "-xx-"], ["xx-", "xx-"]])
def test_nothing_is_proposed_where_one_document_does_as_much(met: list[str]) -> None:
    assert combine(coverage(met)) == []


def test_more_clauses_of_less_weight_are_no_gain() -> None:
    # b and c meet three clauses where a meets two, but the one that matters is a's.
    found = combine(coverage(["xx--", "-x--", "--xx"], weights=[5, 1, 1, 1]))
    assert [ids_of(each) for each in found] == [("a", "c")]


def test_more_weight_in_no_more_clauses_is_no_gain() -> None:
    assert combine(coverage(["xxx--", "---x-", "----x"], weights=[1, 1, 1, 5, 5]))[-1].gained == 1
    assert combine(coverage(["xx--", "--x-", "---x"], weights=[1, 1, 5, 5]))[0].gained == 2
    assert ("b", "c") not in map(ids_of, combine(coverage(["xx--", "--x-", "---x"], weights=[1, 1, 5, 5])))


def test_of_equals_the_nearer_and_then_the_better_are_taken() -> None:
    near = [[0.9, 0.1], [0.1, 0.6], [0.1, 0.8]]
    assert ids_of(combine(coverage(["x-", "-x", "-x"], similarities=near))[0]) == ("a", "c")
    assert ids_of(combine(coverage(["x-", "-x", "-x"], scores=[0.5, 0.2, 0.4]))[0]) == ("a", "c")


def test_a_clause_that_several_meet_goes_to_the_nearest() -> None:
    found = combine(coverage(["xx-", "-xx"], similarities=[[0.9, 0.6, 0], [0, 0.7, 0.9]]))
    assert [(part.id, part.clauses) for part in found[0].parts] == [("a", (0,)), ("b", (1, 2))]


def test_only_the_best_documents_take_part() -> None:
    met = ["x-"] + ["--"] * (CANDIDATES - 1) + ["-x"]
    assert combine(coverage(met)) == []
    assert combine(coverage(met[1:])) == []
    assert ids_of(combine(coverage([met[0], *met[2:]]))[0]) == ("a", chr(ord("a") + CANDIDATES - 1))


@pytest.mark.parametrize(
    "broken",
    [
        {"ids": ["a", "a"]},
        {"scores": np.ones(3, np.float32)},
        {"scores": np.asarray([1, np.nan], np.float32)},
        {"similarities": np.ones((2, 3), np.float32)},
        {"met": np.ones((1, 2), bool)},
        {"weights": np.asarray([1, -1], np.float32)},
    ],
)
def test_what_does_not_fit_is_refused(broken: dict[str, object]) -> None:
    parts: dict[str, object] = {
        "ids": ["a", "b"],
        "scores": np.ones(2, np.float32),
        "similarities": np.ones((2, 2), np.float32),
        "met": np.ones((2, 2), bool),
        "weights": np.ones(2, np.float32),
    }
    Coverage(**parts)
    with pytest.raises(ValueError, match=r"fit|twice|finite|negative"):
        Coverage(**{**parts, **broken})
