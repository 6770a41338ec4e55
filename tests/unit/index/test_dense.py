"""The exact FAISS index against the contract of dense indexes."""

import numpy as np
import pytest

from matching.index.dense import FlatDenseIndex
from matching.index.protocols import DenseEntry
from tests.unit.index.contract import DenseContract
from tests.unit.index.shared_contract import NewIndex
from tests.unit.index.strategies import DIMENSION, SCHEMA


@pytest.fixture(scope="module")
def new_index() -> NewIndex:
    def make() -> FlatDenseIndex:
        index = FlatDenseIndex(DIMENSION)
        index.ensure(SCHEMA)
        return index

    return make


class TestFlatDenseIndex(DenseContract):
    """Nothing of its own: the contract is all."""


def test_vectors_that_are_one_in_half_precision_are_told_apart(new_index: NewIndex) -> None:
    random = np.random.default_rng(7)
    centre = np.full(DIMENSION, DIMENSION**-0.5, np.float32)
    rows = (centre + random.normal(scale=1e-5, size=(2_000, DIMENSION))).astype(np.float32)
    index = new_index()
    index.upsert([DenseEntry(f"{at:04d}", row[None, :], {}) for at, row in enumerate(rows)])
    for query in (centre, random.normal(size=DIMENSION).astype(np.float32)):
        products = np.einsum("rd,d->r", rows, query)
        expected = sorted(range(len(rows)), key=lambda at: (-products[at], at))[:5]
        assert [hit.id for hit in index.search(query, 5)] == [f"{at:04d}" for at in expected]


def test_what_was_written_is_searched_as_it_is_after_others_went(new_index: NewIndex) -> None:
    random = np.random.default_rng(8)
    rows = random.normal(size=(400, DIMENSION)).astype(np.float32)
    index = new_index()
    index.upsert([DenseEntry(f"{at:03d}", row[None, :], {}) for at, row in enumerate(rows)])
    index.delete([f"{at:03d}" for at in range(0, 400, 3)])
    for at in range(1, 400, 3):
        best = max((each for each in range(400) if each % 3), key=lambda each: float(rows[each] @ rows[at]))
        assert index.search(rows[at], 1)[0].id == f"{best:03d}"
