"""Packages: what differs, written to a file, delivered by hand, and only then taken as what the platform has."""

import hashlib
import os
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
from app.core.database import Database
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
_TRIES = 3


class PackageService:
    """Makes packages and follows them to the platform.

    Args:
        folder: where files are kept.
    """

    def __init__(self, database: Database, folder: Path, redaction: Redaction) -> None:
        self._database = database
        self._folder = folder
        self._redaction = redaction

    def plan(self, session: Session, channel: Channel, codes: Codes) -> Plan:
        """Return what differs now. Raises InvalidInput where it is more than a package holds."""
        repository = ChannelRepository(session)
        records = repository.candidates(channel.kind, channel.selection, MOST_ROWS + 1)
        if len(records) > MOST_ROWS:
            raise InvalidInput(f"符合条件的超过 {MOST_ROWS} 条，请在“发哪些”里按行业或成熟度分成几个通道。")
        return make_plan(channel, records, repository.items(channel.id), codes, self._redaction)

    def prepare(
        self, id: str, caller: Caller, *, full: bool = False, idempotency: IdempotencyKey | None = None
    ) -> ChannelPackage:
        """Make a package of what differs, or of everything.

        The file is written before the transaction that tells of it, and only counts if what it holds is
        still true there: a need that was withdrawn meanwhile is not in it.

        Raises:
            NotFound, InvalidInput; Conflict: nothing differs, one waits already, or the channel is off.
        """
        codes = Codes()
        for _ in range(_TRIES):
            with self._database.read() as session:
                channel = found_channel(session, id)
                known = recall(session, idempotency) if idempotency is not None else None
                if known is not None:
                    return self.get(session, id, known)
                _check_ready(session, channel)
                plan = self.plan(session, channel, codes)
            _check_worth_it(plan, full=full)
            content = package_file(plan.parts(columns_of(channel.columns), full=full), channel.format)
            package = _package(channel, plan, content, caller, full=full)
            path = self._write(package.stored_as, content)
            kept = False
            try:
                kept = self._keep(package, channel.version, plan, codes, caller, idempotency)
            finally:
                if not kept:
                    path.unlink(missing_ok=True)
            if kept:
                return package
        raise Conflict("记录正在被频繁修改，包没有生成。请稍后再试一次。")

    def _keep(
        self,
        package: ChannelPackage,
        version: int,
        plan: Plan,
        codes: Codes,
        caller: Caller,
        idempotency: IdempotencyKey | None,
    ) -> bool:
        """Store a package if it is still what should be sent."""
        with self._database.write() as session:
            repository = ChannelRepository(session)
            channel = found_channel(session, package.channel_id, lock=True)
            _check_ready(session, channel)
            current = self.plan(session, channel, codes)
            if channel.version != version or current.key != plan.key:
                return False
            package.number = repository.last_number(channel.id) + 1
            repository.add(package)
            session.flush()
            if idempotency is not None:
                remember(session, idempotency, package.id)
            _add_rows(session, repository, package, current)
            told = _told(package) | {"sha256": package.sha256, "number": package.number}
            append(session, caller, [Event("channel.prepare", "channels", channel.id, None, told)])
        return True

    def _write(self, name: str, content: bytes) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, aside = self._folder / name, self._folder / f"{name}.part"
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
        return path

    def get(self, session: Session, channel_id: str, id: str, *, lock: bool = False) -> ChannelPackage:
        """Return a package. Raises NotFound."""
        found = None if "\x00" in channel_id + id else ChannelRepository(session).package(channel_id, id, lock=lock)
        if found is None:
            raise NotFound("没有这个包，请返回通道页重新查找。")
        return found

    def waiting(self, session: Session, channel_id: str) -> ChannelPackage | None:
        """Return the package of a channel that waits for delivery."""
        return ChannelRepository(session).open_package(channel_id)

    def page(
        self, session: Session, channel_id: str, cursor: str | None, limit: int
    ) -> tuple[list[ChannelPackage], str | None]:
        """Return packages of a channel, the newest first, and where the next part begins. Raises NotFound."""
        found_channel(session, channel_id)
        return page_of(
            ChannelRepository(session).package_page(channel_id, cursor, limit + 1), limit, lambda row: row.id
        )

    def file(self, session: Session, channel_id: str, id: str) -> tuple[ChannelPackage, bytes]:
        """Return a package and its file.

        Raises:
            NotFound; Conflict: it was cancelled, it is damaged, or it waits and holds what may no longer leave.
        """
        package = self.get(session, channel_id, id)
        if package.state == PackageState.CANCELLED:
            raise Conflict("这个包已取消，文件已删除。请重新生成。")
        if package.state == PackageState.PREPARED:
            self._check_still_allowed(session, package)
        path = self._folder / package.stored_as
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != package.sha256:
            raise Conflict("包的文件丢失或已损坏，请取消后重新生成；已交付的可生成全量包。")
        return package, content

    def _check_still_allowed(self, session: Session, package: ChannelPackage) -> None:
        """Refuse a package that waits while a need in it was hidden, withdrawn, or found to name its enterprise."""
        rows = ChannelRepository(session).package_rows(package.id)
        sent = {item.record_id for row, item in rows if row.operation != Operation.REMOVE}
        plan = self.plan(session, found_channel(session, package.channel_id), Codes())
        allowed = {each.record_id for each in plan.entries if each.operation is not Operation.REMOVE}
        allowed |= {each.record.id for each in plan.blocked}
        if sent - allowed:
            count = len(sent - allowed)
            raise Conflict(
                f"包里有 {count} 条已经撤回、过期、不再符合条件或会暴露企业，不能再发。请取消这个包，重新生成。"
            )

    def deliver(self, channel_id: str, id: str, note: str, caller: Caller) -> ChannelPackage:
        """Take what a package holds as what the platform has. Raises NotFound, Conflict."""
        with self._database.write() as session:
            found_channel(session, channel_id, lock=True)
            package = self._ending(session, channel_id, id, "deliver")
            for row, item in ChannelRepository(session).package_rows(id):
                _deliver(row, item)
            return self._end(session, package, PackageState.DELIVERED, note, caller)

    def cancel(self, channel_id: str, id: str, note: str, caller: Caller) -> ChannelPackage:
        """Give up a package that was not delivered; its file goes. Raises NotFound, Conflict."""
        with self._database.write() as session:
            found_channel(session, channel_id, lock=True)
            package = self._ending(session, channel_id, id, "cancel")
            for _, item in ChannelRepository(session).package_rows(id):
                if item.state == ItemState.PREPARED:
                    verb = "cancel" if item.delivered_at is None else "cancel_again"
                    item.state = ITEM_STEPS[verb].target
            ended = self._end(session, package, PackageState.CANCELLED, note, caller)
        (self._folder / package.stored_as).unlink(missing_ok=True)
        return ended

    def _ending(self, session: Session, channel_id: str, id: str, verb: str) -> ChannelPackage:
        package = self.get(session, channel_id, id, lock=True)
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


def found_channel(session: Session, id: str, *, lock: bool = False) -> Channel:
    """Return a channel. Raises NotFound."""
    channel = None if "\x00" in id else ChannelRepository(session).get(id, lock=lock)
    if channel is None:
        raise NotFound("没有这个发布通道，请返回通道列表重新查找。")
    return channel


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
