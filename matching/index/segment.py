"""An immutable run of postings: which documents hold a term, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
_NOTHING = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """Which terms documents hold.

    Attributes:
        documents: (d,) int32, ascending, each once.
        starts: (d + 1,) int64, where the terms of each document begin.
        terms: (p,) int32, in any order within a document.
    """

    documents: Ints
    starts: npt.NDArray[np.int64]
    terms: Ints

    def of(self, numbers: Ints) -> tuple[npt.NDArray[np.int64], Ints]:
        """Return the terms of n documents, one after the other, and of each which of the n holds it.

        Those that are not here have none.
        """
        if not len(self.documents) or not len(numbers):
            return np.zeros(0, np.int64), _NOTHING
        at = np.minimum(self.documents.searchsorted(numbers), len(self.documents) - 1)
        here = np.flatnonzero(self.documents[at] == numbers)
        starts = self.starts[at[here]]
        counts = self.starts[at[here] + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(counts.sum()) + np.repeat(starts - (ends - counts), counts)
        return np.repeat(here, counts), self.terms[places]


@dataclass(frozen=True)
class PostingsSegment:
    """Postings sorted by term.

    Attributes:
        terms: (t,) int32, ascending, each once.
        starts: (t + 1,) int64, where the postings of each term begin.
        documents, frequencies: (p,) int32, document numbers and occurrences.
    """

    terms: Ints
    starts: npt.NDArray[np.int64]
    documents: Ints
    frequencies: Ints

    def postings(self, term: int) -> tuple[Ints, Ints]:
        """Return documents and frequencies of a term; both empty if it does not occur."""
        # Of the same type: for any other one NumPy would convert the whole array at each call.
        at = int(self.terms.searchsorted(np.int32(term)))
        if at == len(self.terms) or self.terms[at] != term:
            return _NOTHING, _NOTHING
        span = slice(int(self.starts[at]), int(self.starts[at + 1]))
        return self.documents[span], self.frequencies[span]

    @cached_property
    def by_document(self) -> DocumentTerms:
        """The same, document by document; made when it is first asked for."""
        order = np.argsort(self.documents, kind="stable")
        documents, starts = np.unique(self.documents[order], return_index=True)
        terms = np.repeat(self.terms, np.diff(self.starts))[order]
        return DocumentTerms(documents, np.append(starts, len(order)).astype(np.int64), terms)

    def __len__(self) -> int:
        return len(self.documents)


def segment_of(terms: Ints, documents: Ints, frequencies: Ints) -> PostingsSegment:
    """Sort postings, given one a row in any order, into a segment."""
    order = np.argsort(terms, kind="stable")
    terms = terms[order]
    distinct, starts = np.unique(terms, return_index=True)
    return PostingsSegment(
        distinct.astype(np.int32),
        np.append(starts, len(terms)).astype(np.int64),
        documents[order],
        frequencies[order],
    )


def merge_segments(segments: Sequence[PostingsSegment], alive: Mask) -> PostingsSegment:
    """Join segments into one, leaving out postings of documents that are not alive."""
    terms = np.concatenate([np.repeat(part.terms, np.diff(part.starts)) for part in segments])
    documents = np.concatenate([part.documents for part in segments])
    frequencies = np.concatenate([part.frequencies for part in segments])
    kept = alive[documents]
    return segment_of(terms[kept], documents[kept], frequencies[kept])
