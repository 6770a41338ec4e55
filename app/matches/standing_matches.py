"""Standing matches, 持续匹配: what records that changed have to do with those of the other kind.

A pair is graded as its page grades it, with the need as the query; nothing is encoded. For an
achievement that would take a search for every open need. Instead its vectors, with those of all that
changed beside it, are multiplied with those of all needs at once; the nearest are weighed with the
achievement as the query, which costs one look at the words; and the few that this finds related are
graded. Of the 43 pairs of the seed data that are worth telling the least likely was related by 0.30 the
other way round.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.core.caller import Caller
from app.core.city_time import today
from app.core.database import Database
from app.kinds.table import KINDS, Record, to_document
from app.kinds.visibility import visible_filter
from app.models import RecordKind, Status
from app.models.base import now
from app.records.repository import RecordRepository
from app.search.gateway import Gateway
from app.search.search_session import SearchSession
from matching.types import Match

# Of an achievement, the nearest needs that are weighed, and the least probability of being related at
# all, with the achievement as the query, with which one of them is graded.
NEAREST = 100
RELATED = 0.2
# Of a need, the best achievements that are looked at.
DEPTH = 50
# The grade from which on a pair is worth telling, and how sure that must be.
LEAST_GRADE = 3
SURE = 0.5
# Changes of records that nobody touched for so long are new vectors, not news.
NEWS = timedelta(days=14)

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StandingPair:
    """A need and an achievement that have to do with each other."""

    need: Record
    achievement: Record
    match: Match


class StandingMatcher:
    """Finds what records that changed match."""

    def __init__(self, database: Database, gateway: Gateway) -> None:
        self._database = database
        self._gateway = gateway

    def pairs(self, changed: Mapping[RecordKind, Sequence[str]], caller: Caller) -> list[StandingPair]:
        """Return the pairs of changed records that anybody should be told of, of those that the caller sees.

        Records that have no vectors yet are left out: they change again when they get them.

        Args:
            changed: ids by kind.
            caller: one who sees all; who may be told of a pair is asked for each account afterwards.
        """
        self._gateway.use_active_weights()
        self._gateway.leave_out_expired()
        with self._database.read() as session:
            search = self._gateway.searching(session)
            found = _of_achievements(search, changed.get(RecordKind.ACHIEVEMENTS, ()), caller)
            found |= _of_needs(search, changed.get(RecordKind.NEEDS, ()), caller)
            needs = _read(search, RecordKind.NEEDS, {need for need, _ in found}, caller)
            offered = {achievement for _, achievement in found}
            achievements = _read(search, RecordKind.ACHIEVEMENTS, offered, caller)
        return [
            StandingPair(needs[need], achievements[achievement], match)
            for (need, achievement), match in found.items()
            if need in needs and achievement in achievements
        ]


def _of_needs(search: SearchSession, ids: Sequence[str], caller: Caller) -> dict[Pair, Match]:
    target = KINDS[RecordKind.ACHIEVEMENTS]
    found: dict[Pair, Match] = {}
    for need in _news(search, RecordKind.NEEDS, ids, caller).values():
        query = search.stored_query(RecordKind.NEEDS, to_document(need))
        ranked = search.match(query, target.name, DEPTH, visible_filter(target, caller))
        found.update(((need.id, match.id), match) for match in ranked.result.matches if is_told(match))
    return found


def _of_achievements(search: SearchSession, ids: Sequence[str], caller: Caller) -> dict[Pair, Match]:
    achievements = _news(search, RecordKind.ACHIEVEMENTS, ids, caller)
    near: dict[str, list[str]] = defaultdict(list)
    for id, needs in _related(search, achievements, caller).items():
        for need_id in needs:
            near[need_id].append(id)
    found: dict[Pair, Match] = {}
    for need in _read(search, RecordKind.NEEDS, set(near), caller).values():
        query = search.stored_query(RecordKind.NEEDS, to_document(need))
        scored = search.score(query, RecordKind.ACHIEVEMENTS, near[need.id])
        found.update(((need.id, match.id), match) for match in scored.result.matches if is_told(match))
    return found


def _related(search: SearchSession, achievements: Mapping[str, Record], caller: Caller) -> dict[str, list[str]]:
    """Return the needs that each achievement may have to do with."""
    kind = KINDS[RecordKind.NEEDS]
    vectors = search.stored_vectors(RecordKind.ACHIEVEMENTS, list(achievements))
    nearest = search.nearest(kind.name, list(vectors.values()), NEAREST, visible_filter(kind, caller))
    related = {}
    for id, needs in zip(vectors, nearest, strict=True):
        query = search.stored_query(RecordKind.ACHIEVEMENTS, to_document(achievements[id]))
        scored = search.score(query, kind.name, needs).result.matches
        related[id] = [match.id for match in scored if 1 - match.grade_probabilities[0] >= RELATED]
    return related


def _news(search: SearchSession, kind: RecordKind, ids: Sequence[str], caller: Caller) -> dict[str, Record]:
    """Return the changed records that are open, have vectors and are news."""
    read = _read(search, kind, set(ids), caller)
    fresh = {id: each for id, each in read.items() if each.public_updated_at >= now() - NEWS}
    encoded = search.stored_vectors(kind, list(fresh))
    return {id: each for id, each in fresh.items() if id in encoded}


def _read(search: SearchSession, kind: RecordKind, ids: set[str], caller: Caller) -> dict[str, Record]:
    """Return those of the records that are open, with their organisations."""
    found = RecordRepository(search.session, KINDS[kind]).by_ids(sorted(ids), caller)
    return {id: each for id, each in found.items() if is_open(each)}


def is_open(record: Record) -> bool:
    """Say whether a record is published and has not expired."""
    return record.status == Status.PUBLISHED and (record.valid_until is None or record.valid_until >= today())


def is_told(match: Match) -> bool:
    """Say whether a match is good enough to be told: it is shown as one, and more likely so than not."""
    return match.grade >= LEAST_GRADE and sum(match.grade_probabilities[LEAST_GRADE - 1 :]) >= SURE
