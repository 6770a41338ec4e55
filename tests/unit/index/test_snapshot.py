"""Snapshots: written whole, read back equal, refused when made otherwise or damaged."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from matching.errors import IndexDamaged
from matching.index.snapshot import SnapshotInfo, newest_snapshot, read_snapshot, remove_leftovers, write_snapshot
from tests.unit.index.snapshot_writer import RECIPE, apply, captured, empty_indexes, ids_at

SEQUENCE = 137
FILES = [
    "manifest.json",
    *(f"{engine}/{file}" for engine in ("dense", "lexical") for file in ("documents.json", "documents.npz")),
    "dense/rows.npy",
    "dense/vectors.faiss",
    "lexical/postings.npz",
    "lexical/vocabulary.json",
]


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    indexes = empty_indexes()
    for sequence in range(1, SEQUENCE + 1):
        apply(indexes, sequence)
    return write_snapshot(tmp_path / "index", captured(indexes), SnapshotInfo(SEQUENCE, RECIPE))


def _flip(data: bytes) -> bytes:
    # The first bytes: of a manifest they open its braces; of the others any will do.
    at = 0
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def _flip_somewhere(data: bytes) -> bytes:
    at = random.Random(len(data)).randrange(len(data))
    return data[:at] + bytes([data[at] ^ 0x80]) + data[at + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "first byte flipped": _flip,
    "a byte flipped": _flip_somewhere,
    "cut in half": lambda data: data[: len(data) // 2],
    "last byte gone": lambda data: data[:-1],
    "emptied": lambda _: b"",
    "tail zeroed": lambda data: data[:-16] + bytes(16),
    "a byte too many": lambda data: data + b"x",
    "removed": lambda _: None,
}


def test_the_listed_files_are_those_of_a_snapshot(snapshot: Path) -> None:
    assert sorted(str(file.relative_to(snapshot)) for file in snapshot.rglob("*.*")) == sorted(FILES)


def test_a_snapshot_is_read_back(snapshot: Path) -> None:
    indexes = empty_indexes()
    assert newest_snapshot(snapshot.parent) == snapshot
    assert read_snapshot(snapshot, indexes, RECIPE) == SEQUENCE
    for index in indexes.values():
        assert sorted(index.ids()) == ids_at(SEQUENCE)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_damage_to_any_file_is_noticed(snapshot: Path, file: str, damage: str) -> None:
    target = snapshot / file
    changed = DAMAGES[damage](target.read_bytes())
    target.unlink()
    if changed is not None:
        target.write_bytes(changed)
    with pytest.raises(IndexDamaged):
        read_snapshot(snapshot, empty_indexes(), RECIPE)


def test_no_flipped_bit_of_the_manifest_makes_it_tell_another_story(snapshot: Path) -> None:
    manifest = snapshot / "manifest.json"
    whole = manifest.read_bytes()
    believed = {}
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 3)
        manifest.write_bytes(changed)
        try:
            sequence = read_snapshot(snapshot, empty_indexes(), RECIPE)
        except IndexDamaged:
            continue
        # None stands for another recipe: the index is then built anew, which is as good.
        if sequence is not None:
            believed[at] = (sequence, bytes(changed[at - 12 : at + 12]))
    assert believed == {}


def test_a_sequence_number_that_was_changed_is_noticed(snapshot: Path) -> None:
    manifest = snapshot / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace(f": {SEQUENCE},", f": {SEQUENCE + 2},"), "utf-8")
    with pytest.raises(IndexDamaged):
        read_snapshot(snapshot, empty_indexes(), RECIPE)


@pytest.mark.parametrize("manifest", ["null", "[]", "3", '"x"', "{}", '{"format": 1}'])
def test_a_manifest_of_another_shape_is_damage(snapshot: Path, manifest: str) -> None:
    (snapshot / "manifest.json").write_text(manifest, "utf-8")
    with pytest.raises(IndexDamaged):
        read_snapshot(snapshot, empty_indexes(), RECIPE)


@pytest.mark.parametrize("recipe", [{}, {**RECIPE, "model": "别的模型"}, {**RECIPE, "schema": "2"}])
def test_another_recipe_is_no_snapshot_of_ours(snapshot: Path, recipe: dict[str, str]) -> None:
    indexes = empty_indexes()
    assert read_snapshot(snapshot, indexes, recipe) is None
    assert all(index.count() == 0 for index in indexes.values())


def test_another_format_is_no_snapshot_of_ours(snapshot: Path) -> None:
    manifest = snapshot / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "format": 99}), "utf-8")
    assert read_snapshot(snapshot, empty_indexes(), RECIPE) is None


def test_a_snapshot_of_an_index_we_do_not_have_is_damage(snapshot: Path) -> None:
    indexes = {**empty_indexes(), "third": empty_indexes()["dense"]}
    with pytest.raises(IndexDamaged):
        read_snapshot(snapshot, indexes, RECIPE)


def test_a_newer_snapshot_replaces_older_ones(snapshot: Path) -> None:
    indexes = empty_indexes()
    newer = write_snapshot(snapshot.parent, captured(indexes), SnapshotInfo(SEQUENCE + 1, RECIPE))
    assert [folder.name for folder in snapshot.parent.iterdir()] == [newer.name]
    again = write_snapshot(snapshot.parent, captured(indexes), SnapshotInfo(SEQUENCE + 1, RECIPE))
    assert newest_snapshot(snapshot.parent) == again
    assert read_snapshot(again, empty_indexes(), RECIPE) == SEQUENCE + 1


def test_the_newest_is_the_one_of_the_highest_sequence(tmp_path: Path) -> None:
    assert newest_snapshot(tmp_path / "none") is None
    assert newest_snapshot(tmp_path) is None
    for sequence in (9, 10, 1_000_000):
        write_snapshot(tmp_path, captured(empty_indexes()), SnapshotInfo(sequence, RECIPE))
        newest = newest_snapshot(tmp_path)
        assert newest is not None
        assert read_snapshot(newest, empty_indexes(), RECIPE) == sequence


def test_leftovers_of_a_dead_writer_are_dropped_and_nothing_else(snapshot: Path) -> None:
    (snapshot.parent / ".writing-abc").mkdir()
    (snapshot.parent / ".writing-abc" / "part").write_bytes(b"x")
    assert newest_snapshot(snapshot.parent) == snapshot
    remove_leftovers(snapshot.parent)
    assert (snapshot.parent / ".writing-abc").exists()  # somebody may be writing it
    os.utime(snapshot.parent / ".writing-abc", (0, 0))
    remove_leftovers(snapshot.parent)
    assert list(snapshot.parent.iterdir()) == [snapshot]
