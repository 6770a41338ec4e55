"""Ranked, explained matches of stored records and of free texts."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from app.core.database import Database
from app.core.identifiers import new_id
from app.core.security import Caller
from app.matches.gateway import Found, Gateway
from app.matches.schemas import EvidenceOut, ExplanationOut, MatchesOut, ResultOut, TermOut
from app.models import RecordKind
from app.records.kinds import KINDS, Kind, Record, kind_of, to_document
from app.records.repository import RecordRepository
from app.records.visibility import RecordFilter, narrowed_filter
from matching.text.sentences import split_sentences
from matching.types import Explanation, Match, Query

# A free text of one short sentence is a title; of a longer one the first sentence stands for it.
TITLE_CHARACTERS = 80

View = Callable[[Record, Caller], dict[str, Any]]


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
        """Return the matches of a stored record among those of the other kind."""
        kind = kind_of(record)
        query = self._gateway.stored_query(kind.name, to_document(record))
        return self._answer(query, KINDS[kind.target], caller, top_k, wanted)

    def for_text(self, text: str, target: RecordKind, caller: Caller, top_k: int, wanted: RecordFilter) -> MatchesOut:
        """Return the records that a free text finds."""
        title = next(iter(split_sentences(text)), text)[:TITLE_CHARACTERS]
        body = text if len(text) > len(title) else ""
        query = self._gateway.text_query(title, body)
        return self._answer(query, KINDS[target], caller, top_k, wanted)

    def _answer(self, query: Query, kind: Kind, caller: Caller, top_k: int, wanted: RecordFilter) -> MatchesOut:
        found = self._gateway.match(query, kind.name, top_k, narrowed_filter(kind, caller, wanted))
        with self._database.read() as session:
            ids = [match.id for match in found.result.matches]
            records = RecordRepository(session, kind).by_ids(ids, caller)
        # A record withdrawn between search and reading is left out.
        matches = [match for match in found.result.matches if match.id in records]
        documents = [to_document(records[match.id]) for match in matches]
        explanations = self._gateway.explain(query, kind.name, documents)
        results = [
            self._result(rank, match, records[match.id], explanation, caller)
            for rank, (match, explanation) in enumerate(zip(matches, explanations, strict=True), start=1)
        ]
        return _matches_out(found, results)

    def _result(self, rank: int, match: Match, record: Record, explanation: Explanation, caller: Caller) -> ResultOut:
        evidence = explanation.evidence
        return ResultOut(
            rank=rank,
            score=match.score,
            grade=match.grade,
            grade_probabilities=[round(each, 4) for each in match.grade_probabilities],
            record=self._views[kind_of(record).name](record, caller),
            explanation=ExplanationOut(
                terms=[TermOut(**asdict(term)) for term in explanation.terms],
                evidence=EvidenceOut(**asdict(evidence)) if evidence is not None else None,
                contributions=dict(match.contributions),
            ),
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
