"""The command that imports a file, run here with the encoder of the tests."""

import json

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app import command_line
from app.cli import cli
from app.command_line import put_together_by
from app.core.caller import OPERATOR
from app.models import Achievement, RecordKind
from app.services import build_services
from tests.asking import record_called, written

TABLE = "成果编号,成果名称,成果简介\n令-1,皮带秤在线校准,用砝码链在线校准皮带秤（示例）。\n"


@pytest.fixture
def command(settings, load):
    """Run a command over the installation."""
    before = command_line._put_together[:]
    put_together_by(lambda settings: build_services(settings, load).parts)
    yield lambda *arguments: CliRunner(env={"SHUANGXU_DATA_DIR": str(settings.data_dir)}).invoke(cli, arguments)
    command_line._put_together[:] = before


def _status(services):
    with services.database.read() as session:
        return session.scalars(select(Achievement.status)).one()


def test_what_was_withdrawn_is_offered_and_brought_back(services, command, csv_file):
    file = str(csv_file(TABLE))
    first = json.loads(command("import", file, "--kind", "achievements", "--json").stdout)
    assert first["created"] == 1
    withdrawn = record_called(services, RecordKind.ACHIEVEMENTS, "令-1").id
    written(services.database, services.records[RecordKind.ACHIEVEMENTS].withdraw, withdrawn, "*", OPERATOR)
    offered = command("import", file, "--kind", "achievements")
    assert "--restore-withdrawn" in offered.stdout
    assert _status(services) == "withdrawn"
    done = command("import", file, "--kind", "achievements", "--restore-withdrawn")
    assert "1 条是撤回后恢复的" in done.stdout
    assert _status(services) == "published"
