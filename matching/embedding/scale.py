"""How large cosines are for a model: what unrelated texts have, and how much it varies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.embedding.encoder import Encoder
from matching.types import Floats

MIN_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class CosineScale:
    """Mean and deviation of cosines between unrelated texts, to titles and to bodies.

    multilingual-e5 puts unrelated texts at 0.80 ± 0.03, other models at 0.3 ± 0.1: weights learnt
    on one would be wrong on the other. Standardised by a fixed set of texts, both read alike.
    The rows are (query title, query body).
    """

    title_mean: tuple[float, float]
    title_deviation: tuple[float, float]
    body_mean: tuple[float, float]
    body_deviation: tuple[float, float]

    def standardise_titles(self, cosines: Floats) -> Floats:
        """Standardise (2, n) cosines to titles."""
        return _standardise(cosines, self.title_mean, self.title_deviation)

    def standardise_bodies(self, cosines: Floats) -> Floats:
        """Standardise (2, n) cosines to bodies."""
        return _standardise(cosines, self.body_mean, self.body_deviation)


def _standardise(cosines: Floats, mean: tuple[float, float], deviation: tuple[float, float]) -> Floats:
    centred = cosines - np.asarray(mean, np.float32)[:, None]
    result: Floats = centred / np.asarray(deviation, np.float32)[:, None]
    return result


def measure_scale(encoder: Encoder, titles: Sequence[str], bodies: Sequence[str]) -> CosineScale:
    """Encode reference texts and read the scale off all pairs of different ones.

    Args:
        titles, bodies: those of at least `MIN_REFERENCES` records, in the same order and about
            many different things, so that pairs of different records are nearly all unrelated.
    """
    if len(titles) != len(bodies) or len(titles) < MIN_REFERENCES:
        raise ValueError(f"a scale takes {MIN_REFERENCES} records or more, got {len(titles)}")
    title, body = encoder.encode(titles), encoder.encode(bodies)
    different = ~np.eye(len(titles), dtype=bool)
    to_title = [(side @ title.T)[different] for side in (title, body)]
    to_body = [(side @ body.T)[different] for side in (title, body)]
    return CosineScale(
        title_mean=(float(to_title[0].mean()), float(to_title[1].mean())),
        title_deviation=(float(to_title[0].std()), float(to_title[1].std())),
        body_mean=(float(to_body[0].mean()), float(to_body[1].mean())),
        body_deviation=(float(to_body[0].std()), float(to_body[1].std())),
    )
