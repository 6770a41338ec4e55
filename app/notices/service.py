"""What may be done with notices: everyone reads their own."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.errors import InvalidInput, NotFound
from app.core.identifiers import new_id
from app.core.paging import page_of
from app.models import NoticeTopic
from app.models.base import now
from app.notices.reading import ReadNotice, read_notices
from app.notices.recipients import Views
from app.notices.repository import NoticeRepository


class NoticeService:
    """Shows an account its notices and keeps what it has seen."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def page(
        self,
        session: Session,
        caller: Caller,
        *,
        topic: NoticeTopic | None = None,
        unseen: bool = False,
        cursor: str | None = None,
        limit: int,
    ) -> tuple[list[ReadNotice], str | None]:
        """Return the caller's notices, the newest first, and where the next part begins."""
        found: Sequence[ReadNotice] = ()
        if caller.account_id is not None:
            rows = NoticeRepository(session).page(
                caller.account_id, topic=topic, unseen=unseen, after=cursor, limit=limit + 1
            )
            found = read_notices(session, rows, caller, self._views)
        return page_of(found, limit, lambda each: each.id)

    def unseen_count(self, session: Session, caller: Caller, most: int) -> int:
        """Return how many notices the caller has not seen; counts no further than `most`."""
        if caller.account_id is None:
            return 0
        return NoticeRepository(session).unseen_count(caller.account_id, most)

    def mark_seen(self, session: Session, id: str, caller: Caller) -> ReadNotice:
        """Note that the caller has seen one. Raises NotFound."""
        notice = NoticeRepository(session).get(id, caller.account_id or "")
        if notice is None:
            raise NotFound("没有这条通知，请刷新通知列表。")
        notice.seen_at = notice.seen_at or now()
        return read_notices(session, [notice], caller, self._views)[0]

    def mark_all(self, session: Session, caller: Caller, sweep: str | None, until: str | None) -> tuple[str, int]:
        """Note that the caller has seen all, or those up to an id; return what takes it back, and how many."""
        sweep = sweep or new_id()
        return sweep, NoticeRepository(session).mark_all(account_of(caller), now(), sweep, until)

    def unmark(self, session: Session, caller: Caller, sweep: str) -> int:
        """Take a sweep back; return how many are new again."""
        return NoticeRepository(session).unmark(account_of(caller), sweep)


def account_of(caller: Caller) -> str:
    """Return the caller's account. Raises InvalidInput."""
    if caller.account_id is None:
        raise InvalidInput("通知属于账号，运营方密钥没有账号，请用自己的账号登录。")
    return caller.account_id
