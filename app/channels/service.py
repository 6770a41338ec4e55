"""What may be done with channels; their packages, answers and leads have services of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.channels.checking import checked
from app.channels.fields import values_of
from app.channels.leads import LeadService
from app.channels.packages import PackageService, found_channel
from app.channels.plan import Codes
from app.channels.redaction import Redaction
from app.channels.repository import ChannelRepository
from app.channels.responses import ResponseService
from app.channels.rows import columns_of, row_of
from app.channels.schemas import (
    ChannelFields,
    ChannelOut,
    ColumnIn,
    ItemOut,
    PreviewOut,
    PublicationOut,
    Publications,
    Selection,
    TemplateName,
)
from app.channels.templates import template
from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.core.paging import page_of
from app.core.versions import check_version
from app.idempotency import IdempotencyKey, recall, remember
from app.kinds.table import Record, is_public, kind_of
from app.models import Channel, ItemState, RecordKind

# Records that are shown beside the mapping, and how many are looked through to find so many that may go.
PREVIEWED, _LOOKED_AT = 3, 60


@dataclass(frozen=True, slots=True)
class Standing:
    """How a channel stands: items by state, whether a package waits, when one was last delivered, leads that wait."""

    items: Mapping[str, int]
    waiting: bool
    delivered_at: datetime | None
    new_leads: int

    @property
    def there(self) -> int:
        """How many records the platform has, as far as we know."""
        return sum(self.items.get(state, 0) for state in (ItemState.DELIVERED, ItemState.ACCEPTED, ItemState.REJECTED))


class ChannelService:
    """Keeps channels.

    Args:
        folder: where the files of packages are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._redaction = Redaction()
        self.packages = PackageService(folder, self._redaction)
        self.responses = ResponseService()
        self.leads = LeadService()

    def create(
        self, session: Session, fields: Mapping[str, Any], caller: Caller, idempotency: IdempotencyKey | None = None
    ) -> Channel:
        """Set a channel up; what is not given comes from its template. Raises InvalidInput."""
        name: TemplateName | None = fields.get("template")
        given = {key: value for key, value in fields.items() if key != "template" and value is not None}
        defaults = ChannelFields().model_dump()
        values = _plain({**defaults, **(template(name) if name is not None else {}), **given})
        checked(values)
        channel = Channel(**values, created_by=caller.name)
        known = recall(session, idempotency) if idempotency is not None else None
        if known is not None:
            return self.get(session, known, caller)
        ChannelRepository(session).add(channel)
        session.flush()
        if idempotency is not None:
            remember(session, idempotency, channel.id)
        append(session, caller, [Event("channel.create", "channels", channel.id, None, _told(channel))])
        return channel

    def get(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Channel:
        """Return a channel that the caller may see. Raises NotFound."""
        return found_channel(session, id, caller, lock=lock)

    def page(
        self, session: Session, caller: Caller, cursor: str | None, limit: int
    ) -> tuple[list[Channel], str | None]:
        """Return channels, the newest first, and where the next part begins."""
        rows = ChannelRepository(session).page(caller, cursor, limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def standings(self, session: Session, channels: Sequence[Channel]) -> dict[str, Standing]:
        """Return how channels stand, by id."""
        repository, ids = ChannelRepository(session), [each.id for each in channels]
        counts, waiting = repository.item_counts(ids), repository.waiting(ids)
        delivered, leads = repository.last_delivered(ids), repository.new_leads(ids)
        return {
            id: Standing(
                {state: counts.get((id, state), 0) for state in ItemState},
                id in waiting, delivered.get(id), leads.get(id, 0),
            )
            for id in ids
        }  # fmt: skip

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> Channel:
        """Change fields of a channel. Raises NotFound, VersionRequired, StaleVersion, InvalidInput."""
        channel = self.get(session, id, caller, lock=True)
        check_version("这个通道", expected, channel.version, ChannelOut.of(channel).model_dump, _plain(fields))
        before = _told(channel)
        self._set(channel, fields)
        channel.version += 1
        append(session, caller, [Event("channel.change", "channels", id, *changed(before, _told(channel)))])
        return channel

    @staticmethod
    def _set(channel: Channel, fields: Mapping[str, Any]) -> None:
        values = _plain({name: value for name, value in fields.items() if not (name == "name" and not value)})
        checked({**{name: getattr(channel, name) for name in (*_FIELDS, "kind")}, **values})
        for name, value in values.items():
            setattr(channel, name, value)

    def preview(self, session: Session, id: str, fields: Mapping[str, Any], caller: Caller) -> PreviewOut:
        """Return the newest records as a platform would get them after a change that is not saved.

        Raises:
            NotFound, InvalidInput.
        """
        kept = self.get(session, id, caller)
        draft = Channel(**{name: getattr(kept, name) for name in (*_FIELDS, "kind")})
        self._set(draft, fields)
        columns = columns_of(draft.columns)
        repository, codes = ChannelRepository(session), Codes()
        rows, problems = [], []
        for record in repository.candidates(draft.kind, draft.selection, _LOOKED_AT, newest=True):
            if self._redaction.reasons(record, columns, hints=draft.hold_hints):
                continue
            row = row_of(values_of(record), columns, codes.of(record.id), draft.contact_line, draft.left_out)
            rows.append([text for _, text in row.cells])
            problems.append("；".join(row.problems))
            if len(rows) == PREVIEWED:
                break
        return PreviewOut(header=[each.target for each in columns], rows=rows, problems=problems)

    def items(
        self, session: Session, id: str, state: str | None, cursor: str | None, limit: int, caller: Caller
    ) -> tuple[list[ItemOut], str | None]:
        """Return what a platform has, the newest first, and where the next part begins. Raises NotFound."""
        channel = self.get(session, id, caller)
        rows = ChannelRepository(session).item_page(id, state, cursor, limit + 1)
        shown, following = page_of(rows, limit, lambda each: each.id)
        titles = self.leads.titles(session, channel, shown) if caller.sees_all else {}
        leads, staff = ChannelRepository(session).lead_counts(id), caller.sees_all
        out = [ItemOut.of(each, titles.get(each.record_id), leads.get(each.id, 0), staff=staff) for each in shown]
        return out, following

    def publications(self, session: Session, record: Record) -> Publications:
        """Return where a record is published beside here, and why not: for staff and its owner."""
        repository = ChannelRepository(session)
        items = [
            PublicationOut(
                channel=each.channel.name, state=ItemState(each.state), reason=each.reason,
                platform_url=each.platform_url,
                delivered_at=each.delivered_at and each.delivered_at.astimezone(CITY_TIME),
            )
            for each in repository.items_of_record(record.id)
        ]  # fmt: skip
        held: dict[str, None] = {}
        if is_public(record):
            for channel in repository.takers(kind_of(record).name):
                reasons = self._redaction.reasons(record, columns_of(channel.columns), hints=channel.hold_hints)
                held |= dict.fromkeys(reasons)
        return Publications(items=items, held=list(held))


_FIELDS = (
    "name", "note", "format", "columns", "selection", "left_out", "hold_hints", "contact_line", "active",
)  # fmt: skip


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as they are stored: words for choices, columns and selection whole."""
    plain: dict[str, Any] = dict(fields)
    for name in ("kind", "format"):
        if plain.get(name) is not None:
            plain[name] = str(plain[name])
    if "selection" in plain:
        plain["selection"] = Selection.model_validate(plain["selection"]).model_dump(mode="json")
    if "columns" in plain:
        plain["columns"] = [ColumnIn.model_validate(each).model_dump() for each in plain["columns"]]
    return plain


def _told(channel: Channel) -> dict[str, Any]:
    """Return what the audit log keeps of a channel: not the contact line."""
    told = {name: getattr(channel, name) for name in _FIELDS if name not in {"contact_line", "columns"}}
    return {**told, "kind": channel.kind, "columns": [f"{each['target']}←{each['source']}" for each in channel.columns]}


def kind_word(kind: str) -> str:
    """Return what a channel takes."""
    return {RecordKind.NEEDS: "需求", RecordKind.ACHIEVEMENTS: "成果"}[RecordKind(kind)]
