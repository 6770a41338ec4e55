"""Fingerprints of records, in SQL: those that share a band read alike."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.kinds.table import Kind, Record
from app.models import Fingerprint
from app.search.repository import IN_LIST, batched

_INSERT_LIMIT = 4000


class FingerprintRepository:
    """Reads and writes fingerprints of one kind of records. Never commits."""

    def __init__(self, session: Session, kind: Kind) -> None:
        self._session = session
        self._kind = kind

    def mark(self, bands: Mapping[str, Collection[int]]) -> None:
        """Store the fingerprints of records, by id, in place of their old ones."""
        for part in batched(list(bands), IN_LIST):
            self._session.execute(delete(Fingerprint).where(Fingerprint.record_id.in_(part)))
        rows = [
            {"record_id": id, "band": band, "kind": self._kind.name.value}
            for id, each in bands.items()
            for band in each
        ]
        for start in range(0, len(rows), _INSERT_LIMIT):
            self._session.execute(insert(Fingerprint), rows[start : start + _INSERT_LIMIT])

    def unmarked(self, limit: int) -> list[Record]:
        """Return records without fingerprints: from before there were any."""
        model = self._kind.model
        marked = select(Fingerprint.record_id).where(Fingerprint.record_id == model.id).exists()
        return list(self._session.scalars(select(model).where(~marked).limit(limit)))
