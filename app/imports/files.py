"""Files of uploads, on the disk before anybody is told that they are."""

import hashlib
import os
from pathlib import Path
from typing import IO

from app.core.errors import UnreadableFile
from app.tables.limits import FILE_LIMIT

_CHUNK = 1024 * 1024


def keep_file(content: IO[bytes], path: Path) -> tuple[int, str]:
    """Write a file and its folder's entry through to the disk; return its size in bytes and SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            while chunk := content.read(_CHUNK):
                size += len(chunk)
                if size > FILE_LIMIT:
                    raise UnreadableFile("文件超过 20 MB 上限，请拆分后分次导入。")
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size, digest.hexdigest()
