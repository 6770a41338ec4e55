"""Jobs in SQL. A lease is taken and kept by conditional writes, so two processes never hold one job."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Job, JobState

OPEN = (JobState.QUEUED, JobState.RUNNING)


class JobRepository:
    """Reads and writes jobs. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, id: str, *, lock: bool = False) -> Job | None:
        """Return a job."""
        query = select(Job).where(Job.id == id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalar(query)

    def add(self, job: Job) -> None:
        """Queue a job."""
        self._session.add(job)

    def due(self, moment: datetime, gone: frozenset[str], only: str | None = None) -> Job | None:
        """Return, locked, the job to do next: queued and due, or left by a process that is no more.

        Args:
            gone: owners on this machine that have ended; their leases need not run out.
            only: the lane of the jobs that are wanted.
        """
        earlier = aliased(Job)
        first = (
            select(earlier.id).where(earlier.lane == Job.lane, earlier.state.in_(OPEN), earlier.id < Job.id).exists()
        )
        left = or_(Job.lease_until < moment, Job.owner.in_(gone))
        query = (
            select(Job)
            .where(
                or_(
                    and_(Job.state == JobState.QUEUED, Job.run_at <= moment),
                    and_(Job.state == JobState.RUNNING, left),
                ),
                ~first,
            )
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=Job)
        )
        return self._session.scalar(query if only is None else query.where(Job.lane == only))

    def owners(self, host: str) -> set[str]:
        """Return who on this machine holds a running job."""
        query = select(Job.owner).where(Job.state == JobState.RUNNING, Job.owner.startswith(host, autoescape=True))
        return {owner for owner in self._session.scalars(query) if owner is not None}

    def waiting(self) -> int:
        """Return how many jobs are queued or running."""
        return self._session.scalar(select(func.count()).select_from(Job).where(Job.state.in_(OPEN))) or 0
