"""Many people at once: match requests in a burst, searches at a steady rate, writers of one record."""

import asyncio
import collections
import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.trials import size

BURST, WRITERS, EDITS = size(16, 200), 8, size(1, 100)
RATE, SECONDS = 20, size(2, 60)
PROBES_A_SECOND = 10

pytestmark = pytest.mark.real_model

# One of several processes that count up one record; prints how often it was told that it was too late.
WRITER = """
import sys, httpx
address, key, path, times = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
late = 0
with httpx.Client(base_url=address, headers={"Authorization": key}, timeout=120) as client:
    for _ in range(times):
        while True:
            seen = client.get(path)
            count = int(seen.json()["indicators"] or 0)
            answer = client.patch(path, json={"indicators": str(count + 1)}, headers={"If-Match": seen.headers["ETag"]})
            if answer.status_code == 200:
                break
            assert answer.status_code == 412, answer.text
            late += 1
print(late)
"""


@pytest.fixture(scope="module")
def served(seeded_dir, serve, tmp_path_factory):
    data = tmp_path_factory.mktemp("load") / "data"
    shutil.copytree(seeded_dir, data, symlinks=True)
    with serve(data) as told:
        yield told


def _run(work):
    """Run a coroutine in a thread: the browser of other tests keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@pytest.mark.trial
def test_nobody_gets_a_failure_in_a_burst(served, figures):
    address, headers = served
    with httpx.Client(base_url=address, headers=headers) as client:
        ids = [each["id"] for each in client.get("/api/v1/needs", params={"limit": 50}).json()["items"]]

    async def burst():
        codes, alive = collections.Counter(), []
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=120, limits=limits) as client:

            async def ask(at):
                answer = await client.get(f"/api/v1/needs/{ids[at % len(ids)]}/matches")
                assert answer.status_code != 503 or int(answer.headers["Retry-After"]) > 0
                codes[answer.status_code] += 1

            async def watch(done):
                while not done.is_set():
                    begun = time.perf_counter()
                    assert (await client.get("/livez")).status_code == 200
                    alive.append(time.perf_counter() - begun)
                    await asyncio.sleep(1 / PROBES_A_SECOND)

            done = asyncio.Event()
            watching = asyncio.create_task(watch(done))
            await asyncio.gather(*map(ask, range(BURST)))
            done.set()
            await watching
        return codes, alive

    codes, alive = _run(burst())
    assert set(codes) <= {200, 503}
    assert codes[200]
    figures(
        "matches at the same moment, 96 needs", size=BURST, seed="none", answered=codes[200], told_to_wait=codes[503],
        livez_p99=f"{_quantile(alive, 0.99) * 1000:.0f} ms",
    )  # fmt: skip


@pytest.mark.trial
def test_searches_at_a_steady_rate_are_answered(served, figures):
    address, headers = served

    async def load():
        codes, seconds = collections.Counter(), []
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=120) as client:

            async def ask(number):
                begun = time.perf_counter()
                body = {"text": f"第{number}号泵站节能改造，降低电耗", "target": "achievements", "top_k": 20}
                answer = await client.post("/api/v1/search", json=body)
                codes[answer.status_code] += 1
                if answer.status_code == 200:
                    seconds.append(time.perf_counter() - begun)

            begun, asked = time.perf_counter(), []
            for number in range(RATE * SECONDS):
                # Open loop: a request leaves at its time, whether or not others are still waiting.
                await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
                asked.append(asyncio.create_task(ask(number)))
            await asyncio.gather(*asked)
        return codes, seconds

    codes, seconds = _run(load())
    assert set(codes) <= {200, 503}
    figures(
        f"typed searches at {RATE} a second, 176 achievements", size=f"{SECONDS} s", seed="none",
        answered=codes[200], told_to_wait=codes[503],
        p50=f"{_quantile(seconds, 0.5) * 1000:.0f} ms", p99=f"{_quantile(seconds, 0.99) * 1000:.0f} ms",
    )  # fmt: skip


@pytest.mark.heavy
def test_writers_of_one_record_lose_no_update(served, figures):
    address, headers = served
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        body = {"title": "并发计数示例", "summary": "八个进程同时改一条成果（示例）。", "indicators": "0"}
        path = f"/api/v1/achievements/{client.post('/api/v1/achievements', json=body).json()['id']}"
        arguments = [sys.executable, "-c", WRITER, address, headers["Authorization"], path, str(EDITS)]
        running = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(WRITERS)]
        late = [int(each.communicate(timeout=1200)[0]) for each in running]
        assert all(each.returncode == 0 for each in running)
        record = client.get(path)
    assert record.json()["indicators"] == str(WRITERS * EDITS)
    assert json.loads(record.headers["ETag"]) == str(WRITERS * EDITS + 1)
    figures("writers of one record", size=f"{WRITERS} × {EDITS}", seed="none", too_late=sum(late))
