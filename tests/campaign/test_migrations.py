"""Migrations down and up again on a filled database keep every row of the tables that stay."""

import shutil
from contextlib import closing

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from pysqlite3 import dbapi2

from app.core.database import Database
from app.core.migrations import alembic_config, migrate
from tests.installations import Content

pytestmark = pytest.mark.real_model


def _rows(file):
    # The same SQLite as the application's: of two in one process neither sees the other's locks.
    with closing(dbapi2.connect(str(file))) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: store.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def _down(database, revision):
    config = alembic_config()
    with database.engine.execution_options(writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


@pytest.mark.trial
def test_each_migration_goes_down_and_up_on_the_demo(installed, tmp_path, figures):
    file = tmp_path / "shuangxu.db"
    shutil.copy(installed(Content.DEMO) / "shuangxu.db", file)
    revisions = [each.revision for each in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
    database = Database(f"sqlite:///{file}")
    full = _rows(file)
    for revision in revisions[1:]:
        before = _rows(file)
        _down(database, revision)
        below = _rows(file)
        assert {name: below[name] for name in below if name in before} == {
            name: before[name] for name in below if name in before
        }, revision
    migrate(database)
    after = _rows(file)
    database.close()
    assert after.keys() == full.keys()
    # What the first migration makes was there all the time.
    assert {"achievements", "needs", "organisations"} <= below.keys()
    assert {name: after[name] for name in below} == below
    figures(
        "migrations down to the first and up again, demo", size=len(revisions), seed="none", rows=sum(full.values())
    )
