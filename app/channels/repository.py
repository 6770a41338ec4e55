"""Channels, their items, packages, answers and leads in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, false, func, select, true
from sqlalchemy.orm import Session, joinedload

from app.core.caller import ANYBODY, Caller, Role
from app.kinds.table import KINDS, Kind, Record
from app.kinds.visibility import visible_sql as record_visible_sql
from app.models import (
    Channel,
    ChannelItem,
    ChannelLead,
    ChannelPackage,
    ChannelPackageItem,
    ChannelResponse,
    ItemState,
    LeadState,
    PackageState,
    RecordKind,
    Tag,
)
from app.search.repository import IN_LIST, batched

_Of = TypeVar("_Of")
Row = Channel | ChannelItem | ChannelPackage | ChannelPackageItem | ChannelResponse | ChannelLead


class ChannelRepository:
    """Reads and writes channels. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Row) -> None:
        """Add a new row."""
        self._session.add(row)

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> Channel | None:
        """Return a channel that the caller may see; locked, others wait to change it or its packages."""
        query = select(Channel).where(Channel.id == id, visible_sql(caller))
        return self._session.scalar(_locked(query) if lock else query)

    def page(self, caller: Caller, after: str | None, limit: int) -> list[Channel]:
        """Return channels that the caller may see, the newest first, that come after an id."""
        query = select(Channel).where(visible_sql(caller)).order_by(Channel.id.desc()).limit(limit)
        return list(self._session.scalars(query if after is None else query.where(Channel.id < after)))

    def candidates(
        self, channel_kind: str, selection: Mapping[str, Any], limit: int, *, newest: bool = False
    ) -> list[Record]:
        """Return records that anybody may see and a selection takes, with their organisations, by id."""
        kind = KINDS[RecordKind(channel_kind)]
        model = kind.model
        query = (
            select(model)
            .options(joinedload(model.organisation))
            .where(record_visible_sql(kind, ANYBODY), *_selected_sql(kind, selection))
            .order_by(model.id.desc() if newest else model.id)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def records(self, channel_kind: str, ids: Sequence[str]) -> dict[str, Record]:
        """Return records by id, whatever their state: for staff."""
        model = KINDS[RecordKind(channel_kind)].model
        found: dict[str, Record] = {}
        for part in batched(ids, IN_LIST):
            rows = self._session.scalars(
                select(model).options(joinedload(model.organisation)).where(model.id.in_(part))
            )
            found.update((each.id, each) for each in rows)
        return found

    def items(self, channel_id: str) -> dict[str, ChannelItem]:
        """Return the items of a channel by record."""
        query = select(ChannelItem).where(ChannelItem.channel_id == channel_id)
        return {each.record_id: each for each in self._session.scalars(query)}

    def item_page(self, channel_id: str, state: str | None, after: str | None, limit: int) -> list[ChannelItem]:
        """Return items of a channel, the newest first, that come after an id."""
        query = select(ChannelItem).where(ChannelItem.channel_id == channel_id).order_by(ChannelItem.id.desc())
        if state is not None:
            query = query.where(ChannelItem.state == state)
        if after is not None:
            query = query.where(ChannelItem.id < after)
        return list(self._session.scalars(query.limit(limit)))

    def items_of_record(self, record_id: str) -> list[ChannelItem]:
        """Return what channels have of a record, with the channels, by name."""
        query = (
            select(ChannelItem)
            .options(joinedload(ChannelItem.channel))
            .join(Channel)
            .where(ChannelItem.record_id == record_id, ChannelItem.state != ItemState.UNSENT)
            .order_by(Channel.name, Channel.id)
        )
        return list(self._session.scalars(query))

    def takers(self, channel_kind: str) -> list[Channel]:
        """Return the active channels of a kind, by name."""
        query = select(Channel).where(Channel.kind == channel_kind, Channel.active).order_by(Channel.name, Channel.id)
        return list(self._session.scalars(query))

    def package(self, channel_id: str, id: str, caller: Caller, *, lock: bool = False) -> ChannelPackage | None:
        """Return a package of a channel that the caller may see."""
        query = select(ChannelPackage).where(
            ChannelPackage.channel_id == channel_id, ChannelPackage.id == id, visible_sql(caller)
        )
        return self._session.scalar(_locked(query) if lock else query)

    def open_package(self, channel_id: str) -> ChannelPackage | None:
        """Return the package that waits for delivery."""
        return self._session.scalar(select(ChannelPackage).where(ChannelPackage.open_key == channel_id))

    def package_page(self, channel_id: str, after: str | None, limit: int) -> list[ChannelPackage]:
        """Return packages of a channel, the newest first, that come after an id."""
        query = select(ChannelPackage).where(ChannelPackage.channel_id == channel_id).order_by(ChannelPackage.id.desc())
        return list(
            self._session.scalars((query if after is None else query.where(ChannelPackage.id < after)).limit(limit))
        )

    def last_number(self, channel_id: str) -> int:
        """Return the number of the last package; 0 for none."""
        query = select(func.max(ChannelPackage.number)).where(ChannelPackage.channel_id == channel_id)
        return self._session.scalar(query) or 0

    def package_rows(self, package_id: str) -> list[tuple[ChannelPackageItem, ChannelItem]]:
        """Return the rows of a package with their items."""
        query = (
            select(ChannelPackageItem, ChannelItem)
            .join(ChannelItem, ChannelItem.id == ChannelPackageItem.item_id)
            .where(ChannelPackageItem.package_id == package_id)
        )
        return [(row[0], row[1]) for row in self._session.execute(query)]

    def response(self, channel_id: str, sha256: str) -> ChannelResponse | None:
        """Return the file of that content if it was taken in."""
        return self._session.scalar(
            select(ChannelResponse).where(ChannelResponse.channel_id == channel_id, ChannelResponse.sha256 == sha256)
        )

    def response_page(self, channel_id: str, limit: int) -> list[ChannelResponse]:
        """Return the newest files of answers."""
        query = select(ChannelResponse).where(ChannelResponse.channel_id == channel_id)
        return list(self._session.scalars(query.order_by(ChannelResponse.id.desc()).limit(limit)))

    def lead_digests(self, channel_id: str) -> set[str]:
        """Return what tells the leads of a channel apart."""
        return set(self._session.scalars(select(ChannelLead.digest).where(ChannelLead.channel_id == channel_id)))

    def lead(self, channel_id: str, id: str, caller: Caller, *, lock: bool = False) -> ChannelLead | None:
        """Return a lead with its item; to staff alone, as it has contacts."""
        query = (
            select(ChannelLead)
            .options(joinedload(ChannelLead.item))
            .where(ChannelLead.channel_id == channel_id, ChannelLead.id == id, _leads_sql(caller))
        )
        return self._session.scalar(_locked(query, ChannelLead) if lock else query)

    def lead_page(
        self, channel_id: str, caller: Caller, state: str | None, after: str | None, limit: int
    ) -> list[ChannelLead]:
        """Return leads of a channel with their items, the newest first, that come after an id; to staff alone."""
        query = (
            select(ChannelLead)
            .options(joinedload(ChannelLead.item))
            .where(ChannelLead.channel_id == channel_id, _leads_sql(caller))
            .order_by(ChannelLead.id.desc())
            .limit(limit)
        )
        if state is not None:
            query = query.where(ChannelLead.state == state)
        return list(self._session.scalars(query if after is None else query.where(ChannelLead.id < after)))

    def lead_counts(self, channel_id: str) -> dict[str, int]:
        """Return how many asked about a record and were not dismissed, by item; those that nobody did are missing."""
        query = (
            select(ChannelLead.item_id, func.count())
            .where(ChannelLead.channel_id == channel_id, ChannelLead.state != LeadState.DISMISSED)
            .group_by(ChannelLead.item_id)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def item_counts(self, channel_ids: Sequence[str]) -> dict[tuple[str, str], int]:
        """Return how many items are in which state, by channel and state."""
        query = (
            select(ChannelItem.channel_id, ChannelItem.state, func.count())
            .where(ChannelItem.channel_id.in_(channel_ids))
            .group_by(ChannelItem.channel_id, ChannelItem.state)
        )
        return {(row[0], row[1]): row[2] for row in self._session.execute(query)}

    def last_delivered(self, channel_ids: Sequence[str]) -> dict[str, Any]:
        """Return when a package of channels was last delivered, by channel."""
        query = (
            select(ChannelPackage.channel_id, func.max(ChannelPackage.ended_at))
            .where(ChannelPackage.channel_id.in_(channel_ids), ChannelPackage.state == PackageState.DELIVERED)
            .group_by(ChannelPackage.channel_id)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def waiting(self, channel_ids: Sequence[str]) -> set[str]:
        """Return the channels that have a package which waits for delivery."""
        query = select(ChannelPackage.open_key).where(ChannelPackage.open_key.in_(channel_ids))
        return {each for each in self._session.scalars(query) if each is not None}

    def new_leads(self, channel_ids: Sequence[str]) -> dict[str, int]:
        """Return how many leads wait, by channel."""
        query = (
            select(ChannelLead.channel_id, func.count())
            .where(ChannelLead.channel_id.in_(channel_ids), ChannelLead.state == LeadState.NEW)
            .group_by(ChannelLead.channel_id)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see a channel and its packages: staff and the bureau."""
    return true() if caller.sees_all or caller.role is Role.BUREAU else false()


def _leads_sql(caller: Caller) -> ColumnElement[bool]:
    return true() if caller.sees_all else false()


def _locked(query: Select[_Of], of: type[Any] | None = None) -> Select[_Of]:
    """Return a query that waits for who changes its row, and reads what they left."""
    return query.with_for_update(of=of).execution_options(populate_existing=True)


def _selected_sql(kind: Kind, selection: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of a channel's selection.

    A selection by district takes no record that hides its district: being in the package would tell it.
    """
    model = kind.model
    conditions: list[ColumnElement[bool]] = [
        exists(
            select(Tag.record_id).where(
                Tag.kind == kind.name, Tag.record_id == model.id, Tag.facet == facet, Tag.value.in_(values)
            )
        )
        for facet, values in (("industry", selection.get("industries")), ("chain", selection.get("chains")))
        if values
    ]
    if selection.get("districts"):
        conditions.append(model.district.in_(selection["districts"]))
        if kind.anonymous_visibility is not None:
            conditions.append(model.visibility != kind.anonymous_visibility)
    if selection.get("need_classes") and kind.name is RecordKind.NEEDS:
        conditions.append(model.need_class.in_(selection["need_classes"]))
    maturity = None if kind.maturity is None else getattr(model, kind.maturity)
    if maturity is not None and selection.get("min_maturity"):
        conditions.append(maturity >= selection["min_maturity"])
    if maturity is not None and selection.get("max_maturity"):
        conditions.append(maturity <= selection["max_maturity"])
    return conditions
