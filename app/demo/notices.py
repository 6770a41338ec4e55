"""What the demo shows of notices: true matches of the organisations it is about, and what runs out soon."""

from collections.abc import Mapping
from datetime import datetime, time

from app.core.caller import OPERATOR, Caller
from app.core.city_time import CITY_TIME, today
from app.core.database import Database
from app.core.parts import Parts
from app.kinds.visibility import RecordFilter
from app.liaisons.repository import LiaisonRepository
from app.notices.service import NoticeService
from app.notices.standing import StandingMatches
from app.records.service import RecordServices
from app.reminders.service import Reminders

_MOST = 100


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative notices; `callers` are the demo's accounts by e-mail."""
    with parts[Database].read() as session:
        looked_after = {each.organisation_id for each in LiaisonRepository(session).active()}
        concerned = looked_after | {each.organisation_id for each in callers.values() if each.organisation_id}
        changed = {
            kind: [
                record.id
                for organisation in sorted(concerned)
                for record in records.page(
                    session, OPERATOR, RecordFilter(organisation=organisation), limit=_MOST
                ).records
            ]
            for kind, records in parts[RecordServices].items()
        }
    parts[StandingMatches].tell_of(changed, OPERATOR)
    parts[Reminders].step(OPERATOR, datetime.combine(today(), time(12), CITY_TIME))
    for caller in callers.values():
        _read_the_oldest(parts, caller)


def _read_the_oldest(parts: Parts, caller: Caller) -> None:
    """Mark one as read, so that the list shows what that looks like."""
    with parts[Database].read() as session:
        rows, _ = parts[NoticeService].page(session, caller, limit=_MOST)
    if len(rows) > 1:
        parts[NoticeService].mark_seen(rows[-1].id, caller)
