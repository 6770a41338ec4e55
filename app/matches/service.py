"""Ranked, explained matches of stored records and of free texts."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.city_time import today
from app.core.errors import NotFound
from app.core.identifiers import new_id
from app.kinds.conditions import stated
from app.kinds.parameters import TOP_K_LIMIT
from app.kinds.table import KINDS, Kind, Record, hard_conditions, kind_of, to_document
from app.kinds.visibility import RecordFilter, narrowed_filter, visible_filter
from app.matches.hard_conditions import without_hard_conflicts
from app.matches.schemas import (
    CaptureTaskOut,
    ClauseOut,
    CombinationOut,
    ComparedOut,
    EvidenceOut,
    ExplanationOut,
    IndicatorOut,
    MatchesOut,
    PairOut,
    PartOut,
    ResultOut,
    Shown,
    StructuredOut,
    TermOut,
)
from app.matches.structured import Agreement, structured_fit
from app.matches.telling_clauses import reason_of
from app.models import RecordKind
from app.records.repository import RecordRepository
from app.records.schemas import RecordOut
from app.search.gateway import Gateway
from app.search.pieces import clauses_of
from app.search.search_session import Found, SearchSession
from matching.combination import Coverage, combine
from matching.index.filters import ID_FACET, And, Filter, In
from matching.indicators.types import DemandVerdict, Indicator
from matching.text.sentences import split_sentences
from matching.types import Document, DocumentVectors, Explanation, Match, Query, Verdict
from matching.verdicts import ClauseVerdict

# A free text of one short sentence is a title; of a longer one the first sentence stands for it.
TITLE_CHARACTERS = 80

# Search words that a capture task proposes.
CAPTURE_TERMS = 8

# What a clause counts that describes without demanding.
UNDEMANDED = 0.5

View = Callable[[Record, Caller], RecordOut]


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is searched with: a stored record, or a free text as a document without a record."""

    document: Document
    query: Query
    record: Record | None = None

    @property
    def kind(self) -> RecordKind | None:
        return None if self.record is None else kind_of(self.record).name


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was found for a subject, best first, and the records as they are stored: for the service alone.

    Attributes:
        records: by id; what a caller may see of one is said by `MatchService.shown`.
    """

    subject: _Subject
    kind: Kind
    found: Found
    matches: Sequence[Match]
    records: dict[str, Record]


class MatchService:
    """Ranks and explains; every method may raise Busy.

    Args:
        views: how a record of each kind is shown to a caller.
    """

    def __init__(self, gateway: Gateway, views: Mapping[RecordKind, View]) -> None:
        self._gateway = gateway
        self._views = views

    def for_record(
        self,
        session: Session,
        record: Record,
        caller: Caller,
        top_k: int,
        wanted: RecordFilter,
        target: RecordKind | None = None,
    ) -> MatchesOut:
        """Return the matches of a stored record among those of the other side, without hard conflicts.

        Args:
            target: a kind that offers, for a demand, and the other way round; None for the one its table names.
        """
        with self._gateway.answering(session) as search:
            subject, kind, filter = _search_of(search, record, caller, wanted, target)
            return self._answer(search, subject, kind, caller, top_k, filter)

    def rank_record(self, session: Session, record: Record, caller: Caller, top_k: int) -> Ranking:
        """Return the matches of a stored record as `for_record` lists them, without their reasons."""
        with self._gateway.answering(session) as search:
            subject, target, filter = _search_of(search, record, caller, RecordFilter())
            return _ranking(search, subject, target, caller, top_k, filter)

    def for_text(
        self, session: Session, text: str, target: RecordKind, caller: Caller, top_k: int, wanted: RecordFilter
    ) -> MatchesOut:
        """Return the records that a free text finds."""
        with self._gateway.answering(session) as search:
            kind = KINDS[target]
            filter = narrowed_filter(kind, caller, wanted)
            return self._answer(search, _text_subject(search, text), kind, caller, top_k, filter)

    def for_pairs(self, session: Session, need: Record, offers: Sequence[Record], caller: Caller) -> list[PairOut]:
        """Explain given offers of one kind against a need, in their order, wherever they would rank.

        Neither filters nor hard conditions leave one out; `excluded_by` says which of them would.

        Raises:
            NotFound: one is withdrawn, and so is matched no more.
        """
        if not offers:
            return []
        kind, document = kind_of(offers[0]), to_document(need)
        records = {each.id: each for each in offers}
        with self._gateway.answering(session) as search:
            subject = _Subject(document, search.stored_query(kind_of(need).name, document), need)
            found = search.score(subject.query, kind.name, list(records))
            scored = {match.id: match for match in found.result.matches}
            if len(scored) < len(records):
                raise NotFound(f"这项{kind.noun}已撤回，不再参与匹配。请返回匹配列表。")
            texts = [to_document(records[id]) for id in scored]
            scored = {match.id: match for match in search.rerank(subject.query, found.result.matches, texts)}
            matches = [scored[id] for id in records]
            results, _ = self._results(search, Ranking(subject, kind, found, matches, records), matches, caller)
        return [_pair(result, found) for result in results]

    def similar_needs(self, session: Session, need: Record, caller: Caller, count: int) -> list[Record]:
        """Return the open needs that read most like one, the most alike first."""
        kind = kind_of(need)
        with self._gateway.answering(session) as search:
            query = search.stored_query(kind.name, to_document(need))
            found = search.match(query, kind.name, count + 1, visible_filter(kind, caller))
        ids = [match.id for match in found.result.matches if match.id != need.id][:count]
        records = RecordRepository(session, kind).by_ids(ids, caller)
        return [records[id] for id in ids if id in records]

    def rank(
        self,
        session: Session,
        text: str,
        target: RecordKind,
        caller: Caller,
        wanted: RecordFilter,
        vectors: DocumentVectors | None = None,
        among: Collection[str] | None = None,
    ) -> Ranking:
        """Return the best records that a free text finds, without reasons, which cost most of the time.

        Args:
            vectors: of the text under the model of the index, where they are known; encoded otherwise.
            among: ids of the only records that count; None for all.
        """
        filter = narrowed_filter(KINDS[target], caller, wanted)
        if among is not None:
            filter = And((filter, In(ID_FACET, frozenset(among))))
        with self._gateway.answering(session) as search:
            return _ranking(search, _text_subject(search, text, vectors), KINDS[target], caller, TOP_K_LIMIT, filter)

    def explained(self, session: Session, ranking: Ranking, chosen: Sequence[Match], caller: Caller) -> list[ResultOut]:
        """Return some matches of a ranking as they are shown, with reasons."""
        with self._gateway.answering(session) as search:
            return self._results(search, ranking, chosen, caller)[0]

    def shown(self, ranking: Ranking, match: Match, caller: Caller) -> Shown:
        """Return the record of a match as the caller may see it."""
        return self.view(ranking.records[match.id], caller)

    def capture_task(self, session: Session, ranking: Ranking) -> CaptureTaskOut | None:
        """Return what to look for outside, where a ranking of offers holds nothing suitable."""
        with self._gateway.answering(session) as search:
            return _capture_task(search, ranking)

    def _results(
        self, search: SearchSession, ranking: Ranking, chosen: Sequence[Match], caller: Caller
    ) -> tuple[list[ResultOut], list[tuple[ClauseVerdict, ...]]]:
        """Return matches as they are shown, and the verdicts on their clauses."""
        subject, kind, records = ranking.subject, ranking.kind, ranking.records
        best = [to_document(records[match.id]) for match in chosen]
        explanations = search.explain(subject.query, kind.name, best)
        scores = [match.score for match in chosen]
        clauses = search.clause_verdicts(subject.document, subject.kind, kind.name, best, scores)
        ranks = {match.id: rank for rank, match in enumerate(ranking.matches, start=1)}
        structured = _structured(subject.record, [records[match.id] for match in chosen], caller)
        results = []
        for match, explanation, verdicts, fits in zip(chosen, explanations, clauses, structured, strict=True):
            explained = _explanation(match, explanation, verdicts, fits)
            results.append(_result(ranks[match.id], match, self.view(records[match.id], caller), explained))
        return results, clauses

    def _answer(
        self, search: SearchSession, subject: _Subject, kind: Kind, caller: Caller, top_k: int, filter: Filter
    ) -> MatchesOut:
        ranking = _ranking(search, subject, kind, caller, top_k, filter)
        found, matches = ranking.found, ranking.matches
        results, clauses = self._results(search, ranking, matches, caller)
        answer = _matches_out(found, results, found.sequence if caller.sees_all else found.public_sequence)
        if not kind.is_demand:
            answer.combinations = _combinations(matches, clauses)
        answer.capture_task = _capture_task(search, ranking)
        return answer

    def view(self, record: Record, caller: Caller) -> Shown:
        """Return a record as the caller may see it."""
        return Shown(self._views[kind_of(record).name](record, caller))


def _search_of(
    search: SearchSession, record: Record, caller: Caller, wanted: RecordFilter, target: RecordKind | None = None
) -> tuple[_Subject, Kind, Filter]:
    """Return what a stored record searches with, for what kind, and which of it may be found."""
    kind = kind_of(record)
    document = to_document(record)
    subject = _Subject(document, search.stored_query(kind.name, document), record)
    other = KINDS[target or kind.target]
    return subject, other, And((narrowed_filter(other, caller, wanted), without_hard_conflicts(record, caller)))


def _text_subject(search: SearchSession, text: str, vectors: DocumentVectors | None = None) -> _Subject:
    title = next(iter(split_sentences(text)), text.strip())[:TITLE_CHARACTERS]
    body = text.strip()[len(title) :].strip()
    query = search.text_query(title, body) if vectors is None else Query(title, body, vectors)
    return _Subject(Document("", title, body), query)


def _ranking(
    search: SearchSession, subject: _Subject, kind: Kind, caller: Caller, top_k: int, filter: Filter
) -> Ranking:
    depth = max(top_k, search.reranking_depth)
    found = search.match(subject.query, kind.name, depth, filter)
    records = RecordRepository(search.session, kind).by_ids([match.id for match in found.result.matches], caller)
    # A record withdrawn between search and reading is left out.
    matches = [match for match in found.result.matches if match.id in records]
    if search.reranking_depth:
        texts = [to_document(records[match.id]) for match in matches]
        matches = search.rerank(subject.query, matches, texts)
    return Ranking(subject, kind, found, matches[:top_k], records)


def _capture_task(search: SearchSession, ranking: Ranking) -> CaptureTaskOut | None:
    """Propose to look outside for what the store lacks, in the words of whoever asks."""
    if ranking.found.result.verdict is not Verdict.NONE_SUITABLE or ranking.kind.is_demand:
        return None
    document = ranking.subject.document
    weights = search.term_weights(ranking.subject.query, ranking.kind.name)
    return CaptureTaskOut(
        title=f"寻找{ranking.kind.noun}：{document.title}",
        wanted=[clause.text for clause in clauses_of(document) if clause.demanded],
        terms=sorted(weights, key=lambda term: (-weights[term], term))[:CAPTURE_TERMS],
    )


def _structured(subject: Record | None, hits: Sequence[Record], caller: Caller) -> Iterator[list[StructuredOut]]:
    """Yield of each hit how its conditions agree with those of the subject; a free text states none."""
    if subject is None:
        yield from ([] for _ in hits)
        return
    mine, hard, day = stated(subject, caller), hard_conditions(subject), today()
    for hit in hits:
        theirs = stated(hit, caller)
        asks = kind_of(hit).is_demand
        fits = (
            structured_fit(theirs, hard_conditions(hit), mine, day) if asks else structured_fit(mine, hard, theirs, day)
        )
        yield [StructuredOut.model_validate(fit) for fit in fits]


def _explanation(
    match: Match, explanation: Explanation, clauses: Sequence[ClauseVerdict], structured: list[StructuredOut]
) -> ExplanationOut:
    evidence = explanation.evidence
    return ExplanationOut(
        terms=[TermOut(term=each.term, weight=each.weight) for each in explanation.terms],
        evidence=None if evidence is None else EvidenceOut.model_validate(evidence),
        clauses=[_clause(each) for each in clauses],
        structured=structured,
        contributions=dict(match.contributions),
    )


def _combinations(matches: Sequence[Match], clauses: Sequence[Sequence[ClauseVerdict]]) -> list[CombinationOut]:
    """Propose offers that complete one another, by the clauses that each meets."""
    answered = [(match, each) for match, each in zip(matches, clauses, strict=True) if each]
    if not answered:
        return []
    asked = [each.clause for each in answered[0][1]]
    coverage = Coverage(
        ids=[match.id for match, _ in answered],
        scores=np.asarray([match.score for match, _ in answered], np.float32),
        similarities=np.asarray([[one.similarity for one in each] for _, each in answered], np.float32),
        met=np.asarray([[one.verdict is DemandVerdict.MET for one in each] for _, each in answered]),
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


def _clause(one: ClauseVerdict) -> ClauseOut:
    return ClauseOut(
        text=one.clause.text,
        kind=one.clause.kind.value,
        verdict=one.verdict.value,
        evidence=one.evidence,
        nearest=one.nearest,
        similarity=one.similarity,
        indicators=[
            ComparedOut(
                verdict=each.verdict.value,
                asked=_indicator(each.asked),
                offered=None if each.offered is None else _indicator(each.offered),
            )
            for each in one.indicators
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


def _result(rank: int, match: Match, view: Shown, explanation: ExplanationOut) -> ResultOut:
    return ResultOut(
        rank=rank,
        score=match.score,
        grade=match.grade,
        grade_probabilities=[round(each, 4) for each in match.grade_probabilities],
        related=match.related,
        record=view,
        reason=reason_of(explanation),
        explanation=explanation,
    )


def _pair(result: ResultOut, found: Found) -> PairOut:
    return PairOut(
        model_id=found.model_id,
        degraded=found.result.degraded,
        score=result.score,
        grade=result.grade,
        grade_probabilities=result.grade_probabilities,
        record=result.record,
        explanation=result.explanation,
        excluded_by=[
            fit.field for fit in result.explanation.structured if fit.hard and fit.agreement is Agreement.CONFLICT
        ],
    )


def _matches_out(found: Found, results: list[ResultOut], sequence: int) -> MatchesOut:
    return MatchesOut(
        query_id=new_id(),
        index_sequence=sequence,
        model_id=found.model_id,
        degraded=found.result.degraded,
        verdict=found.result.verdict.value,
        results=results,
    )
