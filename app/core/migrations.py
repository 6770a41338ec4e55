"""Bring a database to the present schema."""

from alembic import command
from alembic.config import Config

from app.core.database import Database
from app.core.settings import PROJECT_ROOT


def alembic_config() -> Config:
    """Return the configuration, without a connection."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT_ROOT / "migrations"))
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Apply migrations up to a revision. Processes that start at once wait for each other."""
    config = alembic_config()
    # A writing connection: on SQLite the lock is taken before the version is looked at.
    with database.engine.execution_options(writing=True).begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7318)")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
