"""Uploaded files are kept while they may be needed, and no longer."""

import io
import os
from datetime import timedelta

import pytest

from app.core.caller import OPERATOR
from app.core.errors import Conflict
from app.imports.job import KEPT, ORPHANED
from app.imports.submission import submit, submit_again
from app.models import Job, RecordKind
from app.models.base import now
from tests.asking import written

CONTENT = "成果名称,成果简介\n带式输送机巡检,红外测温识别托辊卡死（示例）。\n".encode()


@pytest.fixture
def ended(services):
    upload = submit(
        services.database, services.imports, io.BytesIO(CONTENT), "一.csv", RecordKind.ACHIEVEMENTS, OPERATOR
    )
    assert services.worker.work_once()
    return upload


def _age(services, id, age):
    with services.database.write() as session:
        session.get(Job, id).finished_at = now() - age


def test_a_file_is_for_its_owner_alone_and_removed_when_its_time_is_over(services, ended):
    path = services.settings.uploads_dir / ended.stored_as
    assert path.read_bytes() == CONTENT
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    _age(services, ended.id, KEPT - timedelta(hours=1))
    assert services.import_job.tidy() == 0
    again = submit_again(services.database, services.imports, ended.id, None, OPERATOR)
    written(services.database, services.imports.cancel, again.id, OPERATOR)
    _age(services, ended.id, KEPT + timedelta(hours=1))
    assert services.import_job.tidy() == 1
    assert not path.exists()
    with pytest.raises(Conflict, match="重新上传"):
        submit_again(services.database, services.imports, ended.id, None, OPERATOR)


def test_a_file_that_no_upload_knows_is_removed_after_a_day(services, ended):
    orphan = services.settings.uploads_dir / "0123.csv"
    orphan.write_bytes(CONTENT)
    assert services.import_job.tidy() == 0
    past = (now() - ORPHANED - timedelta(hours=1)).timestamp()
    os.utime(orphan, (past, past))
    assert services.import_job.tidy() == 1
    assert not orphan.exists()
    assert (services.settings.uploads_dir / ended.stored_as).exists()
