"""What the demo shows of notices: true matches of the organisations it is about, and what runs out soon."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.core.caller import OPERATOR, Caller
from app.core.city_time import today
from app.core.database import Database
from app.core.parts import Parts
from app.kinds.visibility import RecordFilter
from app.liaisons.repository import LiaisonRepository
from app.notices.match_notices import StandingMatches
from app.notices.service import NoticeService
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
    pairs = parts[StandingMatches].pairs(changed, OPERATOR)
    with parts[Database].write() as session:
        parts[StandingMatches].tell_of(session, pairs)
        parts[Reminders].tell_day(session, today(), OPERATOR)
        for caller in callers.values():
            _read_the_oldest(session, parts[NoticeService], caller)


def _read_the_oldest(session: Session, notices: NoticeService, caller: Caller) -> None:
    """Mark one as read, so that the list shows what that looks like."""
    rows, _ = notices.page(session, caller, limit=_MOST)
    if len(rows) > 1:
        notices.mark_seen(session, rows[-1].id, caller)
