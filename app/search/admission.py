"""How many may search at once: whoever comes beyond is told when to try again, and the others are answered in time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from app.core.errors import Busy

# Searches in hand. Where nothing but new texts is typed, two cores answer seven a second, so the last of them
# waits three to four seconds (README, Checks); threads are left for every other page.
MOST_AT_ONCE = 20
# Of them so many compute; more would only take the interpreter from each other, and from everybody else.
AT_WORK = 2
RETRY_SECONDS = 2
FULL = "现在检索的人太多，这次没有排上。请过几秒再试。"


class Places:
    """Places for work that is heavy for its process.

    Args:
        most: how many there are.
        at_work: how many of those who have one go on at a time; the others wait.
    """

    def __init__(self, most: int = MOST_AT_ONCE, at_work: int = AT_WORK) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._working = threading.BoundedSemaphore(at_work)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a place until the block ends, without waiting for one, and go on when it is one's turn.

        Whoever works already goes on: an answer of several searches is not refused midway.

        Raises:
            Busy: all are taken.
        """
        if self in _WORKS_IN.get():
            yield
            return
        with self.held(), self._working, _noted(_WORKS_IN, self):
            yield

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a place until the block ends, without working; the one that the request was given at the door, if any.

        Raises:
            Busy: all are taken.
        """
        if self in _HELD_IN.get():
            yield
            return
        if not self._free.acquire(blocking=False):
            raise Busy(FULL, RETRY_SECONDS)
        try:
            with _noted(_HELD_IN, self):
                yield
        finally:
            self._free.release()


# Where the request at hand has a place, and where it is at work; a thread that does a part of it sees the same.
_HELD_IN: ContextVar[frozenset[Places]] = ContextVar("held", default=frozenset())
_WORKS_IN: ContextVar[frozenset[Places]] = ContextVar("works", default=frozenset())


@contextmanager
def _noted(where: ContextVar[frozenset[Places]], places: Places) -> Iterator[None]:
    before = where.set(where.get() | {places})
    try:
        yield
    finally:
        where.reset(before)
