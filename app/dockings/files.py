"""Files of dockings: on disk under a name that tells nothing, given out as attachments alone."""

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.core.caller import Caller
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.core.identifiers import new_id
from app.dockings.announcing import tell_liaison, tell_shared
from app.dockings.attachments import AttachmentRepository
from app.dockings.file_types import ALLOWED, FileType, type_of
from app.dockings.finding import find
from app.dockings.sharing import check_file, check_text
from app.models import Docking, DockingFile
from app.models.base import now

FILE_LIMIT = 20 * 1024 * 1024  # bytes
FILES_MOST = 50
_NAME_LIMIT = 150
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies on disk and belongs to no docking yet.

    Attributes:
        size: bytes.
        sha256: hexadecimal.
        part: where it lies.
    """

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    part: Path


class DockingFiles:
    """Keeps files beside dockings.

    Args:
        folder: where their bytes lie, shared by all servers of one database.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list(self, session: Session, docking: Docking, caller: Caller) -> Sequence[DockingFile]:
        """Return the files that the caller may have, the newest first."""
        return AttachmentRepository(session).files(docking.id, caller)

    def place(self, session: Session, id: str, caller: Caller, *, shared: bool) -> Docking:
        """Return the docking that a file may be laid beside, before its bytes are read.

        Raises:
            NotFound, Conflict: there are too many; InvalidInput: it may not be shared.
        """
        docking = find(session, id, caller)
        self._check(session, docking, caller, shared=shared)
        return docking

    @contextmanager
    def received(self, content: IO[bytes], name: str) -> Iterator[Received]:
        """Write a file's bytes to disk for good, to be added in a transaction within; gone where that fails.

        Raises:
            InvalidInput: its size, sort or name.
        """
        file_id, shown = new_id(), clean_name(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{file_id}.part"
        try:
            size, digest = _keep(content, part)
            path = self._path(file_id, digest)
            try:
                yield Received(file_id, shown, _sort(part, shown).media_type, size, digest, part)
            except BaseException:
                path.unlink(missing_ok=True)  # it was added, and the transaction failed
                raise
        finally:
            part.unlink(missing_ok=True)

    def add(self, session: Session, id: str, file: Received, caller: Caller, *, shared: bool) -> DockingFile:
        """Lay a file that was received beside a docking.

        Raises:
            NotFound, Conflict: there are too many; InvalidInput: its name, or it may not be shared.
        """
        docking = find(session, id, caller, lock=True)
        self._check(session, docking, caller, shared=shared)
        check_text("file", file.name, docking, caller, shared=shared)
        made = DockingFile(
            id=file.id, docking_id=id, account_id=caller.account_id, name=file.name, media_type=file.media_type,
            organisation_id=None if caller.sees_all else caller.organisation_id, size=file.size, sha256=file.sha256,
            shared=shared,
        )  # fmt: skip
        AttachmentRepository(session).add(made)
        docking.updated_at = now()
        session.flush()
        (tell_shared if shared else tell_liaison)(session, docking, file.id, caller, "文件")
        told = {"file": file.id, "size": file.size, "media_type": file.media_type, "shared": shared}
        append(session, caller, [Event("docking.attach", "dockings", id, None, told)])
        # Before the commit: whoever reads the row finds the bytes.
        file.part.rename(self._path(file.id, file.sha256))
        session.expire(made)  # to be read again with who laid it there
        return self.get(session, id, file.id, caller)

    @staticmethod
    def _check(session: Session, docking: Docking, caller: Caller, *, shared: bool) -> None:
        if AttachmentRepository(session).file_count(docking.id) >= FILES_MOST:
            raise Conflict(f"这条对接已有 {FILES_MOST} 个文件，请先删除不用的。")
        if shared:
            check_file(docking, caller)

    def get(self, session: Session, id: str, file_id: str, caller: Caller) -> DockingFile:
        """Return a file that the caller may have. Raises NotFound."""
        docking = find(session, id, caller)
        found = AttachmentRepository(session).file(docking.id, file_id, caller)
        if found is None:
            raise NotFound("没有这个文件，可能已被删除。请刷新页面。")
        return found

    def content(self, session: Session, id: str, file_id: str, caller: Caller) -> tuple[DockingFile, Path]:
        """Return a file and where its bytes lie. Raises NotFound."""
        found = self.get(session, id, file_id, caller)
        path = self._path(found.id, found.sha256)
        if not path.is_file():
            raise NotFound("文件的内容不在这台服务器上，请联系管理员检查 docking-files 目录。")
        return found, path

    def remove(self, session: Session, id: str, file_id: str, caller: Caller) -> DockingFile:
        """Delete a file, whose bytes `erase` takes away: one's own, for administrators and liaisons any.

        Raises:
            NotFound, Forbidden.
        """
        found = self.get(session, id, file_id, caller)
        if not caller.sees_all and found.account_id != caller.account_id:
            raise Forbidden("只能删除自己上传的文件。如有不妥，请联系情报员。")
        found.removed_at = now()
        append(session, caller, [Event("docking.detach", "dockings", id, {"file": file_id})])
        return found

    def erase(self, file: DockingFile) -> None:
        """Take away the bytes of a removed file; after the commit, or they would be gone of a file that stays."""
        self._path(file.id, file.sha256).unlink(missing_ok=True)

    def _path(self, id: str, sha256: str) -> Path:
        return self._folder / hashlib.sha256(f"{id}\0{sha256}".encode()).hexdigest()


def clean_name(name: str) -> str:
    """Return a file's name without folders and invisible characters, cut in its middle where it is long."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(each for each in base if unicodedata.category(each)[0] != "C").strip(" .")
    stem, ending = Path(shown).stem, Path(shown).suffix
    return f"{stem[: _NAME_LIMIT - len(ending)]}{ending}"[:_NAME_LIMIT] or "未命名"


def _keep(content: IO[bytes], path: Path) -> tuple[int, str]:
    """Write a file to disk for good; return its size in bytes and its SHA-256. Raises InvalidInput."""
    size, digest = 0, hashlib.sha256()
    with path.open("xb") as stream:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > FILE_LIMIT:
                raise _wrong("too_large", f"文件超过 {FILE_LIMIT // 1024 // 1024} MB，请压缩或拆分后再上传")
            digest.update(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    if size == 0:
        raise _wrong("empty", "文件是空的，请重新选择")
    return size, digest.hexdigest()


def _sort(path: Path, name: str) -> FileType:
    sort = type_of(path)
    if sort is None:
        raise _wrong("not_allowed", f"只收 {ALLOWED}；旧版 .doc、.xls 或带宏的文档请另存后再上传")
    ending = Path(name).suffix.lower()
    if ending not in sort.endings:
        wanted = "、".join(sorted(sort.endings))
        raise _wrong("name", f"文件内容是{sort.name}，名称却以“{ending or '无扩展名'}”结尾，请改为 {wanted} 后再上传")
    return sort


def _wrong(code: str, message: str) -> InvalidInput:
    return InvalidInput(f"file：{message}。", (FieldError("file", code, message),))
