"""Pairs of records that read alike, in SQL."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.core.caller import Caller
from app.kinds.table import Kind, Record
from app.kinds.visibility import visible_sql
from app.models import Fingerprint, NearDuplicate, Status
from app.search.repository import IN_LIST, batched

# A band that more records share than this tells nothing: boilerplate, or an empty text.
_CROWD = 50
_SIDES = (NearDuplicate.first_id, NearDuplicate.second_id)


class DuplicateRepository:
    """Reads and writes pairs of one kind of records. Never commits."""

    def __init__(self, session: Session, kind: Kind) -> None:
        self._session = session
        self._kind = kind

    def candidates(self, wanted: Collection[int]) -> dict[int, list[str]]:
        """Return the ids of records that share a band, by band."""
        found: dict[int, list[str]] = {}
        for part in batched(list(wanted), IN_LIST):
            query = select(Fingerprint.band, Fingerprint.record_id).where(
                Fingerprint.band.in_(part), Fingerprint.kind == self._kind.name
            )
            for band, record_id in self._session.execute(query):
                found.setdefault(band, []).append(record_id)
        return {band: ids for band, ids in found.items() if len(ids) <= _CROWD}

    def records(self, ids: Collection[str]) -> dict[str, Record]:
        """Return records with their owners that are not withdrawn, by id."""
        model = self._kind.model
        found: dict[str, Record] = {}
        for part in batched(list(ids), IN_LIST):
            query = (
                select(model)
                .options(joinedload(model.organisation))
                .where(model.id.in_(part), model.status != Status.WITHDRAWN)
            )
            found.update({record.id: record for record in self._session.scalars(query)})
        return found

    def known(self, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of the pairs that are stored."""
        ids = {id for pair in pairs for id in pair}
        found: set[tuple[str, str]] = set()
        for part in batched(list(ids), IN_LIST):
            query = select(NearDuplicate.first_id, NearDuplicate.second_id).where(
                NearDuplicate.kind == self._kind.name, NearDuplicate.first_id.in_(part)
            )
            found.update((first, second) for first, second in self._session.execute(query))
        return found & set(pairs)

    def add(self, pairs: Mapping[tuple[str, str], float]) -> None:
        """Store pairs that are not stored yet, with their similarity."""
        known = self.known(list(pairs))
        self._session.add_all(
            NearDuplicate(kind=self._kind.name, first_id=first, second_id=second, similarity=similarity)
            for (first, second), similarity in pairs.items()
            if (first, second) not in known and (second, first) not in known
        )

    def get(self, id: str, caller: Caller, *, lock: bool = False) -> NearDuplicate | None:
        """Return a pair that the caller may see."""
        query = select(NearDuplicate).where(NearDuplicate.id == id, *self._visible(caller))
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalar(query)

    def page(self, caller: Caller, *, decided: bool | None, after: str | None, limit: int) -> list[NearDuplicate]:
        """Return pairs that the caller may see and that still stand, the newest first."""
        query = select(NearDuplicate).where(*self._standing(caller, decided=decided))
        if after is not None:
            query = query.where(NearDuplicate.id < after)
        return list(self._session.scalars(query.order_by(NearDuplicate.id.desc()).limit(limit)))

    def count(self, caller: Caller, *, decided: bool, most: int) -> int:
        """Return how many such pairs there are; counts no further than `most`."""
        pairs = select(NearDuplicate.id).where(*self._standing(caller, decided=decided)).limit(most)
        return self._session.scalar(select(func.count()).select_from(pairs.subquery())) or 0

    def _standing(self, caller: Caller, *, decided: bool | None) -> list[ColumnElement[bool]]:
        stands = self._kind.model.status != Status.WITHDRAWN
        conditions = [*self._visible(caller), *(self._side(column, stands) for column in _SIDES)]
        if decided is not None:
            conditions.append(NearDuplicate.verdict.is_not(None) if decided else NearDuplicate.verdict.is_(None))
        return conditions

    def _visible(self, caller: Caller) -> list[ColumnElement[bool]]:
        """Both records must be visible to the caller, and one their own: a pair tells of both."""
        shown = visible_sql(self._kind, caller)
        conditions = [NearDuplicate.kind == self._kind.name, *(self._side(column, shown) for column in _SIDES)]
        if not caller.sees_all:
            own = self._kind.model.organisation_id == (caller.organisation_id or "")
            conditions.append(or_(*(self._side(column, own) for column in _SIDES)))
        return conditions

    def _side(self, column: InstrumentedAttribute[str], condition: ColumnElement[bool]) -> ColumnElement[bool]:
        """Return what a condition of one record means for a pair; looked up by id, never by reading all records."""
        id = self._kind.model.id
        return select(id).where(id == column, condition).exists()
