"""Tell accounts something, in the transaction of what happened; what is to leave the console is queued with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import Notice, NoticePace, NoticeTopic
from app.models.base import now
from app.notices.outbox import queue
from app.notices.preferences import wishes_of
from app.notices.repository import NoticeRepository


@dataclass(frozen=True, slots=True)
class Told:
    """What is told to whom. Whoever tells makes sure that the account may see it.

    Attributes:
        path: the page that it leads to.
        key: told again under the same key, nothing is added.
        need_id, achievement_id: records that it speaks of: once its reader may see one of them no more, it is
            shown without its words.
        grade: of a match.
    """

    account_id: str
    topic: NoticeTopic
    title: str
    path: str
    key: str
    text: str = ""
    need_id: str | None = None
    achievement_id: str | None = None
    grade: int | None = None


def tell(session: Session, told: Iterable[Told]) -> Sequence[Notice]:
    """Add notices that the accounts do not have yet, and queue what is to be sent; return the new ones."""
    wanted = {(each.account_id, each.key): each for each in told}
    if not wanted:
        return []
    repository = NoticeRepository(session)
    known = repository.known(list(wanted))
    fresh = [each for place, each in wanted.items() if place not in known]
    preferences = repository.preferences({each.account_id for each in fresh})
    wishes = {each.account_id: wishes_of(preferences.get(each.account_id)) for each in fresh}
    moment = now()
    made = [
        Notice(
            account_id=each.account_id,
            topic=each.topic,
            title=each.title[:300],
            text=each.text,
            path=each.path,
            key=each.key,
            need_id=each.need_id,
            achievement_id=each.achievement_id,
            grade=each.grade,
            created_at=moment,
            # Of a topic that is off nothing rings; the list has it all the same.
            seen_at=moment if wishes[each.account_id].paces[each.topic] is NoticePace.OFF else None,
        )
        for each in fresh
    ]
    session.add_all(made)
    session.flush()
    queue(session, made, wishes, moment)
    return made
