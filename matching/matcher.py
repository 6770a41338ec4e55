"""The facade of the engine: documents in, ranked and explained matches out."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from matching.embedding.scale import CosineScale
from matching.index.dense import FlatDenseIndex
from matching.index.filters import FacetSchema, Filter
from matching.index.lexical import PostingsIndex
from matching.index.protocols import DenseEntry, DenseIndex, Index, LexicalClause, LexicalEntry, LexicalIndex
from matching.order import best_first
from matching.ranking.explain import explain, query_term_weights
from matching.ranking.features import (
    COSINES_TO_TEXT,
    COSINES_TO_TITLE,
    Basis,
    Feature,
    cosine_features,
    lexical_clauses,
    lexical_features,
    nearness,
    overlap_features,
    query_vectors,
    shaped,
)
from matching.ranking.fusion import fuse
from matching.ranking.weights import FusionWeights
from matching.text.analysis import LexicalField
from matching.text.normalise import normalise
from matching.types import (
    Document,
    DocumentVectors,
    Explanation,
    Facets,
    Floats,
    Match,
    MatchResult,
    Query,
    Verdict,
)

# Candidates of each of the three searches. On the seed qrels and 3,361 real texts the top 20 are
# the same with 100 as with all documents ranked; 200 leaves room.
CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class MeasuredFeatures:
    """Features of n documents, (n,) each and none NaN, and by which basis each is scored."""

    ids: Sequence[str]
    values: Mapping[Feature, Floats]
    bases: Sequence[Basis]


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document as the indexes take it: terms by lexical field, and vectors if it has them."""

    id: str
    terms: Mapping[str, Sequence[str]]
    vectors: DocumentVectors | None
    facets: Facets
    public: bool = True


class Matcher:
    """One collection of documents, searched by meaning and by words.

    Args:
        dimension: width of the vectors.
        schema: facets that filters may name.
        weights: how features are fused.
        scale: of the model that made the vectors.
    """

    def __init__(self, dimension: int, schema: FacetSchema, weights: FusionWeights, scale: CosineScale) -> None:
        # A document is in one of the two: its title is in its first passage, if it has any.
        self.titles: DenseIndex = FlatDenseIndex(dimension)
        self.passages: DenseIndex = FlatDenseIndex(dimension)
        self.lexical: LexicalIndex = PostingsIndex([str(field) for field in LexicalField])
        self.weights = weights
        self.scale = scale
        for index in self.indexes().values():
            index.ensure(schema)
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="matcher")

    def upsert(self, documents: Sequence[PreparedDocument]) -> None:
        """Add or replace documents; those without vectors are found by words alone."""
        self.lexical.upsert([LexicalEntry(each.id, each.terms, each.facets, each.public) for each in documents])
        titles, passages = [], []
        for each in documents:
            if each.vectors is None:
                continue
            if len(each.vectors.passages):
                passages.append(DenseEntry(each.id, each.vectors.passages, each.facets))
            else:
                titles.append(DenseEntry(each.id, each.vectors.title[None, :], each.facets))
        for index, entries in ((self.titles, titles), (self.passages, passages)):
            index.upsert(entries)
            index.delete(sorted({each.id for each in documents} - {entry.id for entry in entries}))

    def delete(self, ids: Sequence[str]) -> None:
        """Remove documents; unknown ids are ignored."""
        for index in self.indexes().values():
            index.delete(ids)

    def indexes(self) -> dict[str, Index]:
        """Return the engines by name, the lexical one, which holds every document, first."""
        return {"lexical": self.lexical, "titles": self.titles, "passages": self.passages}

    def match(self, query: Query, top_k: int, filter: Filter | None = None) -> MatchResult:
        """Rank the documents that pass the filter.

        Returns:
            At most `top_k` matches, best first, equal scores by id. `degraded` says that the
            query had no vectors, so that words alone decided.
        """
        clauses = lexical_clauses(query)
        vectors = query_vectors(query.vectors) if query.vectors is not None else None
        depth = max(CANDIDATES, 2 * top_k)
        ids = self._candidates(clauses, vectors, depth, filter)
        measured = self._measured(ids, query, clauses, vectors)
        return self._result(query, measured, top_k)

    def score(self, query: Query, ids: Sequence[str]) -> MatchResult:
        """Return given documents, whatever their rank, with the scores that `match` gives them.

        In the order of the ids; those that are not in the index are left out.
        """
        measured = self.features(query, ids)
        return self._result(query, measured, None)

    def _result(self, query: Query, measured: MeasuredFeatures, top_k: int | None) -> MatchResult:
        matches = fuse(measured.ids, measured.values, measured.bases, self.weights, top_k)
        verdict = Verdict.MATCHED if self._suits(matches, measured) else Verdict.NONE_SUITABLE
        return MatchResult(tuple(matches), verdict, degraded=query.vectors is None)

    def _suits(self, matches: Sequence[Match], measured: MeasuredFeatures) -> bool:
        """Say whether a list holds anything suitable."""
        related = {match.id for match in matches if match.related}
        bodied = [basis is Basis.BODIES for basis in measured.bases]
        if any(id in related and not body for id, body in zip(measured.ids, bodied, strict=True)):
            return True
        return bool(related) and float(nearness(measured.values)[bodied].max()) >= self.weights.near

    def features(self, query: Query, ids: Sequence[str]) -> MeasuredFeatures:
        """Return the features between a query and given documents, as `match` weighs them."""
        clauses = lexical_clauses(query)
        vectors = query_vectors(query.vectors) if query.vectors is not None else None
        return self._measured(ids, query, clauses, vectors)

    def explain(self, query: Query, documents: Sequence[Document]) -> list[Explanation]:
        """Explain matches; the documents come from where the truth is, not from the index."""
        weights = query_term_weights(query, self.lexical)
        return [explain(document, weights) for document in documents]

    def nearest(self, queries: Sequence[DocumentVectors], count: int, filter: Filter | None = None) -> list[list[str]]:
        """Return, for each of many documents, those here that are nearest to it by meaning alone, best first.

        One product of matrices for all of them: a search for each reads every vector each time.
        """
        ids = [*self.titles.ids(filter), *self.passages.ids(filter)]
        if not ids or not queries:
            return [[] for _ in queries]
        asked = [self._weighed(query_vectors(each)) for each in queries]
        totals = np.zeros((len(queries), len(ids)), np.float32)
        for index, weighed in zip((self.titles, self.passages), zip(*asked, strict=True), strict=True):
            totals += np.nan_to_num(index.similarities(np.stack(weighed), ids))
        kept = min(count, len(ids))
        best = np.argpartition(-totals, kept - 1, axis=1)[:, :kept]
        return [
            [ids[row[at]] for at in best_first([ids[each] for each in row], sums[row].tolist())]
            for row, sums in zip(best.tolist(), totals, strict=True)
        ]

    def _candidates(
        self, clauses: Sequence[LexicalClause], vectors: Floats | None, depth: int, filter: Filter | None
    ) -> list[str]:
        words = self._pool.submit(self.lexical.search, clauses, depth, filter)
        found: dict[str, None] = {}
        if vectors is not None:
            # Both cosines are weighed, and so is their sum: one scan with the weighed query finds the
            # same documents as two scans.
            searches = [
                self._pool.submit(index.search, weighed, depth, filter)
                for index, weighed in zip((self.titles, self.passages), self._weighed(vectors), strict=True)
            ]
            for search in searches:
                found.update((hit.id, None) for hit in search.result())
        found.update((hit.id, None) for hit in words.result())
        return list(found)

    def _weighed(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Return what to search titles and passages with, (d,) each: the query's vectors as their cosines weigh."""

        def weighed(features: tuple[Feature, Feature], basis: Basis, deviations: tuple[float, float]) -> Floats:
            shares = np.asarray([self.weights.effective(each, basis) for each in features]) / np.asarray(deviations)
            # Not by BLAS, whose threads take longer to wake than this takes.
            asked: Floats = (shares[:, None] * vectors).sum(axis=0).astype(np.float32)
            return asked

        return (
            weighed(COSINES_TO_TITLE, Basis.TITLES, self.scale.title_deviation),
            weighed(COSINES_TO_TEXT, Basis.BODIES, self.scale.body_deviation),
        )

    def _measured(
        self, ids: Sequence[str], query: Query, clauses: Sequence[LexicalClause], vectors: Floats | None
    ) -> MeasuredFeatures:
        words = lexical_features(self.lexical, clauses, ids)
        here = ~np.isnan(words[Feature.TITLE_TITLE_TERMS])  # deleted since the search otherwise
        cosines: dict[Feature, Floats] = {}
        titled = bodied = np.zeros(len(ids), bool)
        if vectors is not None:
            cosines = cosine_features(self.titles, self.passages, vectors, ids, self.scale)
            titled = ~np.isnan(cosines[Feature.TITLE_TITLE_COSINE])
            bodied = ~np.isnan(cosines[Feature.TEXT_TEXT_COSINE])
        brief = not normalise(query.body)
        overlaps = overlap_features(self.lexical, query.title, clauses, ids)
        found = shaped({**words, **overlaps, **cosines}, clauses, brief=brief)
        features = {name: np.nan_to_num(values)[here] for name, values in found.items()}
        known = [id for id, living in zip(ids, here.tolist(), strict=True) if living]
        bases = [
            (Basis.BRIEF if brief else Basis.BODIES) if body else Basis.TITLES if title else Basis.WORDS
            for body, title in zip(bodied[here].tolist(), titled[here].tolist(), strict=True)
        ]
        return MeasuredFeatures(known, features, bases)
