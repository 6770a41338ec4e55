"""The work behind notices, each kind in a thread of its own: a slow mail server must not hold up a match."""

import threading
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import AppError

log = structlog.get_logger()

Step = Callable[[], bool]
# Between looks for something to do: what was committed is told within five seconds.
IDLE_SECONDS = 1.0
# After a failure the wait doubles up to this.
MOST_WAIT_SECONDS = 60.0
STOP_SECONDS = 20.0


class NoticeWork:
    """Runs steps until it is stopped.

    Args:
        steps: by name; a step says whether it found something to do.
    """

    def __init__(self, steps: Sequence[tuple[str, Step]]) -> None:
        self._steps = steps
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin."""
        for name, step in self._steps:
            thread = threading.Thread(target=self._run, args=(name, step), name=f"notices {name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End after the steps in hand."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(STOP_SECONDS)

    def _run(self, name: str, step: Step) -> None:
        wait = IDLE_SECONDS
        while not self._stopping.is_set():
            try:
                worked = step()
                wait = IDLE_SECONDS
            except (AppError, SQLAlchemyError, OSError) as error:
                log.warning("notices: trying again", work=name, reason=type(error).__name__)
                worked, wait = False, min(2 * wait, MOST_WAIT_SECONDS)
            except Exception:
                log.exception("notices: failed", work=name)
                worked, wait = False, min(2 * wait, MOST_WAIT_SECONDS)
            if not worked and self._stopping.wait(wait):
                return
