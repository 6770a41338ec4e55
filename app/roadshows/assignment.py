"""Seat pairs at tables, slot by slot, so that nobody sits at two tables at once and much value is met.

Each slot takes a matching of enterprises and universities, found by `linear_sum_assignment`. Two ways
of choosing it are tried, and the better agenda of the two is kept:

- the best matching that fits this slot's tables: right where organisations may meet often;
- the best `look-ahead` matching that fits all tables still free, of which this slot seats the most
  valuable pairs: right where tables or the limit of an organisation are scarce, as taking the one
  best pair first may use up two organisations that would have filled two slots.

Over all slots at once the problem is an integer programme. An agenda of 30 slots and 20 tables is made
in well under a second this way, and on small cases it comes within a few per cent of the exhaustive
optimum; `tests/unit/test_roadshow_assignment.py` measures it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

# What stands for impossible: far below any value, and finite as the solver asks.
_NEVER = -1e6


@dataclass(frozen=True, slots=True)
class Pair:
    """A need and an achievement that might meet, and what it is worth, above 0."""

    key: Hashable
    enterprise: str
    university: str
    value: float


@dataclass(frozen=True, slots=True)
class Seat:
    """A pair at a table, from 1 on, in a slot, from 0 on."""

    slot: int
    table: int
    pair: Pair


@dataclass(slots=True)
class _Agenda:
    """What is seated so far."""

    slots: int
    tables: int
    most: int
    seats: list[Seat] = field(default_factory=list)
    busy: set[tuple[int, str]] = field(default_factory=set)
    taken: set[tuple[int, int]] = field(default_factory=set)
    met: Counter[str] = field(default_factory=Counter)

    def add(self, seat: Seat) -> None:
        """Keep a seat."""
        self.seats.append(seat)
        self.taken.add((seat.slot, seat.table))
        for one in (seat.pair.enterprise, seat.pair.university):
            self.busy.add((seat.slot, one))
            self.met[one] += 1

    def free_tables(self, slot: int) -> list[int]:
        """Return the tables that are free in a slot."""
        return [table for table in range(1, self.tables + 1) if (slot, table) not in self.taken]

    def may_sit(self, slot: int, one: str) -> bool:
        """Say whether an organisation is free in a slot and below its limit."""
        return (slot, one) not in self.busy and self.met[one] < self.most


def arrange(pairs: Iterable[Pair], slots: int, tables: int, most: int, pinned: Sequence[Seat] = ()) -> list[Seat]:
    """Return an agenda around what is pinned, without the pinned seats, by slot and table.

    Args:
        pairs: what may be seated, each at most once; those that are pinned are left out.
        tables: how many meetings go on at once.
        most: meetings of one organisation, the pinned ones among them.
    """
    fixed = {seat.pair.key for seat in pinned}
    wanted = [pair for pair in pairs if pair.value > 0 and pair.key not in fixed]
    made = [_fill(wanted, _Agenda(slots, tables, most), pinned, look_ahead=ahead) for ahead in (False, True)]
    best = max(made, key=lambda seats: sum(seat.pair.value for seat in seats))
    return sorted(best, key=lambda seat: (seat.slot, seat.table))


def _fill(wanted: Sequence[Pair], agenda: _Agenda, pinned: Sequence[Seat], *, look_ahead: bool) -> list[Seat]:
    for seat in pinned:
        agenda.add(seat)
    left = {pair.key: pair for pair in wanted}
    made = []
    for slot in range(agenda.slots):
        free = agenda.free_tables(slot)
        ahead = sum(len(agenda.free_tables(each)) for each in range(slot, agenda.slots)) if look_ahead else len(free)
        chosen = _matching([each for each in left.values() if _may_meet(agenda, slot, each)], ahead)
        chosen.sort(key=lambda pair: -pair.value)
        for table, pair in zip(free, chosen, strict=False):
            seat = Seat(slot, table, pair)
            agenda.add(seat)
            made.append(seat)
            del left[pair.key]
    return made


def _may_meet(agenda: _Agenda, slot: int, pair: Pair) -> bool:
    return agenda.may_sit(slot, pair.enterprise) and agenda.may_sit(slot, pair.university)


def _matching(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """Return the most valuable pairs, at most so many, of which no two share an organisation.

    Beside the organisations the matrix has a dummy partner for each that must stay without one: with
    n enterprises, m universities and room for k pairs, n − k dummy universities and m − k dummy
    enterprises, which never meet one another. A full assignment then has exactly k real cells; those
    that are no pair are worth nothing and dropped.
    """
    best: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        place = (pair.enterprise, pair.university)
        if place not in best or pair.value > best[place].value:
            best[place] = pair
    rows = {one: at for at, one in enumerate(dict.fromkeys(enterprise for enterprise, _ in best))}
    columns = {one: at for at, one in enumerate(dict.fromkeys(university for _, university in best))}
    n, m = len(rows), len(columns)
    k = min(most, n, m)
    if k <= 0:
        return []
    worth = np.zeros((n + m - k, m + n - k))
    worth[n:, m:] = _NEVER
    for (enterprise, university), pair in best.items():
        worth[rows[enterprise], columns[university]] = pair.value
    at, to = linear_sum_assignment(worth, maximize=True)
    met = set(zip(at.tolist(), to.tolist(), strict=True))
    return [pair for (enterprise, university), pair in best.items() if (rows[enterprise], columns[university]) in met]
