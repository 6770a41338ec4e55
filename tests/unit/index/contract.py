"""The suites that any engine must pass to stand behind the matcher.

To run one through them, subclass and give a fixture `new_index` of module scope that returns
a function: it makes an empty index, `ensure`d with `SCHEMA`, dense ones of width `DIMENSION`,
lexical ones with the fields `FIELDS`.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.errors import DimensionMismatch
from matching.index.filters import Eq, Filter, Not
from matching.index.protocols import DenseEntry, LexicalClause, LexicalEntry
from tests.unit.index.oracle import Bm25, best_first, dense_scores
from tests.unit.index.shared_contract import IndexContract, NewIndex
from tests.unit.index.strategies import (
    CLAUSES,
    DENSE_ENTRIES,
    DIMENSION,
    FIELDS,
    FILTERS,
    IDS,
    LEXICAL_ENTRIES,
    histories,
    unit_vectors,
)

# One suite, several engines: Hypothesis would rather have one class a test.
BOUNDED = settings(suppress_health_check=[HealthCheck.differing_executors])
UNIT = np.eye(DIMENSION, dtype=np.float32)


def replay(contract: IndexContract, index: Any, history: Sequence[list | set]) -> dict[str, Any]:
    """Write a history into the index, and return what must be in it."""
    documents: dict[str, Any] = {}
    for batch in history:
        if isinstance(batch, set):
            contract.drop(index, *batch)
            documents = {id: entry for id, entry in documents.items() if id not in batch}
        else:
            contract.put(index, *batch)
            documents.update((entry.id, entry) for entry in batch)
    return documents


def move(index: Any, loaded: Any) -> None:
    """Save one index and load the other from it."""
    with TemporaryDirectory() as folder:
        index.captured()(Path(folder))
        loaded.load(Path(folder))


def pairs(hits: Iterable) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in hits]


class DenseContract(IndexContract):
    """Exact search by inner product."""

    def entry(self, id: str, facets: dict, version: int = 0) -> DenseEntry:
        place = sum(id.encode()) % DIMENSION
        return DenseEntry(id, UNIT[[place, (place + 1 + version) % DIMENSION]], facets)

    def find(self, index: Any, k: int, filter: Filter | None = None) -> list:
        return index.search(np.arange(DIMENSION, dtype=np.float32), k, filter)

    @BOUNDED
    @given(histories(DENSE_ENTRIES), unit_vectors(), st.integers(0, 12), FILTERS)
    def test_any_history_leaves_the_answers_of_the_oracle(
        self, new_index: NewIndex, history: list, query: np.ndarray, k: int, filter: Filter | None
    ) -> None:
        index = new_index()
        documents = replay(self, index, history)
        expected = best_first(dense_scores(documents.values(), query, filter))[:k]
        assert pairs(index.search(query, k, filter)) == expected
        assert index.count() == len(documents)

    @BOUNDED
    @given(histories(DENSE_ENTRIES), st.lists(unit_vectors(), min_size=1, max_size=3), st.lists(IDS, max_size=5))
    def test_similarities_and_vectors_are_those_of_the_oracle(
        self, new_index: NewIndex, history: list, queries: list, ids: list[str]
    ) -> None:
        index = new_index()
        documents = replay(self, index, history)
        scores = [dense_scores(documents.values(), query) for query in queries]
        expected = np.asarray([[row.get(id, np.nan) for id in ids] for row in scores], np.float32)
        got = index.similarities(np.stack(queries), ids)
        assert got.dtype == np.float32
        np.testing.assert_array_equal(got, expected.reshape(len(queries), len(ids)))
        for id in ids:
            own = documents[id].vectors if id in documents else np.zeros((0, DIMENSION))
            np.testing.assert_array_equal(index.vectors(id), own)

    @BOUNDED
    @given(histories(DENSE_ENTRIES), unit_vectors(), FILTERS)
    def test_any_history_survives_a_snapshot(
        self, new_index: NewIndex, history: list, query: np.ndarray, filter: Filter | None
    ) -> None:
        index, loaded = new_index(), new_index()
        documents = replay(self, index, history)
        move(index, loaded)
        assert loaded.search(query, 20, filter) == index.search(query, 20, filter)
        for id, entry in documents.items():
            np.testing.assert_array_equal(loaded.vectors(id), entry.vectors)

    def test_scores_of_real_numbers_equal_those_of_the_oracle(self, new_index: NewIndex) -> None:
        random = np.random.default_rng(20221101)
        index = new_index()
        entries = []
        for number in range(300):
            vectors = random.normal(size=(1 + number % 4, DIMENSION)).astype(np.float32)
            unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
            entries.append(DenseEntry(f"{number:03d}", unit, {"kind": ("材料", "装备")[number % 2]}))
        self.put(index, *entries)
        for query in random.normal(size=(20, DIMENSION)).astype(np.float32):
            for filter in (None, Eq("kind", "材料")):
                expected = best_first(dense_scores(entries, query, filter))[:25]
                hits = index.search(query, 25, filter)
                assert [hit.id for hit in hits] == [id for id, _ in expected]
                np.testing.assert_allclose([hit.score for hit in hits], [score for _, score in expected], rtol=1e-5)

    def test_a_document_of_several_vectors_counts_once_by_its_best(self, new_index: NewIndex) -> None:
        index = new_index()
        crowd = np.repeat((UNIT[:1] + UNIT[1:2]) / np.float32(2**0.5), 60, axis=0)
        self.put(
            index, DenseEntry("many", crowd, {}), DenseEntry("one", UNIT[2:4], {}), DenseEntry("far", -UNIT[:1], {})
        )
        assert [hit.id for hit in index.search(UNIT[0], 3)] == ["many", "one", "far"]
        assert [hit.id for hit in index.search(UNIT[3], 1)] == ["one"]
        assert index.search(UNIT[3], 1)[0].score == 1

    @pytest.mark.parametrize("filter", [None, Not(Eq("kind", "装备"))])
    def test_of_many_equal_scores_the_lowest_ids_come_first(self, new_index: NewIndex, filter: Filter | None) -> None:
        index = new_index()
        ids = [f"{number * 37 % 101:03d}" for number in range(101)]
        self.put(index, DenseEntry("x", UNIT[:1], {"kind": "装备"}), *(DenseEntry(id, UNIT[:1], {}) for id in ids))
        assert [hit.id for hit in index.search(UNIT[0], 5, filter)] == sorted(ids)[:5]

    def test_another_dimension_is_refused_and_changes_nothing(self, filled: Any) -> None:
        before = self.find(filled, 100)
        wrong = np.ones((1, DIMENSION + 1), np.float32)
        with pytest.raises(DimensionMismatch):
            filled.upsert([self.entry("new", {}), DenseEntry("a", wrong, {})])
        with pytest.raises(DimensionMismatch):
            filled.search(wrong[0], 1)
        assert self.find(filled, 100) == before


class LexicalContract(IndexContract):
    """BM25 with statistics of public documents alone."""

    def entry(self, id: str, facets: dict, version: int = 0) -> LexicalEntry:
        return LexicalEntry(id, {"title": ["泵", *id], "body": ["阀"] * (1 + version)}, facets, public=True)

    def find(self, index: Any, k: int, filter: Filter | None = None) -> list:
        return index.search([LexicalClause("title", ("泵", "a"), 1.0)], k, filter)

    @BOUNDED
    @given(histories(LEXICAL_ENTRIES), CLAUSES, st.integers(0, 12), FILTERS)
    def test_any_history_leaves_the_answers_of_the_formula(
        self, new_index: NewIndex, history: list, clauses: list, k: int, filter: Filter | None
    ) -> None:
        index = new_index()
        oracle = Bm25(replay(self, index, history).values())
        expected = oracle.scores(clauses, filter)
        hits = index.search(clauses, k, filter)
        assert len(hits) == min(k, len(expected))
        assert pairs(hits) == best_first(dict(pairs(hits)))
        assert dict(pairs(hits)) == pytest.approx({hit.id: expected[hit.id] for hit in hits}, rel=1e-5)
        if hits:
            missed = [score for id, score in expected.items() if id not in dict(pairs(hits))]
            assert max(missed, default=0) <= hits[-1].score * (1 + 1e-5)

    @BOUNDED
    @given(histories(LEXICAL_ENTRIES), CLAUSES, st.lists(IDS, max_size=6))
    def test_coverage_and_weights_are_those_of_the_formula(
        self, new_index: NewIndex, history: list, clauses: list, ids: list[str]
    ) -> None:
        index = new_index()
        documents = replay(self, index, history)
        oracle = Bm25(documents.values())
        covered = index.coverage(clauses, ids)
        assert covered.shape == (len(clauses), len(ids))
        for clause, row in zip(clauses, covered, strict=True):
            most = oracle.most(clause) or 1.0
            shares = [oracle.score(clause, documents[id]) / most if id in documents else np.nan for id in ids]
            np.testing.assert_allclose(row, shares, rtol=1e-5, atol=1e-7)
            assert all(0 <= share <= 1 + 1e-6 for share in row[~np.isnan(row)])
            expected = {term: oracle.idf(clause.field, term) for term in clause.terms}
            assert index.weights(clause.field, clause.terms) == pytest.approx(expected)

    @BOUNDED
    @given(histories(LEXICAL_ENTRIES), CLAUSES, st.lists(IDS, max_size=6))
    def test_overlap_is_that_of_the_formula(
        self, new_index: NewIndex, history: list, clauses: list, ids: list[str]
    ) -> None:
        index = new_index()
        documents = replay(self, index, history)
        oracle = Bm25(documents.values())
        for clause in clauses:
            shares, cosines = index.shares(clause, ids), index.cosines(clause, ids)
            expected = [oracle.share(clause, documents[id]) if id in documents else np.nan for id in ids]
            np.testing.assert_allclose(shares, expected, rtol=1e-5, atol=1e-7)
            expected = [oracle.cosine(clause, documents[id]) if id in documents else np.nan for id in ids]
            np.testing.assert_allclose(cosines, expected, rtol=1e-5, atol=1e-7)
            known = np.concatenate([shares, cosines])
            assert all(0 <= value <= 1 for value in known[~np.isnan(known)])

    @BOUNDED
    @given(histories(LEXICAL_ENTRIES), CLAUSES, FILTERS)
    def test_any_history_survives_a_snapshot(
        self, new_index: NewIndex, history: list, clauses: list, filter: Filter | None
    ) -> None:
        index, loaded = new_index(), new_index()
        documents = replay(self, index, history)
        move(index, loaded)
        assert loaded.search(clauses, 20, filter) == index.search(clauses, 20, filter)
        ids = sorted(documents)
        np.testing.assert_array_equal(loaded.coverage(clauses, ids), index.coverage(clauses, ids))
        for clause in clauses:
            np.testing.assert_array_equal(loaded.shares(clause, ids), index.shares(clause, ids))
            np.testing.assert_array_equal(loaded.cosines(clause, ids), index.cosines(clause, ids))

    @BOUNDED
    @given(histories(LEXICAL_ENTRIES), st.lists(histories(LEXICAL_ENTRIES), max_size=3), CLAUSES)
    def test_what_is_not_public_moves_no_score_of_the_others(
        self, new_index: NewIndex, history: list, hidden: list, clauses: list
    ) -> None:
        index = new_index()
        ids = sorted(replay(self, index, history))
        answers = self._answers(index, clauses, ids)
        secret: set[str] = set()
        for batch in (batch for part in hidden for batch in part):
            if isinstance(batch, set):
                self.drop(index, *(f"secret-{id}" for id in batch))
            else:
                renamed = [
                    LexicalEntry(f"secret-{each.id}", each.terms, {"kind": "保密"}, public=False) for each in batch
                ]
                self.put(index, *renamed)
                secret |= {each.id for each in renamed}
            assert self._answers(index, clauses, ids) == answers
        self.drop(index, *secret)
        assert self._answers(index, clauses, ids) == answers

    def _answers(self, index: Any, clauses: list, ids: list[str]) -> tuple:
        """Everything others can see, bit by bit."""
        unfiltered = [pair for pair in pairs(index.search(clauses, 1000)) if not pair[0].startswith("secret-")]
        filtered = pairs(index.search(clauses, 1000, Not(Eq("kind", "保密"))))
        weights = [index.weights(clause.field, clause.terms) for clause in clauses]
        overlap = [measure(clause, ids).tobytes() for clause in clauses for measure in (index.shares, index.cosines)]
        return unfiltered, filtered, index.coverage(clauses, ids).tobytes(), overlap, weights

    @pytest.mark.parametrize("public", [False, True])
    def test_a_long_query_is_not_moved_by_hidden_or_deleted_documents(self, new_index: NewIndex, public: bool) -> None:
        index = new_index()
        words = tuple(f"词{number:03d}" for number in range(80))
        for at in range(8):
            terms = {"body": [word for number, word in enumerate(words) if number % (at + 1) == 0]}
            self.put(index, LexicalEntry(f"doc-{at}", terms, {}, public=True))
        clauses = [LexicalClause("body", (*words, "密一", "密二", "密三"), 1.0)]
        ids = [f"doc-{at}" for at in range(8)]
        answers = self._answers(index, clauses, ids)
        self.put(index, LexicalEntry("secret-1", {"body": ["密一", "密二", "密三"]}, {"kind": "保密"}, public=public))
        if public:
            self.drop(index, "secret-1")
        assert self._answers(index, clauses, ids) == answers

    def test_only_documents_that_share_a_term_are_found(self, filled: Any) -> None:
        assert [hit.id for hit in filled.search([LexicalClause("title", ("b", "没有"), 1.0)], 100)] == ["b"]
        assert filled.search([LexicalClause("body", ("b",), 1.0)], 100) == []
        assert filled.search([LexicalClause("title", (), 1.0)], 100) == []
        assert filled.search([], 100) == []

    @pytest.mark.parametrize("filter", [None, Not(Eq("kind", "装备"))])
    def test_of_many_equal_scores_the_lowest_ids_come_first(self, new_index: NewIndex, filter: Filter | None) -> None:
        index = new_index()
        ids = [f"{number * 37 % 101:03d}" for number in range(101)]
        for id in ids:
            self.put(index, LexicalEntry(id, {"title": ["泵"]}, {}, public=True))
        self.put(index, LexicalEntry("x", {"title": ["泵"]}, {"kind": "装备"}, public=True))
        hits = index.search([LexicalClause("title", ("泵",), 1.0)], 5, filter)
        assert [hit.id for hit in hits] == sorted(ids)[:5]

    def test_a_field_of_greater_weight_counts_more(self, new_index: NewIndex) -> None:
        index = new_index()
        fields = dict(zip("ab", FIELDS, strict=True))
        self.put(index, *(LexicalEntry(id, {field: ["泵"]}, {}, public=True) for id, field in fields.items()))
        for first, second in (("a", "b"), ("b", "a")):
            clauses = [LexicalClause(fields[first], ("泵",), 2.0), LexicalClause(fields[second], ("泵",), 1.0)]
            hits = index.search(clauses, 2)
            assert [hit.id for hit in hits] == [first, second]
            assert hits[0].score == pytest.approx(2 * hits[1].score)
