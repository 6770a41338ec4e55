"""A second look at the best matches by a model that reads query and document together.

A cross-encoder is slow and often right: it reads the first `DEPTH` matches alone. What lies below
follows in its first order, so with a re-ranker a filter may move documents across that border.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from matching.errors import ModelUnavailable
from matching.types import Floats, Match

# Matches that are read again: 50 pairs take a small cross-encoder about 3 s on two cores.
DEPTH = 50
# The contribution under which a change of the score shows.
RERANKER = "reranker"


class Reranker(Protocol):
    """Reads a query and documents together."""

    def relevance(self, query: str, documents: Sequence[str]) -> Floats:
        """Return (n,) float32 in 0..1, one a document."""
        ...


class CrossEncoderReranker:
    """A Sentence-Transformers CrossEncoder.

    Args:
        name: of the model, or its folder.

    Raises:
        ModelUnavailable: it cannot be loaded, or gives more than one number a pair.
    """

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(name, device="cpu")
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise ModelUnavailable(f"cannot load the re-ranker {name!r}: {error}") from error
        if self._model.config.num_labels != 1:
            raise ModelUnavailable(f"{name}: gives {self._model.config.num_labels} numbers a pair, expected 1")

    def relevance(self, query: str, documents: Sequence[str]) -> Floats:
        """See `Reranker.relevance`."""
        import torch

        if not documents:
            return np.zeros(0, np.float32)
        pairs = [(query, document) for document in documents]
        scores: Floats = np.asarray(
            self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False), np.float32
        )
        return scores


def rerank(matches: Sequence[Match], relevance: Floats) -> list[Match]:
    """Return the matches, best first, each with the mean of its score and what the re-ranker says.

    Args:
        matches: n, best first.
        relevance: (n,) in 0..1. Matches past its end keep their score and place.
    """
    read = [
        replace(
            match,
            score=(match.score + float(said)) / 2,
            contributions={**match.contributions, RERANKER: round((float(said) - match.score) / 2, 4)},
        )
        for match, said in zip(matches, relevance, strict=False)
    ]
    read.sort(key=lambda match: (-match.score, match.id))
    return [*read, *matches[len(relevance) :]]
