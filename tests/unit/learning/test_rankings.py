"""What is measured is the order that users see, down to how equal scores are told apart."""

from dataclasses import replace

import numpy as np
import pytest

from app.learning.quality import measure_systems
from matching.evaluation.metrics import mean, measure_queries, ndcg_at_k
from matching.learning.examples import Examples
from matching.learning.rankings import rank_examples
from matching.learning.validation import predict, validate
from matching.ranking.features import Basis
from matching.ranking.fusion import fuse, sort_keys
from matching.ranking.weights import load_weights

WEIGHTS = load_weights()


@pytest.fixture(scope="module")
def nearly_equal(new_examples) -> Examples:
    """Return examples of which many have the same features but for what rounding takes away."""
    examples = new_examples(queries=8, pairs=60, seed=3)
    rng = np.random.default_rng(4)
    coarse = {name: np.round(values) + rng.uniform(0, 1e-9, len(values)) for name, values in examples.features.items()}
    shuffled = rng.permutation(examples.documents)
    return replace(examples, features=coarse, documents=shuffled)


def _seen(examples: Examples) -> dict[str, list[str]]:
    """Return by query the documents as the engine ranks them."""
    found = {}
    for query in np.unique(examples.queries).tolist():
        part = examples.where(examples.queries == query)
        bases = [Basis(each) for each in part.bases.tolist()]
        matches = fuse(part.documents.tolist(), part.features, bases, WEIGHTS, top_k=len(part))
        found[query] = [match.id for match in matches]
    return found


def test_pairs_are_ranked_as_users_see_them(nearly_equal: Examples) -> None:
    totals, probabilities = predict(nearly_equal, WEIGHTS)
    rankings, grades = rank_examples(nearly_equal, *sort_keys(probabilities, totals))
    seen = _seen(nearly_equal)
    assert {id: [str(nearly_equal.documents[int(row)]) for row in rows] for id, rows in rankings.items()} == seen
    graded = {
        query: dict(zip(part.documents.tolist(), part.grades.tolist(), strict=True))
        for query in seen
        for part in [nearly_equal.where(nearly_equal.queries == query)]
    }
    assert {query: sorted(given.values()) for query, given in grades.items()} == {
        query: sorted(given.values()) for query, given in graded.items()
    }
    expected = measure_queries(ndcg_at_k, seen, graded)
    assert validate(nearly_equal, WEIGHTS).ndcg_by_query == pytest.approx(expected)
    assert measure_systems(WEIGHTS, nearly_equal)["fused"].ndcg_at_10 == pytest.approx(mean(expected))


def test_a_single_score_is_ranked_by_it_and_then_by_id(nearly_equal: Examples) -> None:
    rankings, _ = rank_examples(nearly_equal, np.zeros(len(nearly_equal)))
    for rows in rankings.values():
        documents = [str(nearly_equal.documents[int(row)]) for row in rows]
        assert documents == sorted(documents)
