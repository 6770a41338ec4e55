"""The postings in memory against the contract of lexical indexes."""

import pytest

from matching.index.lexical import MERGE_RATIO, PostingsIndex
from matching.index.protocols import LexicalClause, LexicalEntry
from tests.unit.index.contract import LexicalContract
from tests.unit.index.shared_contract import NewIndex
from tests.unit.index.strategies import FIELDS, SCHEMA


@pytest.fixture(scope="module")
def new_index() -> NewIndex:
    def make() -> PostingsIndex:
        index = PostingsIndex(FIELDS)
        index.ensure(SCHEMA)
        return index

    return make


class TestPostingsIndex(LexicalContract):
    """What the contract says, and how the postings are kept below."""


def test_single_writes_leave_few_segments_and_no_heap_of_dead_postings() -> None:
    index = PostingsIndex(["body"])
    for turn in range(40):
        for id in range(20):
            index.upsert([LexicalEntry(str(id), {"body": ["泵", f"轮{turn}"]}, {}, public=True)])
    segments = index._fields["body"].segments
    assert len(segments) <= 6
    assert sum(len(part) for part in segments) <= 2 * 20 * (MERGE_RATIO + 2)
    assert len(index.search([LexicalClause("body", ("泵",), 1.0)], 100)) == 20
    assert index.search([LexicalClause("body", ("轮3",), 1.0)], 100) == []
