"""What is told because a day has come: records that run out, rounds that open and close."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.core.database import Database
from app.kinds.table import KINDS, Record, kind_of
from app.models import Account, NoticeTopic, RecordKind
from app.models.base import now
from app.notices.periods import DUE_AT
from app.notices.repository import NoticeRepository
from app.notices.telling import Told, tell
from app.rounds.repository import RoundRepository
from app.rounds.words import Occasion, tell_round

log = structlog.get_logger()

CURSOR = "reminders"
# Days before a record runs out on which its owner is told.
RENEWAL_DAYS = (30, 7)
# Days before a round closes on which those who are silent are told.
CLOSING_DAYS = 3
_MOST_ROUNDS = 100


class Reminders:
    """Tells, once a day, what is due.

    An edge: a step looks first whether the day was done, without a transaction that writes, and then begins one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def step(self, caller: Caller, moment: datetime | None = None) -> bool:
        """Tell what is due today, unless that was done or the day is young; say whether it was now.

        A day on which no process ran is made up for: what is due is due until it is over, and is told once.

        Args:
            caller: one who sees all rounds; what another does not see would never be told of.
            moment: that counts as now.
        """
        here = (moment or now()).astimezone(CITY_TIME)
        day = here.date()
        if here.time() < DUE_AT:
            return False
        with self._database.read() as session:
            if NoticeRepository(session).cursor(CURSOR).position >= day.toordinal():
                return False
        with self._database.write() as session:
            self.tell_day(session, day, caller)
        return True

    def tell_day(self, session: Session, day: date, caller: Caller) -> None:
        """Tell what is due on a day, unless that was done."""
        cursor = NoticeRepository(session).cursor(CURSOR, lock=True)
        if cursor.position >= day.toordinal():
            return
        told = len(tell(session, self._renewals(session, day))) + self._rounds(session, day, caller)
        cursor.position = day.toordinal()
        log.info("reminders", told=told)

    def _renewals(self, session: Session, day: date) -> Iterator[Told]:
        repository = NoticeRepository(session)
        last = day + timedelta(days=max(RENEWAL_DAYS))
        for kind in RecordKind:
            records = repository.running_out(KINDS[kind], day, last)
            owners = {each.organisation_id for each in records}
            members, liaisons = repository.members(owners), repository.liaisons(owners)
            for record in records:
                for account in (*members.get(record.organisation_id, ()), *liaisons.get(record.organisation_id, ())):
                    yield _renewal(account, record, day)

    def _rounds(self, session: Session, day: date, caller: Caller) -> int:
        repository = RoundRepository(session)
        told = 0
        for round in repository.page(caller, open_on=day, after=None, limit=_MOST_ROUNDS):
            silent = {each.invitation.organisation_id for each in repository.asked(round.id, silent=True)}
            told += len(tell_round(session, round, silent, Occasion.ASKED))
            if round.closes_on <= day + timedelta(days=CLOSING_DAYS):
                told += len(tell_round(session, round, silent, Occasion.CLOSING))
        return told


def _renewal(account: Account, record: Record, day: date) -> Told:
    kind, until = kind_of(record), record.valid_until
    assert until is not None
    left = (until - day).days
    mark = min(each for each in RENEWAL_DAYS if each >= left)
    when = "今天到期" if left == 0 else f"{until.isoformat()} 到期，还有 {left} 天"
    return Told(
        account_id=account.id,
        topic=NoticeTopic.RECORD,
        title=f"{kind.noun}“{record.title}”{when}",
        text="到期后其他人看不到它。请核对内容后续期；不再有效的请撤回。",
        path=f"/{kind.name}/{record.id}",
        key=f"renewal:{record.id}:{until.isoformat()}:{mark}",
        need_id=record.id if kind.is_demand else None,
        achievement_id=None if kind.is_demand else record.id,
    )
