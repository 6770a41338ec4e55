"""Routes of saved searches: everyone's own."""

from app.access.guard import CallerOf, guarded_router
from app.core.database import ReadSession
from app.saved_searches.schemas import DigestList, SavedSearchIn, SavedSearchList, SavedSearchOut, SavedSearchPatch
from app.services import ServicesOf

router = guarded_router("/saved-searches", "收藏的检索")


@router.post("", status_code=201, summary="收藏检索")
def save_search(body: SavedSearchIn, services: ServicesOf, caller: CallerOf) -> SavedSearchOut:
    """Keep a search; all that it finds now counts as seen."""
    return SavedSearchOut.of(services.saved_searches.create(body, caller))


@router.get("", summary="列出收藏的检索")
def list_saved_searches(services: ServicesOf, session: ReadSession, caller: CallerOf) -> SavedSearchList:
    """Return the caller's, the newest first."""
    return SavedSearchList(items=[SavedSearchOut.of(each) for each in services.saved_searches.all(session, caller)])


@router.get("/digest", summary="收藏的检索有什么新结果")
def digest(services: ServicesOf, caller: CallerOf) -> DigestList:
    """Return those of which something is new since their owner last looked."""
    return DigestList(items=services.saved_searches.digest(caller))


@router.patch("/{id}", summary="修改收藏的检索")
def change_saved_search(id: str, body: SavedSearchPatch, services: ServicesOf, caller: CallerOf) -> SavedSearchOut:
    """Change the given fields; the others stay."""
    return SavedSearchOut.of(services.saved_searches.change(id, body.model_dump(exclude_unset=True), caller))


@router.delete("/{id}", status_code=204, summary="删除收藏的检索")
def delete_saved_search(id: str, services: ServicesOf, caller: CallerOf) -> None:
    """Delete one; within a day that can be taken back."""
    services.saved_searches.delete(id, caller)


@router.post("/{id}/restoration", summary="恢复删除的收藏")
def restore_saved_search(id: str, services: ServicesOf, caller: CallerOf) -> SavedSearchOut:
    """Take a deletion back."""
    return SavedSearchOut.of(services.saved_searches.restore(id, caller))


@router.put("/{id}/seen", summary="标为看过")
def mark_seen(id: str, services: ServicesOf, caller: CallerOf) -> SavedSearchOut:
    """Note that all that the search finds now was seen."""
    return SavedSearchOut.of(services.saved_searches.mark_seen(id, caller))
