"""Start commands in forks of a warm process, and kill them."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from app.core.settings import PROJECT_ROOT

ACKNOWLEDGED = re.compile(r"已保存 (\d+)/(\d+) 行")


class Killer:
    """Starts commands in forks of a warm process, and kills them.

    Args:
        data: directory that the commands use.
        folder: for what they print.
        real_model: whether they load it.
    """

    def __init__(self, data: Path, folder: Path, *, real_model: bool) -> None:
        self._output, self._errors = folder / "stdout", folder / "stderr"
        environment = os.environ | {"SHUANGXU_DATA_DIR": str(data), "OMP_NUM_THREADS": "1"}
        self._warm = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.warm_commands", "real" if real_model else "hashing"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=PROJECT_ROOT,
        )  # fmt: skip

    def start(self, *arguments: str, dies: tuple[str, str, int] | None = None) -> int:
        """Start a command; return its process id. `dies`: function, before or after, at which call."""
        self._errors.unlink(missing_ok=True)
        task: dict[str, Any] = {"arguments": arguments, "output": str(self._output), "errors": str(self._errors)}
        if dies is not None:
            task["dies"] = dies
        self._warm.stdin.write(json.dumps(task) + "\n")
        self._warm.stdin.flush()
        return int(self._warm.stdout.readline())

    def acknowledged(self) -> list[int]:
        """Return the numbers of rows that were said to be stored, as far as whole lines were written."""
        text = self._errors.read_text("utf-8", "replace") if self._errors.exists() else ""
        return [int(found[1]) for line in text.splitlines() if (found := ACKNOWLEDGED.search(line))]

    def kill(self, child: int, chance: random.Random, done: int) -> bool:
        """Kill at a random moment, mostly after a batch beyond the `done` rows; say whether it still ran."""
        early = chance.random() < 0.35
        deadline = time.monotonic() + 30
        while not early and _alive(child) and time.monotonic() < deadline:
            if max(self.acknowledged(), default=0) > done:
                break
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.0 if early else 0.7))
        os.kill(child, signal.SIGKILL)
        return self.ended() == -signal.SIGKILL

    def ended(self) -> int:
        return int(self._warm.stdout.readline())

    def report(self) -> dict:
        return json.loads(self._output.read_text("utf-8"))

    def close(self) -> None:
        self._warm.stdin.close()
        self._warm.wait(30)
        self._warm.stdout.close()


def _alive(child: int) -> bool:
    state = Path(f"/proc/{child}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
