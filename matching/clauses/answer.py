"""Answer each clause of a query with the sentence of a document that shows it best."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.clauses.background import ClauseBackground
from matching.clauses.evidence import (
    Booleans,
    PreparedClauses,
    holds,
    letter_shares,
    nearness,
    speaks_of_other,
    subject_shares,
)
from matching.clauses.types import Clause, ClauseAnswer, Sentence
from matching.indicators.types import DemandVerdict
from matching.types import Floats

# Fitted by logistic regression on 381 clauses without numbers: 184 of 19 of the needs in
# tests/golden/clause_labels.tsv, and 197 of real needs against real patents and papers that an
# earlier fit had called met, of which 6 were. That the document as a whole answers the need makes it
# likelier that a near sentence shows a clause; whether the clause is demanded, and how near the
# document's other sentences are, tells nothing beyond. The constant was raised by 0.686 on the 184 when
# matches came to be scored by whole texts: 34 are called met, 31 rightly, in place of 15 and 14.
NEARNESS_WEIGHT = 0.230
RELEVANCE_WEIGHT = 0.673
CONSTANT = -2.6
# Outside, documents differ in how they are written, not in whether they answer.
_SUREST = 0.99
_LEAST_SURE = 0.01
# A wrong "met" misleads, a missing one costs a look. Of needs that nothing was fitted on 9 of 12 said
# to be met are (of 48 to be found).
MET = 0.50
# Of a clause whose words speak against it, whatever is near.
UNSHOWN = 0.49
# 采用声发射技术 is too short to be near to anything; a document of the matter that names acoustic
# emission meets it. No labelled clause is of this kind; of 371 real needs against three documents each one is.
TECHNIQUE_COUNTS = 0.50
_TECHNIQUE = re.compile(
    r"(?:采用|采取|利用|使用|运用|应用|基于|借助|引入|结合)了?([\u3400-\u9fffa-z0-9]{3,12}?)(?:技术|方法|工艺|手段)?"
)


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
    subject = subject_shares(clauses, letters, shares)
    return PreparedClauses(tuple(clauses), background.centred(vectors), letters, shares, subject)


@dataclass(frozen=True, slots=True)
class ReachedClauses:
    """How near one document comes to each clause, before it counts how well it answers as a whole.

    Attributes:
        nearest: of each clause the sentence most like it, or the first that names the technique asked for.
        nearness: (c,) float32, of that sentence.
        named: (c,) whether the sentence was chosen for naming a technique.
        other: (c,) whether its words speak against it.
    """

    clauses: tuple[Clause, ...]
    nearest: tuple[Sentence, ...]
    nearness: Floats
    named: Booleans
    other: Booleans


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
    reached = reach_clauses(asked, sentences, vectors, background, techniques=techniques_count(relevance))
    return weigh_answers(reached, relevance)


def techniques_count(relevance: float) -> bool:
    """Say whether a document is so surely of the matter that naming a technique meets a clause."""
    return relevance >= TECHNIQUE_COUNTS


def reach_clauses(
    asked: PreparedClauses,
    sentences: Sequence[Sentence],
    vectors: Floats,
    background: ClauseBackground,
    *,
    techniques: bool,
) -> ReachedClauses:
    """Find the sentence nearest to each clause; arguments and errors as of `answer_clauses`.

    Args:
        techniques: as `techniques_count` says.
    """
    _same(len(sentences), len(vectors))
    if not sentences or not asked.clauses:
        nothing = np.zeros(len(asked.clauses))
        return ReachedClauses(asked.clauses, (), nothing.astype(np.float32), nothing > 0, nothing > 0)
    held = holds(asked.letters, sentences)
    standard = background.standardise(asked.vectors, background.centred(vectors))
    near = nearness(asked, sentences, held, standard)
    naming = _naming(asked.clauses, sentences) if techniques else {}
    best = near.argmax(axis=1)  # of equals the first
    best[list(naming)] = list(naming.values())
    named = np.zeros(len(best), bool)
    named[list(naming)] = True
    return ReachedClauses(
        asked.clauses,
        tuple(sentences[at] for at in best.tolist()),
        near[np.arange(len(best)), best],
        named,
        speaks_of_other(asked, held, standard, best),
    )


def weigh_answers(reached: ReachedClauses, relevance: float) -> tuple[ClauseAnswer, ...]:
    """Say of each clause whether its sentence shows it, in a document that answers the query so surely."""
    if not reached.nearest:
        return tuple(ClauseAnswer(clause, DemandVerdict.NOT_MENTIONED, None, 0.0, 0.0) for clause in reached.clauses)
    sure = similarities(reached.nearness, relevance)
    sure = np.where(reached.other, np.minimum(sure, UNSHOWN), sure)
    sure = np.where(reached.named, np.maximum(sure, MET), sure)
    return tuple(
        map(_answer, reached.clauses, reached.nearest, sure.astype(np.float32).tolist(), reached.nearness.tolist())
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


def _naming(clauses: Sequence[Clause], sentences: Sequence[Sentence]) -> dict[int, int]:
    """Return the first sentence that names it for each clause that asks for a technique by name."""
    found: dict[int, int] = {}
    for row, clause in enumerate(clauses):
        asked = _TECHNIQUE.fullmatch(clause.encoded)
        if asked is not None:
            name = asked[1]
            found.update((row, at) for at in reversed(range(len(sentences))) if name in sentences[at].encoded)
    return found


def _answer(clause: Clause, sentence: Sentence, similarity: float, reached: float) -> ClauseAnswer:
    verdict = DemandVerdict.NOT_MENTIONED if similarity < MET else DemandVerdict.MET
    return ClauseAnswer(clause, verdict, sentence, round(similarity, 4), reached)


def _same(texts: int, vectors: int) -> None:
    if texts != vectors:
        raise ValueError(f"{texts} texts, but {vectors} vectors")
