"""Routes of code lists."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from app.access.guard import guarded_router
from app.codes.service import CodeService
from app.core.database import ReadSession
from app.core.parts import PartsOf
from app.kinds.fields import Word
from app.models import CodeList

router = guarded_router("/codes", "代码表")
_MOST = 500


class CodeOut(BaseModel):
    """An entry of a list."""

    model_config = ConfigDict(from_attributes=True)

    code: Annotated[str, Field(title="代码")]
    name: Annotated[str, Field(title="名称")]
    parent: Annotated[str | None, Field(title="上级代码")]
    level: Annotated[int, Field(title="层级", description="1 为最上层")]


class CodePage(BaseModel):
    """Entries of a list."""

    items: Annotated[list[CodeOut], Field(title="条目", description=f"最多 {_MOST} 条")]


@router.get("/{list}", summary="读取代码表")
def codes(
    list: CodeList,
    parts: PartsOf,
    session: ReadSession,
    q: Annotated[Word | None, Query(title="名称包含，或代码开头")] = None,
    parent: Annotated[Word | None, Query(title="上级代码", description="不给则为最上层")] = None,
) -> CodePage:
    """Return entries: those below a parent, those that contain a text, or the top level."""
    found = parts[CodeService].page(session, list, q=q, parent=parent, limit=_MOST)
    return CodePage(items=[CodeOut.model_validate(each) for each in found])
