"""A process that writes snapshots until it is killed: `snapshot_writer.py ROOT`.

It goes on after the newest snapshot, and prints each sequence number once it is written. What an
index holds at a sequence number follows from the number alone.
"""

import sys
from pathlib import Path

import numpy as np

from matching.index.dense import FlatDenseIndex
from matching.index.filters import FacetKind
from matching.index.lexical import PostingsIndex
from matching.index.protocols import DenseEntry, Index, LexicalEntry
from matching.index.snapshot import SnapshotInfo, newest_snapshot, read_snapshot, write_snapshot

RECIPE = {"model": "写快照的模型", "segmenter": "1"}
SCHEMA = {"kind": FacetKind.WORD, "budget": FacetKind.NUMBER}
WINDOW = 40


def empty_indexes() -> dict[str, Index]:
    indexes: dict[str, Index] = {"dense": FlatDenseIndex(4), "lexical": PostingsIndex(["title"])}
    for index in indexes.values():
        index.ensure(SCHEMA)
    return indexes


def ids_at(sequence: int) -> list[str]:
    return [f"{number:06d}" for number in range(max(1, sequence - WINDOW + 1), sequence + 1)]


def apply(indexes: dict, sequence: int) -> None:
    id, facets = f"{sequence:06d}", {"kind": "材料", "budget": sequence}
    indexes["dense"].upsert([DenseEntry(id, np.eye(4, dtype=np.float32)[[sequence % 4]], facets)])
    indexes["lexical"].upsert([LexicalEntry(id, {"title": ["泵", id]}, facets, public=True)])
    for index in indexes.values():
        index.delete([f"{sequence - WINDOW:06d}"])


def captured(indexes: dict) -> dict:
    return {name: index.captured() for name, index in indexes.items()}


def main(root: Path) -> None:
    indexes = empty_indexes()
    newest = newest_snapshot(root)
    sequence = 0 if newest is None else read_snapshot(newest, indexes, RECIPE) or 0
    while True:
        sequence += 1
        apply(indexes, sequence)
        write_snapshot(root, captured(indexes), SnapshotInfo(sequence, RECIPE))
        sys.stdout.write(f"{sequence}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
