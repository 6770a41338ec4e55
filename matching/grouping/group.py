"""Find what many owners have in common."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.embedding.scale import CosineScale
from matching.grouping.corpus import GroupingCorpus
from matching.grouping.linkage import clusters
from matching.grouping.naming import GroupMember, group_title, shared_terms
from matching.grouping.similarity import Rows, Similarity, likelihood
from matching.text.normalise import normalise

# On 347 different real texts with labelled pairs, pairs within groups that belong together, and
# labelled close pairs found: 73% and 58% at 5, 88% and 54% at 6, 96% and 47% at 7.
THRESHOLD = 6.0


@dataclass(frozen=True, slots=True)
class Group:
    """Documents about the same thing.

    Attributes:
        medoid: id of the document that is most like all others.
        members: ids, the medoid first, then by their likeness to it.
        owners: how many different ones the members have.
        cohesion: mean likelihood in 0..1 that two members are about the same technology.
        terms: what most members share and few other documents have, best first.
        title: the best of these terms as the medoid's title has them; empty if there are none at all.
    """

    medoid: str
    members: tuple[str, ...]
    owners: int
    cohesion: float
    terms: tuple[str, ...]
    title: str


def group_documents(
    corpus: GroupingCorpus, scale: CosineScale, *, threshold: float = THRESHOLD, min_owners: int = 2
) -> list[Group]:
    """Group documents by average linkage; most belong to none.

    Args:
        corpus: the documents; their order does not matter.
        scale: of the model that made the vectors.
        threshold: similarity, as `Similarity` measures it, below which groups are not joined.
        min_owners: groups of fewer different owners are left out.

    Returns:
        Groups without common members, those of most owners first, then by cohesion.
    """
    if len(corpus.ids) < 2:
        return []
    corpus = corpus.ordered()
    similarity = Similarity(corpus, scale)
    everywhere = Counter(term for terms in corpus.terms for term in terms)
    groups = [
        _group(corpus, similarity, rows, everywhere)
        for rows in clusters(similarity, threshold)
        if len({corpus.owners[row] for row in rows}) >= min_owners
    ]
    return sorted(groups, key=lambda group: (-group.owners, -group.cohesion, group.medoid))


def _group(corpus: GroupingCorpus, similarity: Similarity, rows: Rows, everywhere: Mapping[str, int]) -> Group:
    medoid, cohesion = _centre(similarity, rows)
    near = similarity.between(rows[medoid : medoid + 1], rows)[0]
    near[medoid] = np.inf
    members = [int(row) for row in rows[np.argsort(-near, kind="stable")]]
    described = [GroupMember(corpus.owners[row], normalise(corpus.titles[row]), corpus.terms[row]) for row in members]
    terms = shared_terms(described, everywhere, len(corpus.ids))
    return Group(
        medoid=corpus.ids[members[0]],
        members=tuple(corpus.ids[row] for row in members),
        owners=len({each.owner for each in described}),
        cohesion=round(cohesion, 4),
        terms=terms,
        title=group_title(described, terms),
    )


def _centre(similarity: Similarity, rows: Rows) -> tuple[int, float]:
    """Return the place of the medoid in `rows`, and the cohesion."""
    totals = np.zeros(len(rows), np.float64)
    together = 0.0
    for start, block in similarity.blocks(rows):
        upper = np.triu(block, 1)  # each pair once
        totals[start : start + len(block)] += upper.sum(axis=1, dtype=np.float64)
        totals[start:] += upper.sum(axis=0, dtype=np.float64)
        together += float(np.triu(likelihood(block), 1).sum(dtype=np.float64))
    return int(totals.argmax()), together / (len(rows) * (len(rows) - 1) / 2)
