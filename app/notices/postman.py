"""Send what is in the outbox, each delivery at most once as far as the receiving side allows.

A delivery is claimed in a transaction of its own before it is sent, and settled in another after. A
process that ends between the two leaves it claimed. A webhook is then tried again: it carries a key by
which the other side knows it. Mail and robots know no such key, so the delivery is closed as unknown:
nobody gets it twice, and the console has it anyway.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.accounts.identification import caller_of
from app.core.database import Database
from app.core.settings import Settings
from app.models import Delivery, DeliveryState, NoticeChannel, NoticePace, NoticePreference
from app.models.base import now
from app.notices.delivery_repository import DeliveryRepository
from app.notices.message import Message, NotSent
from app.notices.preferences import channels_for
from app.notices.reading import read_notices
from app.notices.recipients import Views
from app.notices.repository import NoticeRepository
from app.notices.senders import senders_of

log = structlog.get_logger()

# Longer than any way of sending takes before it gives up.
CLAIM = timedelta(minutes=5)
BACK_OFF = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12),
)  # fmt: skip
LEFT = "发送到一半时服务中断，不知是否送达；为免重复，不再自动发送。通知列表里有全部内容。"
# Ways that know a message that they were given before.
_REPEATABLE = frozenset({NoticeChannel.WEBHOOK})


@dataclass(frozen=True, slots=True)
class _Letter:
    message: Message
    preference: NoticePreference | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a delivery, why, and after what time it is tried again."""

    state: DeliveryState
    reason: str | None = None
    wait: timedelta = timedelta()


class Postman:
    """Sends deliveries one by one.

    An edge: what is sent must not wait in a transaction, so a step is several, which it begins and ends itself.
    """

    def __init__(self, settings: Settings, database: Database, views: Views) -> None:
        self._settings = settings
        self._database = database
        self._views = views
        self._senders = senders_of(settings)

    def step(self) -> bool:
        """Send the next delivery that is due; say whether there was one."""
        moment = now()
        with self._database.read() as session:
            if not DeliveryRepository(session).is_due(moment):
                return False
        with self._database.write() as session:
            delivery = _claim(session, moment)
        if delivery is None:
            return False
        if delivery.state != DeliveryState.SENDING:
            return True
        with self._database.read() as session:
            letter = self._letter(session, delivery)
        outcome = _Outcome(DeliveryState.DROPPED) if letter is None else self._send(delivery, letter)
        with self._database.write() as session:
            _settle(session, delivery, outcome)
        return True

    def _letter(self, session: Session, delivery: Delivery) -> _Letter | None:
        """Return what is to be sent, as its reader may see it now; None if nothing is any more."""
        repository = NoticeRepository(session)
        account = repository.account(delivery.account_id)
        preference = repository.preference(delivery.account_id)
        if account is None or account.disabled_at is not None:
            return None
        caller = caller_of(account, "")
        on = preference is not None and delivery.channel in preference.channels
        if not on or delivery.channel not in channels_for(self._settings, caller):
            return None
        notices = DeliveryRepository(session).notices(delivery.id)
        items = [each for each in read_notices(session, notices, caller, self._views) if not each.gone]
        if delivery.pace != NoticePace.IMMEDIATE:
            # A digest is for what its reader has not come to see.
            items = [each for each in items if not each.seen]
        if not items:
            return None
        message = Message(
            id=delivery.id,
            pace=NoticePace(delivery.pace),
            email=account.email,
            name=account.name,
            items=items,
            base=self._settings.public_url.rstrip("/"),
            attempt=delivery.attempts,
        )
        return _Letter(message, preference)

    def _send(self, delivery: Delivery, letter: _Letter) -> _Outcome:
        try:
            self._senders[NoticeChannel(delivery.channel)](letter.message, letter.preference)
        except NotSent as error:
            return _failed(delivery, error)
        return _Outcome(DeliveryState.SENT)


def _claim(session: Session, moment: datetime) -> Delivery | None:
    """Return a delivery that nobody else sends, claimed; or one that was left half sent, closed."""
    delivery = DeliveryRepository(session).due(moment)
    if delivery is None:
        return None
    if delivery.state == DeliveryState.SENDING and delivery.channel not in _REPEATABLE:
        delivery.state, delivery.last_error, delivery.claimed_until = DeliveryState.UNKNOWN, LEFT, None
        return delivery
    delivery.state, delivery.claimed_until = DeliveryState.SENDING, moment + CLAIM
    delivery.attempts += 1
    return delivery


def _failed(delivery: Delivery, error: NotSent) -> _Outcome:
    tries = delivery.attempts
    over = error.final or tries > len(BACK_OFF)
    log.warning("not delivered", delivery=delivery.id, channel=delivery.channel, attempt=tries, over=over)
    if over:
        return _Outcome(DeliveryState.FAILED, error.reason)
    return _Outcome(DeliveryState.PENDING, error.reason, BACK_OFF[tries - 1])


def _settle(session: Session, delivery: Delivery, outcome: _Outcome) -> None:
    found = DeliveryRepository(session).get(delivery.id)
    # Claimed by another process meanwhile, it is that one's to settle.
    if found is None or found.state != DeliveryState.SENDING or found.attempts != delivery.attempts:
        return
    found.state, found.last_error, found.claimed_until = outcome.state, outcome.reason, None
    found.next_try_at = now() + outcome.wait
    if outcome.state == DeliveryState.SENT:
        found.sent_at = now()
