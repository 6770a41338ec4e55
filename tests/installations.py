"""Data directories that are made once a run, for all its processes, and copied by each test that needs one."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from app.core.caller import OPERATOR, WORKER
from app.core.database import Database
from app.core.migrations import migrate
from app.core.settings import Settings
from app.demo.ready import ready_demo
from app.search.encoders import EncoderLoader
from app.seed import load_seed
from app.services import Services, build_services

Made = Callable[[Path], None]


class Content(StrEnum):
    """What an installation holds."""

    EMPTY = "empty"
    SEEDED = "seeded"
    DEMO = "demo"


def made_once(folder: Path, make: Made) -> Path:
    """Make a file or folder unless another process of the run has; aside first, so that it is there whole or not."""
    with one_at_a_time(folder.with_suffix(".lock")):
        if not folder.exists():
            aside = folder.with_suffix(".making")
            shutil.rmtree(aside, ignore_errors=True)
            aside.unlink(missing_ok=True)
            make(aside)
            aside.rename(folder)
    return folder


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Let one of the processes that share a machine do something."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def migrated(run_dir: Path) -> Path:
    """Return an empty, migrated SQLite database; copy it, do not write into it."""

    def make(aside: Path) -> None:
        database = Database(f"sqlite:///{aside}")
        migrate(database)
        database.close()

    return made_once(run_dir / "migrated.db", make)


def install(data: Path, models: Path | None, load: EncoderLoader, content: Content) -> None:
    """Make a data directory in the folder of the run: its model known, empty or with the seed data.

    Args:
        models: what `models` in it leads to; None where the encoder needs none.
    """
    data.mkdir()
    if models is not None:
        (data / "models").symlink_to(models)
    shutil.copy(migrated(data.parent), data / "shuangxu.db")
    with opened(Settings(data_dir=data), load) as services:
        if content is Content.SEEDED:
            load_seed(services.parts, OPERATOR, quiet=True)
            # Otherwise every worker that is started on a copy would match all of it.
            while services.standing.step(WORKER):
                pass
        _keep_index(services)


def add_demo(seeded: Path, data: Path, load: EncoderLoader) -> None:
    """Make a copy of a seeded data directory with the accounts and the work of the demo."""
    shutil.copytree(seeded, data, symlinks=True)
    with opened(Settings(data_dir=data), load) as services:
        ready_demo(services.parts)
        _keep_index(services)


@contextmanager
def opened(settings: Settings, load: EncoderLoader) -> Iterator[Services]:
    """Open an installation that has been made."""
    services = build_services(settings, load)
    services.gateway.open()
    try:
        yield services
    finally:
        services.gateway.close()
        services.database.close()


def _keep_index(services: Services) -> None:
    services.gateway.index.catch_up()
    services.gateway.index.save(force=True)
