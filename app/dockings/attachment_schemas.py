"""Bodies of what is written and laid beside a docking."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.dockings.visibility import Side, names_owner, side_of
from app.kinds.fields import LongText, RecordBody
from app.models import Docking, DockingEntry, DockingFile, EntryKind


class EntryIn(RecordBody):
    """Something to write."""

    kind: Annotated[
        EntryKind,
        Field(title="种类", description="note 记事，comment 留言，meeting 会面；企业、高校只能留言"),
    ] = EntryKind.COMMENT
    text: Annotated[LongText, Field(title="内容", max_length=4000)]
    shared: Annotated[bool, Field(title="双方可见", description="否则只有情报员看到，企业、高校写的本单位也看到")] = (
        False
    )
    met_on: Annotated[date | None, Field(title="会面日期", description="会面时必填")] = None


class WriterOut(BaseModel):
    """Who wrote something, as far as the caller may know."""

    role: Annotated[str, Field(title="哪一方", description="staff 情报员，need 需求方，achievement 成果方")]
    name: Annotated[str | None, Field(title="姓名")]
    organisation: Annotated[str | None, Field(title="单位")]
    yours: Annotated[bool, Field(title="是您写的")]

    @classmethod
    def of(cls, made: DockingEntry | DockingFile, docking: Docking, caller: Caller) -> Self:
        """Return the writer: a side learns the other's people when both agreed, and a hidden side's liaison too."""
        side = side_of(docking, made.organisation_id)
        own = caller.sees_all or caller.owns(made.organisation_id or "")
        known = own or (names_owner(docking, Side.NEED, caller) if side is None else docking.agreed_at is not None)
        named = side is not None and names_owner(docking, side, caller)
        return cls(
            role="staff" if side is None else side.value,
            name=made.account.name if known and made.account is not None else None,
            organisation=made.organisation.name if named and made.organisation is not None else None,
            yours=made.account_id is not None and made.account_id == caller.account_id,
        )


class EntryOut(BaseModel):
    """An entry as it is shown."""

    id: Annotated[str, Field(title="id")]
    kind: Annotated[EntryKind, Field(title="种类")]
    text: Annotated[str, Field(title="内容")]
    shared: Annotated[bool, Field(title="双方可见")]
    met_on: Annotated[date | None, Field(title="会面日期")]
    writer: Annotated[WriterOut, Field(title="谁写的")]
    removable: Annotated[bool, Field(title="您可以删除")]
    created_at: Annotated[datetime, Field(title="时间")]

    @classmethod
    def of(cls, entry: DockingEntry, docking: Docking, caller: Caller) -> Self:
        """Return an entry that the caller may read."""
        writer = WriterOut.of(entry, docking, caller)
        return cls(
            id=entry.id,
            kind=EntryKind(entry.kind),
            text=entry.text,
            shared=entry.shared,
            met_on=entry.met_on,
            writer=writer,
            removable=caller.sees_all or writer.yours,
            created_at=entry.created_at.astimezone(CITY_TIME),
        )


class EntryPage(BaseModel):
    """Part of what was written."""

    items: Annotated[list[EntryOut], Field(title="本页内容", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class FileOut(BaseModel):
    """A file as it is listed."""

    id: Annotated[str, Field(title="文件 id")]
    name: Annotated[str, Field(title="名称")]
    media_type: Annotated[str, Field(title="类型")]
    size: Annotated[int, Field(title="大小", description="字节")]
    sha256: Annotated[str, Field(title="SHA-256")]
    shared: Annotated[bool, Field(title="双方可见")]
    writer: Annotated[WriterOut, Field(title="谁上传的")]
    removable: Annotated[bool, Field(title="您可以删除")]
    created_at: Annotated[datetime, Field(title="时间")]

    @classmethod
    def of(cls, file: DockingFile, docking: Docking, caller: Caller) -> Self:
        """Return a file that the caller may have."""
        writer = WriterOut.of(file, docking, caller)
        return cls(
            id=file.id,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            shared=file.shared,
            writer=writer,
            removable=caller.sees_all or writer.yours,
            created_at=file.created_at.astimezone(CITY_TIME),
        )


class FileList(BaseModel):
    """The files of a docking."""

    items: Annotated[list[FileOut], Field(title="文件", description="最新的在前，至多 50 个")]
