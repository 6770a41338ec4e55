"""Routes of needs."""

from typing import Annotated, cast

import structlog
from fastapi import Query, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.access.guard import CallerOf, guarded_router
from app.core.caller import Caller
from app.core.database import DatabaseOf, ReadSession, WriteSession
from app.core.parts import Parts, PartsOf
from app.core.versions import IfMatch, tell_version
from app.idempotency import IdempotencyKey, KeyHeader
from app.kinds.parameters import TOP_K_LIMIT, Contains, Cursor, FilterOf, Limit, StatusOf, TopK
from app.kinds.table import Record
from app.kinds.visibility import RecordFilter, shown_version
from app.matches.brief import Explain, as_asked
from app.matches.schemas import MatchesOut, PairOut
from app.matches.service import MatchService
from app.models import Need, RecordKind
from app.needs.clarity import Clarity, asked_clarity, clarity
from app.needs.common_needs import CommonNeedOut, common_needs
from app.needs.drafts import PreviewOut, draft_of, preview
from app.needs.posting_check import SelfNamingIn, SelfNamingOut, check_self_naming
from app.needs.schemas import NeedCreated, NeedIn, NeedOut, NeedPatch
from app.records.review import RenewalIn, ReviewIn, VersionList
from app.records.service import RecordServices
from app.records.transactions import change_record, create_record
from app.rounds.service import RoundService
from app.search.gateway import Gateway

log = structlog.get_logger()
router = guarded_router("/needs", "需求")
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
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    response: Response,
    match: Annotated[int | None, Query(ge=1, le=TOP_K_LIMIT, title="同时返回的匹配条数")] = None,
    explain: Explain = "brief",
    idempotency_key: KeyHeader = None,
) -> NeedCreated:
    """Store a need, say what is missing in it and, if asked, what matches it."""
    if body.round_id is not None:
        with database.read() as session:
            parts[RoundService].check_open_to(session, body.round_id, KIND, caller)
    idempotency = IdempotencyKey.of("needs", caller, idempotency_key, body.model_dump_json())
    record, _ = create_record(database, parts[RecordServices][KIND], body.model_dump(), caller, idempotency)
    tell_version(response, record.version)
    response.headers["Location"] = f"/api/v1/needs/{record.id}"
    shown = NeedOut.checked(record, caller).model_dump()
    asked: Clarity = clarity(cast(Need, record))
    matches: MatchesOut | None = None
    # It is stored: whoever was told of a failure now would post it again.
    try:
        with database.read() as session, parts[Gateway].answering(session):
            asked = _clarity(parts, session, record, caller)
            if match:
                found = parts[MatchService].for_record(session, record, caller, match, RecordFilter())
                matches = as_asked(found, explain)
    except Exception:
        log.exception("a need was stored, what could be said of it was not found", need=record.id)
    return NeedCreated(**shown, clarity=asked, matches=matches)


@router.get("", summary="列出需求")
def list_needs(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    q: Contains = None,
    status: StatusOf = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> NeedPage:
    """Return needs, the newest first."""
    page = parts[RecordServices][KIND].page(session, caller, wanted, q=q, status=status, cursor=cursor, limit=limit)
    return NeedPage(items=[NeedOut.of(record, caller) for record in page.records], next_cursor=page.next_cursor)


@router.get("/common", summary="共性需求")
def list_common_needs(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    min_enterprises: Annotated[int, Query(ge=2, le=100, title="最少企业数")] = 2,
) -> CommonNeedList:
    """Return what several enterprises need alike: candidates for common key technologies."""
    return CommonNeedList(items=common_needs(session, parts[Gateway], caller, min_enterprises))


@router.post("/self-naming", summary="检查需求文字是否会暴露企业")
def check_need_texts(body: SelfNamingIn, session: ReadSession, caller: CallerOf) -> SelfNamingOut:
    """Say what in the texts of a need gives its enterprise away, before it is posted."""
    return check_self_naming(session, body, caller)


@router.post("/clarity", summary="检查还没提交的需求写得清不清楚")
def check_clarity(body: NeedIn, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Clarity:
    """Say what a need that is being written leaves open; nothing is stored."""
    return _clarity(parts, session, draft_of(body), caller)


@router.post("/preview", summary="预览别人看到的需求")
def preview_need(body: NeedIn, session: ReadSession, caller: CallerOf) -> PreviewOut:
    """Show a need that is being written as others would see it, for each visibility; nothing is stored."""
    return preview(session, body, caller)


@router.get("/{id}", summary="读取需求")
def get_need(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> NeedOut:
    """Return one need."""
    record = parts[RecordServices][KIND].get(session, id, caller)
    tell_version(response, shown_version(record, caller))
    return NeedOut.checked(record, caller)


@router.patch("/{id}", summary="修改需求")
def change_need(
    id: str,
    body: NeedPatch,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> NeedOut:
    """Change the given fields; the others stay."""
    if body.round_id is not None:
        with database.read() as session:
            parts[RoundService].check_open_to(session, body.round_id, KIND, caller)
    fields = body.model_dump(exclude_unset=True)
    record = change_record(database, parts[RecordServices][KIND], id, fields, if_match, caller)
    tell_version(response, record.version)
    return NeedOut.checked(record, caller)


@router.delete("/{id}", status_code=204, summary="撤回需求")
def withdraw_need(
    id: str,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    if_match: IfMatch = None,
) -> None:
    """Withdraw a need: lists and searches no longer show it."""
    parts[RecordServices][KIND].withdraw(session, id, if_match, caller)


@router.get("/{id}/clarity", summary="需求的清晰度与先问什么")
def need_clarity(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Clarity:
    """Say what a need leaves open, and which answer would change its matches most."""
    return _clarity(parts, session, parts[RecordServices][KIND].get(session, id, caller), caller)


def _clarity(parts: Parts, session: Session, record: Record, caller: Caller) -> Clarity:
    with parts[Gateway].answering(session) as search:
        return asked_clarity(search, cast(Need, record), caller)


@router.post("/{id}/review", summary="审核需求")
def review_need(
    id: str,
    body: ReviewIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> NeedOut:
    """Publish what was handed in, or return it with the reason."""
    record = parts[RecordServices][KIND].review(session, id, body.decision, body.reason, if_match, caller)
    tell_version(response, record.version)
    return NeedOut.checked(record, caller)


@router.post("/{id}/renewal", summary="延长需求的有效期")
def renew_need(
    id: str,
    body: RenewalIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> NeedOut:
    """Let a need be valid longer, without another review."""
    record = parts[RecordServices][KIND].renew(session, id, body.valid_until, if_match, caller)
    tell_version(response, record.version)
    return NeedOut.of(record, caller)


@router.post("/{id}/restoration", summary="恢复撤回的需求")
def restore_need(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response) -> NeedOut:
    """Take the withdrawal of a need back, while nothing else was changed since."""
    record = parts[RecordServices][KIND].restore(session, id, caller)
    tell_version(response, record.version)
    return NeedOut.checked(record, caller)


@router.get("/{id}/versions", summary="需求的历次修改")
def need_versions(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> VersionList:
    """Return who changed what, the newest first."""
    return VersionList.model_validate({"items": parts[RecordServices][KIND].versions(session, id, caller)})


@router.get("/{id}/matches", summary="需求的匹配")
def need_matches(
    id: str,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    top_k: TopK = 20,
    explain: Explain = "brief",
) -> MatchesOut:
    """Return what matches a need, best first, with reasons."""
    record = parts[RecordServices][KIND].get(session, id, caller)
    return as_asked(parts[MatchService].for_record(session, record, caller, top_k, wanted), explain)


@router.get("/{id}/matches/{achievement_id}", summary="逐条对照一项成果")
def need_match(id: str, achievement_id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> PairOut:
    """Explain one achievement against a need, also where it is not among the best or a hard condition excludes it."""
    need = parts[RecordServices][KIND].get(session, id, caller)
    achievement = parts[RecordServices][RecordKind.ACHIEVEMENTS].get(session, achievement_id, caller)
    return parts[MatchService].for_pairs(session, need, [achievement], caller)[0]
