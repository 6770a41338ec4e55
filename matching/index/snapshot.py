"""Snapshots: files that make start-up fast, and are trusted only while their checksums hold.

A snapshot is a folder `snapshot-<sequence>` with one folder an engine and a manifest. It is written
aside and renamed, so a crash leaves either a whole one or none. Losing it costs time, never data.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from matching.errors import IndexDamaged
from matching.index.protocols import Index, WriteSnapshot

FORMAT = 1
_MANIFEST = "manifest.json"
_PREFIX = "snapshot-"
_ASIDE = ".writing-"
# Longer than writing one takes.
LEFT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """What a snapshot was made of.

    Attributes:
        sequence: the last change that it holds.
        recipe: what must be the same for the snapshot to be of use: model, segmenter, schema.
    """

    sequence: int
    recipe: Mapping[str, str]


def write_snapshot(root: Path, indexes: Mapping[str, WriteSnapshot], info: SnapshotInfo) -> Path:
    """Write a snapshot of what was captured below `root` and drop older ones; return its folder."""
    root.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=root))
    checksums: dict[str, str] = {}
    for name, write in indexes.items():
        (aside / name).mkdir()
        write(aside / name)
        for file in sorted((aside / name).iterdir()):
            checksums[f"{name}/{file.name}"] = _digest(file)
            _sync(file)
    manifest = {"format": FORMAT, "sequence": info.sequence, "recipe": dict(info.recipe), "files": checksums}
    sealed = {**manifest, "seal": _seal(manifest)}
    (aside / _MANIFEST).write_text(json.dumps(sealed, indent=1), "utf-8")
    _sync(aside / _MANIFEST)
    final = root / f"{_PREFIX}{info.sequence:012d}"
    replaced = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=root))
    if final.exists():
        # Moved away whole: another process never reads one that is half removed.
        final.rename(replaced / final.name)
    aside.rename(final)
    shutil.rmtree(replaced, ignore_errors=True)
    _sync(root)
    for other in root.iterdir():
        # Another process may be writing aside at this moment: only finished ones are dropped.
        if other.name.startswith(_PREFIX) and other.name < final.name:
            shutil.rmtree(other, ignore_errors=True)
    return final


def newest_snapshot(root: Path) -> Path | None:
    """Return the folder of the newest snapshot, None if there is none."""
    return max(root.glob(_PREFIX + "*"), default=None) if root.is_dir() else None


def read_snapshot(folder: Path, indexes: Mapping[str, Index], recipe: Mapping[str, str]) -> int | None:
    """Load a snapshot into the indexes.

    Returns:
        The sequence number of the last change it holds; None if it was made by another recipe.

    Raises:
        IndexDamaged: a file is missing, changed, or does not fit; the indexes may then be in
            part replaced and must be built anew.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            return None
        if manifest.pop("seal") != _seal(manifest):
            raise IndexDamaged(f"{folder / _MANIFEST}: the checksum differs")
        if manifest["recipe"] != dict(recipe):
            return None
        files: dict[str, str] = manifest["files"]
        for name, expected in files.items():
            if _digest(folder / name) != expected:
                raise IndexDamaged(f"{folder / name}: the checksum differs")
        for name, index in indexes.items():
            index.load(folder / name)
        return int(manifest["sequence"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"{folder}: {error}") from error


def remove_leftovers(root: Path) -> None:
    """Drop what processes that died while writing have left; one that writes just now is younger."""
    for folder in root.glob(_ASIDE + "*"):
        with suppress(FileNotFoundError):  # its writer has just renamed it
            if time.time() - folder.stat().st_mtime > LEFT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def _seal(manifest: Mapping[str, object]) -> str:
    """Return the checksum of the manifest itself."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
