"""Notices: what people are told, each once, and the outbox by which it leaves the console."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now


class NoticeTopic(StrEnum):
    """What a notice is about; people choose for each how they are told."""

    MATCH = "match"
    DOCKING = "docking"
    CHALLENGE = "challenge"
    ROADSHOW = "roadshow"
    CONTRACT = "contract"
    RECORD = "record"
    ROUND = "round"


class NoticePace(StrEnum):
    """When a notice leaves the console: at once, in the digest of a day or a week, or never."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class NoticeChannel(StrEnum):
    """Ways out of the console: 邮件, 企业微信, 钉钉, webhook."""

    MAIL = "mail"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """How far a delivery is.

    UNKNOWN: the process ended while it was sent by a way that knows no repetition, so it is not sent again.
    DROPPED: nothing of it was to be sent any more.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class Notice(Base):
    """Something that an account is told, in the console at least.

    Attributes:
        path: the page that it leads to, of our own.
        key: what makes it one of a kind for the account: told again under the same key, nothing is added.
        need_id, achievement_id: records that it is about. It is shown only while its reader may see them;
            of a match the title is made of theirs when it is read, and never kept.
        grade: of a match, as it was when it was told.
        seen_in: the sweep in which it was marked as seen with others, so that this can be taken back.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index(None, "account_id", "key", unique=True),
        Index(None, "account_id", "id"),
        Index(None, "account_id", "seen_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    topic: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text, default="")
    path: Mapped[str] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(200))
    need_id: Mapped[str | None] = mapped_column(String(32))
    achievement_id: Mapped[str | None] = mapped_column(String(32))
    grade: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_in: Mapped[str | None] = mapped_column(String(32))


class NoticePreference(Base):
    """How an account wants to be told; without a row, as `app.notices.preferences` has it.

    Attributes:
        paces: by topic; topics that are missing have their default.
        channels: ways out of the console that are on.
        least_grade: matches of at least this grade are told.
        webhook_secret: signs what is sent to the address; never shown, logged or audited.
        webhook_tested_at: when the address was last tried by hand.
    """

    __tablename__ = "notice_preferences"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    paces: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    channels: Mapped[list[str]] = mapped_column(default=list)
    least_grade: Mapped[int] = mapped_column(Integer, default=3)
    webhook_url: Mapped[str | None] = mapped_column(Text)
    webhook_secret: Mapped[str | None] = mapped_column(Text)
    webhook_tested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Delivery(Base):
    """A message on its way to an account: one notice, or the digest of a day or a week.

    Attributes:
        key: what makes it one of a kind for account and channel: `notice:…`, `daily:…`, `weekly:…`.
        next_try_at: when it is sent at the earliest; of a digest, when that is due.
        claimed_until: while SENDING, when the process that sends it must be dead.
        last_error: what a person is told of the last failure, in Chinese.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "account_id", "channel", "key", unique=True), Index(None, "state", "next_try_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[str] = mapped_column(String(20))
    pace: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeliveryItem(Base):
    """A notice that a delivery carries."""

    __tablename__ = "delivery_items"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), primary_key=True)


class NoticeCursor(Base):
    """How far a piece of background work has come; moved in the transaction of what it wrote.

    `position` is a sequence number of the change log, or the ordinal of a day.
    """

    __tablename__ = "notice_cursors"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), default=0)
