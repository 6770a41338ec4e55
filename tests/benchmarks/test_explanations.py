"""What explaining a page of 20 adds to ranking it, at 100,000 achievements.

In turn for each need: the ranking alone, then the whole answer with terms, clauses, numbers and
conditions. Documents are new where nothing of theirs is kept in memory, known where the same page
was made before; sentences' vectors are read from the database either way, as they are stored at import.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.core.caller import ANYBODY, OPERATOR
from app.core.settings import Settings
from app.kinds.table import KINDS, Record, to_document
from app.kinds.visibility import RecordFilter, narrowed_filter
from app.models import RecordKind
from app.search import pieces
from app.search.judged_pairs import JudgedPairs
from app.services import Services
from matching import verdicts
from matching.indicators import names, quantities
from matching.ranking import explain
from tests.asking import Asking
from tests.benchmarks.population import populate

SHOWN = 20
# What is kept of texts that were read; the tables of units and words are not made again by a new document.
KEPT = (
    verdicts._offer, verdicts._read, explain._read, explain._terms, names._core, quantities.clean, pieces._clauses,
)  # fmt: skip


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _forget(services: Services) -> None:
    for each in KEPT:
        each.cache_clear()
    services.gateway.index.judged = JudgedPairs()


class _Page:
    """A stored need, its page of matches, and the parts of making one."""

    def __init__(self, services: Services, need: Record) -> None:
        self._services, self._need = services, need
        with services.database.read() as session:
            self._query = services.gateway.searching(session).stored_query(RecordKind.NEEDS, to_document(need))
        self._filter = narrowed_filter(KINDS[RecordKind.ACHIEVEMENTS], ANYBODY, RecordFilter())

    def rank(self) -> object:
        with self._services.database.read() as session:
            search = self._services.gateway.searching(session)
            return search.match(self._query, RecordKind.ACHIEVEMENTS, SHOWN, self._filter)

    def answer(self) -> None:
        answer = Asking(self._services).for_record(self._need, ANYBODY, SHOWN, RecordFilter())
        # An answer without clauses costs nothing and shows nothing.
        assert len(answer.results) == SHOWN
        assert all(each.explanation.clauses for each in answer.results)

    def explained(self) -> float:
        """Return the seconds that the whole answer takes longer than its ranking."""
        return -_seconds(self.rank) + _seconds(self.answer)


@pytest.mark.parametrize("size", [100_000])
def test_explaining_a_page(size: int, store_of: Callable[[int], Path], shared_data: Path) -> None:
    data = store_of(size)
    services = populate(Settings(data_dir=data), shared_data, size)
    services.gateway.open()
    services.gateway.encoder  # loaded, so that loading is not measured  # noqa: B018
    with services.database.read() as session:
        needs = services.records[RecordKind.NEEDS].page(session, OPERATOR, RecordFilter(), limit=100).records
    pages = [_Page(services, need) for need in needs]
    for page in pages[:10]:
        page.rank()
        page.answer()
    ranked = [_seconds(page.rank) for page in pages]
    new, known, whole = [], [], []
    for page in pages:
        page.rank()  # whoever comes first finds the query's pages of the index cold
        _forget(services)
        new.append(page.explained())
        known.append(page.explained())
        whole.append(_seconds(page.answer))
    for name, times in (("ranking", ranked), ("new", new), ("known", known), ("known, whole answer", whole)):
        p50, p99 = np.percentile(times, [50, 99]) * 1000
        print(f"\n{size} achievements, {len(pages)} needs, {name}: p50 {p50:.1f}, p99 {p99:.1f} ms", end="")
    services.gateway.close()
    assert np.median(known) < np.median(new)
