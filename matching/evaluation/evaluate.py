"""Rank the judged documents of each query by several systems and measure them."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.embedding.documents import embed
from matching.embedding.encoder import Encoder
from matching.embedding.scale import CosineScale
from matching.evaluation.metrics import ndcg_at_k, recall_at_k, reciprocal_rank
from matching.evaluation.qrels import Qrels
from matching.index.filters import ID_FACET, In
from matching.index.protocols import LexicalClause
from matching.learning.calibration import expected_calibration_error, grade_score
from matching.matcher import Matcher, PreparedDocument
from matching.ranking.features import query_vectors
from matching.ranking.weights import FusionWeights
from matching.text.analysis import LexicalField, lexical_terms
from matching.types import Document, Match, Query

Ranker = Callable[[str, Sequence[str]], Sequence[str]]
RANDOM_SEED = 20221101


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over queries. Recall leaves out queries without a relevant document."""

    ndcg_at_10: float
    mrr: float
    recall_at_20: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by system: fused is the product's ranking, the others are there to compare.

    `grade_score` is 1 / (1 + mean absolute error of the product's best whole grade), `ece` the
    expected calibration error of its grade probabilities (of the worst grade); both over all pairs.
    """

    queries: int
    judgements: int
    systems: Mapping[str, Scores]
    grade_score: float
    ece: float


def evaluate(
    encoder: Encoder,
    queries: Sequence[Document],
    documents: Sequence[Document],
    qrels: Qrels,
    weights: FusionWeights,
    scale: CosineScale,
) -> Evaluation:
    """Rank the judged documents of each query, no others, and average over the queries.

    Args:
        queries: those of the qrels must be among them.
        documents: those of the qrels must be among them; corpus statistics come from all.
    """
    matcher = matcher_of(encoder, documents, weights, scale)
    by_id = queries_of(encoder, queries, qrels)
    fused = {id: _fused(matcher, query, list(qrels[id])) for id, query in by_id.items()}
    shuffle = random.Random(RANDOM_SEED)  # noqa: S311  (a baseline, not a secret)
    rankers: dict[str, Ranker] = {
        "fused": lambda id, _: [match.id for match in fused[id]],
        "dense": lambda id, ids: _dense(matcher, by_id[id], ids),
        "bm25": lambda id, ids: _bm25(matcher, by_id[id], ids),
        "random": lambda _, ids: shuffle.sample(sorted(ids), len(ids)),
    }
    systems = {name: _score(ranker, qrels, list(by_id)) for name, ranker in rankers.items()}
    judged = sum(len(qrels[id]) for id in by_id)
    probabilities, grades = _graded(fused, qrels)
    return Evaluation(
        len(by_id),
        judged,
        systems,
        grade_score(probabilities, grades) if judged else 0.0,
        expected_calibration_error(probabilities, grades),
    )


def queries_of(encoder: Encoder, documents: Sequence[Document], qrels: Qrels) -> dict[str, Query]:
    """Return, by id, the queries that judged documents make; encodes them."""
    asked = [document for document in documents if document.id in qrels]
    vectors = embed(encoder, asked)
    return {each.id: Query(each.title, each.body, vector) for each, vector in zip(asked, vectors, strict=True)}


def matcher_of(encoder: Encoder, documents: Sequence[Document], weights: FusionWeights, scale: CosineScale) -> Matcher:
    """Return a matcher of these documents alone; encodes them."""
    matcher = Matcher(encoder.dimension, {}, weights, scale)
    vectors = embed(encoder, documents)
    matcher.upsert(
        [
            PreparedDocument(each.id, lexical_terms(each), vector, {})
            for each, vector in zip(documents, vectors, strict=True)
        ]
    )
    return matcher


def _fused(matcher: Matcher, query: Query, ids: Sequence[str]) -> Sequence[Match]:
    return matcher.match(query, len(ids), In(ID_FACET, frozenset(ids))).matches


def _graded(
    fused: Mapping[str, Sequence[Match]], qrels: Qrels
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return (n, 4) predicted probabilities and (n,) grades of every judged pair.

    What the product did not find it holds to be of no relation.
    """
    predicted: list[tuple[float, ...]] = []
    grades: list[float] = []
    for id, matches in fused.items():
        found = {match.id: match.grade_probabilities for match in matches}
        predicted.extend(found.get(document, (1.0, 0.0, 0.0, 0.0)) for document in qrels[id])
        grades.extend(qrels[id].values())
    return np.asarray(predicted, np.float64).reshape(-1, 4), np.asarray(grades, np.float64)


def _dense(matcher: Matcher, query: Query, ids: Sequence[str]) -> list[str]:
    """Title against title by cosine alone."""
    if query.vectors is None:
        return list(ids)
    cosines = matcher.titles.similarities(query_vectors(query.vectors)[:1], ids)[0]
    return [ids[at] for at in np.argsort(-cosines, kind="stable")]


def _bm25(matcher: Matcher, query: Query, ids: Sequence[str]) -> list[str]:
    """Title against title by BM25 over words alone."""
    terms = tuple(lexical_terms(Document("", query.title))[LexicalField.TITLE])
    covered = matcher.lexical.coverage([LexicalClause(LexicalField.TITLE, terms, 1.0)], ids)[0]
    return [ids[at] for at in np.argsort(-covered, kind="stable")]


def _score(ranker: Ranker, qrels: Qrels, queries: Sequence[str]) -> Scores:
    rankings = {id: ranker(id, list(qrels[id])) for id in queries}
    recalls = [recall_at_k(ranking, qrels[id]) for id, ranking in rankings.items()]
    known = [recall for recall in recalls if recall is not None]
    return Scores(
        ndcg_at_10=_mean([ndcg_at_k(ranking, qrels[id]) for id, ranking in rankings.items()]),
        mrr=_mean([reciprocal_rank(ranking, qrels[id]) for id, ranking in rankings.items()]),
        recall_at_20=_mean(known),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
