"""Packages: what differs, written to a file, delivered by hand, and only then taken as what the platform has."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.channels.files import package_file, suffix
from app.channels.plan import Codes, Entry, Plan, make_plan
from app.channels.redaction import Redaction
from app.channels.repository import ChannelRepository
from app.channels.rows import columns_of
from app.channels.states import ITEM_STEPS, PACKAGE_STATES, PACKAGE_STEPS, may
from app.core.caller import Caller
from app.core.database import release
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.identifiers import new_id
from app.core.paging import page_of
from app.idempotency import IdempotencyKey, recall, remember
from app.models import (
    Channel,
    ChannelItem,
    ChannelPackage,
    ChannelPackageItem,
    ItemState,
    Operation,
    PackageState,
)
from app.models.base import now

# Rows that a package may have; a province's achievements are more, and go by several channels.
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A package that is asked for.

    Attributes:
        full: of everything.
        codes: of records that the channel has not had; the same however often it is tried.
    """

    channel_id: str
    full: bool = False
    idempotency: IdempotencyKey | None = None
    codes: Codes = field(default_factory=Codes)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A package whose file is written, with the plan and the channel's version that it was made from.

    Without a plan it is the one that the same request made before.
    """

    package: ChannelPackage
    plan: Plan | None = None
    version: int = 0


class PackageService:
    """Makes packages and follows them to the platform.

    Args:
        folder: where files are kept.
    """

    def __init__(self, folder: Path, redaction: Redaction) -> None:
        self._folder = folder
        self._redaction = redaction

    def plan(self, session: Session, channel: Channel, codes: Codes) -> Plan:
        """Return what differs now. Raises InvalidInput where it is more than a package holds."""
        repository = ChannelRepository(session)
        records = repository.candidates(channel.kind, channel.selection, MOST_ROWS + 1)
        if len(records) > MOST_ROWS:
            raise InvalidInput(f"符合条件的超过 {MOST_ROWS} 条，请在“发哪些”里按行业或成熟度分成几个通道。")
        return make_plan(channel, records, repository.items(channel.id), codes, self._redaction)

    def propose(self, session: Session, wanted: Wanted, caller: Caller) -> Proposal:
        """Write the file of what differs, or of everything, without a transaction that writes.

        It only counts if what it holds is still true when `keep` stores it: a need that was withdrawn meanwhile is
        not in it.

        Raises:
            NotFound, InvalidInput; Conflict: nothing differs, one waits already, or the channel is off.
        """
        channel = found_channel(session, wanted.channel_id, caller)
        known = recall(session, wanted.idempotency) if wanted.idempotency is not None else None
        if known is not None:
            return Proposal(self.get(session, channel.id, known, caller))
        _check_ready(session, channel)
        plan = self.plan(session, channel, wanted.codes)
        release(session)
        _check_worth_it(plan, full=wanted.full)
        content = package_file(plan.parts(columns_of(channel.columns), full=wanted.full), channel.format)
        package = _package(channel, plan, content, caller, full=wanted.full)
        self._write(package.stored_as, content)
        return Proposal(package, plan, channel.version)

    def keep(self, session: Session, wanted: Wanted, proposal: Proposal, caller: Caller) -> ChannelPackage | None:
        """Store a package; None where it is not what should be sent any more. Raises NotFound, Conflict."""
        package = proposal.package
        if proposal.plan is None:
            return package
        repository = ChannelRepository(session)
        channel = found_channel(session, package.channel_id, caller, lock=True)
        _check_ready(session, channel)
        current = self.plan(session, channel, wanted.codes)
        if channel.version != proposal.version or current.key != proposal.plan.key:
            return None
        package.number = repository.last_number(channel.id) + 1
        repository.add(package)
        session.flush()
        if wanted.idempotency is not None:
            remember(session, wanted.idempotency, package.id)
        _add_rows(session, repository, package, current)
        told = _told(package) | {"sha256": package.sha256, "number": package.number}
        append(session, caller, [Event("channel.prepare", "channels", channel.id, None, told)])
        return package

    def erase(self, package: ChannelPackage) -> None:
        """Take away the file of a package that is not kept; after the commit, where it was."""
        (self._folder / package.stored_as).unlink(missing_ok=True)

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, aside = self._folder / name, self._folder / f"{name}.part"
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)

    def get(self, session: Session, channel_id: str, id: str, caller: Caller, *, lock: bool = False) -> ChannelPackage:
        """Return a package. Raises NotFound."""
        found = ChannelRepository(session).package(channel_id, id, caller, lock=lock)
        if found is None:
            raise _no_package()
        return found

    def waiting(self, session: Session, channel: Channel) -> ChannelPackage | None:
        """Return the package of a channel that waits for delivery."""
        return ChannelRepository(session).open_package(channel.id)

    def page(
        self, session: Session, channel_id: str, caller: Caller, cursor: str | None, limit: int
    ) -> tuple[list[ChannelPackage], str | None]:
        """Return packages of a channel, the newest first, and where the next part begins. Raises NotFound."""
        found_channel(session, channel_id, caller)
        return page_of(
            ChannelRepository(session).package_page(channel_id, cursor, limit + 1), limit, lambda row: row.id
        )

    def file(self, session: Session, channel_id: str, id: str, caller: Caller) -> tuple[ChannelPackage, bytes]:
        """Return a package and its file, for staff alone, as it holds texts.

        Raises:
            NotFound; Conflict: it was cancelled, it is damaged, or it waits and holds what may no longer leave.
        """
        package = self.get(session, channel_id, id, caller)
        if not caller.sees_all:
            raise _no_package()
        if package.state == PackageState.CANCELLED:
            raise Conflict("这个包已取消，文件已删除。请重新生成。")
        if package.state == PackageState.PREPARED:
            self._check_still_allowed(session, package, caller)
        path = self._folder / package.stored_as
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != package.sha256:
            raise Conflict("包的文件丢失或已损坏，请取消后重新生成；已交付的可生成全量包。")
        return package, content

    def _check_still_allowed(self, session: Session, package: ChannelPackage, caller: Caller) -> None:
        """Refuse a package that waits while a need in it was hidden, withdrawn, or found to name its enterprise."""
        rows = ChannelRepository(session).package_rows(package.id)
        sent = {item.record_id for row, item in rows if row.operation != Operation.REMOVE}
        plan = self.plan(session, found_channel(session, package.channel_id, caller), Codes())
        allowed = {each.record_id for each in plan.entries if each.operation is not Operation.REMOVE}
        allowed |= {each.record.id for each in plan.blocked}
        if sent - allowed:
            count = len(sent - allowed)
            raise Conflict(
                f"包里有 {count} 条已经撤回、过期、不再符合条件或会暴露企业，不能再发。请取消这个包，重新生成。"
            )

    def deliver(self, session: Session, channel_id: str, id: str, note: str, caller: Caller) -> ChannelPackage:
        """Take what a package holds as what the platform has. Raises NotFound, Conflict."""
        package = self._ending(session, channel_id, id, "deliver", caller)
        for row, item in ChannelRepository(session).package_rows(id):
            _deliver(row, item)
        return self._end(session, package, PackageState.DELIVERED, note, caller)

    def cancel(self, session: Session, channel_id: str, id: str, note: str, caller: Caller) -> ChannelPackage:
        """Give up a package that was not delivered, whose file `erase` takes away. Raises NotFound, Conflict."""
        package = self._ending(session, channel_id, id, "cancel", caller)
        for _, item in ChannelRepository(session).package_rows(id):
            if item.state == ItemState.PREPARED:
                verb = "cancel" if item.delivered_at is None else "cancel_again"
                item.state = ITEM_STEPS[verb].target
        return self._end(session, package, PackageState.CANCELLED, note, caller)

    def _ending(self, session: Session, channel_id: str, id: str, verb: str, caller: Caller) -> ChannelPackage:
        found_channel(session, channel_id, caller, lock=True)
        package = self.get(session, channel_id, id, caller, lock=True)
        if not may(PACKAGE_STEPS, verb, package.state):
            state = PACKAGE_STATES[PackageState(package.state)]
            raise Conflict(f"这个包{state}，不能再{PACKAGE_STEPS[verb].word}。请刷新后再看。")
        return package

    @staticmethod
    def _end(
        session: Session, package: ChannelPackage, state: PackageState, note: str, caller: Caller
    ) -> ChannelPackage:
        package.state, package.note, package.open_key = state, note, None
        package.ended_by, package.ended_at = caller.name, now()
        verb = "deliver" if state is PackageState.DELIVERED else "cancel"
        told = _told(package) | {"number": package.number, "note": note}
        append(session, caller, [Event(f"channel.{verb}", "channels", package.channel_id, None, told)])
        return package


def found_channel(session: Session, id: str, caller: Caller, *, lock: bool = False) -> Channel:
    """Return a channel that the caller may see. Raises NotFound."""
    channel = ChannelRepository(session).get(id, caller, lock=lock)
    if channel is None:
        raise NotFound("没有这个发布通道，请返回通道列表重新查找。")
    return channel


def _no_package() -> NotFound:
    return NotFound("没有这个包，请返回通道页重新查找。")


def _check_ready(session: Session, channel: Channel) -> None:
    if not channel.active:
        raise Conflict("这个通道已停用，请先在设置里启用。")
    waiting = ChannelRepository(session).open_package(channel.id)
    if waiting is not None:
        raise Conflict(f"第 {waiting.number} 号包还没有交付。请先标记已交付，或取消它，再生成新的。")


def _check_worth_it(plan: Plan, *, full: bool) -> None:
    if full and not plan.entries:
        raise Conflict("没有可以发布的记录，平台上也没有要撤下的。请检查“发哪些”的条件。")
    if not full and plan.nothing_to_do:
        raise Conflict("与上次交付相比没有变化，不用发。需要整体核对时可生成全量包。")


def _package(channel: Channel, plan: Plan, content: bytes, caller: Caller, *, full: bool) -> ChannelPackage:
    id = new_id()
    return ChannelPackage(
        id=id, channel_id=channel.id, open_key=channel.id, state=PackageState.PREPARED, full=full,
        format=channel.format, stored_as=f"{id}.{suffix(channel.format)}",
        sha256=hashlib.sha256(content).hexdigest(), size=len(content), added=len(plan.of(Operation.ADD)),
        changed=len(plan.of(Operation.CHANGE)), removed=len(plan.of(Operation.REMOVE)), held=len(plan.held),
        blocked=len(plan.blocked), created_by=caller.name,
    )  # fmt: skip


def _add_rows(session: Session, repository: ChannelRepository, package: ChannelPackage, plan: Plan) -> None:
    """Store what a package holds, with new items for what the channel has not had."""
    taken: list[tuple[ChannelItem, Entry]] = []
    for entry in plan.entries:
        if entry.operation is None and not package.full:
            continue
        item = entry.item
        if item is None:
            item = ChannelItem(id=new_id(), channel_id=package.channel_id, record_id=entry.record_id, code=entry.code)
            item.state = ItemState.UNSENT
            repository.add(item)
        if item.code != entry.code:
            item.code, item.sent, item.platform_id, item.platform_url = entry.code, [], None, None
        if may(ITEM_STEPS, "prepare", item.state):
            item.state = ITEM_STEPS["prepare"].target
        taken.append((item, entry))
    session.flush()
    for item, entry in taken:
        repository.add(
            ChannelPackageItem(
                package_id=package.id,
                item_id=item.id,
                operation=entry.operation or Operation.CHANGE,
                hash=entry.row and entry.row.hash,
                row=[list(cell) for cell in entry.row.cells] if entry.row is not None else [],
            )
        )


def _deliver(row: ChannelPackageItem, item: ChannelItem) -> None:
    if row.operation == Operation.REMOVE:
        if may(ITEM_STEPS, "remove", item.state):
            item.state = ITEM_STEPS["remove"].target
        item.sent_hash, item.reason = None, ""
        return
    # What is the same as before keeps what the platform said of it.
    if item.sent_hash != row.hash and may(ITEM_STEPS, "deliver", item.state):
        item.state, item.reason = ITEM_STEPS["deliver"].target, ""
    item.sent_hash, item.sent, item.delivered_at = row.hash, row.row, now()


def _told(package: ChannelPackage) -> dict[str, object]:
    names = ("full", "added", "changed", "removed", "held", "blocked")
    return {"package": package.id, **{name: getattr(package, name) for name in names}}
