"""Clusters are those of plain average linkage over all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.embedding.scale import CosineScale
from matching.grouping.corpus import GroupingCorpus
from matching.grouping.linkage import clusters
from matching.grouping.similarity import BLOCK, Similarity
from tests.unit.grouping.conftest import random_corpus


def plain_average_linkage(pairs: np.ndarray, threshold: float) -> list[list[int]]:
    """Join the two clusters of the greatest average similarity until none reach the threshold."""
    found = [[row] for row in range(len(pairs))]
    while len(found) > 1:
        averages = {
            (a, b): float(pairs[np.ix_(found[a], found[b])].mean())
            for a in range(len(found))
            for b in range(a + 1, len(found))
        }
        a, b = max(averages, key=averages.__getitem__)
        if averages[a, b] < threshold:
            break
        found[a] += found.pop(b)
    return sorted(sorted(cluster) for cluster in found if len(cluster) > 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 24), st.integers(0, 1000), st.sampled_from([0.1, 0.3, 0.6]), st.sampled_from([3.0, 6.0, 9.0]))
def test_clusters_are_those_of_plain_average_linkage(
    plain_scale: CosineScale, count: int, seed: int, spread: float, threshold: float
) -> None:
    similarity = Similarity(random_corpus(count, seed, spread), plain_scale)
    rows = np.arange(count)
    expected = plain_average_linkage(similarity.between(rows, rows).astype(float), threshold)
    assert [cluster.tolist() for cluster in clusters(similarity, threshold)] == expected


def test_clusters_reach_across_blocks(plain_scale: CosineScale) -> None:
    count = BLOCK + 300
    corpus = random_corpus(count, seed=5, spread=0.02, dimension=24)
    about = [max(terms, key=lambda term: terms[term]) for terms in corpus.terms]
    found = clusters(Similarity(corpus, plain_scale), 15.0)
    together = [{about[row] for row in cluster} for cluster in found]
    assert all(len(each) == 1 for each in together)
    assert len(set.union(*together)) == len(together)  # no thing is torn apart
    assert any(cluster[0] < BLOCK <= cluster[-1] for cluster in found)


def test_clusters_of_a_later_block_are_found(plain_scale: CosineScale) -> None:
    late = random_corpus(40, seed=2)
    empty = np.zeros((BLOCK, late.title_vectors.shape[1]), np.float32)
    corpus = GroupingCorpus(
        [f"!{at}" for at in range(BLOCK)] + list(late.ids),
        [""] * BLOCK + list(late.owners),
        [""] * BLOCK + list(late.titles),
        np.concatenate([empty, late.title_vectors]),
        np.concatenate([empty, late.body_vectors]),
        [*({} for _ in range(BLOCK)), *late.terms],
    )
    expected = [(cluster + BLOCK).tolist() for cluster in clusters(Similarity(late, plain_scale), 6.0)]
    assert len(expected) > 2
    assert [cluster.tolist() for cluster in clusters(Similarity(corpus, plain_scale), 6.0)] == expected


@pytest.mark.parametrize("most_linked", [2, 5, 11])
def test_pieces_that_are_too_great_are_cut_and_stay_disjoint(plain_scale: CosineScale, most_linked: int) -> None:
    similarity = Similarity(random_corpus(60, seed=1), plain_scale)
    exact = clusters(similarity, 4.0)
    cut = clusters(similarity, 4.0, most_linked)
    assert max(map(len, exact)) > most_linked >= max(map(len, cut))
    rows = np.concatenate(cut)
    assert len(set(rows.tolist())) == len(rows)
