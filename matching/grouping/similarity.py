"""How alike two documents are, from three features, without ever holding all pairs."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit

from matching.embedding.scale import CosineScale
from matching.grouping.corpus import GroupingCorpus
from matching.types import Floats

Rows = npt.NDArray[np.intp]

# Weights beside the standardised cosine of the titles, rounded from a logistic regression of 60,000
# pairs of real texts, some 280 of them labelled alike by hand: 1 to 0.33 to 15 … 23. Around these the
# quality is flat: F1 of 0.67 to 0.71 with weights of 15 to 40 for the terms.
BODY_WEIGHT = 1 / 3
TERMS_WEIGHT = 20.0
# Likelihood of a labelled pair by its similarity, by logistic regression of the 280 most alike.
SLOPE = 0.7
EVEN = 6.2
# Rows compared at once: 1024 × 10,000 × 4 bytes are 40 MB a feature.
BLOCK = 1024


class Similarity:
    """Similarities of documents, in deviations of the cosine between unrelated titles.

        s = z(title · title) + BODY_WEIGHT · z(body · body) + TERMS_WEIGHT · cos(terms, terms)

    where z standardises by the model's scale, and is 0 where a document has no such vector:
    what is not known speaks neither for nor against. Unrelated documents have about 0 ± 2.

    Args:
        corpus: n documents.
        scale: of the model that made the vectors.
    """

    def __init__(self, corpus: GroupingCorpus, scale: CosineScale) -> None:
        self.size = len(corpus.ids)
        self._titles = np.asarray(corpus.title_vectors, np.float32)
        self._bodies = np.asarray(corpus.body_vectors, np.float32)
        self._terms = term_matrix(corpus.terms)
        self._title_scale = (scale.title_mean[0], 1 / scale.title_deviation[0])
        self._body_scale = (scale.body_mean[1], BODY_WEIGHT / scale.body_deviation[1])

    def between(self, rows: Rows, columns: Rows) -> Floats:
        """Return (rows, columns) float32."""
        shared = (self._terms[rows] @ self._terms[columns].T).toarray()
        result: Floats = np.asarray(shared, np.float32) * np.float32(TERMS_WEIGHT)
        result += _standardised(self._titles[rows], self._titles[columns], *self._title_scale)
        result += _standardised(self._bodies[rows], self._bodies[columns], *self._body_scale)
        return result

    def blocks(self, members: Rows) -> Iterator[tuple[int, Floats]]:
        """Yield, for every block of members, its offset and its similarities to all from there on."""
        for start in range(0, len(members), BLOCK):
            yield start, self.between(members[start : start + BLOCK], members[start:])


def likelihood(similarities: Floats) -> Floats:
    """Return in 0..1 how likely documents so alike are about the same technology."""
    result: Floats = expit(np.float32(SLOPE) * (similarities - np.float32(EVEN)))
    return result


def term_matrix(terms: Sequence[Mapping[str, float]]) -> sparse.csr_array:
    """Return (n, terms) float32, rows L2-normalised; a document without terms has none."""
    vocabulary = {term: code for code, term in enumerate(sorted(set().union(*terms)))}
    starts = np.cumsum([0, *map(len, terms)])
    codes = np.fromiter((vocabulary[term] for each in terms for term in each), np.int32, int(starts[-1]))
    values = np.fromiter((weight for each in terms for weight in each.values()), np.float32, int(starts[-1]))
    lengths = np.sqrt(np.add.reduceat(np.append(values**2, 0), starts[:-1])) if len(terms) else values
    filled = np.diff(starts)
    values /= np.repeat(np.maximum(lengths, 1e-12), filled)
    return sparse.csr_array((values, codes, starts), shape=(len(terms), len(vocabulary)))


def _standardised(rows: Floats, columns: Floats, mean: float, factor: float) -> Floats:
    result: Floats = rows @ columns.T
    result -= np.float32(mean)
    result *= np.float32(factor)
    result[~rows.any(axis=1)] = 0
    result[:, ~columns.any(axis=1)] = 0
    return result
