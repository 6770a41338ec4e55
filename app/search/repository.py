"""What the search index is derived from, in SQL: change log, vectors, terms, models."""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast

import numpy as np
from sqlalchemy import CursorResult, Delete, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.core.database import lock_change_log
from app.kinds.table import KINDS, Record, kind_of, tags
from app.models import (
    Change,
    EmbeddingModel,
    LexicalTerms,
    PieceVectors,
    PrunedChanges,
    RecordKind,
    Status,
    Tag,
    Vector,
)
from app.models.base import now
from matching.clauses.rules import CLAUSE_RULES
from matching.text.analysis import TEXT_RULES
from matching.types import DocumentVectors, Floats

# By which rules texts are cut into what is encoded; what others cut is encoded again in the background.
RULES = f"{CLAUSE_RULES} {TEXT_RULES}"
# Names in one IN list; SQLite's limit is 32,766 variables, short lists keep plans cheap.
IN_LIST = 500
Terms = Mapping[str, Sequence[str]]
Value = TypeVar("Value")


def batched(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    """Yield the values in parts of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


@dataclass(frozen=True, slots=True)
class Changes:
    """Part of the change log: its last number, how many of them anybody can see, ids by kind."""

    sequence: int
    public: int
    ids: Mapping[RecordKind, Sequence[str]]


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """Of which texts a record has vectors: hashes of title and passages and of its pieces, and by which rules cut."""

    texts: tuple[str, ...]
    pieces: str
    rules: str


class SearchRepository:
    """Reads and writes derived data. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last_sequence(self) -> int:
        """Return the number of the last change, 0 if there was none."""
        return self._session.scalar(select(func.max(Change.sequence))) or self.pruned()[0]

    def pruned(self) -> tuple[int, int]:
        """Return the number of the last change that was dropped, and how many dropped ones anybody could see."""
        row = self._session.get(PrunedChanges, 1)
        return (0, 0) if row is None else (row.sequence, row.public)

    def prune_changes(self, before: datetime) -> int:
        """Drop changes logged before a moment; return how many."""
        last = self._session.scalar(select(func.max(Change.sequence)).where(Change.created_at < before))
        if last is None:
            return 0
        public = self.public_changes(last)
        self._session.merge(PrunedChanges(id=1, sequence=last, public=public))
        return self._deleted(delete(Change).where(Change.sequence <= last))

    def prune_vectors(self, activated_before: datetime, records: int) -> int:
        """Drop vectors of former models, once the active one has been so since before a moment; return how many.

        Vectors of a model that is about to take over are of none that was in use, and stay.

        Args:
            records: of how many records at most.
        """
        active = self.active_model()
        if active is None or active.activated_at >= activated_before:
            return 0
        former = select(EmbeddingModel.model_id).where(~EmbeddingModel.active)
        dropped = 0
        for table in (Vector, PieceVectors):
            owned = select(table.record_id).where(table.model_id.in_(former)).distinct().limit(records)
            ids = list(self._session.scalars(owned))
            dropped += self._deleted(delete(table).where(table.model_id.in_(former), table.record_id.in_(ids)))
        return dropped

    def _deleted(self, statement: Delete) -> int:
        return cast("CursorResult[Any]", self._session.execute(statement)).rowcount

    def last_sequence_of(self, kind: RecordKind) -> int:
        """Return the number of the last change of a record of a kind, 0 if there was none."""
        query = select(Change.sequence).where(Change.kind == kind).order_by(Change.sequence.desc()).limit(1)
        return self._session.scalar(query) or 0

    def public_changes(self, sequence: int) -> int:
        """Return how many changes up to a number anybody can see."""
        query = select(func.count()).where(Change.sequence <= sequence, Change.public)
        return self.pruned()[1] + (self._session.scalar(query) or 0)

    def changed_since(self, sequence: int, limit: int) -> Changes:
        """Return the next changes after a number."""
        rows = self._session.execute(
            select(Change.sequence, Change.kind, Change.record_id, Change.public)
            .where(Change.sequence > sequence)
            .order_by(Change.sequence)
            .limit(limit)
        ).all()
        changed: dict[RecordKind, dict[str, None]] = defaultdict(dict)
        for row in rows:
            changed[RecordKind(row.kind)][row.record_id] = None
        return Changes(
            rows[-1].sequence if rows else sequence,
            sum(row.public for row in rows),
            {kind: list(ids) for kind, ids in changed.items()},
        )

    def append_change(self, kind: RecordKind, changes: Mapping[str, bool]) -> None:
        """Log changes; the last thing before a commit, as it may make other writers wait.

        Args:
            changes: of which records, and whether anybody can see it.
        """
        lock_change_log(self._session)
        rows = [{"kind": kind, "record_id": id, "public": public} for id, public in changes.items()]
        self._session.execute(insert(Change), rows)

    def expired(self, kind: RecordKind, since: date | None, before: date) -> list[str]:
        """Return ids of published records whose last valid day lies in [since, before)."""
        model = KINDS[kind].model
        query = select(model.id).where(model.status == Status.PUBLISHED, model.valid_until < before)
        if since is not None:
            query = query.where(model.valid_until >= since)
        return list(self._session.scalars(query.order_by(model.id)))

    def records(self, kind: RecordKind, ids: Sequence[str], *, lock: bool = False) -> list[Record]:
        """Return records by id, in any order; unknown ids are left out; locked, nobody changes them until we commit."""
        model = KINDS[kind].model
        found: list[Record] = []
        for part in batched(sorted(ids), IN_LIST):
            query = select(model).where(model.id.in_(part))
            # In the order of ids: two that lock several never wait for each other.
            found.extend(self._session.scalars(query.order_by(model.id).with_for_update() if lock else query))
        return found

    def searchable_page(self, kind: RecordKind, after: str, limit: int) -> list[Record]:
        """Return the next searchable records after an id, in the order of ids."""
        model = KINDS[kind].model
        rows = self._session.scalars(
            select(model).where(model.id > after, model.status != Status.WITHDRAWN).order_by(model.id).limit(limit)
        )
        return list(rows)

    def searchable_versions(self, kind: RecordKind) -> dict[str, int]:
        """Return id and version of every searchable record."""
        model = KINDS[kind].model
        rows = self._session.execute(select(model.id, model.version).where(model.status != Status.WITHDRAWN))
        return {row.id: row.version for row in rows}

    def vectors(self, kind: RecordKind, ids: Sequence[str], model_id: str) -> dict[str, DocumentVectors]:
        """Return the vectors of records under a model; those without any are left out."""
        parts: dict[str, list[Floats]] = defaultdict(list)
        for names in batched(ids, IN_LIST):
            rows = self._session.execute(
                select(Vector.record_id, Vector.data)
                .where(Vector.kind == kind, Vector.record_id.in_(names), Vector.model_id == model_id)
                .order_by(Vector.record_id, Vector.part)
            )
            for row in rows:
                parts[row.record_id].append(np.frombuffer(row.data, "<f4"))
        return {
            id: DocumentVectors(rows[0], np.stack(rows[1:]) if len(rows) > 1 else np.empty((0, len(rows[0])), "f4"))
            for id, rows in parts.items()
        }

    def terms(self, kind: RecordKind, ids: Sequence[str], segmenter_id: str) -> dict[str, Terms]:
        """Return the stored terms of records; those of another segmenter are left out."""
        found: dict[str, Terms] = {}
        for names in batched(ids, IN_LIST):
            rows = self._session.execute(
                select(LexicalTerms.record_id, LexicalTerms.data).where(
                    LexicalTerms.kind == kind,
                    LexicalTerms.record_id.in_(names),
                    LexicalTerms.segmenter_id == segmenter_id,
                )
            )
            found.update((row.record_id, json.loads(zlib.decompress(row.data))) for row in rows)
        return found

    def encoded_texts(self, kind: RecordKind, ids: Sequence[str], model_id: str) -> dict[str, EncodedTexts]:
        """Return of which texts records have vectors under a model; those that lack some are left out."""
        found: dict[str, EncodedTexts] = {}
        for names in batched(ids, IN_LIST):
            mine = (Vector.kind == kind, Vector.record_id.in_(names), Vector.model_id == model_id)
            parts = select(Vector.record_id, Vector.content_hash).where(*mine).order_by(Vector.record_id, Vector.part)
            texts: dict[str, list[str]] = defaultdict(list)
            for part in self._session.execute(parts):
                texts[part.record_id].append(part.content_hash)
            pieces = select(PieceVectors.record_id, PieceVectors.content_hash, PieceVectors.rules).where(
                PieceVectors.kind == kind, PieceVectors.record_id.in_(names), PieceVectors.model_id == model_id
            )
            for row in self._session.execute(pieces):
                if row.record_id in texts:
                    found[row.record_id] = EncodedTexts(tuple(texts[row.record_id]), row.content_hash, row.rules)
        return found

    def vectors_by_hash(self, model_id: str, hashes: Iterable[str]) -> dict[str, bytes]:
        """Return stored vectors of texts with these hashes, whichever record they belong to."""
        found: dict[str, bytes] = {}
        for part in batched(sorted(set(hashes)), IN_LIST):
            rows = self._session.execute(
                select(Vector.content_hash, Vector.data).where(
                    Vector.model_id == model_id, Vector.content_hash.in_(part)
                )
            )
            found.update((row.content_hash, row.data) for row in rows)
        return found

    def pieces(self, kind: RecordKind, ids: Sequence[str], model_id: str) -> dict[str, tuple[str, bytes]]:
        """Return hash and vectors of records' clauses or sentences; those without any are left out."""
        rows = self._session.execute(
            select(PieceVectors.record_id, PieceVectors.content_hash, PieceVectors.data).where(
                PieceVectors.kind == kind, PieceVectors.record_id.in_(ids), PieceVectors.model_id == model_id
            )
        )
        return {row.record_id: (row.content_hash, row.data) for row in rows}

    def pieces_by_hash(self, model_id: str, hashes: Sequence[str]) -> dict[str, bytes]:
        """Return stored vectors of clauses or sentences, whichever record they belong to."""
        rows = self._session.execute(
            select(PieceVectors.content_hash, PieceVectors.data).where(
                PieceVectors.model_id == model_id, PieceVectors.content_hash.in_(hashes)
            )
        )
        return {row.content_hash: row.data for row in rows}

    def store_pieces(self, kind: RecordKind, record_id: str, model_id: str, pieces: tuple[str, bytes]) -> None:
        """Replace the vectors of a record's clauses or sentences; other models' stale ones are never read."""
        hash, data = pieces
        self._session.merge(
            PieceVectors(kind=kind, record_id=record_id, model_id=model_id, rules=RULES, content_hash=hash, data=data)
        )

    def without_vectors(self, kind: RecordKind, model_id: str, limit: int) -> list[Record]:
        """Return searchable records that lack vectors under a model, or whose texts were cut by other rules."""
        model = KINDS[kind].model
        has = (
            select(Vector.record_id)
            .where(Vector.kind == kind, Vector.record_id == model.id, Vector.model_id == model_id, Vector.part == 0)
            .exists()
        )
        pieced = (
            select(PieceVectors.record_id)
            .where(
                PieceVectors.kind == kind,
                PieceVectors.record_id == model.id,
                PieceVectors.model_id == model_id,
                PieceVectors.rules == RULES,
            )
            .exists()
        )
        return list(
            self._session.scalars(
                select(model)
                .where(model.status != Status.WITHDRAWN, or_(~has, ~pieced))
                .order_by(model.id)
                .limit(limit)
            )
        )

    def store_vectors(
        self, kind: RecordKind, record_id: str, model_id: str, parts: Sequence[tuple[str, bytes]]
    ) -> None:
        """Replace a record's vectors of one model by (content hash, data), and drop stale ones.

        Vectors of other models stay while they are of the same texts.
        """
        mine = (Vector.kind == kind, Vector.record_id == record_id)
        rows = self._session.execute(select(Vector.model_id, Vector.part, Vector.content_hash).where(*mine))
        texts = dict(enumerate(hash for hash, _ in parts))
        held: dict[str, dict[int, str]] = defaultdict(dict)
        for row in rows:
            held[row.model_id][row.part] = row.content_hash
        for model, hashes in held.items():
            if hashes != texts:
                self._session.execute(delete(Vector).where(*mine, Vector.model_id == model))
        if held.get(model_id) != texts:
            self._session.execute(
                insert(Vector),
                [
                    {
                        "kind": kind, "record_id": record_id, "model_id": model_id,
                        "part": part, "content_hash": hash, "data": data,
                    }
                    for part, (hash, data) in enumerate(parts)
                ],
            )  # fmt: skip

    def store_terms(self, kind: RecordKind, record_id: str, segmenter_id: str, terms: Terms) -> None:
        """Replace the stored terms of a record."""
        packed = zlib.compress(json.dumps(terms, ensure_ascii=False).encode(), level=1)
        self._session.merge(LexicalTerms(kind=kind, record_id=record_id, segmenter_id=segmenter_id, data=packed))

    def store_tags(self, record: Record) -> None:
        """Replace the tags of a record."""
        kind = kind_of(record).name
        self._session.execute(delete(Tag).where(Tag.kind == kind, Tag.record_id == record.id))
        rows = [
            {"kind": kind, "record_id": record.id, "facet": facet, "value": value}
            for facet, values in tags(record).items()
            for value in dict.fromkeys(values)
        ]
        if rows:
            self._session.execute(insert(Tag), rows)

    def active_model(self) -> EmbeddingModel | None:
        """Return the model that searches use, None before the first one."""
        return self._session.scalar(select(EmbeddingModel).where(EmbeddingModel.active))

    def model(self, model_id: str) -> EmbeddingModel | None:
        """Return a known model."""
        return self._session.get(EmbeddingModel, model_id)

    def activate_model(self, model: EmbeddingModel) -> None:
        """Make a model, new or known, the one that searches use."""
        self._session.execute(update(EmbeddingModel).values(active=False))
        model.active, model.activated_at = True, now()
        self._session.merge(model)
