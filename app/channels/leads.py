"""Leads: somebody asked about a record on another platform; a liaison makes something of it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.channels.packages import found_channel
from app.channels.repository import ChannelRepository
from app.channels.response_schemas import LeadAction, LeadOut
from app.channels.states import LEAD_STATES, LEAD_STEPS, may
from app.core.caller import Caller
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound
from app.core.paging import page_of
from app.dockings.opening import open_docking
from app.kinds.table import KINDS, Record
from app.models import Channel, ChannelItem, ChannelLead, DockingOrigin, LeadState, RecordKind, Status
from app.models.base import now
from app.records.repository import RecordRepository


class LeadService:
    """Lists leads and what became of them. For staff alone: leads have contacts."""

    def page(
        self, session: Session, channel_id: str, caller: Caller, state: str | None, cursor: str | None, limit: int
    ) -> tuple[list[LeadOut], str | None]:
        """Return leads of a channel, the newest first, and where the next part begins. Raises NotFound."""
        channel = found_channel(session, channel_id, caller)
        repository = ChannelRepository(session)
        rows, following = page_of(
            repository.lead_page(channel_id, caller, state, cursor, limit + 1), limit, lambda each: each.id
        )
        titles = self.titles(session, channel, [each.item for each in rows])
        return [LeadOut.of(each, titles.get(each.item.record_id)) for each in rows], following

    @staticmethod
    def titles(session: Session, channel: Channel, items: Sequence[ChannelItem]) -> dict[str, str]:
        """Return what the records of items are called now, by id: for staff."""
        found = ChannelRepository(session).records(channel.kind, [each.record_id for each in items])
        return {id: record.title for id, record in found.items()}

    def handle(
        self,
        session: Session,
        channel_id: str,
        id: str,
        action: LeadAction,
        counterpart: str | None,
        note: str,
        caller: Caller,
    ) -> LeadOut:
        """Make something of a lead.

        Raises:
            NotFound; Conflict: it was dealt with already, or a record is not published; InvalidInput.
        """
        _check_told(action, counterpart, note)
        channel = found_channel(session, channel_id, caller)
        lead = ChannelRepository(session).lead(channel_id, id, caller, lock=True)
        if lead is None:
            raise NotFound("没有这条线索，请返回通道页重新查找。")
        if not may(LEAD_STEPS, action, lead.state):
            state = LEAD_STATES[LeadState(lead.state)]
            raise Conflict(f"这条线索{state}，不能再{LEAD_STEPS[action].word}。请刷新后再看。")
        if action is LeadAction.DOCKING:
            lead.docking_id = _docking(session, channel, lead, counterpart or "", caller)
        before = lead.state
        lead.state, lead.note = LEAD_STEPS[action].target, note
        lead.handled_by, lead.handled_at = caller.name, now()
        if action is LeadAction.REOPEN:
            lead.handled_by = lead.handled_at = None
        told = {"lead": id, "state": lead.state, "docking": lead.docking_id}
        session.flush()
        append(session, caller, [Event(f"channel.lead_{action}", "channels", channel_id, {"state": before}, told)])
        titles = self.titles(session, channel, [lead.item])
        return LeadOut.of(lead, titles.get(lead.item.record_id))


def _check_told(action: LeadAction, counterpart: str | None, note: str) -> None:
    if action is LeadAction.DOCKING and not counterpart:
        message = "转为对接时必填，请填库中另一方记录的编号或 id；对方还没有记录时先录入，或记为已处理"
        raise InvalidInput(f"counterpart：{message}。", (FieldError("counterpart", "missing", message),))
    if action in {LeadAction.NOTE, LeadAction.DISMISS} and not note:
        message = "必填，请写明经过或原因"
        raise InvalidInput(f"note：{message}。", (FieldError("note", "missing", message),))


def _docking(session: Session, channel: Channel, lead: ChannelLead, counterpart: str, caller: Caller) -> str:
    """Open the docking of the record and the other side's; return its id."""
    kind = RecordKind(channel.kind)
    own = RecordRepository(session, KINDS[kind]).get(lead.item.record_id, caller)
    target = KINDS[kind].target
    found = RecordRepository(session, KINDS[target]).named(counterpart)
    if len(found) != 1:
        what = "有多家单位使用这个编号，请改填系统 id" if found else f"没有这个编号或 id 的{KINDS[target].noun}"
        raise InvalidInput(f"counterpart：{what}。", (FieldError("counterpart", "not_found", what, counterpart),))
    other = found[0]
    for record in (own, other):
        if record is None or record.status != Status.PUBLISHED:
            raise Conflict("对接的两条记录都须是已发布的，请先发布或恢复。")
    pair: dict[RecordKind, Record | None] = {kind: own, target: other}
    need, achievement = pair[RecordKind.NEEDS], pair[RecordKind.ACHIEVEMENTS]
    if need is None or achievement is None:
        raise NotFound("这条线索的记录已不在库中。")
    return open_docking(session, caller, need.id, achievement.id, DockingOrigin.MATCH).id
