"""How many may search at once: whoever comes beyond is told when to try again, and the others are answered in time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.core.errors import Busy

# Searches in hand. Each takes about 50 ms of one core, 100 ms beside an import, so the last of them is
# answered within two seconds; threads are left for every other page.
MOST_AT_ONCE = 20
RETRY_SECONDS = 2
FULL = "现在检索的人太多，这次没有排上。请过几秒再试。"


class Places:
    """Places for work that is heavy for its process.

    Args:
        most: how many there are.
    """

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place until the block ends, without waiting for one.

        Raises:
            Busy: all are taken.
        """
        if not self._free.acquire(blocking=False):
            raise Busy(FULL, RETRY_SECONDS)
        try:
            yield
        finally:
            self._free.release()
