"""What a package would carry now, told to a person before it is made."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.channels.packages import PackageService, found_channel
from app.channels.plan import Codes, Entry, KeptBack, Plan, is_known_there
from app.channels.repository import ChannelRepository
from app.channels.schemas import Differences, EntryOut
from app.core.caller import Caller
from app.core.city_time import today
from app.kinds.table import Record, kind_of
from app.models import Channel, Operation, Status

MOST_SHOWN = 200
_KNOWN = "已改为匿名，平台上的旧行写有企业或县区：先撤下，交付后再以新编号发出"


def differences(session: Session, packages: PackageService, id: str, caller: Caller) -> Differences:
    """Return what a package would carry; records by name for staff alone. Raises NotFound, InvalidInput."""
    channel = found_channel(session, id, caller)
    plan = packages.plan(session, channel, Codes())
    counts = Differences(
        added=len(plan.of(Operation.ADD)), changed=len(plan.of(Operation.CHANGE)),
        removed=len(plan.of(Operation.REMOVE)), unchanged=len(plan.of(None)), held=len(plan.held),
        blocked=len(plan.blocked), notes=list(plan.notes),
    )  # fmt: skip
    if not caller.sees_all:
        return counts
    return counts.model_copy(
        update={
            "added_items": [_entry(each) for each in plan.of(Operation.ADD)[:MOST_SHOWN]],
            "changed_items": [_changed(each) for each in plan.of(Operation.CHANGE)[:MOST_SHOWN]],
            "removed_items": _removed(session, channel, plan),
            "held_items": [_kept_back(each) for each in plan.held[:MOST_SHOWN]],
            "blocked_items": [_kept_back(each) for each in plan.blocked[:MOST_SHOWN]],
        }
    )


def _entry(entry: Entry) -> EntryOut:
    code = entry.code if entry.item is not None and entry.item.code == entry.code else None
    return EntryOut(record_id=entry.record_id, code=code, title=entry.title, there=entry.item is not None)


def _changed(entry: Entry) -> EntryOut:
    before = dict(entry.item.sent) if entry.item is not None else {}
    after = dict(entry.row.cells) if entry.row is not None else {}
    names = dict.fromkeys([*after, *before])
    changes = [
        [name, before.get(name, "（没有这一列）"), after.get(name, "（没有这一列）")]
        for name in names
        if before.get(name) != after.get(name)
    ]
    if not changes:
        changes = [["列的次序", "原来的次序", "现在的次序"]]
    return _entry(entry).model_copy(update={"changes": changes})


def _kept_back(kept: KeptBack) -> EntryOut:
    record = kept.record
    return EntryOut(
        record_id=record.id, code=None, title=record.title, reasons=list(kept.reasons), there=kept.there
    )  # fmt: skip


def _removed(session: Session, channel: Channel, plan: Plan) -> list[EntryOut]:
    entries = plan.of(Operation.REMOVE)[:MOST_SHOWN]
    records = ChannelRepository(session).records(channel.kind, [each.record_id for each in entries])
    held = {each.record.id: each.reasons for each in plan.held}
    return [_removal(each, records, held) for each in entries]


def _removal(entry: Entry, records: Mapping[str, Record], held: Mapping[str, Sequence[str]]) -> EntryOut:
    record = records.get(entry.record_id)
    title = "（已删除的记录）" if record is None else record.title
    return EntryOut(
        record_id=entry.record_id, code=entry.code, title=title, there=True, reasons=_why(record, entry, held)
    )  # fmt: skip


def _why(record: Record | None, entry: Entry, held: Mapping[str, Sequence[str]]) -> list[str]:
    if record is None:
        return ["记录已不在库中"]
    if record.id in held:
        return list(held[record.id])
    expired = record.valid_until is not None and record.valid_until < today()
    reasons = {
        "已撤回或退回审核": record.status != Status.PUBLISHED,
        f"已于 {record.valid_until} 过期": expired,
        "已改为不对外公开": record.visibility not in kind_of(record).public_visibilities,
        _KNOWN: entry.item is not None and is_known_there(record, entry.item),
    }
    return [next((reason for reason, holds in reasons.items() if holds), "不再符合这个通道的“发哪些”")]
