"""What dense and lexical indexes must both hold to; `contract.py` adds what sets them apart."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matching.errors import IndexDamaged, UnknownFacet
from matching.index.filters import ID_FACET, And, Eq, FacetKind, Filter, In, Not, Range
from tests.unit.index.oracle import passes
from tests.unit.index.strategies import SCHEMA

NewIndex = Callable[[], Any]
FACETS = {
    "a": {"kind": "材料", "tags": ("甲", "乙"), "open": True, "budget": 10},
    "b": {"kind": "材料", "tags": ("乙",), "open": False, "budget": 20},
    "c": {"kind": "装备", "tags": (), "open": True, "budget": 30.5},
    "d": {"kind": "装备", "tags": ("甲", "丙", "丁"), "budget": 0},
    "e": {"kind": None, "open": True, "budget": None},
    "f": {},
}
FILTERS: list[Filter | None] = [
    None,
    Eq("kind", "材料"),
    Eq("kind", "没有这种"),
    Eq("tags", "乙"),
    Eq("open", False),
    Eq("budget", 30.5),
    Eq(ID_FACET, "c"),
    Eq(ID_FACET, "没有"),
    In("kind", frozenset({"材料", "装备"})),
    In("tags", frozenset({"丙", "乙"})),
    In("kind", frozenset()),
    In(ID_FACET, frozenset({"a", "f", "没有"})),
    In(ID_FACET, frozenset()),
    Range("budget", 10, 20),
    Range("budget", gte=20),
    Range("budget", lte=0),
    Range("budget"),
    Range("budget", 40, 10),
    And(()),
    And((Eq("kind", "装备"), Range("budget", gte=1))),
    Not(Eq("kind", "材料")),
    Not(In(ID_FACET, frozenset({"a", "b"}))),
    Not(Range("budget", gte=0)),
    Not(And((Eq("open", True), Not(Eq("tags", "甲"))))),
]


class IndexContract:
    """Subclasses give `new_index` (a fixture), `entry` and `find`, which every document matches."""

    def entry(self, id: str, facets: dict, version: int = 0) -> Any:
        raise NotImplementedError

    def find(self, index: Any, k: int, filter: Filter | None = None) -> list:
        raise NotImplementedError

    def put(self, index: Any, *entries: Any) -> None:
        index.wait(index.upsert(entries), timeout=60)

    def drop(self, index: Any, *ids: str) -> None:
        index.wait(index.delete(ids), timeout=60)

    @pytest.fixture
    def filled(self, new_index: NewIndex) -> Any:
        index = new_index()
        self.put(index, *(self.entry(id, facets) for id, facets in FACETS.items()))
        return index

    @pytest.mark.parametrize("filter", FILTERS)
    def test_a_filter_lets_through_what_it_says_and_nothing_else(self, filled: Any, filter: Filter | None) -> None:
        expected = {id for id, facets in FACETS.items() if passes(filter, id, facets)}
        assert {hit.id for hit in self.find(filled, 100, filter)} == expected
        assert sorted(filled.ids(filter)) == sorted(expected)
        assert filled.count(filter) == len(expected)

    @pytest.mark.parametrize("k", [0, 1, 2, 3, 6, 7, 1000])
    @pytest.mark.parametrize("filter", [None, Not(Eq("kind", "材料")), Eq(ID_FACET, "没有")])
    def test_a_search_gives_exactly_k_or_all_that_match(self, filled: Any, k: int, filter: Filter | None) -> None:
        hits = self.find(filled, k, filter)
        assert len(hits) == min(k, filled.count(filter))
        assert len({hit.id for hit in hits}) == len(hits)

    def test_an_empty_index_answers_with_nothing(self, new_index: NewIndex) -> None:
        index = new_index()
        assert self.find(index, 5) == []
        assert index.ids() == []
        assert index.count() == index.health().documents == 0

    @pytest.mark.parametrize("filter", [Eq("colour", "红"), Range("colour", 1, 2), Range("kind", 1, 2)])
    def test_a_filter_on_an_unknown_facet_is_refused(self, filled: Any, filter: Filter) -> None:
        with pytest.raises(UnknownFacet):
            self.find(filled, 5, filter)

    def test_a_deleted_document_is_gone_once_waited_for(self, filled: Any) -> None:
        assert len(self.find(filled, 100, Eq("tags", "甲"))) == 2
        self.drop(filled, "a", "d", "没有")
        assert {hit.id for hit in self.find(filled, 100)} == {"b", "c", "e", "f"}
        assert self.find(filled, 100, Eq("tags", "甲")) == []
        assert filled.count() == filled.health().documents == 4
        self.drop(filled, *FACETS)
        assert self.find(filled, 100) == []

    def test_a_deleted_document_can_come_back(self, filled: Any) -> None:
        self.drop(filled, "a")
        self.put(filled, self.entry("a", {"kind": "软件"}))
        assert [hit.id for hit in self.find(filled, 100, Eq("kind", "软件"))] == ["a"]

    def test_an_upsert_replaces_the_document_whole(self, filled: Any) -> None:
        self.put(filled, self.entry("a", {"kind": "软件"}))
        assert filled.ids(Eq("kind", "软件")) == ["a"]
        assert "a" not in filled.ids(Range("budget"))
        assert "a" not in filled.ids(Eq("tags", "甲"))
        assert filled.count() == len(FACETS)

    def test_an_upsert_may_be_repeated(self, filled: Any) -> None:
        before = self.find(filled, 100)
        for _ in range(3):
            self.put(filled, *(self.entry(id, facets) for id, facets in FACETS.items()))
        assert self.find(filled, 100) == before
        assert filled.count() == len(FACETS)

    def test_the_last_of_several_versions_in_one_batch_counts(self, new_index: NewIndex) -> None:
        index = new_index()
        self.put(index, self.entry("a", {"kind": "材料"}, 1), self.entry("a", {"kind": "装备"}, 2))
        assert index.ids(Eq("kind", "装备")) == ["a"]
        assert len(self.find(index, 5)) == index.count() == 1

    def test_a_refused_upsert_changes_nothing(self, filled: Any) -> None:
        before = self.find(filled, 100)
        with pytest.raises(UnknownFacet):
            filled.upsert([self.entry("new", {}, 1), self.entry("a", {"budget": "面议"}, 1)])
        assert self.find(filled, 100) == before
        self.put(filled, self.entry("later", {}))
        assert {hit.id for hit in self.find(filled, 100)} == {*FACETS, "later"}

    def test_ensuring_the_same_schema_keeps_the_documents_and_another_drops_them(self, filled: Any) -> None:
        filled.ensure(dict(SCHEMA))
        assert filled.count() == len(FACETS)
        filled.ensure({"kind": FacetKind.WORD})
        assert filled.count() == 0

    def test_waiting_for_a_write_that_never_was_times_out(self, filled: Any) -> None:
        watermark = filled.delete([])
        with pytest.raises(TimeoutError):
            filled.wait(watermark + 1, timeout=0.01)

    def test_a_snapshot_gives_equal_answers_and_takes_further_writes(
        self, filled: Any, new_index: NewIndex, tmp_path: Path
    ) -> None:
        self.drop(filled, "b")
        self.put(filled, self.entry("a", {"kind": "装备"}, 1))
        filled.captured()(tmp_path)
        loaded = new_index()
        self.put(loaded, self.entry("other", {}))
        loaded.load(tmp_path)
        for index in (filled, loaded):
            assert index.count() == 5
        for filter in FILTERS:
            assert self.find(loaded, 100, filter) == self.find(filled, 100, filter)
        for index in (filled, loaded):
            self.put(index, self.entry("g", {"kind": "装备"}), self.entry("c", {"tags": ("戊",)}, 2))
            self.drop(index, "d")
        assert self.find(loaded, 100) == self.find(filled, 100)
        assert loaded.ids(Eq("tags", "戊")) == ["c"]

    def test_what_was_captured_is_written_as_it_was_whatever_comes_meanwhile(
        self, filled: Any, new_index: NewIndex, tmp_path: Path
    ) -> None:
        before = self.find(filled, 100)
        write = filled.captured()
        self.put(filled, self.entry("a", {"kind": "装备"}, 1), self.entry("later", {"tags": ("戊",)}))
        self.drop(filled, "b")
        write(tmp_path)
        loaded = new_index()
        loaded.load(tmp_path)
        assert self.find(loaded, 100) == before
        assert loaded.ids(Eq("tags", "戊")) == []

    def test_an_empty_index_can_be_saved_and_loaded(self, new_index: NewIndex, tmp_path: Path) -> None:
        new_index().captured()(tmp_path)
        loaded = new_index()
        loaded.load(tmp_path)
        self.put(loaded, self.entry("a", {"kind": "材料"}))
        assert [hit.id for hit in self.find(loaded, 5, Eq("kind", "材料"))] == ["a"]

    @pytest.mark.parametrize("damage", ["removed", "emptied", "halved", "replaced"])
    def test_loading_a_damaged_folder_says_so(
        self, filled: Any, new_index: NewIndex, tmp_path: Path, damage: str
    ) -> None:
        filled.captured()(tmp_path)
        for file in sorted(tmp_path.iterdir()):
            whole = file.read_bytes()
            if damage == "removed":
                file.unlink()
            else:
                file.write_bytes({"emptied": b"", "halved": whole[: len(whole) // 2], "replaced": b"null"}[damage])
            with pytest.raises(IndexDamaged):
                new_index().load(tmp_path)
            file.write_bytes(whole)
        new_index().load(tmp_path)

    def test_searches_during_writes_see_every_document_once(self, filled: Any) -> None:
        stop, seen = threading.Event(), []

        def search() -> None:
            while not stop.is_set():
                seen.append(sorted(hit.id for hit in self.find(filled, 100)))

        searchers = [threading.Thread(target=search) for _ in range(2)]
        for thread in searchers:
            thread.start()
        for version in range(150):
            self.put(filled, *(self.entry(id, facets, version % 3) for id, facets in FACETS.items()))
        stop.set()
        for thread in searchers:
            thread.join()
        assert len(seen) > 2
        assert all(ids == sorted(FACETS) for ids in seen)
