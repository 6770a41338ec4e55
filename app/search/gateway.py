"""The model and the index of one process, and the way to search with them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.database import Database, release
from app.core.errors import ModelMissing
from app.core.settings import Settings
from app.models import EmbeddingModel, RecordKind
from app.search.admission import Places
from app.search.encoders import (
    EncoderLoader,
    describe,
    is_scale_outdated,
    load_encoder,
    model_source,
)
from app.search.index import IndexState, SearchIndex
from app.search.preparation import Prepared, encode_missing, prepare
from app.search.query_vectors import QueryVectors
from app.search.repository import SearchRepository
from app.search.search_session import SearchSession
from app.search.weight_sets import WeightSets
from matching.embedding.encoder import Encoder
from matching.embedding.scale import CosineScale
from matching.ranking.weights import FusionWeights
from matching.types import Document

log = structlog.get_logger()


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
        self.places = Places()

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

    def index_state(self) -> IndexState:
        """Return what the index was made with, and how far it has come. Raises ModelMissing."""
        return self.index.state()

    @property
    def scale(self) -> CosineScale:
        """How cosines of the active model are read. Raises ModelMissing."""
        return self.index.scale

    def catch_up(self) -> int:
        """Apply committed changes to the index; return the number of the last one. Raises ModelMissing."""
        return self.index.catch_up()

    def leave_out_expired(self) -> None:
        """Take records that have expired out of the corpus statistics. Raises ModelMissing."""
        self.index.leave_out_expired()

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

    def searching(self, session: Session) -> SearchSession:
        """Return what work in the background searches with; see `answering`. Raises ModelMissing."""
        return SearchSession(session, self.index, lambda: self.encoder, self._query_vectors, self._settings.reranker)

    @contextmanager
    def answering(self, session: Session) -> Iterator[SearchSession]:
        """Search for somebody who waits for the answer, when it is their turn; who waits holds no connection.

        Raises:
            Busy: more wait already than can be answered in time.
            ModelMissing: the index is not ready.
        """
        release(session)
        with self.places.taken():
            yield self.searching(session)

    def encode_missing(self, progress: Callable[[int], None] | None = None) -> int:
        """Encode records that lack vectors of the active model; return how many."""
        return sum(encode_missing(self._database, self.encoder, kind, progress) for kind in RecordKind)

    def rebuild_index(
        self, progress: Callable[[int], None] | None = None, *, encode: bool = False
    ) -> dict[RecordKind, int]:
        """Build the index anew from the database and write a snapshot; return how many records it holds by kind.

        Args:
            progress: called with how many records were encoded since the last call.
            encode: change to the model that the settings name, or encode what lacks vectors of it, before.
        """
        if encode and self.configured_model_differs():
            self.adopt_configured_model(progress)
        elif encode:
            self.encode_missing(progress)
        self.index.rebuild()
        self.index.save(force=True)
        return self.index.counts()

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
