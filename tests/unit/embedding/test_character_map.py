"""Nmt and NFKC stand in for the container's own character map: compare them on every code point."""

import struct

import numpy as np
import pytest

from matching.embedding.offline_model import default_container

HAN_END = 0x30000
WAVE_DASH = 0xFF5E
# The Unicode version of the map did not know this one yet.
NEWER = 0x1F23B


@pytest.fixture(scope="module")
def character_map() -> dict[str, str]:
    """Return the map that `E5Container` skips, read by the layout in its docstring."""
    data = default_container().read_bytes()
    at = 4 + 4 + 7 * 4 + 8
    pieces, *_ = struct.unpack_from("<5i", data, at)
    (blob,) = struct.unpack_from("<Q", data, at + 20)
    at += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    count, size = struct.unpack_from("<iI", data, at)
    at += 8
    end = at + size
    mapped: dict[str, str] = {}
    for _ in range(count):
        source, length = struct.unpack_from("<IB", data, at)
        target = np.frombuffer(data, "<u4", length, at + 5)
        mapped[chr(source)] = "".join(map(chr, target.tolist()))
        at += 5 + 4 * length
    assert at == end
    return mapped


def test_the_map_is_the_one_that_was_compared(character_map: dict[str, str]) -> None:
    assert len(character_map) == 4837
    assert character_map["Ａ"] == "A"
    assert character_map["㎡"] == "m2"


def test_normalising_equals_the_map_on_all_code_points(character_map: dict[str, str], whole_tokenizer) -> None:
    normaliser = whole_tokenizer.backend_tokenizer.normalizer
    different = set()
    for code in range(HAN_END):
        if 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        if normaliser.normalize_str(character) != character_map.get(character, character):
            different.add(code)
    assert different == {WAVE_DASH, NEWER}
