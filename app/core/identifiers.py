"""Identifiers of records."""

import os
import time

_RANDOM_BYTES = 10


def new_id() -> str:
    """Return 32 hexadecimal digits: milliseconds since 1970, then randomness (as in UUIDv7).

    New ids sort after old ones, so that lists page by id and B-trees grow at their end.
    """
    return (int(time.time() * 1000) & ((1 << 48) - 1)).to_bytes(6, "big").hex() + os.urandom(_RANDOM_BYTES).hex()
