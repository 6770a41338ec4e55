"""Queue what is to leave the console, in the transaction that tells it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Delivery, DeliveryItem, DeliveryState, Notice, NoticeChannel, NoticePace, NoticeTopic
from app.notices.delivery_repository import DeliveryRepository
from app.notices.periods import digest_due, digest_key
from app.notices.preferences import Wishes


def queue(session: Session, notices: Sequence[Notice], wishes: Mapping[str, Wishes], moment: datetime) -> None:
    """Put notices into deliveries, one each or into the digest that is due next, as their accounts wish.

    Args:
        wishes: by account.
    """
    repository = DeliveryRepository(session)
    # In one order everywhere, so that nobody waits crosswise.
    for notice in sorted(notices, key=lambda each: (each.account_id, each.id)):
        wish = wishes[notice.account_id]
        pace = wish.paces[NoticeTopic(notice.topic)]
        if pace is NoticePace.OFF:
            continue
        for channel in sorted(wish.channels):
            delivery = _delivery(repository, notice, channel, pace, moment)
            repository.add(DeliveryItem(delivery_id=delivery.id, notice_id=notice.id))
    session.flush()


def _delivery(
    repository: DeliveryRepository, notice: Notice, channel: NoticeChannel, pace: NoticePace, moment: datetime
) -> Delivery:
    """Return the delivery that carries a notice by a channel, made now where there is none."""
    if pace is NoticePace.IMMEDIATE:
        return repository.ensure(notice.account_id, channel, pace, f"notice:{notice.id}", moment)
    due = digest_due(pace, moment)
    while True:
        found = repository.ensure(notice.account_id, channel, pace, digest_key(pace, due), due)
        if found.state == DeliveryState.PENDING and found.attempts == 0:
            return found
        # It left while this was being written.
        due = digest_due(pace, due)
