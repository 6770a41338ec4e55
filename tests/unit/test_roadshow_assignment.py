"""An agenda never seats anybody twice at once, and is worth nearly what the best one is."""

import itertools
import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.roadshows.assignment import Pair, Seat, arrange


def _pairs(draw, enterprises, universities, most):
    cells = [(e, u) for e in range(enterprises) for u in range(universities)]
    chosen = draw(st.lists(st.sampled_from(cells), max_size=most))
    values = draw(st.lists(st.integers(1, 100), min_size=len(chosen), max_size=len(chosen)))
    return [
        Pair((at, e, u), f"E{e}", f"U{u}", value / 100)
        for at, ((e, u), value) in enumerate(zip(chosen, values, strict=True))
    ]


@st.composite
def cases(draw, enterprises=6, universities=5, most=40, slots=6, tables=5):
    pairs = _pairs(draw, draw(st.integers(1, enterprises)), draw(st.integers(1, universities)), most)
    return pairs, draw(st.integers(0, slots)), draw(st.integers(1, tables)), draw(st.integers(1, 4))


@st.composite
def pinned_cases(draw):
    pairs, slots, tables, most = draw(cases())
    pinned = []
    for pair in pairs[: draw(st.integers(0, 4))]:
        free = [
            Seat(slot, table, pair)
            for slot in range(slots)
            for table in range(1, tables + 1)
            if not any(
                other.slot == slot
                and (table == other.table or {pair.enterprise, pair.university}
                     & {other.pair.enterprise, other.pair.university})
                for other in pinned
            )
        ]  # fmt: skip
        if free:
            pinned.append(draw(st.sampled_from(free)))
    return pairs, slots, tables, most, pinned


def _check(seats, pinned, slots, tables, most):
    everything = [*pinned, *seats]
    assert len({(each.slot, each.table) for each in everything}) == len(everything)
    assert all(0 <= each.slot < slots and 1 <= each.table <= tables for each in seats)
    people = [(each.slot, one) for each in everything for one in (each.pair.enterprise, each.pair.university)]
    assert len(set(people)) == len(people)
    assert len({each.pair.key for each in everything}) == len(everything)
    met = [one for each in everything for one in (each.pair.enterprise, each.pair.university)]
    by_hand = [one for each in pinned for one in (each.pair.enterprise, each.pair.university)]
    assert all(met.count(one) <= max(most, by_hand.count(one)) for one in met)


@given(pinned_cases())
def test_nobody_sits_at_two_tables_at_once_whatever_is_pinned(case):
    pairs, slots, tables, most, pinned = case
    _check(arrange(pairs, slots, tables, most, pinned), pinned, slots, tables, most)


def _optimum(pairs, slots, tables, most):
    """Return the value of the best agenda, by trying every set of pairs for every slot."""
    bits = range(len(pairs))

    @cache
    def best(slot, left, met):
        if slot == slots:
            return 0.0
        found = 0.0
        for count in range(tables + 1):
            for chosen in itertools.combinations([at for at in bits if left >> at & 1], count):
                people = [one for at in chosen for one in (pairs[at].enterprise, pairs[at].university)]
                counts = dict(met)
                if len(set(people)) < len(people) or any(counts.get(one, 0) >= most for one in people):
                    continue
                for one in people:
                    counts[one] = counts.get(one, 0) + 1
                rest = left & ~sum(1 << at for at in chosen)
                value = sum(pairs[at].value for at in chosen)
                found = max(found, value + best(slot + 1, rest, tuple(sorted(counts.items()))))
        return found

    return best(0, (1 << len(pairs)) - 1, ())


def _worth(seats):
    return sum(each.pair.value for each in seats)


@given(cases(enterprises=4, universities=3, most=7, slots=3, tables=2))
def test_it_is_never_far_below_the_optimum(case):
    pairs, slots, tables, most = case
    best = _optimum(pairs, slots, tables, most)
    assert 2 / 3 * best - 1e-9 <= _worth(arrange(pairs, slots, tables, most)) <= best + 1e-9


def test_it_is_near_the_optimum_on_the_whole():
    chance = random.Random(20261128)
    shares = []
    for _ in range(150):
        cells = [(e, u) for e in range(4) for u in range(3)]
        chosen = chance.sample(cells, chance.randint(3, 8))
        pairs = [Pair(cell, f"E{cell[0]}", f"U{cell[1]}", chance.uniform(0.2, 1)) for cell in chosen]
        slots, tables, most = chance.randint(1, 3), chance.randint(1, 2), chance.randint(1, 3)
        best = _optimum(pairs, slots, tables, most)
        shares.append(_worth(arrange(pairs, slots, tables, most)) / best)
    assert sum(shares) / len(shares) >= 0.99
    assert sorted(shares)[len(shares) // 20] >= 0.95


@pytest.mark.parametrize(("tables", "most", "worth"), [(1, 1, 2.0), (2, 1, 2.0), (1, 2, 2.1)])
def test_the_one_best_pair_does_not_use_up_two_organisations(tables, most, worth):
    pairs = [Pair(1, "E1", "U1", 1.0), Pair(2, "E1", "U2", 1.1), Pair(3, "E2", "U2", 1.0)]
    assert _worth(arrange(pairs, 2, tables, most)) == pytest.approx(worth)


def test_a_large_agenda_is_made_at_once():
    chance = random.Random(7)
    pairs = [
        Pair((e, u), f"E{e}", f"U{u}", chance.random()) for e in range(60) for u in range(40) if chance.random() < 0.3
    ]
    seats = arrange(pairs, 16, 20, 6)
    _check(seats, [], 16, 20, 6)
    assert len(seats) > 200
