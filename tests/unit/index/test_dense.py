"""The exact FAISS index against the contract of dense indexes."""

import pytest

from matching.index.dense import FlatDenseIndex
from tests.unit.index.contract import DenseContract
from tests.unit.index.shared_contract import NewIndex
from tests.unit.index.strategies import DIMENSION, SCHEMA


class TestFlatDenseIndex(DenseContract):
    @pytest.fixture(scope="class")
    def new_index(self) -> NewIndex:
        def make() -> FlatDenseIndex:
            index = FlatDenseIndex(DIMENSION)
            index.ensure(SCHEMA)
            return index

        return make
