"""Count and time every answer, and protect it by its headers: also the one to a fault of ours."""

import time

from prometheus_client import Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.problems import unexpected

_SECONDS = Histogram("shuangxu_request_seconds", "Time of requests", ["method", "route", "status"])
# Anybody may invent methods, and a series is kept of each name.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Where an answer says nothing else.
_DEFAULTS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}


class Observation:
    """ASGI middleware around everything that answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; an exception that nothing else told of becomes a 500, unless the answer has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def protected(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _protect(MutableHeaders(scope=message), secure=scope["scheme"] == "https")
            await send(message)

        try:
            await self._app(scope, receive, protected)
        except Exception as error:
            if status:
                raise
            await unexpected(Request(scope), error)(scope, receive, protected)
        finally:
            path = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            _SECONDS.labels(method, path, status).observe(time.perf_counter() - started)


def _protect(headers: MutableHeaders, *, secure: bool) -> None:
    headers.update(_HEADERS)
    for name, value in _DEFAULTS.items():
        headers.setdefault(name, value)
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
