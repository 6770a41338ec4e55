"""Records that expire soon: what their owners, or staff, are reminded of."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from app.access.guard import CallerOf, guarded_router
from app.core.city_time import today
from app.core.database import ReadSession
from app.core.parts import PartsOf
from app.kinds.table import kind_of
from app.models import RecordKind
from app.records.service import RecordServices

router = guarded_router("", "有效期")
_MOST = 200


class RenewalOut(BaseModel):
    """A record that expires soon, or has expired."""

    kind: Annotated[RecordKind, Field(title="类别")]
    id: Annotated[str, Field(title="记录 id")]
    title: Annotated[str, Field(title="名称")]
    organisation: Annotated[str, Field(title="单位")]
    valid_until: Annotated[str, Field(title="有效期至")]
    days_left: Annotated[int, Field(title="剩余天数", description="负数为已过期的天数")]
    version: Annotated[int, Field(title="版本")]


class RenewalList(BaseModel):
    """What must be renewed first comes first."""

    items: Annotated[list[RenewalOut], Field(title="待续期记录")]


@router.get("/renewals", summary="即将到期的记录")
def list_renewals(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    days: Annotated[int, Query(ge=0, le=366, title="多少天内到期")] = 30,
) -> RenewalList:
    """Return published records that expire within some days: all for staff, else one's own."""
    day = today()
    before = day + timedelta(days=days + 1)
    services = parts[RecordServices].values()
    found = [each for service in services for each in service.expiring(session, before, caller, _MOST)]
    items = [
        RenewalOut(
            kind=kind_of(record).name,
            id=record.id,
            title=record.title,
            organisation=record.organisation.name,
            valid_until=record.valid_until.isoformat(),
            days_left=(record.valid_until - day).days,
            version=record.version,
        )
        for record in found
        if record.valid_until is not None
    ]
    return RenewalList(items=sorted(items, key=lambda item: item.days_left)[:_MOST])
