"""Routes of pairs of records that read alike."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Query
from pydantic import BaseModel, Field

from app.access.guard import CallerOf, guarded_router
from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.core.database import ReadSession, WriteSession
from app.core.parts import PartsOf
from app.duplicates.service import DuplicateService
from app.kinds.fields import OptionalText, RecordBody
from app.kinds.parameters import Cursor, Limit
from app.kinds.table import Record, kind_of
from app.kinds.visibility import shows_all_of, shows_owner
from app.models import NearDuplicate, RecordKind, Verdict

router = guarded_router("/duplicates", "疑似重复")


class AlikeOut(BaseModel):
    """One of two records."""

    id: Annotated[str, Field(title="记录 id")]
    title: Annotated[str, Field(title="名称")]
    organisation: Annotated[str | None, Field(title="单位", description="匿名需求为空")]
    yours: Annotated[bool, Field(title="可由您修改或撤回")]
    created_at: Annotated[datetime, Field(title="录入时间")]

    @classmethod
    def of(cls, record: Record, caller: Caller) -> Self:
        """Return a record as the caller sees it."""
        named = shows_owner(record, kind_of(record), caller)
        return cls(
            id=record.id, title=record.title, organisation=record.organisation.name if named else None,
            yours=shows_all_of(record, caller), created_at=record.created_at.astimezone(CITY_TIME),
        )  # fmt: skip


class DuplicateOut(BaseModel):
    """Two records that read alike."""

    id: Annotated[str, Field(title="编号")]
    kind: Annotated[RecordKind, Field(title="种类")]
    similarity: Annotated[float, Field(title="相同程度", description="三字片段的 Jaccard 相似度，0 至 1")]
    first: Annotated[AlikeOut, Field(title="先录入的")]
    second: Annotated[AlikeOut, Field(title="后录入的")]
    verdict: Annotated[Verdict | None, Field(title="判断", description="same 同一项，different 不是；空为待判断")]
    note: Annotated[str, Field(title="说明")]
    decided_at: Annotated[datetime | None, Field(title="判断时间")]

    @classmethod
    def of(cls, pair: NearDuplicate, first: Record, second: Record, caller: Caller) -> Self:
        """Return a pair as the caller sees it."""
        return cls(
            id=pair.id, kind=RecordKind(pair.kind), similarity=pair.similarity, first=AlikeOut.of(first, caller),
            second=AlikeOut.of(second, caller), verdict=pair.verdict and Verdict(pair.verdict), note=pair.note,
            decided_at=pair.decided_at and pair.decided_at.astimezone(CITY_TIME),
        )  # fmt: skip


class DuplicatePage(BaseModel):
    """Part of the list."""

    items: Annotated[list[DuplicateOut], Field(title="本页", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class DecisionIn(RecordBody):
    """What a person says of a pair."""

    verdict: Annotated[Verdict | None, Field(title="判断", description="same 同一项，different 不是；空为撤销判断")]
    note: Annotated[OptionalText, Field(title="说明", max_length=1000)] = ""


_KindOf = Annotated[RecordKind, Query(title="种类")]


@router.get("", summary="列出疑似重复")
def list_duplicates(
    kind: _KindOf,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    decided: Annotated[bool | None, Query(title="已判断", description="不给则全部")] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> DuplicatePage:
    """Return pairs whose records the caller may both see, one of them their own; for staff all."""
    rows, following = parts[DuplicateService].page(session, kind, caller, decided=decided, cursor=cursor, limit=limit)
    return DuplicatePage(items=[DuplicateOut.of(*each, caller) for each in rows], next_cursor=following)


@router.put("/{id}", summary="判断疑似重复")
def decide(id: str, body: DecisionIn, parts: PartsOf, session: WriteSession, caller: CallerOf) -> DuplicateOut:
    """Keep what a person says of a pair; nothing is merged or withdrawn by it."""
    return DuplicateOut.of(*parts[DuplicateService].decide(session, id, body.verdict, body.note, caller), caller)
