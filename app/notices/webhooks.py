"""Post a message to an account's own address, signed.

    POST <address>
    Content-Type: application/json; charset=utf-8
    Idempotency-Key: <delivery id>            the same however often it is tried
    X-Shuangxu-Delivery: <delivery id>
    X-Shuangxu-Timestamp: <seconds since 1970>
    X-Shuangxu-Signature: sha256=<hex>        HMAC-SHA256(secret, "<timestamp>.<body>")

    {"id", "kind": "notice" | "daily" | "weekly" | "test", "items": [{"id", "topic", "title", "text", "path", "url",
    "created_at"}]}

Whoever receives it computes the signature over the bytes of the body as they came, compares it in
constant time, refuses timestamps that are minutes old, and keeps ids so that none counts twice.
"""

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Collection
from functools import cache
from http import HTTPStatus

import httpx

from app.core.city_time import CITY_TIME
from app.models import NoticePace
from app.notices.addresses import target_of
from app.notices.message import Message, NotSent

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_KINDS = {NoticePace.IMMEDIATE: "notice", NoticePace.DAILY: "daily", NoticePace.WEEKLY: "weekly"}
# Answers that trying again does not change.
_FINAL = frozenset({HTTPStatus.GONE})


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body at a time, as its header has it."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def payload(message: Message) -> bytes:
    """Return the body of a message."""
    items = [
        {
            "id": item.id,
            "topic": item.topic.value,
            "title": item.title,
            "text": item.text,
            "path": item.path,
            "url": f"{message.base}{item.path}" if message.base and item.path else None,
            "created_at": item.created_at.astimezone(CITY_TIME).isoformat(),
        }
        for item in message.items
    ]
    return json.dumps({"id": message.id, "kind": _KINDS[message.pace], "items": items}, ensure_ascii=False).encode()


def post(url: str, secret: str, id: str, body: bytes, allowed: Collection[str]) -> None:
    """Post a body once; redirects are not followed, and what is answered is not read.

    Args:
        allowed: hosts inside our own network that may be reached.

    Raises:
        NotSent: it did not arrive, or was not accepted with 2xx.
    """
    target = target_of(url, allowed)
    timestamp = str(int(time.time()))
    headers = {
        "Host": target.host,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "shuangxu",
        "Idempotency-Key": id,
        "X-Shuangxu-Delivery": id,
        "X-Shuangxu-Timestamp": timestamp,
        "X-Shuangxu-Signature": sign(secret, timestamp, body),
    }
    try:
        # trust_env: a proxy from the environment would resolve the name again, unchecked.
        with (
            httpx.Client(verify=_trusted(), timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", target.url, content=body, headers=headers, extensions={"sni_hostname": target.name}
            ) as answer,
        ):
            status = answer.status_code
    except httpx.TimeoutException:
        raise NotSent("对方在 10 秒内没有回应。") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise NotSent("没有连上对方，请检查地址、端口和证书。") from None
    if 300 <= status < 400:
        raise NotSent(f"对方要求跳转到别处（{status}），为安全起见不跟随，请直接填写最终地址。")
    if not 200 <= status < 300:
        raise NotSent(f"对方回应 {status}，没有接收。", final=status in _FINAL)


@cache
def _trusted() -> ssl.SSLContext:
    # Reading the authorities takes longer than the rest of a post.
    return httpx.create_ssl_context(trust_env=False)
