"""What records say of each other's clauses, kept by their texts: pages of matches show the same pairs again and again.

Nothing else decides it but the model, whose index owns this: a text that is changed has another key, and a
pair is only asked for once both its records were found and read for whoever asks.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.types import Document
from matching.verdicts import Bearing, JudgedPair

# Pairs kept: the pages of 400 needs. Each 1.5 kB, and as much again for what it quotes once nothing else keeps that.
PAIRS_KEPT = 8192


@dataclass(frozen=True, slots=True)
class PairKey:
    """Which pair, by `text_key` of who asks and of who answers, and what counts of the latter."""

    asked: bytes
    offered: bytes
    bearing: Bearing


def text_key(document: Document) -> bytes:
    """Return the digest of all texts that clauses and sentences are cut from."""
    digest = hashlib.blake2b(digest_size=16)
    for text in (document.title, document.body, document.indicators, document.keywords):
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)  # with its length, or 甲, 乙 would be as 甲乙,
    return digest.digest()


class JudgedPairs:
    """The pairs of one model that were judged last.

    Args:
        kept: how many.
    """

    def __init__(self, kept: int = PAIRS_KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._pairs: OrderedDict[PairKey, JudgedPair] = OrderedDict()

    def known(self, keys: Iterable[PairKey]) -> dict[PairKey, JudgedPair]:
        """Return those of the pairs that are kept."""
        with self._lock:
            found = {key: self._pairs[key] for key in keys if key in self._pairs}
            for key in found:
                self._pairs.move_to_end(key)
        return found

    def keep(self, pairs: Mapping[PairKey, JudgedPair]) -> None:
        """Keep pairs; those that were not asked for longest go."""
        with self._lock:
            self._pairs.update(pairs)
            while len(self._pairs) > self._kept:
                self._pairs.popitem(last=False)
