"""Encode texts with any Sentence-Transformers model."""

import hashlib
import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from matching.embedding.turns import Turns
from matching.errors import ModelUnavailable
from matching.types import Floats

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Tokens of a batch after padding. Of 512, 1,024, 2,048 and 4,096 on two cores all were within
# 10% on 1,000 mixed texts; larger ones leave the second-level cache, smaller ones starve the cores.
BATCH_TOKENS = 2048
# Calls of up to this many characters go before longer ones.
SHORT_CHARACTERS = 6000
_WEIGHT_SAMPLE = 1 << 16
# Kernels are kept for each shape of a batch, and texts have all shapes: of the usual 1,024 most are
# never used again and hold 100 MB. This and the next are read when torch is loaded, which is below.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")
# How often threads look whether another is done before they sleep. libgomp's 300,000 take the cores from what
# else runs: on two cores beside a busy process a search was encoded in 168 ms, now in 65, and 400 texts in 18 s,
# now in 13. The price: alone, a search takes 32 ms in place of 29; 400 texts take as long as before. Threads that
# sleep at once (OMP_WAIT_POLICY=PASSIVE) gain about as much beside other work and take 41 to 65 ms alone.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")


class Role(StrEnum):
    """What a text is encoded for; models may put different prompts before it."""

    DOCUMENT = "document"
    QUERY = "query"


class Encoder(Protocol):
    """Anything that turns texts into vectors of one space."""

    @property
    def model_id(self) -> str:
        """Name the vector space: vectors of different ids must never be compared."""

    @property
    def dimension(self) -> int:
        """Width of the vectors."""

    def encode(
        self, texts: Sequence[str], role: Role = Role.DOCUMENT, progress: Callable[[int], None] | None = None
    ) -> Floats:
        """Return (n, d) float32, L2-normalised, in the order of the texts."""


class SentenceTransformerEncoder:
    """A Sentence-Transformers model on the CPU.

    Texts are sorted by length and batched by tokens, and run in bfloat16 where the processor has
    instructions for it: twice as many texts a second as plain `encode` at cosine ≥ 0.9999 (see
    README, Figures). Threads take turns batch by batch, as the network uses all cores anyway; a call
    with little to encode, such as a search, comes before those with much.

    Args:
        name: a folder, or a model name that the hub's cache on this machine holds.
        query_prompt, document_prompt: put before the texts; None takes the model's own.
        bfloat16: None decides by the processor.

    Raises:
        ModelUnavailable: the model cannot be loaded.
    """

    def __init__(
        self,
        name: str,
        *,
        query_prompt: str | None = None,
        document_prompt: str | None = None,
        bfloat16: bool | None = None,
    ) -> None:
        import torch

        capable = torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001  (no public name)
        fast = capable if bfloat16 is None else bfloat16
        self._model = _load(name, torch.bfloat16 if fast else torch.float32)
        own = self._model.prompts
        self._prompts = {
            Role.QUERY: _first(query_prompt, own.get("query"), ""),
            Role.DOCUMENT: _first(document_prompt, own.get("document"), own.get("passage"), ""),
        }
        width = self._model.get_embedding_dimension()
        if width is None:
            raise ModelUnavailable(f"{name}: the model does not state its dimension")
        self._dimension = int(width)
        self._model_id = f"{Path(name).name}@{self._fingerprint()}"
        self._turns = Turns()

    @property
    def model_id(self) -> str:
        """Name of the model and a digest of its weights and prompts."""
        return self._model_id

    @property
    def dimension(self) -> int:
        """Width of the vectors."""
        return self._dimension

    def encode(
        self, texts: Sequence[str], role: Role = Role.DOCUMENT, progress: Callable[[int], None] | None = None
    ) -> Floats:
        """See `Encoder.encode`; `progress` is called with the number of texts done since last."""
        import torch

        vectors = np.zeros((len(texts), self._dimension), np.float32)
        if not texts:
            return vectors
        prompt = self._prompts[role]
        limit = self._model.get_max_seq_length() or 512
        short = sum(map(len, texts)) <= SHORT_CHARACTERS
        with self._turns.take(short=short):
            tokens = self._model.tokenizer([prompt + text for text in texts], truncation=True, max_length=limit)[
                "input_ids"
            ]
        for batch in _batches([len(row) for row in tokens]):
            with self._turns.take(short=short), torch.inference_mode():
                padded = self._model.tokenizer.pad({"input_ids": [tokens[at] for at in batch]}, return_tensors="pt")
                output: Any = self._model(dict(padded))["sentence_embedding"]
                vectors[batch] = output.float().numpy()
            if progress is not None:
                progress(len(batch))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Floats = vectors / np.maximum(norms, 1e-12)
        return unit

    def _fingerprint(self) -> str:
        import torch

        digest = hashlib.sha256(repr(sorted(self._prompts.items())).encode())
        for key, value in self._model.state_dict().items():
            # Through bfloat16, so that both precisions of one model share an id: their vectors
            # have cosine ≥ 0.9999 and may be mixed.
            sample = value.flatten()[:_WEIGHT_SAMPLE].to(torch.bfloat16).float().numpy()
            digest.update(f"{key}{tuple(value.shape)}".encode() + sample.tobytes())
        return digest.hexdigest()[:12]


def _load(name: str, dtype: Any) -> "SentenceTransformer":
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        return SentenceTransformer(name, device="cpu", model_kwargs={"dtype": dtype}).eval()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelUnavailable(f"cannot load {name!r}: {error}") from error


def _first(*values: str | None) -> str:
    return next(value for value in values if value is not None)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Group positions of similar length so that each group pads to at most BATCH_TOKENS."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    batches: list[list[int]] = [[]]
    for at in order:
        if batches[-1] and lengths[at] * (len(batches[-1]) + 1) > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(at)
    return batches
