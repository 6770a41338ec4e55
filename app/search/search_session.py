"""Searching for one answer: one database session, one index and one model throughout."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from sqlalchemy.orm import Session

from app.core.database import release
from app.core.errors import AppError, ModelMissing
from app.kinds.table import KINDS
from app.models import RecordKind
from app.search.encoders import load_reranker
from app.search.index import SearchIndex
from app.search.judged_pairs import PairKey, text_key
from app.search.pieces import clauses_of, pieces_of, prepared_clauses
from app.search.preparation import pieces_hash
from app.search.query_vectors import QueryVectors
from app.search.repository import SearchRepository
from matching.embedding.encoder import Encoder, Role
from matching.embedding.scale import CosineScale
from matching.evaluation.qrels import Qrels
from matching.index.filters import Filter
from matching.index.protocols import LexicalIndex
from matching.learning.examples import Examples, collect_examples
from matching.matcher import Matcher
from matching.ranking.explain import telling_term_weights
from matching.ranking.reranking import DEPTH, rerank
from matching.text.analysis import encodable_texts
from matching.types import Document, DocumentVectors, Explanation, Floats, Match, MatchResult, Query
from matching.verdicts import Bearing, ClauseVerdict, JudgedPair, judge, quotable, weigh_verdicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """A ranking and what it was made with; `public_sequence` counts what anybody can see."""

    result: MatchResult
    sequence: int
    public_sequence: int
    model_id: str


class SearchSession:
    """What one answer asks of the engine.

    The connection of the session is given back before anything is encoded, searched or compared; what is read
    after that sees a later state. The index has every change that was committed before the first search.

    Args:
        session: reads; nobody else uses it meanwhile.
        index: all searches of the answer go to it, though the process may change over to another.
        encoder: returns the encoder, or raises ModelMissing; asked where a text must be encoded.
        reranker: what the settings name.
    """

    def __init__(
        self,
        session: Session,
        index: SearchIndex,
        encoder: Callable[[], Encoder],
        query_vectors: QueryVectors,
        reranker: str | None,
    ) -> None:
        self._session = session
        self._index = index
        self._encoder = encoder
        self._query_vectors = query_vectors
        self._reranker = reranker
        self._caught_up = False

    @property
    def session(self) -> Session:
        """The database session of the answer."""
        return self._session

    @property
    def model_id(self) -> str:
        """The model whose vectors are compared."""
        return self._index.model_id

    @property
    def dimension(self) -> int:
        """Of its vectors."""
        return self._index.dimension

    @property
    def scale(self) -> CosineScale:
        """How its cosines are read."""
        return self._index.scale

    def lexical(self, kind: RecordKind) -> LexicalIndex:
        """Return the words of the records of a kind, with every change that was committed before."""
        return self._matcher(kind).lexical

    def stored_query(self, kind: RecordKind, document: Document) -> Query:
        """Return the query that a stored record makes, with its stored vectors if it has them."""
        return self.stored_queries(kind, [document])[document.id]

    def stored_queries(self, kind: RecordKind, documents: Sequence[Document]) -> dict[str, Query]:
        """Return the queries that stored records make, by id; their vectors are read at once."""
        stored = self.stored_vectors(kind, [document.id for document in documents])
        return {
            each.id: Query(each.title, _body(each), stored.get(each.id) or self._encode(each, Role.DOCUMENT))
            for each in documents
        }

    def stored_vectors(self, kind: RecordKind, ids: Sequence[str]) -> dict[str, DocumentVectors]:
        """Return the vectors of records under the index's model; those without any are left out."""
        return SearchRepository(self._session).vectors(kind, ids, self._index.model_id)

    def text_query(self, title: str, body: str) -> Query:
        """Return the query that a free text makes."""
        return Query(title, body, self._encode(Document("", title, body), Role.QUERY))

    def match(self, query: Query, target: RecordKind, top_k: int, filter: Filter) -> Found:
        """Rank records of a kind."""
        return self._found(self._matcher(target).match(query, top_k, filter))

    def score(self, query: Query, target: RecordKind, ids: Sequence[str]) -> Found:
        """Score given records of a kind as `match` would, in the order of the ids; withdrawn ones are left out."""
        return self._found(self._matcher(target).score(query, ids))

    def nearest(
        self, target: RecordKind, queries: Sequence[DocumentVectors], count: int, filter: Filter
    ) -> list[list[str]]:
        """Return, for each of many records, those of a kind that are nearest by meaning alone, best first."""
        return self._matcher(target).nearest(queries, count, filter)

    def examples(self, target: RecordKind, queries: Mapping[str, Query], qrels: Qrels) -> Examples:
        """Return the signals of graded pairs; records of the kind that are not searchable any more are left out."""
        return collect_examples(self._matcher(target), queries, qrels)

    @property
    def reranking_depth(self) -> int:
        """How many matches are read again; 0 where no re-ranker is configured."""
        return 0 if self._reranker is None else DEPTH

    def rerank(self, query: Query, matches: Sequence[Match], documents: Sequence[Document]) -> list[Match]:
        """Read the best matches again with the configured re-ranker, if there is one.

        A re-ranker that cannot be loaded is logged, and leaves the order as it was.
        """
        if self._reranker is None:
            return list(matches)
        release(self._session)
        try:
            reranker = load_reranker(self._reranker)
        except ModelMissing as error:
            log.warning("not re-ranked", reason=error.detail)
            return list(matches)
        texts = [f"{document.title}\n{_body(document)}" for document in documents[:DEPTH]]
        return rerank(matches, reranker.relevance(f"{query.title}\n{query.body}", texts))

    def explain(self, query: Query, target: RecordKind, documents: Sequence[Document]) -> list[Explanation]:
        """Explain matches of a query that were found before."""
        release(self._session)
        return self._index.matchers[target].explain(query, documents)

    def term_weights(self, query: Query, target: RecordKind) -> dict[str, float]:
        """Return the telling terms of a query with their share of its weight; rare ones weigh most."""
        return telling_term_weights(query, self._index.matchers[target].lexical)

    def clause_verdicts(
        self,
        subject: Document,
        kind: RecordKind | None,
        target: RecordKind,
        documents: Sequence[Document],
        scores: Sequence[float],
    ) -> list[tuple[ClauseVerdict, ...]]:
        """Answer, for each match, the clauses of the demand side with sentences of the other.

        Args:
            subject: what was searched with.
            kind: of a stored subject, whose vectors are read; None encodes a free text.
            target: the kind of the matches.
            documents: the matches, all stored.
            scores: of the matches, 0..1.

        Returns:
            Nothing for a match whose vectors are not stored yet, or for all in want of a model.
        """
        is_demand = KINDS[target].is_demand
        mine, theirs = text_key(subject), map(text_key, documents)
        keys = [
            PairKey(*((other, mine) if is_demand else (mine, other)), Bearing.of(score))
            for other, score in zip(theirs, scores, strict=True)
        ]
        pairs = self._index.judged.known(keys)
        missing = {key: document for key, document in zip(keys, documents, strict=True) if key not in pairs}
        if missing:
            judged = self._judged(subject, kind, target, missing)
            self._index.judged.keep(judged)
            pairs |= judged
        return [
            weigh_verdicts(pairs[key], score) if key in pairs else () for key, score in zip(keys, scores, strict=True)
        ]

    def _judged(
        self, subject: Document, kind: RecordKind | None, target: RecordKind, documents: Mapping[PairKey, Document]
    ) -> dict[PairKey, JudgedPair]:
        """Judge pairs of a subject and stored records; those without vectors of their present texts are left out."""
        repository = SearchRepository(self._session)
        stored = repository.pieces(target, [document.id for document in documents.values()], self._index.model_id)
        own = {} if kind is None else repository.pieces(kind, [subject.id], self._index.model_id)
        release(self._session)
        is_demand = KINDS[target].is_demand
        mine = self._piece_vectors(subject, own.get(subject.id), is_demand=not is_demand)
        if mine is None:
            return {}
        background = self._index.background
        asked = None if is_demand else prepared_clauses(subject, mine, background)
        judged = {}
        for key, document in documents.items():
            theirs = self._stored_pieces(document, stored.get(document.id), is_demand=is_demand)
            if theirs is not None and asked is not None:
                judged[key] = judge(asked, document, theirs, background, key.bearing)
            elif theirs is not None:
                each = prepared_clauses(document, theirs, background)
                judged[key] = judge(each, subject, mine, background, key.bearing)
        return judged

    def _matcher(self, kind: RecordKind) -> Matcher:
        release(self._session)
        if not self._caught_up:
            self._index.catch_up(self._session)
            self._caught_up = True
        return self._index.matchers[kind]

    def _found(self, result: MatchResult) -> Found:
        return Found(result, self._index.sequence, self._index.public_sequence, self._index.model_id)

    def _encode(self, document: Document, role: Role) -> DocumentVectors | None:
        """Encode a query; None, so words alone, where the model is missing or another one."""
        release(self._session)
        encoder = self._usable_encoder()
        if encoder is None:
            return None
        vectors = self._query_vectors.encode(encoder, encodable_texts(document).all(), role)
        return DocumentVectors(vectors[0], vectors[1:])

    def _usable_encoder(self) -> Encoder | None:
        """Return the encoder if it is there and its vectors are those of the index."""
        try:
            encoder = self._encoder()
        except AppError as error:
            log.warning("searching by words alone", reason=error.detail)
            return None
        return encoder if encoder.model_id == self._index.model_id else None

    def _stored_pieces(self, document: Document, row: tuple[str, bytes] | None, *, is_demand: bool) -> Floats | None:
        """Return the stored vectors of a record's pieces, None if there are none of its present text."""
        if row is None:
            return None
        pieces = clauses_of(document) if is_demand else quotable(document)
        if row[0] != pieces_hash([piece.encoded for piece in pieces]):
            return None
        return np.frombuffer(row[1], "<f2").reshape(-1, self._index.dimension).astype(np.float32)

    def _piece_vectors(self, document: Document, row: tuple[str, bytes] | None, *, is_demand: bool) -> Floats | None:
        stored = self._stored_pieces(document, row, is_demand=is_demand)
        if stored is not None:
            return stored
        encoder = self._usable_encoder()
        if encoder is None:
            return None
        return self._query_vectors.encode(encoder, [each.encoded for each in pieces_of(document, is_demand=is_demand)])


def _body(document: Document) -> str:
    return "\n".join(part for part in (document.body, document.indicators) if part)
