"""Bring a database to the present schema."""

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import OperationalError

from app.core.database import Database
from app.core.errors import SetupError
from app.core.settings import PROJECT_ROOT


def alembic_config() -> Config:
    """Return the configuration, without a connection."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT_ROOT / "migrations"))
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Apply migrations up to a revision. Processes that start at once wait for each other.

    Raises:
        SetupError: there is no way into the database.
    """
    config = alembic_config()
    # A writing connection: on SQLite the lock is taken before the version is looked at.
    engine = database.engine.execution_options(writing=True)
    try:
        opened = engine.connect()
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        raise SetupError(
            f"数据库 {database.url.render_as_string()} 打不开：{reason}。请检查 SHUANGXU_DATABASE_URL 的主机、端口、"
            "用户、密码和库名，以及数据库是否在运行；没有设置时，请检查数据目录能否写入。"
        ) from error
    with opened as connection, connection.begin():
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7318)")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
