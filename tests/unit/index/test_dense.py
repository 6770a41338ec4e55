"""The exact FAISS index against the contract of dense indexes."""

import pytest

from matching.index.dense import FlatDenseIndex
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
