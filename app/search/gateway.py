"""The application's only door to the matching engine."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import structlog
from sqlalchemy.exc import IntegrityError

from app.core.database import Database
from app.core.errors import AppError, ModelMissing
from app.core.settings import Settings
from app.kinds.table import KINDS
from app.models import EmbeddingModel, RecordKind
from app.search.encoders import (
    EncoderLoader,
    describe,
    is_scale_outdated,
    load_encoder,
    load_reranker,
    model_source,
)
from app.search.index import SearchIndex
from app.search.pieces import ask, clauses_of, cut
from app.search.preparation import Prepared, encode_missing, pieces_hash, prepare
from app.search.query_vectors import QueryVectors
from app.search.repository import SearchRepository
from app.search.weight_sets import WeightSets
from matching.embedding.encoder import Encoder, Role
from matching.index.filters import Filter
from matching.judging import JudgedClause, judge, quotable
from matching.ranking.explain import telling_term_weights
from matching.ranking.reranking import DEPTH, rerank
from matching.ranking.weights import FusionWeights
from matching.text.analysis import encodable_texts
from matching.types import Document, DocumentVectors, Explanation, Floats, Match, MatchResult, Query

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """A ranking and what it was made with; `public_sequence` counts what anybody can see."""

    result: MatchResult
    sequence: int
    public_sequence: int
    model_id: str


class Gateway:
    """Encoder and index of one process.

    Searches use the model that the database calls active. Where the settings name another one,
    `adopt_configured_model` encodes everything with it while the old one serves, then changes over.
    """

    def __init__(self, settings: Settings, database: Database, load: EncoderLoader = load_encoder) -> None:
        self._settings, self._load = settings, load
        self._database = database
        self.weight_sets = WeightSets(settings)
        self._weights = self.weight_sets.active()
        self._index: SearchIndex | None = None
        self._encoder: Future[Encoder] | None = None
        self._loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._query_vectors = QueryVectors()

    @property
    def weights(self) -> FusionWeights:
        """The weight set in use."""
        return self._weights

    def open(self, *, index: bool = True) -> None:
        """Get ready: the index first, then the model in a thread of its own.

        Both at once would make each slower: importing the model's libraries takes a core for 5 s.

        Args:
            index: False leaves the index alone, for commands that only write.

        Raises:
            ModelMissing: there is no model yet and the configured one cannot be loaded.
        """
        with self._database.read() as session:
            active = SearchRepository(session).active_model()
        source = active.source if active is not None else model_source(self._settings)
        if active is None:
            active = self._introduce(self._load_model(source).result(), source)
        elif index and is_scale_outdated(active):
            active = self._measured_again(active)
        if index:
            self._index = SearchIndex(self._database, active, self._weights, self._settings.index_dir)
            self._index.open()
        if self._encoder is None:
            self._load_model(source)

    def _load_model(self, source: str) -> Future[Encoder]:
        self._encoder = self._loader.submit(self._load, self._settings, source)
        return self._encoder

    def _introduce(self, encoder: Encoder, source: str) -> EmbeddingModel:
        model = describe(self._settings, encoder, source)
        try:
            with self._database.write() as session:
                repository = SearchRepository(session)
                # Another process may have been first.
                active = repository.active_model()
                if active is None:
                    repository.activate_model(model)
        except IntegrityError:  # PostgreSQL: at this very moment
            with self._database.read() as session:
                active = SearchRepository(session).active_model()
        return active or model

    def _measured_again(self, active: EmbeddingModel) -> EmbeddingModel:
        """Return the active model with the scale of what is encoded today, once after an update."""
        log.info("measuring the scale of the embedding model again")
        try:
            encoder = self._load_model(active.source).result()
        except ModelMissing as error:
            log.warning("searching with the scale of older texts", reason=error.detail)
            return active
        if encoder.model_id != active.model_id:  # to be changed over soon
            return active
        model = describe(self._settings, encoder, active.source)
        with self._database.write() as session:
            SearchRepository(session).activate_model(model)
        return model

    @property
    def index(self) -> SearchIndex:
        """The index; `open` must have been called."""
        if self._index is None:
            raise ModelMissing("检索索引尚未就绪，请稍候几秒再试。")
        return self._index

    @property
    def encoder(self) -> Encoder:
        """The encoder; waits until it is loaded. Raises ModelMissing."""
        if self._encoder is None:
            raise ModelMissing("语义模型尚未加载，请稍候几秒再试。")
        return self._encoder.result()

    def load_again(self) -> None:
        """Try to load the active model once more where that failed. Raises ModelMissing."""
        if self.encoder_state() == "missing":
            with self._database.read() as session:
                active = SearchRepository(session).active_model()
            self._load_model(active.source if active is not None else model_source(self._settings)).result()

    def encoder_state(self) -> str:
        """Return ready, loading or missing, without waiting."""
        if self._encoder is None or not self._encoder.done():
            return "loading"
        return "missing" if self._encoder.exception() is not None else "ready"

    def prepare(self, kind: RecordKind, documents: Sequence[Document]) -> list[Prepared]:
        """Encode, cut and segment documents for storing; outside any transaction."""
        return prepare(self._database, self.encoder, kind, documents)

    def stored_query(self, kind: RecordKind, document: Document) -> Query:
        """Return the query that a stored record makes, with its stored vectors if it has them."""
        vectors = self.stored_vectors(kind, [document.id]).get(document.id) or self._encode(document, Role.DOCUMENT)
        return Query(document.title, _body(document), vectors)

    def stored_vectors(self, kind: RecordKind, ids: Sequence[str]) -> dict[str, DocumentVectors]:
        """Return the vectors of records under the active model; those without any are left out."""
        with self._database.read() as session:
            return SearchRepository(session).vectors(kind, ids, self.index.model_id)

    def text_query(self, title: str, body: str) -> Query:
        """Return the query that a free text makes."""
        return Query(title, body, self._encode(Document("", title, body), Role.QUERY))

    def _encode(self, document: Document, role: Role) -> DocumentVectors | None:
        """Encode a query; None, so words alone, where the model is missing or another one."""
        encoder = self._usable_encoder()
        if encoder is None:
            return None
        texts = encodable_texts(document)
        vectors = self._query_vectors.encode(encoder, texts.all(), role)
        return DocumentVectors(vectors[0], vectors[1:])

    def _usable_encoder(self) -> Encoder | None:
        """Return the encoder if it is there and its vectors are those of the index."""
        try:
            encoder = self.encoder
        except AppError as error:
            log.warning("searching by words alone", reason=error.detail)
            return None
        return encoder if encoder.model_id == self.index.model_id else None

    def match(self, query: Query, target: RecordKind, top_k: int, filter: Filter) -> Found:
        """Rank records of a kind; every change committed before the call is seen."""
        index = self.index
        sequence = index.catch_up()
        result = index.matchers[target].match(query, top_k, filter)
        return Found(result, sequence, index.public_sequence, index.model_id)

    def score(self, query: Query, target: RecordKind, ids: Sequence[str]) -> Found:
        """Score given records of a kind as `match` would, in the order of the ids; withdrawn ones are left out."""
        index = self.index
        sequence = index.catch_up()
        return Found(index.matchers[target].score(query, ids), sequence, index.public_sequence, index.model_id)

    def nearest(
        self, target: RecordKind, queries: Sequence[DocumentVectors], count: int, filter: Filter
    ) -> list[list[str]]:
        """Return, for each of many records, those of a kind that are nearest by meaning alone, best first."""
        self.index.catch_up()
        return self.index.matchers[target].nearest(queries, count, filter)

    @property
    def reranking_depth(self) -> int:
        """How many matches are read again; 0 where no re-ranker is configured."""
        return 0 if self._settings.reranker is None else DEPTH

    def rerank(self, query: Query, matches: Sequence[Match], documents: Sequence[Document]) -> list[Match]:
        """Read the best matches again with the configured re-ranker, if there is one.

        A re-ranker that cannot be loaded is logged, and leaves the order as it was.
        """
        if self._settings.reranker is None:
            return list(matches)
        try:
            reranker = load_reranker(self._settings.reranker)
        except ModelMissing as error:
            log.warning("not re-ranked", reason=error.detail)
            return list(matches)
        texts = [f"{document.title}\n{_body(document)}" for document in documents[:DEPTH]]
        return rerank(matches, reranker.relevance(f"{query.title}\n{query.body}", texts))

    def explain(self, query: Query, target: RecordKind, documents: Sequence[Document]) -> list[Explanation]:
        """Explain matches of a query."""
        return self.index.matchers[target].explain(query, documents)

    def term_weights(self, query: Query, target: RecordKind) -> dict[str, float]:
        """Return the telling terms of a query with their share of its weight; rare ones weigh most."""
        return telling_term_weights(query, self.index.matchers[target].lexical)

    def judge(
        self,
        subject: Document,
        kind: RecordKind | None,
        target: RecordKind,
        documents: Sequence[Document],
        scores: Sequence[float],
    ) -> list[tuple[JudgedClause, ...]]:
        """Answer, for each match, the clauses of whichever side asks with sentences of the other.

        Args:
            subject: what was searched with.
            kind: of a stored subject, whose vectors are read; None encodes a free text.
            target: the kind of the matches.
            documents: the matches, all stored.
            scores: of the matches, 0..1.

        Returns:
            Nothing for a match whose vectors are not stored yet, or for all in want of a model.
        """
        index = self.index
        with self._database.read() as session:
            repository = SearchRepository(session)
            stored = repository.pieces(target, [document.id for document in documents], index.model_id)
            own = {} if kind is None else repository.pieces(kind, [subject.id], index.model_id)
        asks = KINDS[target].asks
        mine = self._piece_vectors(subject, own.get(subject.id), asks=not asks)
        if mine is None:
            return [() for _ in documents]
        theirs = [self._stored_pieces(document, stored.get(document.id), asks=asks) for document in documents]
        background = index.background
        if asks:
            return [
                () if each is None else judge(ask(document, each, background), subject, mine, background, score)
                for document, each, score in zip(documents, theirs, scores, strict=True)
            ]
        asked = ask(subject, mine, background)
        return [
            () if each is None else judge(asked, document, each, background, score)
            for document, each, score in zip(documents, theirs, scores, strict=True)
        ]

    def _stored_pieces(self, document: Document, row: tuple[str, bytes] | None, *, asks: bool) -> Floats | None:
        """Return the stored vectors of a record's pieces, None if there are none of its present text."""
        if row is None:
            return None
        pieces = clauses_of(document) if asks else quotable(document)
        if row[0] != pieces_hash([piece.encoded for piece in pieces]):
            return None
        return np.frombuffer(row[1], "<f2").reshape(-1, self.index.dimension).astype(np.float32)

    def _piece_vectors(self, document: Document, row: tuple[str, bytes] | None, *, asks: bool) -> Floats | None:
        stored = self._stored_pieces(document, row, asks=asks)
        if stored is not None:
            return stored
        encoder = self._usable_encoder()
        if encoder is None:
            return None
        return self._query_vectors.encode(encoder, [piece.encoded for piece in cut(document, asks=asks)])

    def encode_missing(self, progress: Callable[[int], None] | None = None) -> int:
        """Encode records that lack vectors of the active model; return how many."""
        return sum(encode_missing(self._database, self.encoder, kind, progress) for kind in RecordKind)

    def use_active_weights(self) -> None:
        """Rank with the weight set in use, which a training or an operator may have changed."""
        self._weights = self.weight_sets.active()
        self.index.use(self._weights)

    def configured_model_differs(self) -> bool:
        """Say whether the settings name another model than the active one."""
        with self._database.read() as session:
            active = SearchRepository(session).active_model()
        if active is None or active.source != model_source(self._settings):
            return True
        return self.encoder_state() == "ready" and self.encoder.model_id != active.model_id

    def adopt_configured_model(self, progress: Callable[[int], None] | None = None) -> None:
        """Encode everything with the configured model, then search with it.

        The old index serves until the new one is complete. Interrupted, it goes on at the next
        start: what was encoded is stored.
        """
        source = model_source(self._settings)
        encoder = self._load(self._settings, source)
        for kind in RecordKind:
            encode_missing(self._database, encoder, kind, progress)
        model = describe(self._settings, encoder, source)
        index = SearchIndex(self._database, model, self._weights, self._settings.index_dir)
        index.rebuild()
        with self._database.write() as session:
            SearchRepository(session).activate_model(model)
        ready: Future[Encoder] = Future()
        ready.set_result(encoder)
        self._index, self._encoder = index, ready
        # Records that were written with the old model while the new index was built.
        self.encode_missing()

    def close(self) -> None:
        """Write a snapshot if one is due, and let threads end."""
        self._loader.shutdown(wait=False)
        if self._index is not None:
            self._index.save()


def _body(document: Document) -> str:
    return "\n".join(part for part in (document.body, document.indicators) if part)
