"""A small encoder of our own protocol, for tests that need vectors but no model."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from matching.embedding.encoder import Encoder, Role
from matching.types import Floats


class HashingEncoder:
    """Sums pseudo-random directions of a text's pairs of characters: likeness of writing, not of meaning."""

    model_id = "hashing@1"
    dimension = 64

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
                seed = zlib.crc32(padded[place : place + 2].encode())
                vectors[at] += np.random.default_rng(seed).normal(size=self.dimension)
        if progress is not None:
            progress(len(texts))
        unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


@pytest.fixture(scope="session")
def hashing_encoder() -> Encoder:
    return HashingEncoder()
