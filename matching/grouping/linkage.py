"""Average linkage of many documents, exact, in pieces that cannot touch each other."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components

from matching.grouping.similarity import Rows, Similarity

# Documents linked at once: 10,000 take 0.8 GB, 8 bytes a pair and the copy that SciPy makes. Greater
# pieces are first cut where they hang together least.
MOST_LINKED = 10_000
CUT_STEP = 1.0


def clusters(similarity: Similarity, threshold: float, most_linked: int = MOST_LINKED) -> list[Rows]:
    """Cluster so that no two clusters have an average similarity of `threshold` or more.

    Exact as long as no piece has more than `most_linked` documents.

    Returns:
        The rows of each cluster of two or more, ascending; clusters by their first row.
    """
    found = [
        cluster
        for piece in _pieces(similarity, np.arange(similarity.size), threshold, most_linked)
        for cluster in _linked(similarity, piece, threshold)
    ]
    return sorted(found, key=lambda rows: int(rows[0]))


def _pieces(similarity: Similarity, rows: Rows, threshold: float, most_linked: int) -> Iterator[Rows]:
    """Yield what hangs together by single pairs of at least `threshold`.

    Between two of these every pair is below it, and so is their average: linking each by itself
    loses nothing.
    """
    for piece in _split(_components(similarity, rows, threshold), rows):
        if len(piece) > most_linked:
            yield from _pieces(similarity, piece, threshold + CUT_STEP, most_linked)
        else:
            yield piece


def _components(similarity: Similarity, rows: Rows, threshold: float) -> npt.NDArray[np.int32]:
    labels = np.arange(len(rows), dtype=np.int32)
    for start, block in similarity.blocks(rows):
        # The pairs of a block are used and dropped: all of them may be 50 million.
        left, right = np.nonzero(block >= threshold)
        edges = (np.ones(len(left), bool), (labels[left + start], labels[right + start]))
        graph = sparse.coo_array(edges, shape=(len(rows), len(rows)))
        labels = connected_components(graph, directed=False)[1][labels]
    return labels


def _linked(similarity: Similarity, rows: Rows, threshold: float) -> list[Rows]:
    size = len(rows)
    distances = np.empty(size * (size - 1) // 2, np.float64)
    at = 0
    for _, block in similarity.blocks(rows):
        for row, values in enumerate(block):
            rest = values[row + 1 :]
            distances[at : at + len(rest)] = rest
            at += len(rest)
    greatest = float(distances.max())
    np.subtract(greatest, distances, out=distances)
    # A little above: an average of exactly the threshold is joined, whatever rounding made of it.
    labels = fcluster(linkage(distances, "average"), greatest - threshold + 1e-6, "distance")
    return _split(labels, rows)


def _split(labels: npt.NDArray[np.int32], rows: Rows) -> list[Rows]:
    """Return the rows of each label that occurs more than once."""
    order = np.argsort(labels, kind="stable")
    ends = np.flatnonzero(np.diff(labels[order])) + 1
    return [rows[part] for part in np.split(order, ends) if len(part) > 1]
