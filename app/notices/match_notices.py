"""Standing matches as notices: what the change log brings is matched and told, and the place is kept.

The place in the log and the notices are committed together: a process that is killed before has told
nothing and goes on where it was, and one that is killed after has nothing to repeat. Two processes
that do the same work find that the place has moved when they come to write, and write nothing; and a
notice is one of a kind by its account and key whoever writes it.
"""

from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.database import Database
from app.matches.standing_matches import StandingMatcher, StandingPair
from app.models import Notice, RecordKind
from app.notices.recipients import told_of
from app.notices.repository import NoticeRepository
from app.notices.telling import tell
from app.search.repository import SearchRepository

log = structlog.get_logger()

CURSOR = "standing"
# Changes that are taken at a time: more are no quicker each, and those first in line are told later.
BATCH = 25


class StandingMatches:
    """Tells of what is new in the change log.

    An edge: matching must not wait in a transaction that writes, so a step is two, which it begins and ends itself.
    """

    def __init__(self, database: Database, matcher: StandingMatcher) -> None:
        self._database = database
        self._matcher = matcher

    def pairs(self, changed: Mapping[RecordKind, Sequence[str]], caller: Caller) -> Sequence[StandingPair]:
        """Return what is to be told of given records that the caller sees now, whatever the log says."""
        return self._matcher.pairs(changed, caller)

    def tell_of(self, session: Session, pairs: Sequence[StandingPair]) -> Sequence[Notice]:
        """Tell of pairs those who may see both; return the new notices."""
        return tell(session, told_of(session, pairs))

    def step(self, caller: Caller) -> bool:
        """Take the next changes; say whether there were any.

        Args:
            caller: one who sees all; what another does not see would never be told of.
        """
        with self._database.read() as session:
            before = NoticeRepository(session).cursor(CURSOR).position
            changes = SearchRepository(session).changed_since(before, BATCH)
        if not changes.ids:
            return False
        pairs = self.pairs(changes.ids, caller)
        with self._database.write() as session:
            cursor = NoticeRepository(session).cursor(CURSOR, lock=True)
            if cursor.position == before:
                made = self.tell_of(session, pairs)
                cursor.position = changes.sequence
                log.info("standing matches", changes=changes.sequence - before, pairs=len(pairs), told=len(made))
        return True
