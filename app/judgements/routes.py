"""Routes of judgements, below the need that they are about."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.judgements.schemas import JudgementIn, JudgementOut
from app.judgements.service import JudgementService

router = guarded_router("/needs/{id}", "研判")


class JudgementList(BaseModel):
    """Judgements of a need's pairs."""

    items: Annotated[list[JudgementOut], Field(title="研判")]


@router.put("/matches/{achievement_id}/judgement", summary="研判一项匹配")
def judge(
    id: str, achievement_id: str, body: JudgementIn, parts: PartsOf, session: WriteSession, caller: CallerOf
) -> JudgementOut:
    """Store a grade of a pair; judging again replaces it."""
    reason = body.reason_code.value if body.reason_code is not None else None
    judged = parts[JudgementService].judge(session, id, achievement_id, caller, body.grade, reason, body.comment)
    return JudgementOut.model_validate(judged)


@router.delete("/matches/{achievement_id}/judgement", status_code=204, summary="撤回研判")
def take_back(id: str, achievement_id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Take the caller's grade of a pair back."""
    parts[JudgementService].take_back(session, id, achievement_id, caller)


@router.get("/judgements", summary="需求的研判")
def judgements(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> JudgementList:
    """Return what was said of a need's pairs, the newest first."""
    given = parts[JudgementService].of_need(session, id, caller)
    return JudgementList(items=[JudgementOut.model_validate(each) for each in given])
