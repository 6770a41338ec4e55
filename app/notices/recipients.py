"""Who is told of a standing match: each only of what they may see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from app.accounts.identification import caller_of
from app.core.caller import Caller
from app.core.city_time import today
from app.kinds.conditions import stated
from app.kinds.table import KINDS, hard_conditions
from app.matches.service import View
from app.matches.standing_matches import StandingPair
from app.matches.structured import Agreement, structured_fit
from app.models import Account, NoticeTopic, RecordKind
from app.notices.preferences import wishes_of
from app.notices.repository import NoticeRepository
from app.notices.telling import Told
from app.records.repository import RecordRepository

Views = Mapping[RecordKind, View]
# Kept in place of a title, which is made of the records' own whenever it is read.
UNTITLED = "新的匹配"


def told_of(session: Session, pairs: Sequence[StandingPair]) -> list[Told]:
    """Return what is told of pairs, and to whom.

    Owners are told of either side, and the liaisons who look after them. Nobody is told of a record that
    they may not see, of a pair within one organisation, of one that a hard condition rules out as they
    see it, or of one that a person judged to be unrelated.
    """
    repository = NoticeRepository(session)
    judged = repository.judged_unrelated({pair.need.id for pair in pairs})
    pairs = [
        pair
        for pair in pairs
        if pair.need.organisation_id != pair.achievement.organisation_id
        and (pair.need.id, pair.achievement.id) not in judged
    ]
    organisations = {id for pair in pairs for id in (pair.need.organisation_id, pair.achievement.organisation_id)}
    people = _People(session, organisations)
    wishes = repository.preferences(people.ids())
    visible = _Visible(session, pairs)
    told = []
    for pair in pairs:
        for account in people.of(pair):
            caller = caller_of(account, "")
            wanted = pair.match.grade >= wishes_of(wishes.get(account.id)).least_grade
            if wanted and visible.both(pair, caller) and not _ruled_out(pair, caller):
                told.append(_told(account, pair))
    return told


def _told(account: Account, pair: StandingPair) -> Told:
    return Told(
        account_id=account.id,
        topic=NoticeTopic.MATCH,
        title=UNTITLED,
        path=f"/needs/{pair.need.id}/matches/{pair.achievement.id}",
        key=f"match:{pair.need.id}:{pair.achievement.id}",
        need_id=pair.need.id,
        achievement_id=pair.achievement.id,
        grade=pair.match.grade,
    )


def _ruled_out(pair: StandingPair, caller: Caller) -> bool:
    """Say whether a hard condition rules the pair out, of what the caller sees of both."""
    need, achievement = stated(pair.need, caller), stated(pair.achievement, caller)
    fits = structured_fit(need, hard_conditions(pair.need), achievement, today())
    return any(fit.hard and fit.agreement is Agreement.CONFLICT for fit in fits)


class _People:
    """The accounts of organisations, and the liaisons who look after them."""

    def __init__(self, session: Session, organisation_ids: set[str]) -> None:
        repository = NoticeRepository(session)
        self._members = repository.members(organisation_ids)
        self._liaisons = repository.liaisons(organisation_ids)

    def ids(self) -> set[str]:
        return {each.id for found in (self._members, self._liaisons) for group in found.values() for each in group}

    def of(self, pair: StandingPair) -> Iterable[Account]:
        """Return whom a pair concerns, each once."""
        return {
            each.id: each
            for id in (pair.need.organisation_id, pair.achievement.organisation_id)
            for each in (*self._members.get(id, ()), *self._liaisons.get(id, ()))
        }.values()


class _Visible:
    """Which records of some pairs a caller may see; asked once for all of an organisation."""

    def __init__(self, session: Session, pairs: Sequence[StandingPair]) -> None:
        self._session = session
        self._ids = {
            RecordKind.NEEDS: sorted({pair.need.id for pair in pairs}),
            RecordKind.ACHIEVEMENTS: sorted({pair.achievement.id for pair in pairs}),
        }
        self._known: dict[object, frozenset[str]] = {}

    def both(self, pair: StandingPair, caller: Caller) -> bool:
        key = (caller.role, caller.organisation_id)
        if key not in self._known:
            self._known[key] = frozenset(self._seen(caller))
        return {pair.need.id, pair.achievement.id} <= self._known[key]

    def _seen(self, caller: Caller) -> Iterator[str]:
        for kind, ids in self._ids.items():
            yield from RecordRepository(self._session, KINDS[kind]).by_ids(ids, caller)
