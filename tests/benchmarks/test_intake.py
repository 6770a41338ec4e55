"""An upload beside searches: rows a second against the bare encoder, the searches' times, the server's memory.

A real server in a process of its own does the upload; searches come at a fixed rate, whether or not
the ones before were answered. SHUANGXU_BENCH_ROWS makes it shorter.
"""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest

from app.core.security import ensure_key
from app.core.settings import Settings
from app.search.pieces import sentences_of
from matching.embedding.encoder import Encoder
from matching.text.analysis import encodable_texts
from matching.types import Document
from tests.benchmarks.population import real_documents

ROWS = int(os.environ.get("SHUANGXU_BENCH_ROWS", "10000"))
BARE_ROWS = 320
SEARCHES_A_SECOND = 5


def _recombined(documents: list[Document], count: int) -> list[Document]:
    """Return documents of which no title and no body was ever encoded: halves of two real ones each."""
    shuffle, made = random.Random(3), []
    for at in range(count):
        one, other = shuffle.sample(documents, 2)
        first, second = one.body[: len(one.body) // 2], other.body[len(other.body) // 2 :]
        title = f"{one.title[: len(one.title) // 2]}{other.title[len(other.title) // 2 :]}{at}"
        made.append(Document(str(at), title, first + second))
    return made


def _bare(encoder: Encoder, documents: list[Document]) -> float:
    """Return how many rows a second are encoded when nothing else is done: 64 rows at a time."""
    started = time.perf_counter()
    for start in range(0, len(documents), 64):
        batch = documents[start : start + 64]
        encoder.encode([text for each in batch for text in encodable_texts(each).all()])
        encoder.encode(list(dict.fromkeys(piece.encoded for each in batch for piece in sentences_of(each))))
    return len(documents) / (time.perf_counter() - started)


@pytest.mark.parametrize("sort", ["stored", "typed"])
def test_an_upload_beside_searches(
    sort: str, tmp_path: Path, models_dir: Path, shared_data: Path, built_in_model: Encoder
) -> None:
    """Searches are matches of stored needs, which need no encoder, or sentences that must be encoded."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(models_dir)
    documents = _recombined(real_documents(shared_data), ROWS + BARE_ROWS)
    file = tmp_path / "行.jsonl"
    lines = [{"external_id": each.id, "title": each.title, "summary": each.body} for each in documents[:ROWS]]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    needs = (shared_data / "needs-henan.jsonl").read_text("utf-8").splitlines()[:100]
    asked = tmp_path / "需求.jsonl"
    asked.write_text("\n".join(needs), "utf-8")
    bare = _bare(built_in_model, documents[ROWS:])
    del documents, lines

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = os.environ | {"SHUANGXU_DATA_DIR": str(data), "SHUANGXU_LOG_LEVEL": "WARNING"}
    command = [str(Path(sys.executable).with_name("shuangxu")), "serve", "--port", str(port)]
    with (
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=120) as client,
    ):
        try:
            _until(lambda: client.get(f"http://127.0.0.1:{port}/readyz").json().get("model") == "ready")
            client.headers["Authorization"] = f"Bearer {ensure_key(Settings(data_dir=data).key_file)[0]}"
            _upload(client, asked, "needs", lambda: None)
            _measure(
                sort, client, psutil.Process(server.pid), file, [json.loads(line)["title"] for line in needs], bare
            )
        finally:
            server.terminate()


def _upload(
    client: httpx.Client, file: Path, kind: str, look: Callable[[], None]
) -> tuple[dict[str, Any], float, float]:
    """Upload a file and wait; return the upload, the seconds it took and those until its first progress."""
    with file.open("rb") as stream:
        started = time.perf_counter()
        fields = {"kind": kind, "organisation": "基准"}
        answer = client.post("/imports", files={"file": (file.name, stream)}, data=fields)
    path, first = f"/imports/{answer.json()['id']}", 0.0
    while True:
        found = client.get(path).json()
        look()
        if not first and found["rows_total"]:
            first = time.perf_counter() - started
        if found["status"] not in {"queued", "running"}:
            assert found["status"] == "succeeded", found["error"]
            return found, time.perf_counter() - started, first
        time.sleep(0.2)


def _measure(
    sort: str, client: httpx.Client, process: psutil.Process, file: Path, texts: list[str], bare: float
) -> None:
    ids = [each["id"] for each in client.get("/needs", params={"limit": 100}).json()["items"]]
    times: list[float] = []
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def search(at: int) -> None:
        started = time.perf_counter()
        if sort == "stored":
            answer = client.get(f"/needs/{ids[at % len(ids)]}/matches")
        else:
            answer = client.post("/search", json={"text": texts[at % len(texts)], "target": "achievements"})
        times.append(time.perf_counter() - started if answer.status_code == 200 else float("inf"))

    def press() -> None:
        at = 0
        while not ended.wait(1 / SEARCHES_A_SECOND):
            threads.append(threading.Thread(target=search, args=(at,)))
            threads[-1].start()
            at += 1

    for at in range(20):
        search(at)
    times.clear()
    before = peak = process.memory_info().rss

    def look() -> None:
        nonlocal peak
        peak = max(peak, process.memory_info().rss)

    presser = threading.Thread(target=press)
    presser.start()
    try:
        found, seconds, first = _upload(client, file, "achievements", look)
    finally:
        ended.set()
        presser.join()
        for thread in threads:
            thread.join()
    time.sleep(10)
    after = process.memory_info().rss
    rate = found["rows_done"] / seconds
    p50, p99 = np.percentile(times, [50, 99])
    print(
        f"\n{sort}: {found['rows_done']} rows in {seconds:.0f} s: {rate:.1f} a second, bare encoder {bare:.1f}, "
        f"ratio {rate / bare:.2f}; first progress after {first:.2f} s; {len(times)} searches: "
        f"p50 {p50 * 1000:.0f}, p99 {p99 * 1000:.0f} ms; memory {before / 2**20:.0f} MB, "
        f"peak {(peak - before) / 2**20:+.0f}, after {(after - before) / 2**20:+.0f}"
    )
    assert found["created"] == ROWS
    assert np.isfinite(times).all()


def _until(ready: Callable[[], bool]) -> None:
    for _ in range(600):
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server did not become ready")
