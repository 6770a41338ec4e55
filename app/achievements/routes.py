"""Routes of achievements."""

from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field

from app.achievements.schemas import AchievementIn, AchievementOut, AchievementPatch
from app.core.database import ReadSession
from app.core.idempotency import IdempotencyKey
from app.core.security import CallerOf, OperatorOnly
from app.matches.schemas import MatchesOut
from app.models import RecordKind
from app.records.parameters import Contains, Cursor, FilterOf, Limit, StatusOf, TopK
from app.services import ServicesOf

router = APIRouter(prefix="/achievements", tags=["成果"])
KIND = RecordKind.ACHIEVEMENTS


class AchievementPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[AchievementOut], Field(title="本页记录")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


@router.post("", status_code=201, summary="新增成果")
def create_achievement(
    body: AchievementIn,
    services: ServicesOf,
    caller: OperatorOnly,
    response: Response,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> AchievementOut:
    """Store an achievement."""
    again = None
    if idempotency_key is not None:
        again = IdempotencyKey.of("achievements", idempotency_key, body.model_dump_json())
    record, _ = services.records[KIND].create(body.model_dump(), again)
    response.headers["ETag"] = f'"{record.version}"'
    response.headers["Location"] = f"/api/v1/achievements/{record.id}"
    return AchievementOut.of(record, caller)


@router.get("", summary="列出成果")
def list_achievements(
    services: ServicesOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    q: Contains = None,
    status: StatusOf = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> AchievementPage:
    """Return achievements, the newest first."""
    page = services.records[KIND].page(session, caller, wanted, q=q, status=status, cursor=cursor, limit=limit)
    return AchievementPage(
        items=[AchievementOut.of(record, caller) for record in page.records], next_cursor=page.next_cursor
    )


@router.get("/{id}", summary="读取成果")
def get_achievement(
    id: str, services: ServicesOf, session: ReadSession, caller: CallerOf, response: Response
) -> AchievementOut:
    """Return one achievement."""
    record = services.records[KIND].get(session, id, caller)
    response.headers["ETag"] = f'"{record.version}"'
    return AchievementOut.of(record, caller)


@router.patch("/{id}", summary="修改成果")
def change_achievement(
    id: str,
    body: AchievementPatch,
    services: ServicesOf,
    caller: OperatorOnly,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> AchievementOut:
    """Change the given fields; the others stay."""
    record = services.records[KIND].change(id, body.model_dump(exclude_unset=True), if_match)
    response.headers["ETag"] = f'"{record.version}"'
    return AchievementOut.of(record, caller)


@router.delete("/{id}", status_code=204, summary="撤回成果")
def withdraw_achievement(
    id: str,
    services: ServicesOf,
    caller: OperatorOnly,
    if_match: Annotated[str | None, Header()] = None,
) -> None:
    """Withdraw a achievement: lists and searches no longer show it."""
    services.records[KIND].withdraw(id, if_match)


@router.get("/{id}/matches", summary="成果的匹配")
def achievement_matches(
    id: str,
    services: ServicesOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    top_k: TopK = 20,
) -> MatchesOut:
    """Return what matches a achievement, best first, with reasons."""
    record = services.records[KIND].get(session, id, caller)
    return services.matches.for_record(record, caller, top_k, wanted)
