"""Vectors of the texts that people ask with: kept for a while, and not more waited for than can be made in time."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from app.search.admission import Places
from matching.embedding.encoder import Encoder, Role
from matching.types import Floats

# Texts whose vectors are kept, 1.5 kB each: the next page, another filter or an export asks with the same.
KEPT = 4096
# Requests that wait for the encoder. It takes 50 to 90 ms for a text of 200 characters on two cores, so the
# last of them waits a second and a half; whoever comes then had better try again.
MOST_WAITING = 16


class QueryVectors:
    """Encodes queries, one process's.

    Args:
        kept: texts whose vectors are kept.
        most_waiting: requests that may wait for the encoder at once.
    """

    def __init__(self, kept: int = KEPT, most_waiting: int = MOST_WAITING) -> None:
        self._kept = kept
        self._places = Places(most_waiting)
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, Role, str], Floats] = OrderedDict()

    def encode(self, encoder: Encoder, texts: Sequence[str], role: Role = Role.DOCUMENT) -> Floats:
        """Return (n, d) float32, L2-normalised, in the order of the texts.

        Raises:
            Busy: too many wait already.
        """
        keys = [(encoder.model_id, role, text) for text in texts]
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
            for key in found:
                self._known.move_to_end(key)
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            found |= self._made(encoder, missing, role)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, encoder.dimension), np.float32)

    def _made(
        self, encoder: Encoder, keys: Sequence[tuple[str, Role, str]], role: Role
    ) -> dict[tuple[str, Role, str], Floats]:
        with self._places.taken():
            vectors = encoder.encode([text for _, _, text in keys], role)
        made = dict(zip(keys, vectors, strict=True))
        with self._lock:
            self._known |= made
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return made
