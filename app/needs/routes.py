"""Routes of needs."""

from typing import Annotated, cast

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from app.core.database import ReadSession
from app.core.idempotency import IdempotencyKey
from app.core.security import Caller, CallerOf, OperatorOnly
from app.matches.schemas import TOP_K_LIMIT, MatchesOut
from app.models import Need, RecordKind
from app.needs.clarity import Clarity, asked_clarity
from app.needs.common_needs import CommonNeedOut, common_needs
from app.needs.schemas import NeedCreated, NeedIn, NeedOut, NeedPatch
from app.records.kinds import Record
from app.records.parameters import Contains, Cursor, FilterOf, Limit, StatusOf, TopK
from app.records.visibility import RecordFilter
from app.services import Services, ServicesOf

router = APIRouter(prefix="/needs", tags=["需求"])
KIND = RecordKind.NEEDS


class NeedPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[NeedOut], Field(title="本页记录")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class CommonNeedList(BaseModel):
    """Groups of needs."""

    items: Annotated[list[CommonNeedOut], Field(title="共性需求")]


@router.post("", status_code=201, summary="新增需求")
def create_need(
    body: NeedIn,
    services: ServicesOf,
    caller: OperatorOnly,
    response: Response,
    match: Annotated[int | None, Query(ge=1, le=TOP_K_LIMIT, title="同时返回的匹配条数")] = None,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> NeedCreated:
    """Store a need, say what is missing in it and, if asked, what matches it."""
    again = None
    if idempotency_key is not None:
        again = IdempotencyKey.of("needs", idempotency_key, body.model_dump_json())
    record, _ = services.records[KIND].create(body.model_dump(), again)
    response.headers["ETag"] = f'"{record.version}"'
    response.headers["Location"] = f"/api/v1/needs/{record.id}"
    matches = services.matches.for_record(record, caller, match, RecordFilter()) if match else None
    shown = NeedOut.of(record, caller).model_dump()
    return NeedCreated(**shown, clarity=_clarity(services, record, caller), matches=matches)


@router.get("", summary="列出需求")
def list_needs(
    services: ServicesOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    q: Contains = None,
    status: StatusOf = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> NeedPage:
    """Return needs, the newest first."""
    page = services.records[KIND].page(session, caller, wanted, q=q, status=status, cursor=cursor, limit=limit)
    return NeedPage(items=[NeedOut.of(record, caller) for record in page.records], next_cursor=page.next_cursor)


@router.get("/common", summary="共性需求")
def list_common_needs(
    services: ServicesOf,
    session: ReadSession,
    caller: OperatorOnly,
    min_enterprises: Annotated[int, Query(ge=2, le=100, title="最少企业数")] = 2,
) -> CommonNeedList:
    """Return what several enterprises need alike: candidates for common key technologies."""
    return CommonNeedList(items=common_needs(session, services.gateway, min_enterprises))


@router.get("/{id}", summary="读取需求")
def get_need(id: str, services: ServicesOf, session: ReadSession, caller: CallerOf, response: Response) -> NeedOut:
    """Return one need."""
    record = services.records[KIND].get(session, id, caller)
    response.headers["ETag"] = f'"{record.version}"'
    return NeedOut.of(record, caller)


@router.patch("/{id}", summary="修改需求")
def change_need(
    id: str,
    body: NeedPatch,
    services: ServicesOf,
    caller: OperatorOnly,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> NeedOut:
    """Change the given fields; the others stay."""
    record = services.records[KIND].change(id, body.model_dump(exclude_unset=True), if_match)
    response.headers["ETag"] = f'"{record.version}"'
    return NeedOut.of(record, caller)


@router.delete("/{id}", status_code=204, summary="撤回需求")
def withdraw_need(
    id: str,
    services: ServicesOf,
    caller: OperatorOnly,
    if_match: Annotated[str | None, Header()] = None,
) -> None:
    """Withdraw a need: lists and searches no longer show it."""
    services.records[KIND].withdraw(id, if_match)


@router.get("/{id}/clarity", summary="需求的清晰度与先问什么")
def need_clarity(id: str, services: ServicesOf, session: ReadSession, caller: CallerOf) -> Clarity:
    """Say what a need leaves open, and which answer would change its matches most."""
    return _clarity(services, services.records[KIND].get(session, id, caller), caller)


def _clarity(services: Services, record: Record, caller: Caller) -> Clarity:
    achievements = services.records[RecordKind.ACHIEVEMENTS]
    return asked_clarity(services.gateway, achievements, cast(Need, record), caller)


@router.get("/{id}/matches", summary="需求的匹配")
def need_matches(
    id: str,
    services: ServicesOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    top_k: TopK = 20,
) -> MatchesOut:
    """Return what matches a need, best first, with reasons."""
    record = services.records[KIND].get(session, id, caller)
    return services.matches.for_record(record, caller, top_k, wanted)
