"""Where a request came from, behind proxies that are trusted and no others."""

from starlette.requests import HTTPConnection


def client_address(request: HTTPConnection, trusted: frozenset[str]) -> str:
    """Return the address of the client.

    Args:
        trusted: addresses of our own proxies: what they say in X-Forwarded-For is believed.
    """
    peer = request.client.host if request.client is not None else ""
    if peer not in trusted:
        return peer
    named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return next((address for address in reversed(named) if address not in trusted), peer)[:100]
