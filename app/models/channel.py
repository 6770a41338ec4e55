"""Channels, 对外发布: other platforms that get redacted records as files, what they got and what they answered."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now


class PackageFormat(StrEnum):
    """What the files of a package are."""

    XLSX = "xlsx"
    CSV_UTF8 = "csv_utf8"
    CSV_GBK = "csv_gbk"
    JSONL = "jsonl"


class PackageState(StrEnum):
    """待交付, 已交付, 已取消."""

    PREPARED = "prepared"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Operation(StrEnum):
    """What a package asks the platform to do with a record."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class ItemState(StrEnum):
    """未发布, 待交付, 已交付, 平台已采用, 平台已退回, 已撤下."""

    UNSENT = "unsent"
    PREPARED = "prepared"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REMOVED = "removed"


class LeadState(StrEnum):
    """待处理, 已转对接, 已处理, 不采用."""

    NEW = "new"
    DOCKED = "docked"
    NOTED = "noted"
    DISMISSED = "dismissed"


class Channel(Base):
    """Another platform, and how records are written for it.

    Attributes:
        kind: `achievements` or `needs`; a platform that takes both has two channels.
        columns: in order, each {target, source, constant, values, required}.
        selection: what of the public records goes: {industries, chains, districts, need_classes, …}.
        left_out: sources that stay empty beyond what the public view leaves out.
        hold_hints: also hold back anonymous needs whose texts only may name their enterprise.
        contact_line: of the liaisons, the only contact that a package ever has.
    """

    __tablename__ = "channels"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    selection: Mapped[dict[str, Any]] = mapped_column(default=dict)
    left_out: Mapped[list[str]] = mapped_column(default=list)
    hold_hints: Mapped[bool] = mapped_column(Boolean, default=False)
    contact_line: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ChannelItem(Base):
    """A record on a channel: what its platform has of it, and what it said of it.

    Attributes:
        code: by which the platform knows the record; random, so that it tells neither when nor with
            what else a record came.
        sent: the row that was delivered last.
        sent_hash: of that row; None while the platform should have none.
    """

    __tablename__ = "channel_items"
    __table_args__ = (
        UniqueConstraint("channel_id", "record_id"),
        UniqueConstraint("channel_id", "code"),
        UniqueConstraint("channel_id", "platform_id"),
        Index(None, "record_id"),
        Index(None, "channel_id", "state", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    record_id: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=ItemState.UNSENT)
    sent_hash: Mapped[str | None] = mapped_column(String(64))
    sent: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    platform_id: Mapped[str | None] = mapped_column(String(200))
    platform_url: Mapped[str | None] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(Text, default="")
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    channel: Mapped[Channel] = relationship(Channel, lazy="raise")


class ChannelPackage(Base):
    """A file for a platform: what changed since the last that was delivered, or everything.

    Attributes:
        open_key: the channel while it waits for delivery, None afterwards: at most one waits.
        held: rows that were kept back because they would name an enterprise that hides.
        blocked: rows that could not be written as the columns ask.
    """

    __tablename__ = "channel_packages"
    __table_args__ = (UniqueConstraint("channel_id", "number"), UniqueConstraint("open_key"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    number: Mapped[int] = mapped_column(Integer)
    open_key: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(20), default=PackageState.PREPARED)
    full: Mapped[bool] = mapped_column(Boolean, default=False)
    format: Mapped[str] = mapped_column(String(20))
    stored_as: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    removed: Mapped[int] = mapped_column(Integer)
    held: Mapped[int] = mapped_column(Integer)
    blocked: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_by: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChannelPackageItem(Base):
    """A row of a package; `row` is empty for a removal."""

    __tablename__ = "channel_package_items"

    package_id: Mapped[str] = mapped_column(ForeignKey("channel_packages.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("channel_items.id"), primary_key=True)
    operation: Mapped[str] = mapped_column(String(20))
    hash: Mapped[str | None] = mapped_column(String(64))
    row: Mapped[list[list[str]]] = mapped_column(JSON, default=list)


class ChannelResponse(Base):
    """A table of a platform's answers that was taken in; the same file is taken in once."""

    __tablename__ = "channel_responses"
    __table_args__ = (UniqueConstraint("channel_id", "sha256"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    leads: Mapped[int] = mapped_column(Integer)
    errors: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ChannelLead(Base):
    """Somebody who asked about a record on a platform. What they wrote and their contact are for staff alone."""

    __tablename__ = "channel_leads"
    __table_args__ = (
        UniqueConstraint("channel_id", "digest"),
        Index(None, "channel_id", "state", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    channel_id: Mapped[str] = mapped_column(ForeignKey("channels.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("channel_items.id"))
    response_id: Mapped[str] = mapped_column(ForeignKey("channel_responses.id"))
    # Of item, party, contact and text: told again, it is the same.
    digest: Mapped[str] = mapped_column(String(64))
    party: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default=LeadState.NEW)
    note: Mapped[str] = mapped_column(Text, default="")
    docking_id: Mapped[str | None] = mapped_column(String(32))
    handled_by: Mapped[str | None] = mapped_column(String(200))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    item: Mapped[ChannelItem] = relationship(ChannelItem, lazy="raise")
