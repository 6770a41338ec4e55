"""Many ask for matches at the same moment, of a server of its own over 10,000 achievements."""

import asyncio
import collections
import contextlib
import http.client
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import numpy as np

from app.core.settings import Settings
from tests.benchmarks.population import populate

SIZE, ROUNDS = 10_000, 5
PROBES_A_SECOND = 50
START_SECONDS = 120


@contextlib.contextmanager
def server(data: Path) -> Iterator[str]:
    """Serve a store in a process of its own, as an operator does, without work in the background; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"SHUANGXU_DATA_DIR": str(data), "SHUANGXU_WORKER": "false"}
    command = [str(Path(sys.executable).with_name("shuangxu")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + START_SECONDS
            while not ready(address):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
            yield address
        finally:
            process.terminate()


def ready(address: str) -> bool:
    """Say whether it answers, model loaded."""
    with contextlib.suppress(httpx.TransportError):
        return bool(httpx.get(f"{address}/readyz", timeout=10).json().get("model") == "ready")
    return False


async def ask(address: str, ids: list[str], count: int) -> tuple[collections.Counter[int], list[float]]:
    """Ask for matches at once; return statuses, and seconds of those answered."""
    codes: collections.Counter[int] = collections.Counter()
    answered: list[float] = []
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=httpx.Limits(max_connections=None)) as client:

        async def one(at: int) -> None:
            begun = time.perf_counter()
            answer = await client.get(f"/api/v1/needs/{ids[at % len(ids)]}/matches")
            codes[answer.status_code] += 1
            if answer.status_code == 200:
                answered.append(time.perf_counter() - begun)

        await asyncio.gather(*map(one, range(count)))
    return codes, answered


def probe(address: str, told: Connection) -> None:
    """Ask `/livez` on a connection of its own until something is told; answer with the seconds that each took."""
    seconds = []
    server = http.client.HTTPConnection(address.removeprefix("http://"), timeout=120)
    told.send(None)  # it takes seconds until a new process has read its modules
    while not told.poll(1 / PROBES_A_SECOND):
        begun = time.perf_counter()
        server.request("GET", "/livez")
        server.getresponse().read()
        seconds.append(time.perf_counter() - begun)
    told.send(seconds)


@contextlib.contextmanager
def watched(address: str) -> Iterator[list[float]]:
    """Ask `/livez` meanwhile from a process of its own: one that also asks for 200 matches waits for itself."""
    alive: list[float] = []
    here, there = multiprocessing.get_context("spawn").Pipe()
    watching = multiprocessing.get_context("spawn").Process(target=probe, args=(address, there))
    watching.start()
    here.recv()
    yield alive
    here.send(None)
    alive += here.recv()
    watching.join()


def test_matches_at_the_same_moment(store_of: Callable[[int], Path], shared_data: Path) -> None:
    data = store_of(SIZE)
    services = populate(Settings(data_dir=data), shared_data, SIZE)
    services.gateway.close()
    services.database.close()
    with server(data) as address:
        ids = [each["id"] for each in httpx.get(f"{address}/api/v1/needs", params={"limit": 100}).json()["items"]]
        asyncio.run(ask(address, ids, 4))  # the first finds everything cold
        for count in (1, 10, 40, 80, 200):
            codes: collections.Counter[int] = collections.Counter()
            answered = []
            with watched(address) as alive:
                for _ in range(ROUNDS):
                    told = asyncio.run(ask(address, ids, count))
                    codes += told[0]
                    answered += told[1]
            p50, p99 = np.percentile(answered, [50, 99]) * 1000
            print(
                f"\n{count} at once, {ROUNDS} times: {codes[200]} answered, {codes[503]} told to wait, "
                f"{sum(codes.values()) - codes[200] - codes[503]} failed; p50 {p50:.0f}, p99 {p99:.0f} ms; "
                f"/livez p50 {np.percentile(alive, 50) * 1000:.0f}, p99 {np.percentile(alive, 99) * 1000:.0f} ms"
            )
            assert set(codes) <= {200, 503}
