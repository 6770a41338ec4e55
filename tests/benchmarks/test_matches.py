"""Time of a stored need's matches and of start-up, at three sizes, beside the memory's speed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.core.caller import ANYBODY, OPERATOR
from app.core.settings import Settings
from app.kinds.table import KINDS, to_document
from app.kinds.visibility import RecordFilter, narrowed_filter
from app.models import RecordKind
from app.services import build_services
from matching.ranking.features import lexical_clauses
from tests.asking import Asking
from tests.benchmarks.population import populate

ROUNDS = 200
CLIENTS = 8
_START = """
import sys, time
started = time.perf_counter()
from app.services import build_services
from app.core.settings import Settings
services = build_services(Settings(data_dir=sys.argv[1]))
services.gateway.open()
index = time.perf_counter() - started
services.gateway.encoder
print(index, time.perf_counter() - started)
"""


def bandwidth() -> float:
    """Return bytes a second that one core reads: the sum of 1 GiB of floats, best of five."""
    block = np.ones(1 << 28, np.float32)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        block.dot(block)  # one operand, one pass
        times.append(time.perf_counter() - started)
    return block.nbytes / min(times)


def rate(call: Callable[[int], object]) -> float:
    """Return how many calls a second come back to clients that each ask again at once."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(call, range(CLIENTS)))
        started = time.perf_counter()
        list(clients.map(call, range(2 * ROUNDS)))
    return 2 * ROUNDS / (time.perf_counter() - started)


def percentiles(call: Callable[[int], object]) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds."""
    for at in range(10):
        call(at)
    times = []
    for at in range(ROUNDS):
        started = time.perf_counter()
        call(at)
        times.append(time.perf_counter() - started)
    return tuple(np.percentile(times, [50, 99]) * 1000)


@pytest.mark.parametrize("size", [1_000, 10_000, 100_000])
def test_matches_of_a_stored_need(size: int, store_of: Callable[[int], Path], shared_data: Path) -> None:
    data = store_of(size)
    services = populate(Settings(data_dir=data), shared_data, size)
    services.gateway.close()
    services.database.close()
    services = build_services(Settings(data_dir=data))
    services.gateway.open()
    index = services.gateway.index
    index.save(force=True)
    matcher = index.matchers[RecordKind.ACHIEVEMENTS]
    needs = services.records[RecordKind.NEEDS]
    with services.database.read() as session:
        records = needs.page(session, OPERATOR, RecordFilter(), limit=100).records
    with services.database.read() as session:
        search = services.gateway.searching(session)
        queries = [search.stored_query(RecordKind.NEEDS, to_document(record)) for record in records]
    kind = KINDS[RecordKind.ACHIEVEMENTS]
    visible = narrowed_filter(kind, ANYBODY, RecordFilter())
    clauses = [lexical_clauses(query) for query in queries]
    vectors = sum(int(each.health().detail.split()[0]) for each in (matcher.titles, matcher.passages))
    floor = vectors * matcher.titles.dimension * 4 / bandwidth() * 1000
    count = len(queries)
    ranked = percentiles(lambda at: matcher.match(queries[at % count], 20, visible))
    words = percentiles(lambda at: matcher.lexical.search(clauses[at % count], 200, visible))

    def page(at: int) -> object:
        return Asking(services).for_record(records[at % count], ANYBODY, 20, RecordFilter())

    new = percentiles(page)
    shown = percentiles(page)
    many = rate(page), rate(lambda at: matcher.match(queries[at % count], 20, visible))
    memory = psutil.Process().memory_info().rss / 2**20
    print(
        f"\n{size} achievements, {vectors} vectors: floor {floor:.2f} ms, words p50 {words[0]:.2f} ms; "
        f"ranking p50 {ranked[0]:.2f}, p99 {ranked[1]:.2f} ms = {(ranked[0] - words[0]) / floor:.2f} floors + words; "
        f"page of 20 explained, first shown then again: p50 {new[0]:.2f}, p99 {new[1]:.2f} ms; all shown before: "
        f"p50 {shown[0]:.2f}, p99 {shown[1]:.2f} ms = {shown[0] / floor:.2f} floors; {CLIENTS} clients {many[0]:.1f} "
        f"pages a second, ranked alone {many[1]:.1f}; process {memory:.0f} MiB"
    )
    services.gateway.close()
    assert len(matcher.match(queries[0], 20, visible).matches) == 20
    for name in ("snapshot", "database"):
        if name == "database":
            shutil.rmtree(Settings(data_dir=data).index_dir)
        done = subprocess.run(
            [sys.executable, "-c", _START, str(data)], capture_output=True, text=True, check=True, env=os.environ
        )
        ready, model = map(float, done.stdout.split())
        print(f"start from the {name}: index after {ready:.1f} s, model too after {model:.1f} s")
