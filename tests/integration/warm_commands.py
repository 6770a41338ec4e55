"""Run commands in forks of one warm process, so that twenty of them load torch and the model once.

Argument: `real`, or `hashing` for the encoder without a model.

Reads one JSON object a line, {"arguments": […], "output": file, "errors": file}; for each it forks,
runs `shuangxu` with the arguments in the fork and prints the fork's id, then how it ended. With
"dies": ["module:name", "before" or "after", n] the fork kills itself at the n-th call of a function.
"""

import importlib
import json
import os
import signal
import sys
from typing import Any

from app.cli import cli
from app.command_line import put_together_by
from app.core.settings import Settings
from app.search.encoders import OFFLINE, load_encoder
from app.services import build_services
from tests.encoders import HashingEncoder


def _die_at(where: str, when: str, count: int) -> None:
    module, _, path = where.partition(":")
    *holders, name = path.split(".")
    holder: Any = importlib.import_module(module)
    for each in holders:
        holder = getattr(holder, each)
    real, calls = getattr(holder, name), 0

    def dying(*args: Any, **wishes: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **wishes)
        if calls == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, dying)


def _become(arguments: list[str], output: str, errors: str, dies: list[Any] | None = None) -> None:
    if dies is not None:
        _die_at(*dies)
    for descriptor, file in ((1, output), (2, errors)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    cli(arguments)


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main(encoder: str) -> None:
    """Serve until standard input ends."""
    if encoder == "real":
        # Kept by the process, so forks have it at once. Run with OMP_NUM_THREADS=1: a fork of a process
        # whose OpenMP threads have started would wait for them for ever.
        load_encoder(Settings(), OFFLINE)
    else:
        hashing = HashingEncoder()
        put_together_by(lambda settings: build_services(settings, lambda *_: hashing).parts)
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(**task)
            os._exit(0)
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1])
