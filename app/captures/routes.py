"""Routes of captures."""

from app.access.guard import CallerOf, guarded_router
from app.achievements.schemas import AchievementOut
from app.captures.schemas import Captured, CaptureIn, CaptureOut, CapturePage, PastedIn, ProposalOut
from app.captures.service import CaptureService
from app.core.database import DatabaseOf, ReadSession, prepare_then_apply
from app.core.parts import PartsOf
from app.idempotency import IdempotencyKey, KeyHeader
from app.kinds.parameters import Cursor, Limit

router = guarded_router("/captures", "捕捉成果")


@router.post("/proposal", summary="从文字中提取字段")
def propose_fields(body: PastedIn, parts: PartsOf, session: ReadSession, caller: CallerOf) -> ProposalOut:
    """Return the fields that a pasted text gives, and what is stored that reads like it; nothing is stored."""
    return parts[CaptureService].proposal(session, body.text, caller)


@router.post("", status_code=201, summary="捕捉成果")
def capture(
    body: CaptureIn,
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    idempotency_key: KeyHeader = None,
) -> Captured:
    """Store an achievement that was found elsewhere, with source, platform and date."""
    idempotency = IdempotencyKey.of("captures", caller, idempotency_key, body.model_dump_json())
    service = parts[CaptureService]
    record, found = prepare_then_apply(
        database,
        lambda session: service.prepare(session, body, caller, idempotency),
        lambda session, prepared: service.store(session, prepared, body, caller),
    )
    shown = AchievementOut.of(record, caller).model_dump()
    return Captured(**shown, capture=CaptureOut.of(found, record.title))


@router.get("", summary="列出捕捉")
def list_captures(
    parts: PartsOf, session: ReadSession, caller: CallerOf, cursor: Cursor = None, limit: Limit = 20
) -> CapturePage:
    """Return captures, the newest first."""
    rows, following = parts[CaptureService].page(session, caller, cursor, limit)
    return CapturePage(items=[CaptureOut.of(*each) for each in rows], next_cursor=following)
