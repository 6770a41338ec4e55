"""Routes of packages, of a platform's answers and of leads."""

from typing import Annotated

from fastapi import File, Form, Query, Response, UploadFile

from app.access.guard import CallerOf, guarded_router
from app.channels import transactions
from app.channels.files import suffix
from app.channels.packages import Wanted
from app.channels.response_schemas import LeadIn, LeadOut, LeadPage, ResponseOut
from app.channels.schemas import PackageEnd, PackageIn, PackageOut, PackagePage
from app.channels.service import ChannelService
from app.core.database import DatabaseOf, ReadSession, WriteSession
from app.core.parts import PartsOf
from app.idempotency import IdempotencyKey, KeyHeader
from app.kinds.parameters import Cursor, Limit
from app.models import LeadState

router = guarded_router("/channels/{id}", "对外发布")
_FILES: dict[str, dict[str, str]] = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
    "application/zip": {},
}


@router.post("/packages", status_code=201, summary="生成发布包")
def prepare_package(
    id: str,
    body: PackageIn,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    idempotency_key: KeyHeader = None,
) -> PackageOut:
    """Make a package of what changed since the last delivery, or of everything."""
    idempotency = IdempotencyKey.of(f"channels/{id}/packages", caller, idempotency_key, body.model_dump_json())
    wanted = Wanted(id, body.full, idempotency)
    return PackageOut.of(transactions.make_package(database, parts[ChannelService].packages, wanted, caller))


@router.get("/packages", summary="列出发布包")
def list_packages(
    id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, cursor: Cursor = None, limit: Limit = 20
) -> PackagePage:
    """Return packages, the newest first."""
    rows, following = parts[ChannelService].packages.page(session, id, caller, cursor, limit)
    return PackagePage(items=[PackageOut.of(each) for each in rows], next_cursor=following)


@router.get(
    "/packages/{package_id}/file",
    summary="下载发布包",
    response_class=Response,
    responses={200: {"content": _FILES, "description": "文件"}},
)
def package_file(id: str, package_id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the file of a package, as it is to be uploaded at the platform."""
    package, content = parts[ChannelService].packages.file(session, id, package_id, caller)
    ending = suffix(package.format)
    media = list(_FILES)[ending == "zip"]
    headers = {"Content-Disposition": f'attachment; filename="package-{package.number}.{ending}"'}
    return Response(content, media_type=media, headers=headers)


@router.post("/packages/{package_id}/deliver", summary="标记已交付")
def deliver_package(
    id: str, package_id: str, body: PackageEnd, parts: PartsOf, session: WriteSession, caller: CallerOf
) -> PackageOut:
    """Note that a person uploaded the package at the platform."""
    return PackageOut.of(parts[ChannelService].packages.deliver(session, id, package_id, body.note, caller))


@router.post("/packages/{package_id}/cancel", summary="取消发布包")
def cancel_package(
    id: str, package_id: str, body: PackageEnd, parts: PartsOf, database: DatabaseOf, caller: CallerOf
) -> PackageOut:
    """Give up a package that was not uploaded."""
    packages = parts[ChannelService].packages
    return PackageOut.of(transactions.cancel_package(database, packages, id, package_id, body.note, caller))


@router.post("/responses", summary="导入平台回执")
def take_responses(
    id: str,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    file: Annotated[UploadFile, File(title="文件", description=".xlsx、.xls、.csv、.tsv、.jsonl，1.9 MB 以内")],
    dry_run: Annotated[bool, Form(title="试导入", description="只检查，不写入")] = False,
) -> ResponseOut:
    """Take in what the platform answered: states, links, and who asked."""
    responses = parts[ChannelService].responses
    return transactions.take_responses(database, responses, id, file.file, file.filename or "", caller, dry_run=dry_run)


@router.get("/leads", summary="列出线索")
def list_leads(
    id: str,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    state: Annotated[LeadState | None, Query(title="状态")] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> LeadPage:
    """Return who asked about records at the platform, the newest first."""
    rows, following = parts[ChannelService].leads.page(session, id, caller, state, cursor, limit)
    return LeadPage(items=rows, next_cursor=following)


@router.post("/leads/{lead_id}/handle", summary="处理线索")
def handle_lead(
    id: str, lead_id: str, body: LeadIn, parts: PartsOf, session: WriteSession, caller: CallerOf
) -> LeadOut:
    """Turn a lead into a docking, or note what was done about it."""
    return parts[ChannelService].leads.handle(session, id, lead_id, body.action, body.counterpart, body.note, caller)
