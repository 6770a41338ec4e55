"""Unpacking the offline model: once, whole or not at all."""

import json
from pathlib import Path

import pytest

from matching.embedding.offline_model import OFFLINE_MODEL_NAME, OFFLINE_MODEL_REVISION, build_offline_model
from matching.errors import ModelFormatError
from tests.unit.embedding.synthetic_container import container


def test_a_folder_of_this_revision_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    manifest = {"name": OFFLINE_MODEL_NAME, "revision": OFFLINE_MODEL_REVISION, "cut": True}
    (folder / "shuangxu-model.json").write_text(json.dumps(manifest), "utf-8")
    # The weight file is never opened: it does not exist.
    assert build_offline_model(folder, tmp_path / "none.bin") == folder
    assert [file.name for file in folder.iterdir()] == ["shuangxu-model.json"]


@pytest.mark.parametrize("data", [b"", b"E5S1", b"x" * 100, container([])], ids=["empty", "short", "text", "bare"])
def test_a_damaged_container_leaves_no_model_and_the_old_one_untouched(tmp_path: Path, data: bytes) -> None:
    weights, folder = tmp_path / "weights.bin", tmp_path / "model"
    weights.write_bytes(data)
    with pytest.raises(ModelFormatError):
        build_offline_model(folder, weights)
    assert not folder.exists()
    folder.mkdir()
    (folder / "shuangxu-model.json").write_text('{"revision": "0"}', "utf-8")
    with pytest.raises(ModelFormatError):
        build_offline_model(folder, weights)
    assert (folder / "shuangxu-model.json").exists()
