"""Query parameters that narrow the audit log, for the contract and for the page."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator

from app.audit.repository import AuditFilter
from app.core.city_time import CITY_TIME, today
from app.kinds.fields import Phrase

# Forms send what was left empty, which stands for no condition.
_FILLED = BeforeValidator(lambda value: value or None)


# Words in what was changed are looked for entry by entry, which an index cannot spare: so many days back
# where no days are given: 0.13 s for each 100,000 entries of 1 kB, read from memory.
SEARCHED_DAYS = 90


def _filter(
    actor: Annotated[Phrase | None, Query(title="谁做的")] = None,
    action: Annotated[Phrase | None, Query(title="动作")] = None,
    object_kind: Annotated[Phrase | None, Query(title="对象种类")] = None,
    object_id: Annotated[Phrase | None, Query(title="对象 id")] = None,
    since: Annotated[date | None, _FILLED, Query(title="从这天起")] = None,
    until: Annotated[date | None, _FILLED, Query(title="到这天止")] = None,
    q: Annotated[
        Phrase | None,
        Query(
            title="改动前后包含",
            description=f"逐条查找；不给日期也不指定对象时，只查最近 {SEARCHED_DAYS} 天",
        ),
    ] = None,
) -> AuditFilter:
    """Return what to narrow by; days are those of the city."""
    if q and since is None and until is None and not object_id:
        since = today() - timedelta(days=SEARCHED_DAYS)
    return AuditFilter(
        actor=actor or None,
        action=action or None,
        object_kind=object_kind or None,
        object_id=object_id or None,
        since=None if since is None else datetime.combine(since, time.min, CITY_TIME),
        until=None if until is None else datetime.combine(until, time.max, CITY_TIME),
        q=q or None,
    )


Wanted = Annotated[AuditFilter, Depends(_filter)]
