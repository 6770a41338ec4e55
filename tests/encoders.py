"""Encoders for tests: one that knows writing but no meaning, and the real one with vectors kept on disk."""

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from matching.embedding import encoder as encoding
from matching.embedding.encoder import Encoder, Role
from matching.types import Floats

_WIDTH = 64


class HashingEncoder:
    """Sums pseudo-random directions of a text's pairs of characters: likeness of writing, not of meaning."""

    model_id = "hashing@1"
    dimension = _WIDTH

    def encode(
        self,
        texts: Sequence[str],
        role: Role = Role.DOCUMENT,  # noqa: ARG002  (the protocol's)
        progress: Callable[[int], None] | None = None,
    ) -> Floats:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for at, text in enumerate(texts):
            padded = f"^{text}$"
            for place in range(len(padded) - 1):
                vectors[at] += _direction(padded[place : place + 2])
        if progress is not None:
            progress(len(texts))
        unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


@lru_cache(1 << 16)
def _direction(pair: str) -> np.ndarray:
    return np.random.default_rng(zlib.crc32(pair.encode("utf-8", "surrogatepass"))).normal(size=_WIDTH)


class KeptVectors:
    """A real encoder that encodes each text once on a machine: vectors are kept by model, role and text.

    Args:
        encoder: what encodes a text that is not there yet.
        file: an SQLite file, shared by the processes of a run and by runs.
    """

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        self._file = file
        with self._open() as store:
            store.execute("PRAGMA journal_mode=WAL")
            store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    @property
    def model_id(self) -> str:
        return self._encoder.model_id

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode(
        self, texts: Sequence[str], role: Role = Role.DOCUMENT, progress: Callable[[int], None] | None = None
    ) -> Floats:
        keys = [self._key(text, role) for text in texts]
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        store = self._open()
        try:
            known = {key: store.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone() for key in keys}
            missing = [at for at, key in enumerate(keys) if known[key] is None]
            if missing:
                made = self._encoder.encode([texts[at] for at in missing], role)
                rows = [(keys[at], vector.tobytes()) for at, vector in zip(missing, made, strict=True)]
                with store:
                    store.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
                known |= {key: (vector,) for key, vector in rows}
        finally:
            store.close()
        for at, key in enumerate(keys):
            vectors[at] = np.frombuffer(known[key][0], np.float32)
        if progress is not None:
            progress(len(texts))
        return vectors

    def _key(self, text: str, role: Role) -> bytes:
        return hashlib.sha256(f"{self.model_id}\0{role}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _open(self) -> sqlite3.Connection:
        store = sqlite3.connect(self._file, timeout=60)
        store.execute("PRAGMA synchronous=NORMAL")  # with WAL: no power cut leaves it broken
        return store


def vectors_file() -> Path:
    """Return where this machine keeps vectors for all checkouts: another file for other code that encodes."""
    code = Path(encoding.__file__).read_bytes() + f"{version('torch')} {version('transformers')}".encode()
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "shuangxu-tests")
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"vectors-{hashlib.sha256(code).hexdigest()[:12]}.db"
