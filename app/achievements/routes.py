"""Routes of achievements."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from app.access.guard import CallerOf, guarded_router
from app.achievements.schemas import AchievementIn, AchievementOut, AchievementPatch
from app.core.database import DatabaseOf, ReadSession, WriteSession
from app.core.parts import PartsOf
from app.core.versions import IfMatch, tell_version
from app.idempotency import IdempotencyKey, KeyHeader
from app.kinds.parameters import Contains, Cursor, FilterOf, Limit, StatusOf, TopK
from app.kinds.visibility import shown_version
from app.matches.brief import Explain, as_asked
from app.matches.schemas import MatchesOut, PairOut
from app.matches.service import MatchService
from app.models import RecordKind
from app.records.review import RenewalIn, ReviewIn, VersionList
from app.records.service import RecordServices
from app.records.transactions import change_record, create_record

router = guarded_router("/achievements", "成果")
KIND = RecordKind.ACHIEVEMENTS


class AchievementPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[AchievementOut], Field(title="本页记录")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


@router.post("", status_code=201, summary="新增成果")
def create_achievement(
    body: AchievementIn,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    response: Response,
    idempotency_key: KeyHeader = None,
) -> AchievementOut:
    """Store an achievement."""
    idempotency = IdempotencyKey.of("achievements", caller, idempotency_key, body.model_dump_json())
    record, _ = create_record(database, parts[RecordServices][KIND], body.model_dump(), caller, idempotency)
    tell_version(response, record.version)
    response.headers["Location"] = f"/api/v1/achievements/{record.id}"
    return AchievementOut.of(record, caller)


@router.get("", summary="列出成果")
def list_achievements(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    q: Contains = None,
    status: StatusOf = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> AchievementPage:
    """Return achievements, the newest first."""
    page = parts[RecordServices][KIND].page(session, caller, wanted, q=q, status=status, cursor=cursor, limit=limit)
    return AchievementPage(
        items=[AchievementOut.of(record, caller) for record in page.records], next_cursor=page.next_cursor
    )


@router.get("/{id}", summary="读取成果")
def get_achievement(
    id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response
) -> AchievementOut:
    """Return one achievement."""
    record = parts[RecordServices][KIND].get(session, id, caller)
    tell_version(response, shown_version(record, caller))
    return AchievementOut.of(record, caller)


@router.patch("/{id}", summary="修改成果")
def change_achievement(
    id: str,
    body: AchievementPatch,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> AchievementOut:
    """Change the given fields; the others stay."""
    fields = body.model_dump(exclude_unset=True)
    record = change_record(database, parts[RecordServices][KIND], id, fields, if_match, caller)
    tell_version(response, record.version)
    return AchievementOut.of(record, caller)


@router.delete("/{id}", status_code=204, summary="撤回成果")
def withdraw_achievement(
    id: str,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    if_match: IfMatch = None,
) -> None:
    """Withdraw a achievement: lists and searches no longer show it."""
    parts[RecordServices][KIND].withdraw(session, id, if_match, caller)


@router.post("/{id}/review", summary="审核成果")
def review_achievement(
    id: str,
    body: ReviewIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> AchievementOut:
    """Publish what was handed in, or return it with the reason."""
    record = parts[RecordServices][KIND].review(session, id, body.decision, body.reason, if_match, caller)
    tell_version(response, record.version)
    return AchievementOut.of(record, caller)


@router.post("/{id}/renewal", summary="延长成果的有效期")
def renew_achievement(
    id: str,
    body: RenewalIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> AchievementOut:
    """Let a achievement be valid longer, without another review."""
    record = parts[RecordServices][KIND].renew(session, id, body.valid_until, if_match, caller)
    tell_version(response, record.version)
    return AchievementOut.of(record, caller)


@router.post("/{id}/restoration", summary="恢复撤回的成果")
def restore_achievement(
    id: str, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> AchievementOut:
    """Take the withdrawal of an achievement back, while nothing else was changed since."""
    record = parts[RecordServices][KIND].restore(session, id, caller)
    tell_version(response, record.version)
    return AchievementOut.of(record, caller)


@router.get("/{id}/versions", summary="成果的历次修改")
def achievement_versions(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> VersionList:
    """Return who changed what, the newest first."""
    return VersionList.model_validate({"items": parts[RecordServices][KIND].versions(session, id, caller)})


@router.get("/{id}/matches", summary="成果的匹配")
def achievement_matches(
    id: str,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    top_k: TopK = 20,
    explain: Explain = "brief",
) -> MatchesOut:
    """Return what matches an achievement, best first, with reasons."""
    record = parts[RecordServices][KIND].get(session, id, caller)
    return as_asked(parts[MatchService].for_record(session, record, caller, top_k, wanted), explain)


@router.get("/{id}/matches/{need_id}", summary="逐条对照一项需求")
def achievement_match(id: str, need_id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> PairOut:
    """Explain an achievement against one need, also where it is not among the best or a hard condition excludes it."""
    achievement = parts[RecordServices][KIND].get(session, id, caller)
    need = parts[RecordServices][RecordKind.NEEDS].get(session, need_id, caller)
    matches = parts[MatchService]
    (pair,) = matches.for_pairs(session, need, [achievement], caller)
    return pair.model_copy(update={"record": matches.view(need, caller)})
