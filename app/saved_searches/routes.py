"""Routes of saved searches: everyone's own."""

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession
from app.core.parts import PartsOf
from app.saved_searches.schemas import DigestList, SavedSearchIn, SavedSearchList, SavedSearchOut, SavedSearchPatch
from app.saved_searches.service import SavedSearchService

router = guarded_router("/saved-searches", "收藏的检索")


@router.post("", status_code=201, summary="收藏检索")
def save_search(body: SavedSearchIn, parts: PartsOf, caller: CallerOf) -> SavedSearchOut:
    """Keep a search; all that it finds now counts as seen."""
    return SavedSearchOut.of(parts[SavedSearchService].create(body, caller))


@router.get("", summary="列出收藏的检索")
def list_saved_searches(parts: PartsOf, session: ReadSession, caller: CallerOf) -> SavedSearchList:
    """Return the caller's, the newest first."""
    return SavedSearchList(items=[SavedSearchOut.of(each) for each in parts[SavedSearchService].all(session, caller)])


@router.get("/digest", summary="收藏的检索有什么新结果")
def digest(parts: PartsOf, caller: CallerOf) -> DigestList:
    """Return those of which something is new since their owner last looked."""
    return DigestList(items=parts[SavedSearchService].digest(caller))


@router.patch("/{id}", summary="修改收藏的检索")
def change_saved_search(id: str, body: SavedSearchPatch, parts: PartsOf, caller: CallerOf) -> SavedSearchOut:
    """Change the given fields; the others stay."""
    return SavedSearchOut.of(parts[SavedSearchService].change(id, body.model_dump(exclude_unset=True), caller))


@router.delete("/{id}", status_code=204, summary="删除收藏的检索")
def delete_saved_search(id: str, parts: PartsOf, caller: CallerOf) -> None:
    """Delete one; within a day that can be taken back."""
    parts[SavedSearchService].delete(id, caller)


@router.post("/{id}/restoration", summary="恢复删除的收藏")
def restore_saved_search(id: str, parts: PartsOf, caller: CallerOf) -> SavedSearchOut:
    """Take a deletion back."""
    return SavedSearchOut.of(parts[SavedSearchService].restore(id, caller))


@router.put("/{id}/seen", summary="标为看过")
def mark_seen(id: str, parts: PartsOf, caller: CallerOf) -> SavedSearchOut:
    """Note that all that the search finds now was seen."""
    return SavedSearchOut.of(parts[SavedSearchService].mark_seen(id, caller))
