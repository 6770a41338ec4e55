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
    The rows are (query title, query text); a body is the text of title and body here.

    Queries differ, too: a short one is near to nothing, a general one near to everything. Each is
    held to its own mean cosine to the reference texts, which is its cosine to their mean, so that a
    grade means the same for every query.

    Attributes:
        title_centre, body_centre: (d,) the mean vectors of reference titles and bodies; empty, every
            query is held to the mean over all.
    """

    title_mean: tuple[float, float]
    title_deviation: tuple[float, float]
    body_mean: tuple[float, float]
    body_deviation: tuple[float, float]
    title_centre: tuple[float, ...] = ()
    body_centre: tuple[float, ...] = ()

    def standardise_titles(self, cosines: Floats, vectors: Floats) -> Floats:
        """Standardise the (2, n) cosines of a query's (2, d) vectors to titles."""
        return _standardise(cosines, _mean(self.title_centre, vectors, self.title_mean), self.title_deviation)

    def standardise_bodies(self, cosines: Floats, vectors: Floats) -> Floats:
        """Standardise the (2, n) cosines of a query's (2, d) vectors to bodies."""
        return _standardise(cosines, _mean(self.body_centre, vectors, self.body_mean), self.body_deviation)


def _mean(centre: tuple[float, ...], vectors: Floats, mean: tuple[float, float]) -> Floats:
    """Return (2,): what unrelated texts have with each of the vectors."""
    own: Floats = vectors @ np.asarray(centre, np.float32) if centre else np.asarray(mean, np.float32)
    return own


def _standardise(cosines: Floats, mean: Floats, deviation: tuple[float, float]) -> Floats:
    result: Floats = (cosines - mean[:, None]) / np.asarray(deviation, np.float32)[:, None]
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
        title_centre=_rounded(title.mean(axis=0)),
        body_centre=_rounded(body.mean(axis=0)),
    )


def _rounded(centre: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in centre)
