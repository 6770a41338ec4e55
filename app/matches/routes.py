"""Free-text search."""

from app.access.guard import CallerOf, guarded_router
from app.matches.schemas import MatchesOut, SearchIn
from app.records.visibility import RecordFilter
from app.services import ServicesOf

router = guarded_router("", "检索")


@router.post("/search", summary="按文字检索成果或需求")
def search(body: SearchIn, services: ServicesOf, caller: CallerOf) -> MatchesOut:
    """Return what a free text finds, best first, with reasons."""
    wanted = RecordFilter(**body.filters.model_dump())
    return services.matches.for_text(body.text, body.target, caller, body.top_k, wanted)
