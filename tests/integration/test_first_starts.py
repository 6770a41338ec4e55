"""Several processes or threads that start for the first time at once make one of each thing, and it is whole."""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from app.core.security import ensure_key
from app.core.settings import Settings
from app.search.weight_sets import WeightSets
from matching.embedding import offline_model
from matching.embedding.offline_model import build_offline_model

AT_ONCE = 6


def at_once(call: Callable[[], object]) -> list[object]:
    """Call from several threads at the same moment."""
    ready = Barrier(AT_ONCE)

    def begin(_: int) -> object:
        ready.wait()
        return call()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(begin, range(AT_ONCE)))


def test_one_key_is_made_and_all_use_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    real = os.fsync

    def slow(descriptor: int) -> None:
        real(descriptor)
        time.sleep(0.05)  # so that the others come while it is being written

    monkeypatch.setattr(os, "fsync", slow)
    found = at_once(lambda: ensure_key(file))
    assert {key for key, _ in found} == {file.read_text("utf-8").strip()}
    assert sorted(made for _, made in found) == [False] * (AT_ONCE - 1) + [True]
    assert file.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


def test_one_builds_the_model_and_the_others_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []

    class Container:
        pieces = ()

        def __init__(self, _: Path) -> None:
            pass

    def save(_: object, __: object, folder: Path) -> None:
        built.append(folder)
        folder.mkdir(parents=True)
        time.sleep(0.05)
        (folder / "model").write_text("whole", "utf-8")

    monkeypatch.setattr(offline_model, "E5Container", Container)
    monkeypatch.setattr(offline_model, "_save", save)
    folder = tmp_path / "models" / "built-in"
    assert at_once(lambda: build_offline_model(folder, tmp_path)) == [folder] * AT_ONCE
    assert len(built) == 1
    assert (folder / "model").read_text("utf-8") == "whole"


def test_of_weight_sets_put_to_use_at_once_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path)
    sets = WeightSets(settings)
    content = {"format": 4}
    versions = [str(version) for version in at_once(lambda: sets.add(content))]
    assert sorted(versions) == [f"trained-{number}" for number in range(1, AT_ONCE + 1)]
    monkeypatch.setattr(WeightSets, "load", lambda *_: None)
    left = list(versions)
    at_once(lambda: WeightSets(settings).activate(left.pop()))
    history = json.loads((settings.weights_dir / "active.json").read_text("utf-8"))["history"]
    assert sorted(history) == sorted(versions)
