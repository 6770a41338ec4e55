"""The quality page of the matching engine."""

from fastapi import APIRouter

from app.core.database import ReadSession
from app.core.security import CallerOf
from app.learning.quality import Quality
from app.services import ServicesOf

router = APIRouter(tags=["质量"])


@router.get("/quality", summary="匹配质量")
def get_quality(services: ServicesOf, session: ReadSession, caller: CallerOf) -> Quality:
    """Return how the ranking does by the judgements of people; figures alone, no records."""
    return services.learning.quality(session)
