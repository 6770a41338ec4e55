"""Who is calling. Until accounts exist there is the operator, who holds a key, and anybody."""

import hashlib
import hmac
import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.core.errors import SetupError, Unauthenticated

_KEY_PREFIX = "sx_"
_bearer = HTTPBearer(auto_error=False, description="运营方密钥：shuangxu key 可以查看")


class Caller(StrEnum):
    """Kinds of callers."""

    ANYBODY = "anybody"
    OPERATOR = "operator"


def ensure_key(file: Path) -> tuple[str, bool]:
    """Return the operator's key and whether it was made just now.

    Raises:
        SetupError: the file can be read by others, or is empty.
    """
    try:
        # O_EXCL: of two processes that start at once, one makes the key and both use it.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(file), False
    key = _KEY_PREFIX + secrets.token_urlsafe(32)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(key + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return key, True


def _read_key(file: Path) -> str:
    if file.stat().st_mode & 0o077:
        raise SetupError(f"密钥文件 {file} 可被其他用户读取，请执行 chmod 600 {file} 后重试。")
    key = file.read_text("utf-8").strip()
    if not key.startswith(_KEY_PREFIX):
        raise SetupError(f"密钥文件 {file} 内容不完整，请删除后重新启动，系统会生成新的密钥。")
    return key


def key_digest(key: str) -> bytes:
    """Return what is compared in place of the key itself."""
    return hashlib.sha256(key.encode()).digest()


def _identify(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    if credentials is None:
        return Caller.ANYBODY
    if not hmac.compare_digest(key_digest(credentials.credentials), request.app.state.key_digest):
        raise Unauthenticated("密钥不正确。请在服务器上执行 shuangxu key 查看，再放进 Authorization: Bearer 请求头。")
    return Caller.OPERATOR


def _require_operator(caller: Annotated[Caller, Depends(_identify)]) -> Caller:
    if caller is not Caller.OPERATOR:
        raise Unauthenticated(
            "写入需要运营方密钥。请在服务器上执行 shuangxu key 查看，再放进 Authorization: Bearer 请求头。"
        )
    return caller


CallerOf = Annotated[Caller, Depends(_identify)]
OperatorOnly = Annotated[Caller, Depends(_require_operator)]
