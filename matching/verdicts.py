"""Say of every clause of a query whether a document meets it.

A clause is met where a sentence of the document shows it. Where a clause states numbers, the numbers
decide: a sentence that speaks of the same thing does not meet "≥ 30 MPa" by sounding alike. Which
numbers speak of one quantity their names say; where the names differ, the sentence nearest to the
clause may show that a number is met, never that one is not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matching.clauses.answer import ReachedClauses, reach_clauses, techniques_count, weigh_answers
from matching.clauses.background import ClauseBackground
from matching.clauses.document import document_sentences
from matching.clauses.evidence import PreparedClauses
from matching.clauses.types import Clause, ClauseAnswer, Field, Sentence
from matching.indicators.compare import compare, compare_values
from matching.indicators.names import ALIKE, agreement, may_be_one
from matching.indicators.reader import read_indicators
from matching.indicators.types import DemandVerdict, Indicator
from matching.types import Document, Floats

# Documents whose sentences and numbers are kept: reading one takes about a millisecond, and the same
# ones are shown again and again. Some 15 kB each.
DOCUMENTS_KEPT = 1024
# Numbers of a document whose score is lower are of something else, whatever they are called: the
# 氮回收率 of a manure plant answers no 综合回收率 of mine water. Of the labelled half that was chosen on
# 11 of 24 are found from 0.20 to 0.35, all rightly; at 0.10 two are wrong.
NUMBERS_COUNT = 0.25
# Nearness of a sentence whose number is of the quantity asked for, under another name: all four of
# the labelled half that was chosen on lie above, 8.7 to 11.9, and all are right.
ONE_QUANTITY = 8.5
# Nobody asks for at least so much of it.
_HARM = re.compile(r"减产|损失|浪费|死亡|死淘|发病|患病|报废|废品|次品|不良品|亏损|事故|故障|停机|超标|污染")


@dataclass(frozen=True, slots=True)
class ComparedIndicator:
    """A number that a clause asks for, and the number of the document that answers it, if any."""

    asked: Indicator
    verdict: DemandVerdict
    offered: Indicator | None


@dataclass(frozen=True, slots=True)
class ClauseVerdict:
    """A clause and what the document says of it.

    Attributes:
        evidence: a sentence of the document, verbatim; None where nothing answers the clause.
        nearest: the sentence most like the clause, verbatim, for a reader to look at where
            nothing could be proven.
        similarity: 0..1, how surely the document shows the clause, without regard to numbers.
        indicators: the numbers of the clause, each with its own verdict.
    """

    clause: Clause
    verdict: DemandVerdict
    evidence: str | None
    nearest: str | None
    similarity: float
    indicators: tuple[ComparedIndicator, ...] = ()


@dataclass(frozen=True, slots=True)
class _Offer:
    """What can be quoted of a document, and the numbers that it states."""

    sentences: tuple[Sentence, ...]
    indicators: tuple[tuple[Field, Indicator], ...]


@dataclass(frozen=True, slots=True)
class Bearing:
    """What is asked of a document by how surely it answers the query: whether its numbers and techniques count."""

    numbers: bool
    techniques: bool

    @classmethod
    def of(cls, relevance: float) -> "Bearing":
        """Return it for a document of this `Match.score`."""
        return cls(relevance >= NUMBERS_COUNT, techniques_count(relevance))


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """What a document says of a query's clauses, whatever its score: for one pair of texts always the same."""

    reached: ReachedClauses
    numbers: tuple[tuple[ComparedIndicator, ...], ...]


def clause_verdicts(
    asked: PreparedClauses, document: Document, vectors: Floats, background: ClauseBackground, relevance: float
) -> tuple[ClauseVerdict, ...]:
    """Answer every clause from one document, in the order of the clauses.

    Args:
        asked: the query's clauses, prepared.
        document: as its author wrote it.
        vectors: (s, d) float32, L2-normalised, of its `document_sentences`.
        background: of the model that made all vectors.
        relevance: 0..1, how surely the document as a whole answers the query: `Match.score`.

    Raises:
        ValueError: there are not as many vectors as sentences.
    """
    return weigh_verdicts(judge(asked, document, vectors, background, Bearing.of(relevance)), relevance)


def judge(
    asked: PreparedClauses, document: Document, vectors: Floats, background: ClauseBackground, bearing: Bearing
) -> JudgedPair:
    """Look for what a document says of each clause; arguments and errors as of `clause_verdicts`."""
    offer = _offer_of(document)
    reached = reach_clauses(asked, offer.sentences, vectors, background, techniques=bearing.techniques)
    offered = offer.indicators if bearing.numbers else ()
    nearest: Sequence[Sentence | None] = reached.nearest or [None] * len(asked.clauses)
    numbers = tuple(
        tuple(_compared(each, sentence, near, offered) for each in _asked(clause))
        for clause, sentence, near in zip(asked.clauses, nearest, reached.nearness.tolist(), strict=True)
    )
    return JudgedPair(reached, numbers)


def weigh_verdicts(pair: JudgedPair, relevance: float) -> tuple[ClauseVerdict, ...]:
    """Return the verdicts on a pair whose document answers the query so surely; its `Bearing` is that of `judge`."""
    return tuple(map(_verdict, weigh_answers(pair.reached, relevance), pair.numbers))


def quotable(document: Document) -> tuple[Sentence, ...]:
    """Return the document's `document_sentences`, kept for when its clauses are answered."""
    return _offer_of(document).sentences


def _offer_of(document: Document) -> _Offer:
    return _offer(document.title, document.body, document.indicators, document.keywords)


def _verdict(answer: ClauseAnswer, numbers: tuple[ComparedIndicator, ...]) -> ClauseVerdict:
    verdict, evidence = answer.verdict, answer.evidence.text if answer.evidence is not None else None
    if numbers:
        # What is asked for in numbers is met by numbers alone.
        deciding = _deciding(numbers)
        verdict = deciding.verdict if deciding is not None else DemandVerdict.NOT_MENTIONED
        evidence = deciding.offered.sentence if deciding is not None and deciding.offered is not None else None
    nearest = answer.nearest.text if answer.nearest is not None else None
    return ClauseVerdict(answer.clause, verdict, evidence, nearest, answer.similarity, numbers)


def _asked(clause: Clause) -> tuple[Indicator, ...]:
    """Return the numbers that a clause asks for, without those that tell how bad things are: 减产二成以上."""
    numbers = _read(clause.text)
    if clause.demanded:
        return numbers
    return tuple(one for one in numbers if (one.high is not None and one.low is None) or not _HARM.search(one.quantity))


def _compared(
    asked: Indicator, nearest: Sentence | None, near: float, offered: Sequence[tuple[Field, Indicator]]
) -> ComparedIndicator:
    result = compare(asked, [one for _, one in offered])
    if result.offered is None:
        met = None if near < ONE_QUANTITY else _met_by_meaning(asked, nearest, offered)
        return ComparedIndicator(asked, DemandVerdict.NOT_MENTIONED if met is None else DemandVerdict.MET, met)
    # 矿井水TDS is a TDS as 产水TDS is, but that the one is too high does not fail the other.
    alike = agreement(asked.quantity, result.offered.quantity) <= ALIKE
    if alike and result.verdict is DemandVerdict.NOT_MET:
        return ComparedIndicator(asked, DemandVerdict.NOT_MENTIONED, result.offered)
    return ComparedIndicator(asked, result.verdict, result.offered)


def _met_by_meaning(
    asked: Indicator, nearest: Sentence | None, offered: Sequence[tuple[Field, Indicator]]
) -> Indicator | None:
    """Return a number of the nearest sentence that meets what is asked under another name."""
    for field, one in offered:
        inside = (
            nearest is not None and field is nearest.field and nearest.start <= one.start and one.end <= nearest.end
        )
        if inside and may_be_one(asked.quantity, one.quantity) and compare_values(asked, one) is DemandVerdict.MET:
            return one
    return None


def _deciding(numbers: Sequence[ComparedIndicator]) -> ComparedIndicator | None:
    """Return the number that decides a clause: one that is not met, or the first where all are met."""
    failing = next((each for each in numbers if each.verdict is DemandVerdict.NOT_MET), None)
    if failing is None and all(each.verdict is DemandVerdict.MET for each in numbers):
        return numbers[0]
    return failing


@lru_cache(DOCUMENTS_KEPT)
def _offer(title: str, body: str, indicators: str, keywords: str) -> _Offer:
    texts = ((Field.TITLE, title), (Field.BODY, body), (Field.INDICATORS, indicators))
    numbers = tuple((field, one) for field, text in texts for one in read_indicators(text))
    return _Offer(document_sentences(title, body, indicators, keywords), numbers)


@lru_cache(DOCUMENTS_KEPT)
def _read(text: str) -> tuple[Indicator, ...]:
    return read_indicators(text)
