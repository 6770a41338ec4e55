"""Give memory back to the system that the allocator would keep."""

import ctypes
from functools import cache
from typing import Any


def give_back_memory() -> None:
    """Return freed pages to the system, where the C library can: about 10 ms after a batch of an import.

    Encoding texts of many lengths leaves holes of many sizes: without this a server that imported
    1,280 rows stayed 455 MB larger.
    """
    library = _library()
    if library is not None:
        library.malloc_trim(0)


@cache
def _library() -> Any:
    try:
        library = ctypes.CDLL("libc.so.6")
        library.malloc_trim.argtypes, library.malloc_trim.restype = [ctypes.c_size_t], ctypes.c_int
    except (OSError, AttributeError):  # musl, and systems other than Linux
        return None
    return library
