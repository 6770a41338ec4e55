"""Kill a process that writes snapshots: what is left is whole and holds what was acknowledged."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from matching.index.snapshot import newest_snapshot, read_snapshot, remove_leftovers
from tests.trials import CAMPAIGN, size
from tests.unit.index import snapshot_writer

KILLS, SEED = size(2, 300), 20221101


@pytest.mark.trial
def test_after_a_kill_the_newest_snapshot_is_whole(tmp_path: Path, figures: Callable[..., None]) -> None:
    moments = random.Random(SEED)
    acknowledged, cut_short = 0, 0
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, snapshot_writer.__file__, tmp_path], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            first = child.stdout.readline()
            time.sleep(moments.uniform(0, 0.1))
            child.send_signal(signal.SIGKILL)
            written = [int(line) for line in (first + child.stdout.read()).splitlines(keepends=True) if "\n" in line]
        assert child.returncode == -signal.SIGKILL
        assert written[0] == acknowledged + 1 or written[0] == acknowledged + 2
        cut_short += any(tmp_path.glob(".writing-*"))

        newest = newest_snapshot(tmp_path)
        assert newest is not None
        indexes = snapshot_writer.empty_indexes()
        sequence = read_snapshot(newest, indexes, snapshot_writer.RECIPE)
        # The last one may be finished but not yet acknowledged.
        assert sequence in {written[-1], written[-1] + 1}
        for index in indexes.values():
            assert sorted(index.ids()) == snapshot_writer.ids_at(sequence)
        acknowledged = written[-1]
    assert acknowledged > KILLS or not CAMPAIGN
    assert cut_short or not CAMPAIGN, "no kill fell into a write: nothing was tried"
    figures("kill -9 of a snapshot's writer", size=KILLS, seed=SEED, snapshots=acknowledged, cut_short=cut_short)
    for left in tmp_path.glob(".writing-*"):
        os.utime(left, (0, 0))  # as if an hour had passed
    remove_leftovers(tmp_path)
    assert [folder.name for folder in tmp_path.glob(".*")] == []
    assert newest_snapshot(tmp_path) is not None
