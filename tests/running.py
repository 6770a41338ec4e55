"""How a run goes: where its files lie, what the checks leave to the campaign, which process runs what, its figures."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from hypothesis import is_hypothesis_test
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.trials import CAMPAIGN, size

FIGURES = ".cache/campaign.md"
# A file of tests that asks for one of these loads the real model.
_MODEL = re.compile(r"\b(real_model|models_dir|built_in_model|encoder)\b")

# Files of a run are many and short-lived; here one is made in a tenth of the time, and nothing waits for a disk.
_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30

# The checks try the same examples each time, so that they cannot fail for what nobody changed; the campaign new ones.
hypothesis.settings.register_profile("checks", max_examples=60, deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("campaign", max_examples=size(60, 2000), deadline=None, print_blob=True)
hypothesis.settings.load_profile("campaign" if CAMPAIGN else "checks")


class OneLoadsTheModel(LoadFileScheduling):
    """Gives a process whole files of tests, and one of them all that need the real model.

    That one loads it, encodes and seeds with it, while the others go on.
    """

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "model" if _uses_model(self.config.rootpath / file) else file


@cache
def _uses_model(file: Path) -> bool:
    # Its text has to do: of a test that a process has collected, xdist is told the name alone.
    return file.parent.name == "browser" or _MODEL.search(file.read_text("utf-8")) is not None


def pytest_configure() -> None:
    """Have the files of a run in memory, where there is room and programs may lie."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(_MEMORY).free >= _ROOM and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneLoadsTheModel:
    return OneLoadsTheModel(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what is heavy to the campaign; there examples that Hypothesis makes up are repeated on a larger scale."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.trial)
        if not CAMPAIGN and item.get_closest_marker("heavy") is not None:
            item.add_marker(pytest.mark.skip(reason="heavy: make campaign"))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Report what a trial found, in one line of the campaign's table."""

    def told(trial: str, **values: object) -> None:
        line = f"| {trial} | {', '.join(f'{name} {value}' for name, value in values.items())} |"
        if CAMPAIGN:  # at once: a campaign takes an hour, and may be broken off
            with (request.config.rootpath / FIGURES).open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    return told
