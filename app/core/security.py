"""The operator's key: the machine's own administrator, and the way in before there are accounts."""

import hashlib
import os
import secrets
from pathlib import Path

from app.core.errors import SetupError

_KEY_PREFIX = "sx_"


def ensure_key(file: Path) -> tuple[str, bool]:
    """Return the operator's key and whether it was made just now.

    Raises:
        SetupError: the file can be read by others, or is empty.
    """
    if file.exists():
        return _read_key(file), False
    key = _KEY_PREFIX + secrets.token_urlsafe(32)
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(key + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        # The file is there whole or not at all: of two processes that start at once, one makes the key and both use it.
        os.link(aside, file)
    except FileExistsError:
        return _read_key(file), False
    finally:
        aside.unlink()
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
