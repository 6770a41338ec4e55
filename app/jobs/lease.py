"""A lease of a job: who holds it, kept alive by a thread, checked in every transaction of the work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.database import Database
from app.jobs.repository import JobRepository
from app.models import Job, JobState
from app.models.base import now

log = structlog.get_logger()

LEASE = timedelta(seconds=20)
HEARTBEAT_SECONDS = 5.0


class LeaseLost(Exception):
    """Another process holds the job now; what this one has not committed is void."""


class Cancelled(Exception):
    """Somebody asked for the job to stop."""


class Interrupted(Exception):
    """This process is about to end; another one goes on."""


class Lease:
    """The right to work on a job, from `keep` until it ends."""

    def __init__(self, database: Database, job_id: str, owner: str, stopping: threading.Event) -> None:
        self._database = database
        self._owner = owner
        self._stopping = stopping
        self._ended = threading.Event()
        self.job_id = job_id

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction of the work: it commits only if the job is still ours.

        Raises:
            LeaseLost: it is not.
            Cancelled: somebody asked to stop; nothing of this transaction is written.
        """
        with self._database.write() as session:
            yield session
            # At the end: on PostgreSQL the row stays free for the heartbeat while the batch is written.
            session.flush()
            self._renew(session).attempts = 0  # it got on: what failed before is over

    def between_steps(self) -> None:
        """Let go where nothing is lost, if this process is about to end. Raises Interrupted."""
        if self._stopping.is_set():
            raise Interrupted(self.job_id)

    def check(self) -> None:
        """Renew the lease. Raises LeaseLost or Cancelled."""
        with self._database.write() as session:
            self._renew(session)

    def _renew(self, session: Session) -> Job:
        job = JobRepository(session).get(self.job_id, lock=True)
        if job is None or job.owner != self._owner or job.state != JobState.RUNNING:
            raise LeaseLost(self.job_id)
        if job.cancelling:
            raise Cancelled(self.job_id)
        moment = now()
        job.heartbeat_at, job.lease_until = moment, moment + LEASE
        return job

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renew the lease from a thread until the block ends."""
        keeper = threading.Thread(target=self._keep, name=f"lease {self.job_id}", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            self._ended.set()
            keeper.join()

    def _keep(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            try:
                self.check()
            except (LeaseLost, Cancelled):
                return  # the work notices at its next transaction
            except SQLAlchemyError as error:
                log.warning("lease not renewed", job=self.job_id, reason=type(error).__name__)
