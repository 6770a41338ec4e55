"""Benchmarks measure and print; they run only when asked for (`make bench`)."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.search.repository import RULES


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave them unread unless they are asked for: some load the model's libraries as they are read."""
    return None if config.getoption("--benchmarks") else True


@pytest.fixture(scope="session")
def bench_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where stores for benchmarks are kept: a folder of one's own spares making them again while the rules stand."""
    named = os.environ.get("SHUANGXU_BENCH_DIR")
    return Path(named) / RULES if named else tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="session")
def store_of(bench_dir: Path, models_dir: Path) -> Callable[[int], Path]:
    """Return the data directory of the store of a size, with the built-in model in it."""

    def made(size: int) -> Path:
        data = bench_dir / str(size)
        data.mkdir(parents=True, exist_ok=True)
        if not (data / "models").exists():
            (data / "models").symlink_to(models_dir)
        return data

    return made
