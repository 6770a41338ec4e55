"""Rank the judged documents of each query by several systems and measure them."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.embedding.documents import embed
from matching.embedding.encoder import Encoder
from matching.embedding.scale import CosineScale
from matching.evaluation.metrics import mean, measure_queries, ndcg_at_k, recall_at_k, reciprocal_rank, wrong_pairs
from matching.evaluation.qrels import LOWEST, Qrels
from matching.index.filters import ID_FACET, In
from matching.index.protocols import LexicalClause
from matching.learning.calibration import Doubles, confusion, expected_calibration_error, grade_score
from matching.learning.examples import collect_examples
from matching.learning.fit import total_scores
from matching.matcher import Matcher, PreparedDocument
from matching.order import best_first
from matching.ranking.features import Basis, query_vectors
from matching.ranking.weights import FusionWeights
from matching.text.analysis import LexicalField, lexical_terms
from matching.types import Document, Match, Query

# The order of documents for a query, both by id; and a score for each of them.
Ranker = Callable[[str, Sequence[str]], Sequence[str]]
Scorer = Callable[[str, Sequence[str]], Doubles]
RANDOM_SEED = 20221101
# One cosine of both texts as a whole, no word and no weight: a ranking below it is not shipped.
WHOLE = "whole-text cosine"


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over queries. Recall leaves out queries without a relevant document.

    `wrong_pairs` is the share, over all queries, of pairs of a good and a poor document in the wrong order.
    """

    ndcg_at_10: float
    mrr: float
    recall_at_20: float
    wrong_pairs: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by system: fused is the product's ranking, the others are there to compare.

    Attributes:
        debiased: of fused and the whole-text cosine, after each document's mean score for the queries
            that it was not judged for is taken off: what is left when nothing is gained by being a text
            of the popular kind.
        grade_score: 1 / (1 + mean absolute error of the product's best whole grade), over all pairs.
        ece: expected calibration error of its grade probabilities, of the worst grade.
        confusion: (4, 4) judged pairs by given grade and by the product's; a mean of 2.5 counts half
            as 2 and half as 3.
    """

    queries: int
    judgements: int
    systems: Mapping[str, Scores]
    debiased: Mapping[str, Scores]
    grade_score: float
    ece: float
    confusion: tuple[tuple[float, ...], ...]


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
        WHOLE: lambda id, ids: _ordered(ids, _whole(matcher, by_id[id], ids)),
        "bm25": lambda id, ids: _bm25(matcher, by_id[id], ids),
        "random": lambda _, ids: shuffle.sample(sorted(ids), len(ids)),
    }
    systems = {name: _score(ranker, qrels, list(by_id)) for name, ranker in rankers.items()}
    scorers: dict[str, Scorer] = {
        "fused": lambda id, ids: _totals(matcher, id, by_id[id], ids),
        WHOLE: lambda id, ids: _whole(matcher, by_id[id], ids),
    }
    left = {name: _score(_debiased(scorer, qrels, list(by_id)), qrels, list(by_id)) for name, scorer in scorers.items()}
    probabilities, grades = _graded(fused, qrels)
    judged = len(grades)
    return Evaluation(
        len(by_id),
        judged,
        systems,
        left,
        grade_score(probabilities, grades) if judged else 0.0,
        expected_calibration_error(probabilities, grades),
        confusion(probabilities, grades),
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


def _bm25(matcher: Matcher, query: Query, ids: Sequence[str]) -> list[str]:
    """Title against title by BM25 over words alone."""
    terms = tuple(lexical_terms(Document("", query.title))[LexicalField.TITLE])
    covered = matcher.lexical.coverage([LexicalClause(LexicalField.TITLE, terms, 1.0)], ids)[0]
    return _ordered(ids, covered)


def _whole(matcher: Matcher, query: Query, ids: Sequence[str]) -> Doubles:
    """Return (n,) cosines of title and body together; of a document without a body, with its title."""
    if query.vectors is None:
        return np.zeros(len(ids))
    asked = query_vectors(query.vectors)[1:]
    bodies, titles = (index.similarities(asked, ids)[0] for index in (matcher.passages, matcher.titles))
    cosines: Doubles = np.nan_to_num(np.where(np.isnan(bodies), titles, bodies)).astype(np.float64)
    return cosines


def _totals(matcher: Matcher, id: str, query: Query, ids: Sequence[str]) -> Doubles:
    """Return (n,) the odds, as a logarithm, that the product gives to grade 2 and better.

    Those of nothing at all for a document that the matcher lacks.
    """
    examples = collect_examples(matcher, {id: query}, {id: dict.fromkeys(ids, LOWEST)})
    lines = {str(basis): each.thresholds[0] for basis, each in matcher.weights.bases.items()}
    slopes, offsets = np.asarray([lines[basis] for basis in examples.bases.tolist()]).reshape(-1, 2).T
    odds = slopes * total_scores(examples, matcher.weights) + offsets
    found = dict(zip(examples.documents.tolist(), odds.tolist(), strict=True))
    return np.asarray([found.get(each, lines[Basis.BODIES][1]) for each in ids])


def debiased(scores: Mapping[str, Mapping[str, float]], qrels: Qrels) -> dict[str, dict[str, float]]:
    """Return scores less each document's mean score for the queries that it was not judged for.

    Args:
        scores: by query and document; every document of the qrels for every query.
        qrels: the judged pairs.
    """
    documents = sorted({document for judged in qrels.values() for document in judged})
    table = np.asarray([[given[document] for document in documents] for given in scores.values()])
    foreign = np.asarray([[document not in qrels[id] for document in documents] for id in scores])
    means = (table * foreign).sum(axis=0) / np.maximum(foreign.sum(axis=0), 1)
    return {id: dict(zip(documents, row.tolist(), strict=True)) for id, row in zip(scores, table - means, strict=True)}


def _debiased(scorer: Scorer, qrels: Qrels, queries: Sequence[str]) -> Ranker:
    """Return a ranking by what a document scores for a query beyond its mean for others."""
    judged = {id: qrels[id] for id in queries}
    documents = sorted({document for given in judged.values() for document in given})
    scores = {id: dict(zip(documents, scorer(id, documents).tolist(), strict=True)) for id in queries}
    left = debiased(scores, judged)
    return lambda id, ids: _ordered(ids, np.asarray([left[id][each] for each in ids]))


def _ordered(ids: Sequence[str], scores: Doubles) -> list[str]:
    return [ids[at] for at in best_first(ids, scores.tolist())]


def _score(ranker: Ranker, qrels: Qrels, queries: Sequence[str]) -> Scores:
    rankings = {id: ranker(id, list(qrels[id])) for id in queries}
    pairs = [wrong_pairs(ranking, qrels[id]) for id, ranking in rankings.items()]
    return Scores(
        ndcg_at_10=mean(measure_queries(ndcg_at_k, rankings, qrels)) or 0.0,
        mrr=mean(measure_queries(reciprocal_rank, rankings, qrels)) or 0.0,
        recall_at_20=mean(measure_queries(recall_at_k, rankings, qrels)) or 0.0,
        wrong_pairs=sum(wrong for wrong, _ in pairs) / max(sum(count for _, count in pairs), 1),
    )
