"""Deliveries in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.identifiers import new_id
from app.models import Delivery, DeliveryItem, DeliveryState, Notice
from app.models.base import now


class DeliveryRepository:
    """Reads and writes deliveries. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ensure(self, account_id: str, channel: str, pace: str, key: str, due: datetime) -> Delivery:
        """Return the delivery of an account, channel and key, locked, made now where there is none.

        Two transactions that tell an account something at once both find the one that was made first.
        """
        insert = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        moment = now()
        row = {
            "id": new_id(), "account_id": account_id, "channel": channel, "pace": pace, "key": key, "attempts": 0,
            "state": DeliveryState.PENDING.value, "next_try_at": due, "created_at": moment,
        }  # fmt: skip
        self._session.execute(
            insert(Delivery).values(row).on_conflict_do_nothing(index_elements=["account_id", "channel", "key"])
        )
        found = self.of_key(account_id, channel, key)
        assert found is not None, "made above"
        return found

    def of_key(self, account_id: str, channel: str, key: str) -> Delivery | None:
        """Return the delivery of an account, channel and key, locked: nobody takes it before we commit."""
        query = select(Delivery).where(
            Delivery.account_id == account_id, Delivery.channel == channel, Delivery.key == key
        )
        return self._session.scalar(query.with_for_update().execution_options(populate_existing=True))

    def is_due(self, moment: datetime) -> bool:
        """Say whether something is to be sent, or was left by a process that is no more."""
        return self._session.scalar(select(Delivery.id).where(_due(moment)).limit(1)) is not None

    def due(self, moment: datetime) -> Delivery | None:
        """Return, locked, what is to be sent next, or was left in the midst of it."""
        query = select(Delivery).where(_due(moment)).order_by(Delivery.next_try_at, Delivery.id).limit(1)
        return self._session.scalar(query.with_for_update(skip_locked=True))

    def get(self, id: str) -> Delivery | None:
        """Return a delivery, locked."""
        return self._session.scalar(select(Delivery).where(Delivery.id == id).with_for_update())

    def notices(self, id: str) -> Sequence[Notice]:
        """Return the notices that a delivery carries, the first first."""
        query = select(Notice).join(DeliveryItem, DeliveryItem.notice_id == Notice.id)
        return self._session.scalars(query.where(DeliveryItem.delivery_id == id).order_by(Notice.id)).all()

    def last(self, account_id: str, limit: int) -> Sequence[Delivery]:
        """Return the last deliveries of an account that were tried, the newest first."""
        query = (
            select(Delivery)
            .where(Delivery.account_id == account_id, Delivery.attempts > 0)
            .order_by(Delivery.id.desc())
            .limit(limit)
        )
        return self._session.scalars(query).all()

    def add(self, row: DeliveryItem) -> None:
        """Add a new row."""
        self._session.add(row)


def _due(moment: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Delivery.state == DeliveryState.PENDING, Delivery.next_try_at <= moment),
        and_(Delivery.state == DeliveryState.SENDING, Delivery.claimed_until < moment),
    )
