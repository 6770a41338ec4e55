"""Let threads take turns at one network, short work before long."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """One at a time; short work comes before long work, but never twice in a row while that waits.

    Long work takes a turn for each of its steps, so that a search waits for a step of an import, not
    for the import, and an import goes on however many search.
    """

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._busy = False
        self._waiting = {True: 0, False: 0}
        self._last_was_short = False

    @contextmanager
    def take(self, *, short: bool) -> Iterator[None]:
        """Wait for a turn and hold it until the block ends."""
        with self._free:
            self._waiting[short] += 1
            self._free.wait_for(lambda: not self._busy and self._is_next(short))
            self._waiting[short] -= 1
            self._busy, self._last_was_short = True, short
        try:
            yield
        finally:
            with self._free:
                self._busy = False
                self._free.notify_all()

    def _is_next(self, short: bool) -> bool:
        if short:
            return not (self._last_was_short and self._waiting[False])
        return self._last_was_short or not self._waiting[True]
