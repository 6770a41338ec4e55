"""Notes, comments and meetings of a docking."""

from datetime import date

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.core.caller import Caller
from app.core.city_time import today
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.core.paging import page_of
from app.dockings.announcing import tell_liaison, tell_shared
from app.dockings.attachments import AttachmentRepository
from app.dockings.finding import find
from app.dockings.sharing import check_text
from app.models import Docking, DockingEntry, EntryKind
from app.models.base import now

ENTRIES_MOST = 2000
WORDS = {EntryKind.NOTE: "记事", EntryKind.COMMENT: "留言", EntryKind.MEETING: "会面"}


class Conversation:
    """Keeps what people write of a docking: staff for themselves or for both sides, members to the liaison or both."""

    def page(
        self, session: Session, docking: Docking, caller: Caller, *, cursor: str | None = None, limit: int
    ) -> tuple[list[DockingEntry], str | None]:
        """Return what the caller may read, the newest first, and where to go on."""
        rows = AttachmentRepository(session).entries(docking.id, caller, after=cursor, limit=limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def add(
        self,
        session: Session,
        id: str,
        kind: EntryKind,
        text: str,
        caller: Caller,
        *,
        shared: bool,
        met_on: date | None = None,
    ) -> DockingEntry:
        """Write an entry. Raises NotFound, Forbidden, Conflict, InvalidInput."""
        if not caller.sees_all and kind is not EntryKind.COMMENT:
            raise Forbidden("只有情报员可以记事和登记会面，请用留言。")
        _check_day(kind, met_on)
        docking = find(session, id, caller)
        repository = AttachmentRepository(session)
        if repository.entry_count(id) >= ENTRIES_MOST:
            raise Conflict(f"这条对接的记事已满 {ENTRIES_MOST} 条，请联系管理员。")
        check_text("text", text, docking, caller, shared=shared)
        made = DockingEntry(
            docking_id=id, account_id=caller.account_id, kind=kind, text=text, shared=shared, met_on=met_on,
            organisation_id=None if caller.sees_all else caller.organisation_id,
        )  # fmt: skip
        repository.add(made)
        docking.updated_at = now()
        session.flush()
        tell = tell_shared if shared else tell_liaison
        tell(session, docking, made.id, caller, WORDS[kind])
        told = {"entry": made.id, "entry_kind": kind.value, "shared": shared}
        append(session, caller, [Event("docking.write", "dockings", id, None, told)])
        made_id = made.id
        session.expire(made)  # to be read again with its writer
        return self._entry(session, id, made_id, caller)

    def remove(self, session: Session, id: str, entry_id: str, caller: Caller) -> None:
        """Take an entry back: one's own, for administrators and liaisons any. Raises NotFound, Forbidden."""
        find(session, id, caller)
        entry = self._entry(session, id, entry_id, caller)
        if not caller.sees_all and entry.account_id != caller.account_id:
            raise Forbidden("只能删除自己写的留言。如有不妥，请联系情报员。")
        entry.removed_at, entry.text = now(), ""
        append(
            session,
            caller,
            [Event("docking.unwrite", "dockings", id, {"entry": entry_id, "entry_kind": entry.kind})],
        )

    @staticmethod
    def _entry(session: Session, id: str, entry_id: str, caller: Caller) -> DockingEntry:
        entry = AttachmentRepository(session).entry(id, entry_id, caller)
        if entry is None:
            raise NotFound("没有这条留言，可能已被删除。请刷新页面。")
        return entry


def _check_day(kind: EntryKind, met_on: date | None) -> None:
    message = None
    if kind is EntryKind.MEETING and met_on is None:
        message = "登记会面时请填写日期"
    elif kind is not EntryKind.MEETING and met_on is not None:
        message = "只有会面有日期，请去掉或改为会面"
    elif met_on is not None and met_on > today():
        message = "会面日期晚于今天；还没开的会请写进下一步"
    if message is not None:
        raise InvalidInput(f"met_on：{message}。", (FieldError("met_on", "invalid", message),))
