"""Which pairs of those invited are worth a meeting: the same ranking and grades as everywhere else."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.kinds.table import KINDS, Record, to_document
from app.kinds.visibility import visible_filter
from app.matches.hard_conditions import without_hard_conflicts
from app.models import RecordKind
from app.records.repository import RecordRepository
from app.roadshows.repository import RoadshowRepository
from app.search.gateway import Gateway
from matching.index.filters import And, In
from matching.types import Match

# Least probability of 较强相关 or better at which an hour of two organisations is asked for.
LEAST = 0.2
# Needs that are looked at, the newest first: each costs a search, 20–40 ms at 10,000 achievements.
MOST_NEEDS = 300
_BEST_OF_A_NEED = 20
# 较强相关; who judged a pair lower does not want to see it at a table.
RELATED = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that might meet; `probability` is of at least 较强相关."""

    need: Record
    achievement: Record
    grade: int
    probability: float

    @property
    def key(self) -> tuple[str, str]:
        """What tells the pair apart."""
        return self.need.id, self.achievement.id


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair that somebody wants to seat; `worth` is its grade and probability, None where it is not indexed."""

    need: Record
    achievement: Record
    worth: tuple[int, float] | None


class PairFinder:
    """Ranks the published achievements of some organisations for the open needs of others."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def find(
        self, session: Session, enterprises: Collection[str], universities: Collection[str], caller: Caller
    ) -> list[Candidate]:
        """Return the pairs that are worth a meeting, the best first; searches, so outside any writing.

        Records for liaisons alone are left out: the other side could not be told whom it meets, or why.
        Hard conditions rule out what they rule out in every list; so does a person's grade below 较强相关.
        """
        if not enterprises or not universities:
            return []
        needs_kind, kind = KINDS[RecordKind.NEEDS], KINDS[RecordKind.ACHIEVEMENTS]
        repository = RoadshowRepository(session)
        needs = repository.open_records(needs_kind, enterprises, caller, MOST_NEEDS)
        judged = repository.judged([each.id for each in needs])
        offered = And((
            visible_filter(kind, caller),
            In("any_organisation", frozenset(universities)),
            In("visibility", kind.public_visibilities | kind.registered_visibilities),
        ))  # fmt: skip
        found: list[tuple[Record, Match]] = []
        with self._gateway.answering(session) as search:
            for need in needs:
                query = search.stored_query(needs_kind.name, to_document(need))
                allowed = And((offered, without_hard_conflicts(need, caller)))
                result = search.match(query, kind.name, _BEST_OF_A_NEED, allowed).result
                found += [(need, match) for match in result.matches if _worth_it(need, match, judged)]
            records = RecordRepository(session, kind).by_ids(list({match.id for _, match in found}), caller)
        candidates = [
            Candidate(need, records[match.id], match.grade, probability(match))
            for need, match in found
            if match.id in records
        ]
        return sorted(candidates, key=lambda each: (-each.probability, each.key))

    def worth(self, session: Session, need: Record, achievement: Record) -> tuple[int, float] | None:
        """Return grade and probability of a pair that somebody chose; None where it is not indexed."""
        with self._gateway.answering(session) as search:
            query = search.stored_query(RecordKind.NEEDS, to_document(need))
            matches = search.score(query, RecordKind.ACHIEVEMENTS, [achievement.id]).result.matches
        return (matches[0].grade, probability(matches[0])) if matches else None


def probability(match: Match) -> float:
    """Return the calibrated probability of at least 较强相关."""
    return float(sum(match.grade_probabilities[RELATED - 1 :]))


def _worth_it(need: Record, match: Match, judged: dict[tuple[str, str], int]) -> bool:
    grade = judged.get((need.id, match.id))
    return probability(match) >= LEAST if grade is None else grade >= RELATED
