"""Data directories that are made once a run, for all its processes, and copied by each test that needs one."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from app.core.migrations import migrate
from app.core.settings import Settings
from app.demo import ready_demo
from app.matches.encoders import EncoderLoader
from app.seed import load_seed
from app.services import build_services

Made = Callable[[Path], None]


class Content(StrEnum):
    """What an installation holds."""

    EMPTY = "empty"
    SEEDED = "seeded"
    DEMO = "demo"


def made_once(folder: Path, make: Made) -> Path:
    """Make a folder unless another process of the run has: aside first, so that it is there whole or not at all."""
    with one_at_a_time(folder.with_suffix(".lock")):
        if not folder.exists():
            aside = folder.with_suffix(".making")
            shutil.rmtree(aside, ignore_errors=True)
            make(aside)
            aside.rename(folder)
    return folder


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Let one of the processes that share a machine do something."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def install(data: Path, models: Path | None, load: EncoderLoader, content: Content) -> None:
    """Make a data directory: migrated, its model known, empty or with the seed data.

    Args:
        models: what `models` in it leads to; None where the encoder needs none.
    """
    data.mkdir()
    if models is not None:
        (data / "models").symlink_to(models)
    services = build_services(Settings(data_dir=data), load)
    migrate(services.database)
    services.gateway.open()
    if content is Content.SEEDED:
        load_seed(services, quiet=True)
    services.gateway.index.catch_up()
    services.gateway.index.save(force=True)
    services.gateway.close()
    services.database.close()


def add_demo(seeded: Path, data: Path, load: EncoderLoader) -> None:
    """Make a copy of a seeded data directory with the accounts and the work of the demo."""
    shutil.copytree(seeded, data, symlinks=True)
    services = build_services(Settings(data_dir=data), load)
    services.gateway.open()
    ready_demo(services)
    services.gateway.index.catch_up()
    services.gateway.index.save(force=True)
    services.gateway.close()
    services.database.close()
