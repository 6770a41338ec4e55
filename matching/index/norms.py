"""Norms of documents as vectors of idf, so that overlap can be told as a share of them.

Over a document's distinct terms: the sum Σ idf(t), and Σ idf(t)², whose root is the length. Both
are derived from the postings at once: 1.4 million postings of 100,000 titles take about 15 ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.index.segment import Mask, PostingsSegment

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FieldNorms:
    """Norms of one field.

    Attributes:
        idf: (t,) the inverse document frequency by term code.
        sums: (n,) Σ idf by document number.
        squares: (n,) Σ idf² by document number.
    """

    idf: Doubles
    sums: Doubles
    squares: Doubles


def field_norms(segments: Sequence[PostingsSegment], terms: int, counted: Mask) -> FieldNorms:
    """Return the norms of every document of a field.

    Args:
        segments: the postings; a document stands under each of its terms once.
        terms: size of the vocabulary.
        counted: (n,) which documents count in the document frequencies.
    """
    holding = np.zeros(terms)
    for part in segments:
        if len(part):
            holding[part.terms] += np.add.reduceat(counted[part.documents].astype(np.float64), part.starts[:-1])
    idf = np.log(1 + (np.count_nonzero(counted) - holding + 0.5) / (holding + 0.5))
    sums, squares = np.zeros(len(counted)), np.zeros(len(counted))
    for part in segments:
        weights = np.repeat(idf[part.terms], np.diff(part.starts))
        sums += np.bincount(part.documents, weights, len(counted))
        squares += np.bincount(part.documents, weights**2, len(counted))
    return FieldNorms(idf, sums, squares)
