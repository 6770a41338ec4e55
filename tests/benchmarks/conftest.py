"""Benchmarks measure and print; they run only when asked for (`make bench`)."""

import os
from pathlib import Path

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--benchmarks"):
        here = Path(__file__).parent
        for item in items:
            if here in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="a benchmark: make bench"))


@pytest.fixture(scope="session")
def bench_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where stores for benchmarks are kept: a folder of one's own spares making them again."""
    named = os.environ.get("SHUANGXU_BENCH_DIR")
    return Path(named) if named else tmp_path_factory.mktemp("bench")
