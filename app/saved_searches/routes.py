"""Routes of saved searches: everyone's own."""

from app.access.guard import CallerOf, guarded_router
from app.core.database import DatabaseOf, ReadSession, WriteSession, prepare_then_apply
from app.core.parts import PartsOf
from app.saved_searches.schemas import DigestList, SavedSearchIn, SavedSearchList, SavedSearchOut, SavedSearchPatch
from app.saved_searches.service import SavedSearchService

router = guarded_router("/saved-searches", "收藏的检索")


@router.post("", status_code=201, summary="收藏检索")
def save_search(body: SavedSearchIn, parts: PartsOf, database: DatabaseOf, caller: CallerOf) -> SavedSearchOut:
    """Keep a search; all that it finds now counts as seen."""
    service = parts[SavedSearchService]
    made = prepare_then_apply(
        database,
        lambda session: service.prepare_create(session, body, caller),
        lambda session, prepared: service.create(session, prepared, caller),
    )
    return SavedSearchOut.of(made)


@router.get("", summary="列出收藏的检索")
def list_saved_searches(parts: PartsOf, session: ReadSession, caller: CallerOf) -> SavedSearchList:
    """Return the caller's, the newest first."""
    return SavedSearchList(items=[SavedSearchOut.of(each) for each in parts[SavedSearchService].all(session, caller)])


@router.get("/digest", summary="收藏的检索有什么新结果")
def digest(parts: PartsOf, session: ReadSession, caller: CallerOf) -> DigestList:
    """Return those of which something is new since their owner last looked."""
    return DigestList(items=parts[SavedSearchService].digest(session, caller))


@router.patch("/{id}", summary="修改收藏的检索")
def change_saved_search(
    id: str, body: SavedSearchPatch, parts: PartsOf, session: WriteSession, caller: CallerOf
) -> SavedSearchOut:
    """Change the given fields; the others stay."""
    return SavedSearchOut.of(parts[SavedSearchService].change(session, id, body.model_dump(exclude_unset=True), caller))


@router.delete("/{id}", status_code=204, summary="删除收藏的检索")
def delete_saved_search(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Delete one; within a day that can be taken back."""
    parts[SavedSearchService].delete(session, id, caller)


@router.post("/{id}/restoration", summary="恢复删除的收藏")
def restore_saved_search(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> SavedSearchOut:
    """Take a deletion back."""
    return SavedSearchOut.of(parts[SavedSearchService].restore(session, id, caller))


@router.put("/{id}/seen", summary="标为看过")
def mark_seen(id: str, parts: PartsOf, database: DatabaseOf, caller: CallerOf) -> SavedSearchOut:
    """Note that all that the search finds now was seen."""
    service = parts[SavedSearchService]
    saved = prepare_then_apply(
        database,
        lambda session: service.prepare_look(session, id, caller),
        lambda session, look: service.mark_seen(session, id, look, caller),
    )
    return SavedSearchOut.of(saved)
