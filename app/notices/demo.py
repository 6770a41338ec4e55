"""What the demo shows of notices: true matches of the organisations it is about, and what runs out soon."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import TYPE_CHECKING

from app.core.caller import OPERATOR, Caller
from app.core.city_time import CITY_TIME, today
from app.liaisons.repository import LiaisonRepository
from app.records.visibility import RecordFilter

if TYPE_CHECKING:
    from app.services import Services

_MOST = 100


def make_demo(services: "Services", callers: Mapping[str, Caller]) -> None:
    """Make illustrative notices; `callers` are the demo's accounts by e-mail."""
    with services.database.read() as session:
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
            for kind, records in services.records.items()
        }
    services.standing.tell_of(changed)
    services.reminders.step(datetime.combine(today(), time(12), CITY_TIME))
    for caller in callers.values():
        _read_the_oldest(services, caller)


def _read_the_oldest(services: "Services", caller: Caller) -> None:
    """Mark one as read, so that the list shows what that looks like."""
    with services.database.read() as session:
        rows, _ = services.notices.page(session, caller, limit=_MOST)
    if len(rows) > 1:
        services.notices.mark_seen(rows[-1].id, caller)
