"""Identifiers of records."""

import os
import time
from datetime import datetime

_RANDOM_BYTES = 10


def new_id() -> str:
    """Return 32 hexadecimal digits: milliseconds since 1970, then randomness (as in UUIDv7).

    New ids sort after old ones, so that lists page by id and B-trees grow at their end.
    """
    return _of(time.time()) + os.urandom(_RANDOM_BYTES).hex()


def first_id(moment: datetime) -> str:
    """Return what sorts before every id that was made from a moment on."""
    return _of(moment.timestamp()) + "0" * 2 * _RANDOM_BYTES


def _of(seconds: float) -> str:
    return (int(seconds * 1000) & ((1 << 48) - 1)).to_bytes(6, "big").hex()
