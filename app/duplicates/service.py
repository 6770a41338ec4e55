"""What may be done with pairs of records that read alike."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.core.caller import Caller
from app.core.errors import NotFound
from app.core.paging import page_of
from app.duplicates.finder import find_alike
from app.duplicates.repository import DuplicateRepository
from app.kinds.table import KINDS, Kind, Record, kind_of
from app.models import NearDuplicate, RecordKind, Verdict
from app.models.base import now
from app.records.repository import RecordRepository
from app.search.fingerprints import bands_of

_MOST_ALIKE = 5


class DuplicateService:
    """Shows pairs and keeps what people say of them; merges nothing."""

    def page(
        self,
        session: Session,
        kind: RecordKind,
        caller: Caller,
        *,
        decided: bool | None,
        cursor: str | None,
        limit: int,
    ) -> tuple[list[tuple[NearDuplicate, Record, Record]], str | None]:
        """Return pairs with their two records, the newest first, and where the next part begins."""
        repository = DuplicateRepository(session, KINDS[kind])
        pairs = repository.page(caller, decided=decided, after=cursor, limit=limit + 1)
        records = repository.records({id for pair in pairs for id in (pair.first_id, pair.second_id)})
        shown = [(pair, records[pair.first_id], records[pair.second_id]) for pair in pairs]
        return page_of(shown, limit, lambda each: each[0].id)

    def count(self, session: Session, kind: RecordKind, caller: Caller, *, decided: bool, most: int) -> int:
        """Return how many pairs the caller may see that still stand; counts no further than `most`."""
        return DuplicateRepository(session, KINDS[kind]).count(caller, decided=decided, most=most)

    def alike(self, session: Session, record: Record, caller: Caller) -> list[tuple[Record, float]]:
        """Return stored records that read like this one and that the caller may see, the most alike first."""
        kind = kind_of(record)
        marks = {record.id: bands_of(record.title, getattr(record, kind.body))}
        return _known(session, kind, find_alike(session, kind, [record], marks), caller)

    def alike_text(
        self, session: Session, kind: RecordKind, title: str, body: str, caller: Caller
    ) -> list[tuple[Record, float]]:
        """Return stored records that read like a text that is not stored, the most alike first."""
        unstored = KINDS[kind].model(id="", title=title, **{KINDS[kind].body: body})
        return self.alike(session, unstored, caller)

    def decide(
        self, session: Session, id: str, verdict: Verdict | None, note: str, caller: Caller
    ) -> tuple[NearDuplicate, Record, Record]:
        """Keep that two records are the same or not; None takes it back.

        Nothing is withdrawn by it: who decides withdraws the one to be left out, if it is theirs.

        Raises:
            NotFound: no such pair, the caller may not see both records, or one of them was withdrawn.
        """
        known = session.get(NearDuplicate, id)
        repository = DuplicateRepository(session, KINDS[RecordKind(known.kind) if known else RecordKind.NEEDS])
        pair = repository.get(id, caller, lock=True) if known else None
        if pair is None:
            raise NotFound("没有这一对疑似重复，请返回列表重新查找。")
        records = repository.records([pair.first_id, pair.second_id])
        first, second = records.get(pair.first_id), records.get(pair.second_id)
        if first is None or second is None:
            raise NotFound("其中一条已撤回，不必再判断。")
        before = pair.verdict
        pair.verdict, pair.note = verdict, note
        pair.decided_by, pair.decided_at = (caller.name, now()) if verdict else (None, None)
        told = {"verdict": verdict, "first": pair.first_id, "second": pair.second_id}
        append(session, caller, [Event("duplicate.decide", "near_duplicates", id, {"verdict": before}, told)])
        return pair, first, second


def _known(
    session: Session, kind: Kind, found: Mapping[tuple[str, str], float], caller: Caller
) -> list[tuple[Record, float]]:
    """Return the earlier records of pairs that the caller may see, with how alike they are."""
    alike = {earlier: similarity for (earlier, _), similarity in found.items()}
    records = RecordRepository(session, kind).by_ids(sorted(alike), caller)
    shown = [(record, alike[id]) for id, record in records.items()]
    return sorted(shown, key=lambda each: (-each[1], each[0].id))[:_MOST_ALIKE]
