"""What permissions cost a search: the same rankings without any filter and as each caller, in turn."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.core.caller import ANYBODY, OPERATOR, Caller, Role
from app.core.settings import Settings
from app.kinds.table import KINDS, to_document
from app.kinds.visibility import RecordFilter, narrowed_filter
from app.models import RecordKind
from matching.index.filters import And
from tests.benchmarks.population import populate

ROUNDS = 300


@pytest.mark.parametrize("size", [100_000])
def test_permissions_of_a_search(size: int, store_of: Callable[[int], Path], shared_data: Path) -> None:
    data = store_of(size)
    services = populate(Settings(data_dir=data), shared_data, size)
    services.gateway.open()
    matcher = services.gateway.index.matchers[RecordKind.ACHIEVEMENTS]
    with services.database.read() as session:
        records = services.records[RecordKind.NEEDS].page(session, OPERATOR, RecordFilter(), limit=100).records
    with services.database.read() as session:
        search = services.gateway.searching(session)
        queries = [search.stored_query(RecordKind.NEEDS, to_document(record)) for record in records]
    kind = KINDS[RecordKind.ACHIEVEMENTS]
    member = Caller(Role.ENTERPRISE, account_id="a", organisation_id=records[0].organisation_id)
    filters = {"no filter": And(())} | {
        name: narrowed_filter(kind, caller, RecordFilter())
        for name, caller in (("anybody", ANYBODY), ("member", member), ("staff", OPERATOR))
    }
    times: dict[str, list[float]] = {name: [] for name in filters}
    for at in range(ROUNDS):
        query = queries[at % len(queries)]
        # Whoever comes first finds the query's pages cold.
        for name, filter in [*filters.items()][at % 4 :] + [*filters.items()][: at % 4]:
            started = time.perf_counter()
            found = matcher.match(query, 20, filter)
            times[name].append(time.perf_counter() - started)
            assert len(found.matches) == 20
    base = float(np.median(times["no filter"]))
    for name, each in times.items():
        p50, p99 = np.percentile(each[10:], [50, 99]) * 1000
        print(f"\n{size} achievements, 5% hidden, {name}: p50 {p50:.2f}, p99 {p99:.2f} ms = {p50 / base / 1000:.3f}")
    services.gateway.close()
