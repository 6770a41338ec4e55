"""What a server does beside answering: follow the configured model, encode what others left out, keep the index."""

import threading
from collections.abc import Callable
from datetime import date
from enum import StrEnum

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.core.city_time import today
from app.core.database import Database
from app.core.errors import AppError
from app.search.gateway import Gateway
from app.search.pruning import prune

log = structlog.get_logger()

# Between rounds. Searches catch up by themselves; this bounds what a restart must do, and how soon a model that
# could not be loaded is tried again.
SECONDS = 60
STOP_SECONDS = 20


class UpkeepState(StrEnum):
    """How the work goes."""

    OK = "ok"
    # A step of the last round failed, and is tried again.
    FAILING = "failing"
    STOPPED = "stopped"


class Upkeep:
    """Does its steps in rounds, in a thread of its own; a step that fails keeps no other from being done."""

    def __init__(self, gateway: Gateway, database: Database) -> None:
        self._gateway = gateway
        self._database = database
        self._pruned_on: date | None = None
        self._steps: tuple[tuple[str, Callable[[], object]], ...] = (
            ("load the model", gateway.load_again),
            ("change the model", self._follow_configured_model),
            ("encode", lambda: gateway.encode_missing(self._check_stopping)),
            ("weights", gateway.use_active_weights),
            ("catch up", self._catch_up),
            ("snapshot", self._save),
            ("prune", self._prune),
        )
        self._failed: frozenset[str] = frozenset()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is in hand; encoding ends between two batches."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def state(self) -> UpkeepState:
        """Say how the work goes."""
        if not self._thread.is_alive():
            return UpkeepState.STOPPED
        return UpkeepState.FAILING if self._failed else UpkeepState.OK

    def round(self) -> frozenset[str]:
        """Do each step once; return the names of those that failed."""
        failed = set()
        for name, step in self._steps:
            if self._stopping.is_set():
                break
            try:
                step()
            except _Stopping:
                log.info("stopped while encoding; goes on at the next start")
            except (AppError, SQLAlchemyError, OSError) as error:
                failed.add(name)
                reason = error.detail if isinstance(error, AppError) else str(error)
                log.warning("upkeep: trying again", step=name, reason=reason)
            except Exception:
                failed.add(name)
                log.exception("upkeep: failed", step=name)
        self._failed = frozenset(failed)
        return self._failed

    def _run(self) -> None:
        while True:
            self.round()
            if self._stopping.wait(SECONDS):
                return

    def _follow_configured_model(self) -> None:
        if self._gateway.configured_model_differs():
            log.info("changing the embedding model")
            self._gateway.adopt_configured_model(self._check_stopping)

    def _catch_up(self) -> None:
        self._gateway.catch_up()
        self._gateway.leave_out_expired()

    def _save(self) -> None:
        self._gateway.index.save()

    def _prune(self) -> None:
        day = today()
        if self._pruned_on != day:
            prune(self._database)
            self._pruned_on = day

    def _check_stopping(self, _: int) -> None:
        if self._stopping.is_set():
            raise _Stopping


class _Stopping(Exception):
    """The process is about to end."""
