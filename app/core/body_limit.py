"""Refuse large bodies while they are read, whatever length they claim.

FastAPI's own `max_body_size` answers in plain English text, outside of every handler.
"""

import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PART = re.compile(r"\{\w+\}")


class BodyLimit:
    """ASGI middleware that lets at most `most` bytes of a body through.

    Args:
        larger: paths that take more, with their own most; `{id}` in one stands for any part between slashes.
    """

    def __init__(self, app: ASGIApp, most: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._most = most
        self._larger = {
            re.compile("[^/]+".join(map(re.escape, _PART.split(path)))): limit for path, limit in (larger or {}).items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what is received; the excess becomes a 413 where the body is read."""
        taken = 0
        path = scope.get("path", "")
        most = next((limit for pattern, limit in self._larger.items() if pattern.fullmatch(path)), self._most)

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
