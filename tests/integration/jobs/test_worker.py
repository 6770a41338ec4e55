"""Jobs: held by one process at a time, taken over from the dead, tried again, done in their order."""

import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.errors import InvalidInput
from app.jobs import lease as leases
from app.jobs import worker as workers
from app.jobs.lease import Cancelled, LeaseLost
from app.jobs.worker import MOST_ATTEMPTS, Worker
from app.models import Job, JobState
from app.models.base import now


@pytest.fixture
def queue(database):
    def made(lane=None, **fields):
        with database.write() as session:
            job = Job(kind="test", lane=lane, **fields)
            session.add(job)
        return job.id

    return made


@pytest.fixture
def read(database):
    def found(id):
        with database.read() as session:
            return session.get(Job, id)

    return found


def _nothing(_lease):
    pass


def _fail(_lease):
    raise RuntimeError("a passing failure")


def _change(database, id, **fields):
    with database.write() as session:
        job = session.get(Job, id)
        for name, value in fields.items():
            setattr(job, name, value)


def test_a_job_is_done_once(database, queue, read):
    seen = []
    id = queue()
    worker = Worker(database, {"test": lambda lease: seen.append(lease.job_id)})
    assert worker.work_once()
    assert not worker.work_once()
    assert seen == [id]
    assert (read(id).state, read(id).owner) == (JobState.SUCCEEDED, None)
    assert read(id).finished_at is not None


def test_two_workers_never_hold_one_job(database, queue):
    seen, ids = [], [queue() for _ in range(20)]
    pool = [Worker(database, {"test": lambda lease: seen.append(lease.job_id)}) for _ in range(4)]

    def work(worker):
        while len(seen) < len(ids):
            worker.work_once()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in pool]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(ids)


def test_jobs_of_a_lane_are_done_in_their_order_and_others_beside(database, queue):
    first, second, other = queue("a"), queue("a"), queue("b")
    seen = []

    def handler(lease):
        seen.append(lease.job_id)
        if lease.job_id == first:
            inner = Worker(database, {"test": handler})
            assert inner.work_once()
            assert not inner.work_once()

    worker = Worker(database, {"test": handler})
    assert worker.work_once()
    assert worker.work_once()
    assert seen == [first, other, second]


def test_what_fails_is_tried_again_later_and_not_for_ever(database, queue, read, monkeypatch):
    monkeypatch.setattr(workers, "_BACK_OFF", timedelta(0))
    id, tries = queue(), []

    def handler(lease):
        tries.append(lease.job_id)
        raise RuntimeError("a passing failure")

    worker = Worker(database, {"test": handler})
    assert worker.work_once()
    assert read(id).state == JobState.QUEUED
    assert "重试" in read(id).error
    while worker.work_once():
        pass
    assert len(tries) == MOST_ATTEMPTS
    assert read(id).state == JobState.FAILED
    assert "重新上传" in read(id).error


def test_the_wait_grows_with_each_failure(database, queue, read):
    id = queue()
    worker = Worker(database, {"test": _fail})
    worker.work_once()
    assert read(id).run_at > now() + timedelta(seconds=3)
    assert not worker.work_once()


def test_what_cannot_be_mended_by_trying_fails_at_once_with_its_reason(database, queue, read):
    def handler(_lease):
        raise InvalidInput("表头不对，请改正。")

    id = queue()
    Worker(database, {"test": handler}).work_once()
    assert (read(id).state, read(id).error) == (JobState.FAILED, "表头不对，请改正。")


def test_a_job_whose_lease_ran_out_is_taken_over_and_the_first_writes_nothing_more(database, queue, read):
    id, outcome = queue(), []

    def slow(lease):
        _change(database, id, lease_until=now() - timedelta(seconds=1))
        assert Worker(database, {"test": lambda _: outcome.append("second")}).work_once()
        with pytest.raises(LeaseLost), lease.write() as session:
            session.add(Job(kind="trace"))
        outcome.append("first")
        raise LeaseLost(id)

    Worker(database, {"test": slow}).work_once()
    assert outcome == ["second", "first"]
    assert read(id).state == JobState.SUCCEEDED
    with database.read() as session:
        assert session.scalars(select(Job.kind)).all() == ["test"]


def test_a_cancelled_job_writes_nothing_more(database, queue, read):
    id = queue()

    def handler(lease):
        _change(database, id, cancelling=True)
        with lease.write() as session:
            session.add(Job(kind="trace"))

    Worker(database, {"test": handler}).work_once()
    assert read(id).state == JobState.CANCELLED
    with database.read() as session:
        assert session.scalars(select(Job.kind)).all() == ["test"]


def test_a_lease_is_renewed_while_the_work_goes_on(database, queue, read, monkeypatch):
    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", 0.05)
    id, beats = queue(), []

    def handler(lease):
        beats.append(read(id).lease_until)
        deadline = time.monotonic() + 60
        while read(id).lease_until == beats[0] and time.monotonic() < deadline:
            time.sleep(0.02)
        beats.append(read(id).lease_until)

    Worker(database, {"test": handler}).work_once()
    assert beats[1] > beats[0]


HOLDER = """
import sys, time
from app.core.database import Database
from app.jobs.worker import Worker

def hold(lease):
    print("held", flush=True)
    time.sleep(600)

Worker(Database(sys.argv[1]), {"test": hold}).work_once()
"""


def test_a_job_of_a_dead_process_of_this_machine_is_taken_over_at_once(database, queue, read):
    id = queue()
    url = database.url.render_as_string(hide_password=False)
    worker = Worker(database, {"test": _nothing})
    with subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "held\n"
        assert not worker.work_once(), "its process lives"
        child.kill()
    assert read(id).lease_until > now()
    assert worker.work_once()
    assert read(id).state == JobState.SUCCEEDED


def test_a_process_that_ends_gives_its_job_back_without_a_failure(database, queue, read):
    id = queue()

    def handler(lease):
        worker.stop()
        lease.between_steps()

    worker = Worker(database, {"test": handler})
    worker.work_once()
    assert (read(id).state, read(id).error) == (JobState.QUEUED, None)
    assert Worker(database, {"test": _nothing}).work_once()


def test_progress_forgives_what_failed_before(database, queue, read):
    id = queue(attempts=MOST_ATTEMPTS - 1)

    def handler(lease):
        with lease.write():
            pass
        raise Cancelled(id)

    Worker(database, {"test": handler}).work_once()
    assert read(id).attempts == 0
