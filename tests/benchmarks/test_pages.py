"""Server time of every page over a store of 100,000 achievements, as a liaison opens them.

Words that are searched for were encoded before: what is measured is without the encoder's part.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from app.core.security import ensure_key
from app.core.settings import Settings
from app.main import create_app
from tests.benchmarks.population import populate

ROUNDS = 60
WARM = 5
FRAGMENT = {"HX-Request": "true"}


def _addresses(client: TestClient, headers: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """Return what is opened: an address, and the headers of a part of a page where it is one."""
    need, achievement = (
        client.get(f"/api/v1/{kind}", params={"limit": 1}, headers=headers).json()["items"][0]["id"]
        for kind in ("needs", "achievements")
    )
    matches = client.get(f"/api/v1/needs/{need}/matches", params={"top_k": 4}, headers=headers).json()["results"]
    four = ",".join(each["record"]["id"] for each in matches)
    whole = [
        "/", "/sign-in", "/quality", "/imports", "/interests", "/rounds", "/captures", "/duplicates", "/saved-searches",
        "/account", "/search/achievements", "/search/needs", "/achievements", "/needs", "/achievements?q=检测",
        "/achievements?industry=C", "/achievements/new", "/needs/new", f"/needs/{need}", f"/achievements/{achievement}",
        f"/needs/{need}/edit", f"/needs/{need}/matches", f"/achievements/{achievement}/matches",
        f"/needs/{need}/matches/{matches[0]['record']['id']}", f"/needs/{need}/compare?with={four}",
        "/dockings", "/dockings?view=list", "/notices", "/notices/preferences", "/challenges", "/challenges/candidates",
        "/contracts", "/contracts/new", "/contracts/import", "/board", "/board/pack", "/board/rows?figure=absorbed",
        "/board/targets", "/roadshows", "/cases", "/channels", "/channels/new",
        "/admin/review", "/admin/organisations", "/admin/accounts", "/admin/roster", "/admin/codes", "/admin/audit",
    ]  # fmt: skip
    parts = ["/search/achievements?q=神经网络加速", "/search/needs?q=焊接", f"/needs/{need}/matches"]
    return [(path, {}) for path in whole] + [(path, FRAGMENT) for path in parts]


@pytest.mark.parametrize("size", [100_000])
def test_pages(size: int, store_of: Callable[[int], Path], shared_data: Path) -> None:
    data = store_of(size)
    settings = Settings(data_dir=data, worker=False)
    populate(settings, shared_data, size).database.close()
    with TestClient(create_app(settings)) as client:
        client.app.state.services.gateway.encoder  # type: ignore[attr-defined]  # noqa: B018  (waits for the model)
        headers = {"Authorization": f"Bearer {ensure_key(settings.key_file)[0]}"}
        for path, part in _addresses(client, headers):
            times, answer = [], None
            for _ in range(WARM + ROUNDS):
                started = time.perf_counter()
                answer = client.get(path, headers={**headers, **part})
                times.append(time.perf_counter() - started)
            assert answer is not None
            p50, p99 = np.percentile(times[WARM:], [50, 99]) * 1000
            sort = "part" if part else "page"
            print(f"\n{sort} {path}: {answer.status_code}, p50 {p50:.0f}, p99 {p99:.0f} ms, {len(answer.content):,} B")
