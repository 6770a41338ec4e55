"""The search index of this process: built from the database, kept up by the change log."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from app.core.city_time import today
from app.core.database import Database, release
from app.kinds.table import FACETS, Record, to_indexed
from app.models import EmbeddingModel, RecordKind, Status
from app.search.encoders import background_of, scale_of
from app.search.judged_pairs import JudgedPairs
from app.search.repository import SearchRepository, Terms, batched
from matching.errors import IndexDamaged
from matching.index.protocols import Index
from matching.index.snapshot import SnapshotInfo, newest_snapshot, read_snapshot, remove_leftovers, write_snapshot
from matching.matcher import Matcher, PreparedDocument
from matching.ranking.weights import FusionWeights
from matching.text.analysis import TEXT_RULES, lexical_terms
from matching.text.segment import default_segmenter

log = structlog.get_logger()

# Records read and indexed at a time: bounds memory, and keeps searches going in between.
PAGE = 1000
# Changes after which a new snapshot is worth writing when the process stops.
SNAPSHOT_AFTER = 2000


@dataclass(frozen=True, slots=True)
class IndexState:
    """What an index was made with, and how far it has come.

    Attributes:
        dimension: of its vectors.
        sequence: the last change that it has.
        public_sequence: how many of the changes up to it anybody can see: what others than staff are told.
        damage: what was wrong with the snapshot, so that it was built from the database; None for nothing.
    """

    model_id: str
    dimension: int
    sequence: int
    public_sequence: int
    damage: str | None


class SearchIndex:
    """One matcher a kind, and the number of the last change that both have.

    Args:
        model: whose vectors are indexed.
        weights: how features are fused.
    """

    def __init__(self, database: Database, model: EmbeddingModel, weights: FusionWeights, folder: Path) -> None:
        self._database = database
        self.model_id = model.model_id
        self.dimension = model.dimension
        self.scale = scale_of(model)
        self.background = background_of(model)
        self.judged = JudgedPairs()
        self._weights = weights
        self._folder = folder
        self._catching_up = threading.RLock()
        self._saving = threading.Lock()
        self.sequence = 0
        # How many of the changes up to it anybody can see: what others than staff are told.
        self.public_sequence = 0
        self._saved = 0
        # Records whose last day lies before it are out of the corpus statistics.
        self._counted_on: date | None = None
        self.damage: str | None = None
        self.matchers = self._empty()

    def _empty(self) -> dict[RecordKind, Matcher]:
        return {kind: Matcher(self.dimension, FACETS, self._weights, self.scale) for kind in RecordKind}

    @property
    def _recipe(self) -> Mapping[str, str]:
        return {
            "model": self.model_id,
            "segmenter": default_segmenter().id,
            "texts": TEXT_RULES,
            "facets": ",".join(f"{name}:{kind}" for name, kind in sorted(FACETS.items())),
        }

    def _engines(self) -> dict[str, Index]:
        return {
            f"{kind}-{name}": index
            for kind, matcher in self.matchers.items()
            for name, index in matcher.indexes().items()
        }

    def state(self) -> IndexState:
        """Return what it was made with, and how far it has come."""
        return IndexState(self.model_id, self.dimension, self.sequence, self.public_sequence, self.damage)

    def counts(self) -> dict[RecordKind, int]:
        """Return how many records of each kind it holds."""
        return {kind: matcher.lexical.count() for kind, matcher in self.matchers.items()}

    def use(self, weights: FusionWeights) -> None:
        """Rank with other weights from now on."""
        self._weights = weights
        for matcher in self.matchers.values():
            matcher.weights = weights

    def open(self) -> None:
        """Load the newest snapshot, or build from the database, and catch up."""
        remove_leftovers(self._folder)
        if not self._load():
            self.rebuild()
        self.catch_up()
        self.leave_out_expired()

    def _load(self) -> bool:
        folder = newest_snapshot(self._folder)
        if folder is None:
            return False
        try:
            sequence = read_snapshot(folder, self._engines(), self._recipe)
        except IndexDamaged as error:
            self.damage = str(error)
            log.warning("snapshot damaged, rebuilding from the database", error=str(error))
            return False
        with self._database.read() as session:
            repository = SearchRepository(session)
            if sequence is None or sequence > repository.last_sequence():
                # Of another model or segmenter, or from before the database was restored.
                return False
            self.public_sequence = repository.public_changes(sequence)
        self.sequence = self._saved = sequence
        return True

    def rebuild(self) -> None:
        """Build the index anew from one state of the database, without encoding anything."""
        matchers = self._empty()
        with self._database.read() as session:
            repository = SearchRepository(session)
            sequence = repository.last_sequence()
            public = repository.public_changes(sequence)
            for kind, matcher in matchers.items():
                after = ""
                while records := repository.searchable_page(kind, after, PAGE):
                    matcher.upsert(self._documents(session, kind, records, keep_terms=True))
                    session.expunge_all()
                    after = records[-1].id
        with self._catching_up:
            self.matchers, self.sequence, self.public_sequence, self._saved = matchers, sequence, public, 0

    def catch_up(self, session: Session | None = None) -> int:
        """Apply committed changes that are not in the index yet; return the last number.

        Args:
            session: to look with whether there are any, and given back then; else one is opened.
        """
        if session is None:
            with self._database.read() as own:
                last = SearchRepository(own).last_sequence()
        else:
            last = SearchRepository(session).last_sequence()
            release(session)
        if last == self.sequence:
            return self.sequence
        with self._catching_up:
            while True:
                with self._database.read() as own:
                    repository = SearchRepository(own)
                    if repository.pruned()[0] > self.sequence:  # this index is older than the log reaches back
                        self.rebuild()
                    changes = repository.changed_since(self.sequence, PAGE)
                    if not changes.ids:
                        return self.sequence
                    for kind, ids in changes.ids.items():
                        self._update(own, kind, ids)
                self.sequence = changes.sequence
                self.public_sequence += changes.public

    def _update(self, session: Session, kind: RecordKind, ids: Sequence[str]) -> None:
        found = SearchRepository(session).records(kind, ids)
        records = [each for each in found if each.status != Status.WITHDRAWN]
        gone = set(ids) - {record.id for record in records}
        self.matchers[kind].delete(sorted(gone))
        self.matchers[kind].upsert(self._documents(session, kind, records))

    def leave_out_expired(self) -> None:
        """Take records that have expired since the last call out of the corpus statistics."""
        day = today()
        if day == self._counted_on:
            return
        with self._catching_up:
            for kind in RecordKind:
                with self._database.read() as session:
                    expired = SearchRepository(session).expired(kind, self._counted_on, day)
                    for ids in batched(expired, PAGE):
                        self._update(session, kind, ids)
                        session.expunge_all()
            self._counted_on = day

    def _documents(
        self, session: Session, kind: RecordKind, records: Sequence[Record], *, keep_terms: bool = False
    ) -> list[PreparedDocument]:
        repository = SearchRepository(session)
        ids = [record.id for record in records]
        vectors = repository.vectors(kind, ids, self.model_id)
        terms = repository.terms(kind, ids, default_segmenter().id)
        documents = [to_indexed(record) for record in records]
        # Of another segmenter, as after an update of its dictionary.
        fresh = {each.id: lexical_terms(each) for each in documents if each.id not in terms}
        if fresh and keep_terms:
            self._keep_terms(kind, fresh, {record.id: record.version for record in records})
        terms.update(fresh)
        return [
            PreparedDocument(each.id, terms[each.id], vectors.get(each.id), each.facets, each.public)
            for each in documents
        ]

    def _keep_terms(self, kind: RecordKind, fresh: Mapping[str, Terms], versions: Mapping[str, int]) -> None:
        """Store terms that had to be made, unless the record has changed meanwhile."""
        with self._database.write() as session:
            repository = SearchRepository(session)
            for record in repository.records(kind, list(fresh), lock=True):
                if record.version == versions[record.id]:
                    repository.store_terms(kind, record.id, default_segmenter().id, fresh[record.id])

    def save(self, *, force: bool = False) -> None:
        """Write a snapshot if enough has changed since the last one; changes are applied meanwhile."""
        with self._saving:
            with self._catching_up:
                sequence = self.sequence
                if not force and sequence - self._saved < SNAPSHOT_AFTER:
                    return
                captured = {name: index.captured() for name, index in self._engines().items()}
            write_snapshot(self._folder, captured, SnapshotInfo(sequence, self._recipe))
            self._saved = sequence
