"""Answer each clause of a query with the sentence of a document that shows it best."""

from collections.abc import Sequence

import numpy as np

from matching.clauses.background import ClauseBackground
from matching.clauses.evidence import PreparedClauses, letter_shares, nearness
from matching.clauses.types import Clause, ClauseAnswer, Sentence
from matching.indicators.types import DemandVerdict
from matching.types import Floats

# Fitted by logistic regression on 381 clauses without numbers: 184 of 19 of the needs in
# tests/golden/clause_labels.tsv, and 197 of real needs against real patents and papers that an
# earlier fit had called met, of which 6 were. That the document as a whole answers the need makes it
# likelier that a near sentence shows a clause; whether the clause is demanded, and how near the
# document's other sentences are, tells nothing beyond.
NEARNESS_WEIGHT = 0.230
RELEVANCE_WEIGHT = 0.673
CONSTANT = -3.286
# Outside, documents differ in how they are written, not in whether they answer.
_SUREST = 0.99
_LEAST_SURE = 0.01
# A wrong "met" misleads, a missing one costs a look. Of needs that nothing was fitted on 8 of 10 said
# to be met are (of 48 to be found); of 233 real clauses that the earlier fit called met, 5 rightly,
# 10 are still called so, 1 of them rightly.
MET = 0.50


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
        return tuple(ClauseAnswer(clause, DemandVerdict.NOT_MENTIONED, None, 0.0, 0.0) for clause in asked.clauses)
    near = nearness(asked, sentences, background.standardise(asked.vectors, background.centred(vectors)))
    best = near.argmax(axis=1)  # of equals the first
    reached = near[np.arange(len(best)), best]
    sure = similarities(reached, relevance)
    return tuple(
        _answer(clause, sentences[at], similarity, close)
        for clause, at, similarity, close in zip(
            asked.clauses, best.tolist(), sure.tolist(), reached.tolist(), strict=True
        )
    )


def similarities(near: Floats, relevance: float) -> Floats:
    """Return (c,) float32 in 0..1: how surely a document shows each clause.

    Args:
        near: (c,) float32, `nearness` of the sentence nearest to each clause.
        relevance: 0..1, of the document as a whole.
    """
    odds = min(max(relevance, _LEAST_SURE), _SUREST)
    raised = NEARNESS_WEIGHT * near + CONSTANT + RELEVANCE_WEIGHT * np.log(odds / (1.0 - odds))
    similar: Floats = (1.0 / (1.0 + np.exp(-np.clip(raised, -60, 60)))).astype(np.float32)
    return similar


def _answer(clause: Clause, sentence: Sentence, similarity: float, reached: float) -> ClauseAnswer:
    verdict = DemandVerdict.NOT_MENTIONED if similarity < MET else DemandVerdict.MET
    return ClauseAnswer(clause, verdict, sentence, round(similarity, 4), reached)


def _same(texts: int, vectors: int) -> None:
    if texts != vectors:
        raise ValueError(f"{texts} texts, but {vectors} vectors")
