"""An application on a free port of this machine, so that requests pass through real HTTP."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import uvicorn
from fastapi import FastAPI

_DEADLINE_SECONDS = 60


@contextmanager
def served(app: FastAPI, lifespan: Literal["on", "off"] = "on") -> Iterator[str]:
    """Serve an application in a thread; gives its address.

    Args:
        lifespan: "off" where the application runs already.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, lifespan=lifespan, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not server.started:
            assert thread.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(_DEADLINE_SECONDS)
