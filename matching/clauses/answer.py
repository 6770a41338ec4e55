"""Answer each clause of a query with the sentence of a document that shows it best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.clauses.background import ClauseBackground
from matching.clauses.evidence import PreparedClauses, letter_shares, nearness
from matching.clauses.types import Clause, ClauseAnswer, ClauseVerdict, Sentence
from matching.types import Floats

# Fitted by logistic regression on 184 clauses without numbers that were read against documents, of
# 19 of the needs in tests/golden/clause_labels.tsv. On the sentences alone at most every third met
# clause was found without too many wrong ones: short clauses in everyday words and technical prose
# share little, and only that the document as a whole answers the need makes likely that it does.
NEARNESS_WEIGHT = 0.463
WHOLE_WEIGHT = 0.489
RELEVANCE_WEIGHT = 0.715
DEMANDED_WEIGHT = 1.292
CONSTANT = -5.787
# Above, documents differ in how they are written, not in whether they answer.
_SUREST = 0.88
_LEAST_SURE = 0.01
# Chosen with whole needs left out in turn: there 0.82 of those said to be met were, which is 0.78 of
# those to be found; at 0.6 it was 0.88 and 0.74. Of
# 16 other needs 0.88 with numbers (0.82 without), and 0.54 (0.58); of the sentences quoted 0.72 were
# among those that a reader chose.
MET = 0.50


@dataclass(frozen=True, slots=True)
class _Said:
    """What one document says to all clauses; (c, s) and (c,) float32."""

    near: Floats
    whole: Floats


def prepare_clauses(clauses: Sequence[Clause], vectors: Floats, background: ClauseBackground) -> PreparedClauses:
    """Prepare the clauses of a query.

    Args:
        clauses: as `split_clauses` returns them.
        vectors: (c, d) float32, L2-normalised, of their `encoded` texts.
        background: of the model that made the vectors.

    Raises:
        ValueError: there are not as many vectors as clauses.
    """
    _same(len(clauses), len(vectors))
    letters, shares = letter_shares([clause.encoded for clause in clauses])
    return PreparedClauses(tuple(clauses), background.centred(vectors), letters, shares)


def answer_clauses(
    asked: PreparedClauses,
    sentences: Sequence[Sentence],
    vectors: Floats,
    background: ClauseBackground,
    relevance: float,
) -> tuple[ClauseAnswer, ...]:
    """Answer every clause from one document, in the order of the clauses.

    Args:
        asked: as `prepare_clauses` returns it.
        sentences: as `document_sentences` returns them.
        vectors: (s, d) float32, L2-normalised, of their `encoded` texts, by the same model.
        background: of that model.
        relevance: 0..1, how surely the document as a whole answers the query: `Match.score`.

    Returns:
        Met with the sentence that shows it, or not mentioned. Whether a number is not met is for
        whoever reads numbers.

    Raises:
        ValueError: there are not as many vectors as sentences.
    """
    _same(len(sentences), len(vectors))
    if not sentences or not asked.clauses:
        return tuple(ClauseAnswer(clause, ClauseVerdict.NOT_MENTIONED, None, 0.0, 0.0) for clause in asked.clauses)
    said = _said(asked, sentences, vectors, background)
    best = said.near.argmax(axis=1)  # of equals the first
    near = said.near[np.arange(len(best)), best]
    sure = similarities(asked.clauses, near, said.whole, relevance)
    return tuple(
        _answer(clause, sentences[at], similarity, reached)
        for clause, at, similarity, reached in zip(
            asked.clauses, best.tolist(), sure.tolist(), near.tolist(), strict=True
        )
    )


def _said(
    asked: PreparedClauses, sentences: Sequence[Sentence], vectors: Floats, background: ClauseBackground
) -> _Said:
    centred = background.centred(vectors)
    mean = centred.mean(axis=0, keepdims=True)
    mean /= np.maximum(np.linalg.norm(mean), 1e-6)
    standard = background.standardise(asked.vectors, centred)
    whole = background.standardise(asked.vectors, mean)[:, 0]
    return _Said(nearness(asked, sentences, standard), whole)


def similarities(clauses: Sequence[Clause], near: Floats, whole: Floats, relevance: float) -> Floats:
    """Return (c,) float32 in 0..1: how surely a document shows each clause.

    Args:
        clauses: c of them.
        near: (c,) float32, `nearness` of the sentence nearest to each.
        whole: (c,) float32, standardised cosine of each to the mean of all sentences.
        relevance: 0..1, of the document as a whole.
    """
    odds = min(max(relevance, _LEAST_SURE), _SUREST)
    demanded = np.array([clause.demanded for clause in clauses], np.float32)
    raised = NEARNESS_WEIGHT * near + WHOLE_WEIGHT * whole + DEMANDED_WEIGHT * demanded + CONSTANT
    raised += RELEVANCE_WEIGHT * np.log(odds / (1.0 - odds))
    similar: Floats = (1.0 / (1.0 + np.exp(-np.clip(raised, -60, 60)))).astype(np.float32)
    return similar


def _answer(clause: Clause, sentence: Sentence, similarity: float, reached: float) -> ClauseAnswer:
    verdict = ClauseVerdict.NOT_MENTIONED if similarity < MET else ClauseVerdict.MET
    return ClauseAnswer(clause, verdict, sentence, round(similarity, 4), reached)


def _same(texts: int, vectors: int) -> None:
    if texts != vectors:
        raise ValueError(f"{texts} texts, but {vectors} vectors")
