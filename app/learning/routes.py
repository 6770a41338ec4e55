"""The quality page of the matching engine."""

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession
from app.core.parts import PartsOf
from app.learning.quality import Quality
from app.learning.service import LearningService

router = guarded_router("", "质量")


@router.get("/quality", summary="匹配质量")
def get_quality(parts: PartsOf, session: ReadSession, caller: CallerOf) -> Quality:
    """Return how the ranking does by the judgements of people; figures alone, no records."""
    return parts[LearningService].quality(session, caller)
