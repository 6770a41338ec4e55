"""Workers and servers killed in the midst of an upload: it goes on by itself, nothing lost, nothing twice."""

import io
import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.caller import OPERATOR
from app.imports.submission import submit
from app.jobs.repository import OPEN
from app.models import Achievement, Job, JobState, NearDuplicate, RecordKind, Upload, UploadRow
from app.search.check import check_index
from app.search.preparation import BATCH
from app.services import Services
from tests.integration.killing import Killer
from tests.trials import CAMPAIGN, size

# A kill in the midst of encoding needs a model that takes its time; the checks kill between that and storing.
pytestmark = [pytest.mark.real_model] if CAMPAIGN else []

KILLS, SEED = size(2, 60), 5
ROWS = 320
OWNER = "云澜断电大学（示例）"
# Where a worker is killed: function, before or after, at which call.
POINTS = {
    "file read": ("app.imports.job:read_tables", "after", 1),
    "header understood": ("app.imports.job:ImportJob._understand", "after", 1),
    "batch compared": ("app.imports.batches:BatchTaker._compare", "after", 2),
    "batch encoded": ("app.search.gateway:Gateway.prepare", "after", 2),
    "records written": ("app.records.changes:RecordWriter.write", "after", 2),
    "rows counted": ("app.imports.batches:BatchTaker._count", "after", 2),
    "batch committed": ("app.imports.batches:BatchTaker.take", "after", 2),
    "all committed": ("app.jobs.worker:Worker._end", "before", 1),
    "job ended": ("app.jobs.worker:Worker._end", "after", 1),
    "lease renewed": ("app.jobs.lease:Lease._renew", "before", 3),
}


@pytest.fixture
def killer(services: Services, tmp_path: Path, real_model: bool) -> Iterator[Killer]:
    opened = Killer(services.settings.data_dir, tmp_path, real_model=real_model)
    yield opened
    opened.close()


def _submit(services: Services, edition: int, rows: int) -> str:
    lines = [f"断-{at},第{at}号皮带机第{edition}次改造,第{edition}版驱动功率{at} kW（示例）。" for at in range(rows)]
    content = "\n".join(["成果编号,成果名称,成果简介", *lines]).encode()
    upload = submit(
        services.database,
        services.imports,
        io.BytesIO(content),
        f"第{edition}版.csv",
        RecordKind.ACHIEVEMENTS,
        OPERATOR,
        organisation=OWNER,
    )
    return upload.id


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _upload(services: Services, id: str) -> Upload:
    with services.database.read() as session:
        return services.imports.get(session, id, OPERATOR)


def _check(services: Services, id: str, edition: int) -> int:
    """Check that what is stored is what is counted; return how many rows are."""
    with services.database.read() as session:
        upload = services.imports.get(session, id, OPERATOR)
        mine = session.scalars(select(UploadRow).where(UploadRow.upload_id == id).order_by(UploadRow.position)).all()
        new = session.scalars(
            select(Achievement.external_id).where(Achievement.title.contains(f"第{edition}次改造"))
        ).all()
        everything = session.execute(
            select(func.count(), func.count(func.distinct(Achievement.external_id))).select_from(Achievement)
        ).one()
    assert everything[0] == everything[1], "a record is there twice"
    assert [row.position for row in mine] == list(range(upload.rows_done))
    assert upload.created + upload.updated + upload.unchanged + upload.rejected == upload.rows_done
    assert {each.removeprefix("断-") for each in new} == {str(at) for at in range(upload.rows_done)}
    assert upload.rows_done % BATCH == 0 or upload.rows_done == upload.rows_total, "half a batch"
    return upload.rows_done


@pytest.mark.trial
@pytest.mark.parametrize("point", POINTS if CAMPAIGN else ["records written"])
def test_a_worker_killed_at_a_named_point_is_followed_by_another(services, killer, point):
    id = _submit(services, 1, 130)
    killer.start("worker", dies=POINTS[point])
    assert killer.ended() == -signal.SIGKILL
    _check(services, id, 1)
    assert _upload(services, id).job.state == (JobState.SUCCEEDED if point == "job ended" else JobState.RUNNING)
    while services.worker.work_once():
        pass
    upload = _upload(services, id)
    assert (upload.job.state, upload.created, upload.rejected) == (JobState.SUCCEEDED, 130, 0)
    assert _check(services, id, 1) == 130
    services.gateway.index.catch_up()
    assert check_index(services.database, services.gateway) == {}


@pytest.mark.heavy
def test_a_file_that_was_kept_without_its_job_is_no_upload(services, killer, tmp_path):
    """Killed before the job is committed, nothing was acknowledged: the file is of no consequence."""
    file = tmp_path / "一.csv"
    file.write_text("成果名称,成果简介\n矿车连接器,自动摘挂（示例）。\n", "utf-8")
    arguments = ("import", str(file), "--kind", "achievements", "--organisation", OWNER, "--json")
    killer.start(*arguments, dies=("app.imports.job:_keep", "after", 1))
    assert killer.ended() == -signal.SIGKILL
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
    killer.start(*arguments)
    assert killer.ended() == 0
    assert killer.report()["created"] == 1


@pytest.mark.heavy
@pytest.mark.parametrize("command", ["worker", "serve"])
def test_an_upload_survives_kills_at_random(services, killer, command, figures):
    chance = random.Random(SEED)
    edition, id, kills, within = 1, _submit(services, 1, ROWS), 0, 0
    while kills < KILLS // 2:
        before = _upload(services, id).rows_done
        child = killer.start(*([command] if command == "worker" else [command, "--port", str(_free_port())]))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            now = _upload(services, id)
            if now.rows_done > before or now.job.state not in OPEN:
                break
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.8))
        os.kill(child, signal.SIGKILL)
        assert killer.ended() == -signal.SIGKILL
        kills += 1
        done = _check(services, id, edition)
        within += 0 < done < ROWS
        if _upload(services, id).job.state not in OPEN:
            edition += 1
            id = _submit(services, edition, ROWS)
    assert within >= KILLS // 8, "too few kills fell between batches"
    while services.worker.work_once():
        pass
    upload = _upload(services, id)
    assert (upload.job.state, upload.rows_done) == (JobState.SUCCEEDED, ROWS)
    assert upload.created + upload.updated == ROWS
    assert _check(services, id, edition) == ROWS
    services.gateway.index.rebuild()
    assert check_index(services.database, services.gateway) == {}
    with services.database.read() as session:
        pairs = session.execute(select(NearDuplicate.first_id, NearDuplicate.second_id)).all()
    assert len(pairs) == len(set(pairs))
    figures(f"kill -9 of a {command} with an upload", size=kills, seed=SEED, between_batches=within)
