"""Ranked, explained matches of stored records and of free texts."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from app.core.database import Database
from app.core.identifiers import new_id
from app.core.security import Caller
from app.matches.gateway import Found, Gateway
from app.matches.hard_conditions import without_hard_conflicts
from app.matches.pieces import clauses_of
from app.matches.schemas import (
    CaptureTaskOut,
    ClauseOut,
    CombinationOut,
    ComparedOut,
    EvidenceOut,
    ExplanationOut,
    IndicatorOut,
    MatchesOut,
    PartOut,
    ResultOut,
    StructuredOut,
    TermOut,
)
from app.matches.structured import structured_fit
from app.models import RecordKind
from app.records.kinds import KINDS, Kind, Record, kind_of, to_document
from app.records.repository import RecordRepository
from app.records.visibility import RecordFilter, narrowed_filter, today
from matching.combination import Coverage, combine
from matching.index.filters import And, Filter
from matching.indicators.types import DemandVerdict, Indicator
from matching.judging import JudgedClause
from matching.text.sentences import split_sentences
from matching.types import Document, Explanation, Match, Query, Verdict

# A free text of one short sentence is a title; of a longer one the first sentence stands for it.
TITLE_CHARACTERS = 80

# Search words that a capture task proposes.
CAPTURE_TERMS = 8

# What a clause counts that describes without demanding.
UNDEMANDED = 0.5

View = Callable[[Record, Caller], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is searched with: a stored record, or a free text as a document without a record."""

    document: Document
    query: Query
    record: Record | None = None

    @property
    def kind(self) -> RecordKind | None:
        return None if self.record is None else kind_of(self.record).name


class MatchService:
    """Ranks and explains.

    Args:
        views: how a record of each kind is shown to a caller, as plain JSON.
    """

    def __init__(self, database: Database, gateway: Gateway, views: dict[RecordKind, View]) -> None:
        self._database = database
        self._gateway = gateway
        self._views = views

    def for_record(self, record: Record, caller: Caller, top_k: int, wanted: RecordFilter) -> MatchesOut:
        """Return the matches of a stored record among those of the other kind, without hard conflicts."""
        kind = kind_of(record)
        document = to_document(record)
        subject = _Subject(document, self._gateway.stored_query(kind.name, document), record)
        target = KINDS[kind.target]
        filter = And((narrowed_filter(target, caller, wanted), without_hard_conflicts(record, caller)))
        return self._answer(subject, target, caller, top_k, filter)

    def for_text(self, text: str, target: RecordKind, caller: Caller, top_k: int, wanted: RecordFilter) -> MatchesOut:
        """Return the records that a free text finds."""
        title = next(iter(split_sentences(text)), text.strip())[:TITLE_CHARACTERS]
        body = text.strip()[len(title) :].strip()
        subject = _Subject(Document("", title, body), self._gateway.text_query(title, body))
        return self._answer(subject, KINDS[target], caller, top_k, narrowed_filter(KINDS[target], caller, wanted))

    def _answer(self, subject: _Subject, kind: Kind, caller: Caller, top_k: int, filter: Filter) -> MatchesOut:
        depth = max(top_k, self._gateway.reranking_depth)
        found = self._gateway.match(subject.query, kind.name, depth, filter)
        with self._database.read() as session:
            ids = [match.id for match in found.result.matches]
            records = RecordRepository(session, kind).by_ids(ids, caller)
        # A record withdrawn between search and reading is left out.
        matches = [match for match in found.result.matches if match.id in records]
        documents = {match.id: to_document(records[match.id]) for match in matches}
        matches = self._gateway.rerank(subject.query, matches, list(documents.values()))[:top_k]
        best = [documents[match.id] for match in matches]
        explanations = self._gateway.explain(subject.query, kind.name, best)
        clauses = self._gateway.judge(
            subject.document, subject.kind, kind.name, best, [match.score for match in matches]
        )
        shown = None if subject.record is None else self._view(subject.record, caller)
        results = []
        for rank, (match, explanation, judged) in enumerate(zip(matches, explanations, clauses, strict=True), start=1):
            view = self._view(records[match.id], caller)
            structured = [] if shown is None else _structured(shown, view, asks=kind.asks)
            results.append(_result(rank, match, view, _explanation(match, explanation, judged, structured)))
        answer = _matches_out(found, results)
        if not kind.asks:
            answer.combinations = _combinations(matches, clauses)
        if found.result.verdict is Verdict.NONE_SUITABLE and not kind.asks:
            answer.capture_task = self._capture_task(subject, kind)
        return answer

    def _capture_task(self, subject: _Subject, kind: Kind) -> CaptureTaskOut:
        """Propose to look outside for what the store lacks, in the words of whoever asks."""
        clauses = clauses_of(subject.document)
        weights = self._gateway.term_weights(subject.query, kind.name)
        return CaptureTaskOut(
            title=f"寻找成果：{subject.document.title}",
            wanted=[clause.text for clause in clauses if clause.demanded],
            terms=sorted(weights, key=lambda term: (-weights[term], term))[:CAPTURE_TERMS],
        )

    def _view(self, record: Record, caller: Caller) -> dict[str, Any]:
        return self._views[kind_of(record).name](record, caller)


def _structured(subject: dict[str, Any], hit: dict[str, Any], *, asks: bool) -> list[StructuredOut]:
    need, achievement = (hit, subject) if asks else (subject, hit)
    return [StructuredOut.model_validate(fit) for fit in structured_fit(need, achievement, today())]


def _explanation(
    match: Match, explanation: Explanation, clauses: Sequence[JudgedClause], structured: list[StructuredOut]
) -> ExplanationOut:
    evidence = explanation.evidence
    return ExplanationOut(
        terms=[TermOut(**asdict(term)) for term in explanation.terms],
        evidence=EvidenceOut(**asdict(evidence)) if evidence is not None else None,
        clauses=[_clause(each) for each in clauses],
        structured=structured,
        contributions=dict(match.contributions),
    )


def _combinations(matches: Sequence[Match], clauses: Sequence[Sequence[JudgedClause]]) -> list[CombinationOut]:
    """Propose achievements that complete one another, by the clauses that each meets."""
    judged = [(match, each) for match, each in zip(matches, clauses, strict=True) if each]
    if not judged:
        return []
    asked = [each.clause for each in judged[0][1]]
    coverage = Coverage(
        ids=[match.id for match, _ in judged],
        scores=np.asarray([match.score for match, _ in judged], np.float32),
        similarities=np.asarray([[one.similarity for one in each] for _, each in judged], np.float32),
        met=np.asarray([[one.verdict is DemandVerdict.MET for one in each] for _, each in judged]),
        weights=np.asarray([1.0 if clause.demanded else UNDEMANDED for clause in asked], np.float32),
    )
    return [
        CombinationOut(
            parts=[PartOut(id=part.id, clauses=[asked[at].text for at in part.clauses]) for part in found.parts],
            uncovered=[asked[at].text for at in found.uncovered],
            coverage=round(found.coverage, 4),
            gained=found.gained,
        )
        for found in combine(coverage)
    ]


def _clause(judged: JudgedClause) -> ClauseOut:
    return ClauseOut(
        text=judged.clause.text,
        kind=judged.clause.kind.value,
        verdict=judged.verdict.value,
        evidence=judged.evidence,
        nearest=judged.nearest,
        similarity=judged.similarity,
        indicators=[
            ComparedOut(
                verdict=each.verdict.value,
                asked=_indicator(each.asked),
                offered=None if each.offered is None else _indicator(each.offered),
            )
            for each in judged.indicators
        ],
    )


def _indicator(one: Indicator) -> IndicatorOut:
    return IndicatorOut(
        quantity=one.quantity,
        direction=one.direction.value,
        low=one.low,
        high=one.high,
        unit=one.unit,
        relative=one.relative,
        sentence=one.sentence,
    )


def _result(rank: int, match: Match, view: dict[str, Any], explanation: ExplanationOut) -> ResultOut:
    return ResultOut(
        rank=rank,
        score=match.score,
        grade=match.grade,
        grade_probabilities=[round(each, 4) for each in match.grade_probabilities],
        record=view,
        explanation=explanation,
    )


def _matches_out(found: Found, results: list[ResultOut]) -> MatchesOut:
    return MatchesOut(
        query_id=new_id(),
        index_sequence=found.sequence,
        model_id=found.model_id,
        degraded=found.result.degraded,
        verdict=found.result.verdict.value,
        results=results,
    )
