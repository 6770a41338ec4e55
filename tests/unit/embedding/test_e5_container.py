"""The weight container: numbers exact to the last bit, damage told from content."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.embedding.e5_container import E5Container
from matching.embedding.offline_model import default_container
from matching.errors import ModelFormatError, ModelUnavailable
from tests.unit.embedding.synthetic_container import PIECES, container, q4

FLOATS = np.asarray([0.5, -1.25, 3.0, 7.5], np.float32)
TENSORS = [("plain", 0, 4, FLOATS.tobytes()), ("packed", 1, 64, q4(np.tile(np.arange(-8, 8), 4) * 0.25, 0.25))]


def _read(tmp_path: Path, data: bytes) -> E5Container:
    file = tmp_path / "weights.bin"
    file.write_bytes(data)
    return E5Container(file)


def _read_all(tmp_path: Path, data: bytes) -> None:
    read = _read(tmp_path, data)
    read.tensor("plain", 4)
    read.tensor("packed", 64)


def test_header_pieces_and_scores_are_read(tmp_path: Path) -> None:
    read = _read(tmp_path, container(TENSORS))
    assert (read.shape.hidden, read.shape.vocabulary, read.shape.positions) == (4, 5, 6)
    assert read.shape.layer_norm_eps == pytest.approx(1e-5)
    assert tuple(read.pieces) == PIECES
    assert read.scores == [0, 1, 2, 3, 4]
    assert (read.bos, read.eos, read.pad, read.unk) == (0, 2, 1, 3)


def test_plain_tensors_are_read_as_they_are(tmp_path: Path) -> None:
    tensor = _read(tmp_path, container(TENSORS)).tensor("plain", 2, 2)
    np.testing.assert_array_equal(tensor, FLOATS.reshape(2, 2))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-8, 7), min_size=64, max_size=64),
    st.sampled_from([0.25, 2.0, -0.5]),
)
def test_packed_tensors_are_nibbles_times_their_scale(tmp_path_factory, whole: list[int], scale: float) -> None:
    values = np.asarray(whole, np.float32) * np.float32(scale)
    read = _read(tmp_path_factory.mktemp("packed"), container([("packed", 1, 64, q4(values, scale))]))
    np.testing.assert_array_equal(read.tensor("packed", 8, 8), values.reshape(8, 8))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"E5S",
        b"not a container at all",
        container(TENSORS, magic=b"E5S2"),
        container(TENSORS, block=64),
        container(TENSORS).replace("泵".encode(), b"\xff\xff\xff"),
    ],
    ids=["empty", "short", "text", "magic", "block", "no UTF-8"],
)
def test_what_is_no_container_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ModelFormatError):
        _read(tmp_path, data)


def test_a_container_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = container(TENSORS)
    for length in range(len(whole)):
        with pytest.raises(ModelFormatError):
            _read_all(tmp_path, whole[:length])


@pytest.mark.parametrize(
    ("name", "shape"), [("absent", (4,)), ("plain", (5,)), ("packed", (3, 3)), ("strange", (4,))], ids=str
)
def test_a_tensor_that_is_not_there_or_does_not_fit_is_refused(tmp_path: Path, name: str, shape: tuple) -> None:
    read = _read(tmp_path, container([*TENSORS, ("strange", 7, 4, FLOATS.tobytes())]))
    with pytest.raises(ModelFormatError):
        read.tensor(name, *shape)


def test_the_container_of_the_wheel_has_the_sizes_of_e5_small() -> None:
    read = E5Container(default_container())
    assert (read.shape.hidden, read.shape.layers, read.shape.heads, read.shape.positions) == (384, 12, 12, 512)
    assert len(read.pieces) == len(read.scores) == 250_002
    assert read.shape.vocabulary == 250_037
    assert read.tensor("emb.type", read.shape.token_types, 384).shape[1] == 384


def test_a_missing_container_is_an_unavailable_model(tmp_path: Path) -> None:
    with pytest.raises((ModelUnavailable, ModelFormatError)):
        E5Container(tmp_path / "none.bin")
