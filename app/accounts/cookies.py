"""The cookie of a session, and the check that a request with it comes from our own pages."""

from fastapi import Request, Response
from starlette.requests import HTTPConnection

from app.core.errors import Forbidden
from app.core.settings import Settings

_SAFE = {"GET", "HEAD", "OPTIONS"}


def cookie_name(settings: Settings) -> str:
    """Return the cookie's name; the prefix makes browsers insist on HTTPS and on this host alone."""
    return "shuangxu" if settings.insecure_cookies else "__Host-shuangxu"


def set_cookie(response: Response, settings: Settings, token: str, seconds: int) -> None:
    """Give the browser a session's token."""
    response.set_cookie(
        cookie_name(settings), token, max_age=seconds, path="/",
        secure=not settings.insecure_cookies, httponly=True, samesite="strict",
    )  # fmt: skip


def clear_cookie(response: Response, settings: Settings) -> None:
    """Take the token back."""
    response.delete_cookie(
        cookie_name(settings), path="/", secure=not settings.insecure_cookies, httponly=True, samesite="strict"
    )


def check_origin(request: Request) -> None:
    """Refuse a changing request that another site made the browser send.

    Browsers say where a request comes from in Sec-Fetch-Site; older ones, and plain HTTP, in Origin.

    Raises:
        Forbidden: it comes from another site, or does not say.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    same = site in {"same-origin", "none"} if site is not None else _own_origin(request)
    if not same:
        raise Forbidden("请求来自其他网站，已拒绝。请在本系统的页面里操作；程序请改用 API 密钥。")


def _own_origin(request: HTTPConnection) -> bool:
    origin = request.headers.get("Origin", "")
    return origin.partition("://")[2] == request.headers.get("Host") != ""
