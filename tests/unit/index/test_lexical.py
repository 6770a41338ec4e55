"""The postings in memory against the contract of lexical indexes."""

import numpy as np
import pytest

from matching.index.impacts import Impacts, KeptImpacts
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


def test_what_is_kept_of_terms_ends_with_the_next_write() -> None:
    asked = [LexicalClause("body", ("泵", "阀", "密封", "密封"), 1.0)]
    entries = [
        LexicalEntry(f"{at:02d}", {"body": ["泵"] * (1 + at % 3) + ["阀"] * (at % 2) + ["密封"]}, {}, public=True)
        for at in range(20)
    ]
    written = PostingsIndex(["body"])
    for at, entry in enumerate(entries):
        written.upsert([entry])
        written.search(asked, 20)
        written.cosines(asked[0], ["00"])
        ids = [each.id for each in entries[: at + 1]]
        if at % 5 == 4:
            written.delete(["03"])
        at_once = PostingsIndex(["body"])
        at_once.upsert([each for each in entries[: at + 1] if at < 4 or each.id != "03"])
        assert written.search(asked, 20) == at_once.search(asked, 20)
        for one, other in zip(
            (written.coverage(asked, ids)[0], written.cosines(asked[0], ids), written.shares(asked[0], ids)),
            (at_once.coverage(asked, ids)[0], at_once.cosines(asked[0], ids), at_once.shares(asked[0], ids)),
            strict=True,
        ):
            np.testing.assert_array_equal(one, other)


def test_no_more_impacts_are_kept_than_there_is_room_for() -> None:
    kept = KeptImpacts(most=5)
    made: list[str] = []

    def impacts(term: str, size: int) -> Impacts:
        def make() -> Impacts:
            made.append(term)
            return Impacts(np.arange(size, dtype=np.int32), np.ones(size))

        return kept.get(("body", term, 1), make)

    assert len(impacts("泵", 3).values) == len(impacts("泵", 3).values) == 3
    impacts("阀", 2)
    impacts("泵", 3)
    assert made == ["泵", "阀"]
    impacts("轴", 1)  # no room: what was kept goes
    impacts("泵", 3)
    assert made == ["泵", "阀", "轴", "泵"]
    kept.clear()
    impacts("泵", 3)
    assert made[-2:] == ["泵", "泵"]
