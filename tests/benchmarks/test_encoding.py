"""Encoding throughput against plain Sentence-Transformers, and what cutting the vocabulary costs."""

import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from matching.embedding.encoder import SentenceTransformerEncoder
from matching.embedding.offline_model import build_offline_model
from tests.benchmarks.population import real_documents


def real_texts(shared_data: Path, count: int) -> list[str]:
    """Return titles, abstracts and needs, shuffled."""
    texts = [text for each in real_documents(shared_data) for text in (each.title, each.body)]
    rows = [json.loads(line) for line in (shared_data / "needs-henan.jsonl").read_text("utf-8").splitlines()]
    texts += [text for row in rows for text in (row["title"], row["description"]) if text.strip()]
    random.Random(0).shuffle(texts)
    return texts[:count]


def test_throughput(models_dir: Path, shared_data: Path) -> None:
    folder = str(models_dir / "shuangxu-e5-small-zh")
    texts = real_texts(shared_data, 1000)
    plain = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": torch.float32})
    ours = SentenceTransformerEncoder(folder)
    times: dict[str, list[float]] = {"plain": [], "ours": []}
    plain.encode(texts[:64], batch_size=32, prompt_name="query")
    ours.encode(texts[:64])
    for _ in range(2):
        started = time.perf_counter()
        reference = plain.encode(texts, batch_size=32, prompt_name="query")
        times["plain"].append(time.perf_counter() - started)
        started = time.perf_counter()
        vectors = ours.encode(texts)
        times["ours"].append(time.perf_counter() - started)
    cosines = np.sum(reference * vectors, axis=1)
    slow, fast = min(times["plain"]), min(times["ours"])
    print(
        f"\n1,000 texts of {sum(map(len, texts)) / len(texts):.0f} characters, {torch.get_num_threads()} threads: "
        f"plain fp32 batch 32 {1000 / slow:.1f}/s, ours {1000 / fast:.1f}/s = {slow / fast:.2f} times, "
        f"cosine min {cosines.min():.6f}, mean {cosines.mean():.6f}"
    )
    assert cosines.min() >= 0.999


def test_trimmed_vocabulary(tmp_path: Path, models_dir: Path, shared_data: Path) -> None:
    trimmed = models_dir / "shuangxu-e5-small-zh"
    whole = build_offline_model(tmp_path / "whole", trimmed=False)
    texts = real_texts(shared_data, 2000)
    first = SentenceTransformerEncoder(str(trimmed), bfloat16=False).encode(texts)
    second = SentenceTransformerEncoder(str(whole), bfloat16=False).encode(texts)
    cosines = np.sum(first * second, axis=1)
    sizes = [sum(file.stat().st_size for file in each.rglob("*") if file.is_file()) for each in (trimmed, whole)]
    print(f"\n2,000 texts: cosine min {cosines.min():.6f}; folders {sizes[0] / 1e6:.1f} and {sizes[1] / 1e6:.1f} MB")
    assert cosines.min() >= 0.999
    assert sizes[0] < 150e6
