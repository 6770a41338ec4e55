"""How much the terms of each document weigh, so that overlap can be told as a share of them.

A document's weight is Σ idf(t) over its distinct terms; its length as a vector √Σ idf(t)². Both
are derived from the postings at once: 1.4 million postings of 100,000 titles take about 15 ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.index.segment import Mask, PostingsSegment

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FieldMasses:
    """Weights of one field.

    Attributes:
        rarity: (t,) the inverse document frequency by term code.
        sums: (n,) Σ idf by document number.
        squares: (n,) Σ idf² by document number.
    """

    rarity: Doubles
    sums: Doubles
    squares: Doubles


def field_masses(segments: Sequence[PostingsSegment], terms: int, counted: Mask) -> FieldMasses:
    """Weigh every document of a field.

    Args:
        segments: the postings; a document stands under each of its terms once.
        terms: size of the vocabulary.
        counted: (n,) which documents count in the document frequencies.
    """
    holding = np.zeros(terms)
    for part in segments:
        if len(part):
            holding[part.terms] += np.add.reduceat(counted[part.documents].astype(np.float64), part.starts[:-1])
    rarity = np.log(1 + (np.count_nonzero(counted) - holding + 0.5) / (holding + 0.5))
    sums, squares = np.zeros(len(counted)), np.zeros(len(counted))
    for part in segments:
        weights = np.repeat(rarity[part.terms], np.diff(part.starts))
        sums += np.bincount(part.documents, weights, len(counted))
        squares += np.bincount(part.documents, weights**2, len(counted))
    return FieldMasses(rarity, sums, squares)
