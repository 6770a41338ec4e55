"""What terms add to the scores of documents, kept until the next write: most needs share their words with others."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Postings whose impacts are kept, of 8 bytes, or 12 of several segments: 100 MB at most.
IMPACTS_KEPT = 8_000_000


@dataclass(frozen=True, slots=True)
class Impacts:
    """What a term of a query adds to the documents that hold it.

    Attributes:
        documents: (p,) int32, their numbers.
        values: (p,) float64, what it adds to each; rounded only when it is added.
    """

    documents: npt.NDArray[np.int32]
    values: npt.NDArray[np.float64]


# The field, the term, and how often the query holds it.
Key = tuple[str, str, int]


class KeptImpacts:
    """Impacts of the terms that were asked for; of too many postings all are dropped.

    Args:
        most: postings to keep.
    """

    def __init__(self, most: int = IMPACTS_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: dict[Key, Impacts] = {}
        self._postings = 0

    def get(self, key: Key, make: Callable[[], Impacts]) -> Impacts:
        """Return what is kept under a key, or make and keep it."""
        known = self._kept.get(key)
        if known is not None:
            return known
        made = make()
        with self._lock:
            if self._postings + len(made.documents) > self._most:
                self._drop()
            if key not in self._kept:
                self._kept[key] = made
                self._postings += len(made.documents)
        return made

    def clear(self) -> None:
        """Drop all, as any write moves frequencies and lengths."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        self._kept = {}
        self._postings = 0
