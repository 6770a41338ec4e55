"""Identifiers of records."""

import secrets
import threading
import time
from datetime import datetime

_RANDOM_BYTES = 10
_MINUTE = 60_000 << 8 * _RANDOM_BYTES
_LOCK = threading.Lock()
_last = 0


def new_id() -> str:
    """Return 32 hexadecimal digits: milliseconds since 1970, then randomness (as in UUIDv7).

    New ids sort after old ones, so that lists page by id and B-trees grow at their end; of one process also
    those of the same millisecond, and where the clock is put back by less than a minute.
    """
    global _last  # noqa: PLW0603  (one series a process)
    fresh = int(_of(time.time()), 16) << 8 * _RANDOM_BYTES | secrets.randbits(8 * _RANDOM_BYTES)
    with _LOCK:
        behind = _last - fresh
        _last = _last + 1 + secrets.randbits(40) if 0 <= behind < _MINUTE else fresh
        return f"{_last:032x}"


def first_id(moment: datetime) -> str:
    """Return what sorts before every id that was made from a moment on."""
    return _of(moment.timestamp()) + "0" * 2 * _RANDOM_BYTES


def _of(seconds: float) -> str:
    return (int(seconds * 1000) & ((1 << 48) - 1)).to_bytes(6, "big").hex()
