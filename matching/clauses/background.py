"""How alike clauses and sentences of unrelated records are for a model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.embedding.encoder import Encoder
from matching.types import Floats

MIN_TEXTS = 40


@dataclass(frozen=True, slots=True)
class ClauseBackground:
    """Where the vectors of a model lie, and the deviation of cosines between unrelated ones.

    multilingual-e5 puts any two sentences at 0.84 ± 0.02: all its vectors share a direction. Taken
    off, unrelated ones are at 0 ± 0.09.

    Attributes:
        centre: (d,) float32, mean of the vectors.
        mean, deviation: of cosines between centred vectors of different records.
    """

    centre: Floats
    mean: float
    deviation: float

    def centred(self, vectors: Floats) -> Floats:
        """Return (n, d) vectors without the shared direction, L2-normalised."""
        moved = vectors - self.centre
        unit: Floats = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
        return unit

    def standardise(self, first: Floats, second: Floats) -> Floats:
        """Return (a, b) standardised cosines of centred (a, d) and (b, d) vectors."""
        standard: Floats = (first @ second.T - np.float32(self.mean)) / np.float32(self.deviation)
        return standard


def measure_background(encoder: Encoder, records: Sequence[Sequence[str]]) -> ClauseBackground:
    """Encode sentences of reference records and read the background off pairs of different records.

    Args:
        encoder: whose vectors will be compared.
        records: of each reference record the `core` of its sentences; `MIN_TEXTS` or more in all,
            of records about different things.

    Raises:
        ValueError: there are too few.
    """
    texts = [text for record in records for text in record]
    owner = np.repeat(np.arange(len(records)), [len(record) for record in records])
    if len(texts) < MIN_TEXTS or len(set(owner.tolist())) < 2:
        raise ValueError(f"a background takes {MIN_TEXTS} sentences of several records, got {len(texts)}")
    vectors = encoder.encode(texts)
    raw = ClauseBackground(vectors.mean(axis=0), 0.0, 1.0)
    unit = raw.centred(vectors)
    cosines = (unit @ unit.T)[owner[:, None] != owner]
    return ClauseBackground(raw.centre, float(cosines.mean()), max(float(cosines.std()), 1e-6))
