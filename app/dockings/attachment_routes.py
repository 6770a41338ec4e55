"""Routes of what is written and laid beside a docking."""

from typing import Annotated

from fastapi import File, Form, Response, UploadFile
from fastapi.responses import FileResponse

from app.access.guard import CallerOf, guarded_router
from app.core.database import DatabaseOf, ReadSession, WriteSession
from app.core.parts import PartsOf
from app.dockings.attachment_schemas import EntryIn, EntryOut, EntryPage, FileList, FileOut
from app.dockings.file_types import ALLOWED
from app.dockings.files import FILE_LIMIT
from app.dockings.service import DockingService
from app.kinds.parameters import Cursor, Limit

router = guarded_router("/dockings", "对接")
# A form has a little more around the file.
BODY_LIMIT = FILE_LIMIT + 1024 * 1024


@router.get("/{id}/entries", summary="记事、留言和会面")
def list_entries(
    id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, cursor: Cursor = None, limit: Limit = 20
) -> EntryPage:
    """Return what the caller may read, the newest first."""
    docking = parts[DockingService].get(session, id, caller)
    rows, following = parts[DockingService].conversation.page(session, docking, caller, cursor=cursor, limit=limit)
    return EntryPage(items=[EntryOut.of(each, docking, caller) for each in rows], next_cursor=following)


@router.post("/{id}/entries", status_code=201, summary="记事、留言或登记会面")
def write_entry(id: str, body: EntryIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> EntryOut:
    """Write something: for staff, or shared with both sides."""
    docking = parts[DockingService].get(session, id, caller)
    made = parts[DockingService].conversation.add(
        session, id, body.kind, body.text, caller, shared=body.shared, met_on=body.met_on
    )  # fmt: skip
    return EntryOut.of(made, docking, caller)


@router.delete("/{id}/entries/{entry_id}", status_code=204, summary="删除记事或留言")
def remove_entry(id: str, entry_id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Take an entry back."""
    parts[DockingService].conversation.remove(session, id, entry_id, caller)


@router.get("/{id}/files", summary="列出文件")
def list_files(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> FileList:
    """Return the files that the caller may have, the newest first."""
    docking = parts[DockingService].get(session, id, caller)
    rows = parts[DockingService].files.list(session, docking, caller)
    return FileList(items=[FileOut.of(each, docking, caller) for each in rows])


@router.post("/{id}/files", status_code=201, summary="上传文件")
def add_file(
    id: str,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    file: Annotated[UploadFile, File(title="文件", description=f"{ALLOWED}，20 MB 以内")],
    shared: Annotated[bool, Form(title="双方可见", description="否则只有情报员和上传的单位看到")] = False,
) -> FileOut:
    """Keep a file; it is safe on disk before the answer."""
    files = parts[DockingService].files
    with database.read() as session:  # before anything is written for who may not
        docking = files.place(session, id, caller, shared=shared)
    with files.received(file.file, file.filename or "") as received, database.write() as session:
        made = files.add(session, id, received, caller, shared=shared)
    return FileOut.of(made, docking, caller)


@router.get(
    "/{id}/files/{file_id}",
    summary="下载文件",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "文件内容"}},
)
def download_file(id: str, file_id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return a file to be saved; never shown in the browser's window."""
    found, path = parts[DockingService].files.content(session, id, file_id, caller)
    return FileResponse(
        path, media_type=found.media_type, filename=found.name, content_disposition_type="attachment"
    )  # fmt: skip


@router.delete("/{id}/files/{file_id}", status_code=204, summary="删除文件")
def remove_file(id: str, file_id: str, parts: PartsOf, database: DatabaseOf, caller: CallerOf) -> None:
    """Delete a file."""
    files = parts[DockingService].files
    with database.write() as session:
        removed = files.remove(session, id, file_id, caller)
    files.erase(removed)
