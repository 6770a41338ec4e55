"""Take jobs one by one and do them, until told to stop.

Why our own table and not a queue library: the work's progress must be committed in the transaction
that writes the rows it counts, and a job must be taken over from a dead process by whichever process
is alive. DBOS keeps its state in a database of its own, and gives a dead executor's work to another
one only through a coordinator that is a paid service.
"""

import os
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.core.database import Database
from app.core.errors import AppError
from app.jobs.lease import LEASE, Cancelled, Interrupted, Lease, LeaseLost
from app.jobs.repository import JobRepository
from app.models import Job, JobState
from app.models.base import now

log = structlog.get_logger()

Handler = Callable[[Lease], None]
IDLE_SECONDS = 1.0
MOST_ATTEMPTS = 6
_BACK_OFF = timedelta(seconds=2)
_GONE_WRONG = "处理中断了 {} 次，已停止。已保存的行都在；请联系管理员查看日志后，重新上传同一个文件继续。"


class Worker:
    """Does jobs in this process.

    Args:
        handlers: by kind of job. A handler commits its progress step by step through the lease, and is
            called again with the same job after a crash or a passing failure.
    """

    def __init__(self, database: Database, handlers: Mapping[str, Handler]) -> None:
        self._database = database
        self._handlers = handlers
        self._host = f"{socket.gethostname()[:40]}:"
        self._owner = f"{self._host}{os.getpid()}:{_started(os.getpid())}:{uuid.uuid4().hex[:8]}"
        self._stopping = threading.Event()
        self._awake = threading.Event()

    def run(self) -> None:
        """Work until `stop` is called."""
        while not self._stopping.is_set():
            try:
                worked = self.work_once()
            except (SQLAlchemyError, OSError) as error:
                log.warning("jobs cannot be read, trying again", reason=str(error))
                worked = False
            if not worked:
                self._awake.wait(IDLE_SECONDS)
                self._awake.clear()

    def work_once(self, only: str | None = None) -> bool:
        """Do the next job, of one lane if that is wanted, if it is free; say whether there was one."""
        taken = self._take(only)
        if taken is None:
            return False
        lease = Lease(self._database, taken.id, self._owner, self._stopping)
        try:
            with lease.kept():
                self._handlers[taken.kind](lease)
        except LeaseLost:
            log.warning("another process took the job over", job=taken.id)
        except Interrupted:
            self._put_back(taken.id, timedelta(), None)
        except Cancelled:
            self._end(taken.id, JobState.CANCELLED, None)
        except AppError as error:
            self._end(taken.id, JobState.FAILED, error.detail)
        except Exception as error:
            log.exception("job failed", job=taken.id, kind=taken.kind, attempt=taken.attempts)
            told = f"处理中断（{type(error).__name__}），稍后自动重试。"
            self._put_back(taken.id, _BACK_OFF * 2**taken.attempts, told)
        else:
            self._end(taken.id, JobState.SUCCEEDED, None)
        return True

    def wake(self) -> None:
        """Look for work now: some was just queued by this process."""
        self._awake.set()

    def stop(self) -> None:
        """Let `run` return after the job in hand, which another process may take over meanwhile."""
        self._stopping.set()
        self._awake.set()

    def _take(self, only: str | None) -> Job | None:
        moment = now()
        with self._database.read() as session:
            repository = JobRepository(session)
            if repository.waiting() == 0:
                return None
            gone = frozenset(owner for owner in repository.owners(self._host) if _has_ended(owner))
        with self._database.write() as session:
            job = JobRepository(session).due(moment, gone, only)
            if job is None:
                return None
            if job.attempts >= MOST_ATTEMPTS:
                # Also what ends the process itself at the same place each time is tried no more.
                job.state, job.finished_at, job.owner = JobState.FAILED, moment, None
                job.error = _GONE_WRONG.format(job.attempts)
                return None
            job.state, job.owner = JobState.RUNNING, self._owner
            job.attempts += 1
            job.started_at = job.started_at or moment
            job.heartbeat_at, job.lease_until = moment, moment + LEASE
        return job

    def _end(self, id: str, state: JobState, error: str | None) -> None:
        with self._database.write() as session:
            job = JobRepository(session).get(id, lock=True)
            if job is not None and job.owner == self._owner:
                job.state, job.error, job.finished_at = state, error, now()
                job.owner = job.lease_until = None

    def _put_back(self, id: str, wait: timedelta, error: str | None) -> None:
        with self._database.write() as session:
            job = JobRepository(session).get(id, lock=True)
            if job is not None and job.owner == self._owner:
                job.state, job.error, job.run_at = JobState.QUEUED, error, now() + wait
                job.owner = job.lease_until = None


def _has_ended(owner: str) -> bool:
    """Say whether a process of this machine is no more; its number may have been given to another."""
    _, pid, started, _ = owner.rsplit(":", 3)
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """Return when a process started, in ticks since boot; empty if there is none or it is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
