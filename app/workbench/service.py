"""A liaison's day: what waits, what is new, what runs out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from app.core.caller import Caller, Role
from app.core.city_time import CITY_TIME, today
from app.core.identifiers import first_id
from app.kinds.table import KINDS, Record
from app.liaisons.schemas import AssignmentOut
from app.liaisons.service import LiaisonService
from app.models import Interest, InterestState, Need, RecordKind
from app.records.service import RecordService
from app.workbench.repository import WorkbenchRepository

SHOWN = 5
EXPIRING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things of one sort: the first few, and how many there are."""

    items: Sequence[Record]
    count: int


@dataclass(frozen=True, slots=True)
class Day:
    """What a liaison, or an administrator, looks at in the morning.

    Attributes:
        submitted: records that wait for review, by kind.
        to_forward, to_agree: interests at the liaison's turn, and at the sides'.
        overdue: assigned organisations without a contact for long; a liaison's own.
        expiring: published records that expire soonest.
        new: published since yesterday, by kind.
        unjudged: needs of which no match was judged.
    """

    submitted: dict[RecordKind, Waiting]
    to_forward: Sequence[Interest]
    to_forward_count: int
    to_agree_count: int
    overdue: list[AssignmentOut]
    assigned: int
    expiring: list[Record]
    new: dict[RecordKind, Waiting]
    unjudged: list[Need]
    duplicates: int


class WorkbenchService:
    """Puts a day together from what the nouns keep."""

    def __init__(self, records: dict[RecordKind, RecordService], liaisons: LiaisonService) -> None:
        self._records = records
        self._liaisons = liaisons

    def day(self, session: Session, caller: Caller) -> Day:
        """Return the caller's day; a fixed number of queries, none of which reads a whole table."""
        repository = WorkbenchRepository(session, caller)
        yesterday = datetime.combine(today() - timedelta(days=1), time(), CITY_TIME)
        since = first_id(yesterday)
        own = caller.account_id if caller.role is Role.LIAISON else None
        assignments = [AssignmentOut.of(each) for each in self._liaisons.assignments(session, own, None, caller)]
        overdue = sorted(
            (each for each in assignments if each.overdue), key=lambda each: -(each.days_since_contact or 0)
        )
        before = today() + timedelta(days=EXPIRING_DAYS + 1)
        expiring = [
            record for service in self._records.values() for record in service.expiring(session, before, caller, SHOWN)
        ]
        return Day(
            submitted={
                name: Waiting(repository.submitted(kind, SHOWN), repository.submitted_count(kind))
                for name, kind in KINDS.items()
            },
            to_forward=repository.interests(InterestState.SUBMITTED, SHOWN),
            to_forward_count=repository.interest_count(InterestState.SUBMITTED),
            to_agree_count=repository.interest_count(InterestState.FORWARDED),
            overdue=overdue,
            assigned=len(assignments),
            expiring=sorted(expiring, key=lambda each: each.valid_until or today())[:SHOWN],
            new={
                name: Waiting(repository.published_since(kind, since, SHOWN), repository.published_count(kind, since))
                for name, kind in KINDS.items()
            },
            unjudged=repository.unjudged_needs(SHOWN),
            duplicates=repository.open_duplicates(),
        )
