"""Free-text search."""

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession
from app.core.parts import PartsOf
from app.kinds.visibility import RecordFilter
from app.matches.brief import Explain, as_asked
from app.matches.schemas import MatchesOut, SearchIn
from app.matches.service import MatchService

router = guarded_router("", "检索")


@router.post("/search", summary="按文字检索成果或需求")
def search(
    body: SearchIn, parts: PartsOf, session: ReadSession, caller: CallerOf, explain: Explain = "brief"
) -> MatchesOut:
    """Return what a free text finds, best first, with reasons."""
    wanted = RecordFilter(**body.filters.model_dump())
    found = parts[MatchService].for_text(session, body.text, body.target, caller, body.top_k, wanted)
    return as_asked(found, explain)
