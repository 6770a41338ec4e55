"""What may be done with saved searches, and what is new of them.

What is new is found when somebody asks, and cheaply: the vectors of the text are kept, so that
nothing is encoded, and only records that changed since the owner last looked are searched, which
the change log names. Most mornings that is none, and the answer costs a short query a search. New
is what was not related at the last look, whatever made it so: it was published, reviewed, opened
to the owner or rewritten. It counts from the last look, not from midnight, so that nothing is
missed after a day off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.database import Overtaken
from app.core.errors import Conflict, InvalidInput, NotFound
from app.kinds.visibility import RecordFilter
from app.matches.listing import SearchListing
from app.matches.schemas import FilterIn, sureness
from app.matches.service import MatchService, Ranking
from app.models import RecordKind, SavedSearch
from app.models.base import now
from app.saved_searches.repository import SavedSearchRepository
from app.saved_searches.schemas import DigestOut, NewResultOut, SavedSearchIn, SavedSearchOut
from app.search.gateway import Gateway
from matching.text.analysis import TEXT_RULES
from matching.types import DocumentVectors

# Of one account: as many as a page shows and a person looks after.
MOST = 50
NAME_CHARACTERS = 40
# How long a deletion can be taken back.
KEPT = timedelta(days=1)
# New results whose titles are shown.
SHOWN = 3
# Changes that are looked at one by one; after a larger import everything is searched instead.
MOST_CHANGES = 5000


@dataclass(frozen=True, slots=True)
class Look:
    """What a search finds now.

    Attributes:
        before: when its owner had looked last, as this began; None for a search that is not kept yet.
        sequence: of the change log, up to which was searched.
        vectors: of the text, under `model_id`; None where nothing was encoded.
    """

    before: datetime | None
    ids: list[str]
    sequence: int
    model_id: str | None
    vectors: bytes | None


class SavedSearchService:
    """Keeps searches of the caller's own account."""

    def __init__(self, gateway: Gateway, matches: MatchService, searches: SearchListing) -> None:
        self._gateway = gateway
        self._matches = matches
        self._searches = searches

    def prepare_create(self, session: Session, body: SavedSearchIn, caller: Caller) -> SavedSearch:
        """Search, and return what `create` is to keep: all that is found now counts as seen.

        Raises:
            InvalidInput: the caller has no account.
        """
        made = SavedSearch(
            account_id=_owner(caller),
            name=body.name or _name(body.text),
            text=body.text,
            target=body.target,
            filters=body.filters.model_dump(exclude_none=True),
            digest=body.digest,
        )
        _note(made, self._look(made, self._rank(session, made, caller)))
        return made

    def create(self, session: Session, made: SavedSearch, caller: Caller) -> SavedSearch:
        """Keep what `prepare_create` made. Raises Conflict: the same search is kept already, or too many are."""
        repository = SavedSearchRepository(session, _owner(caller))
        repository.forget_deleted(now() - KEPT)
        _check_room(repository.all(), made)
        repository.add(made)
        session.flush()
        return made

    def all(self, session: Session, caller: Caller) -> Sequence[SavedSearch]:
        """Return the caller's, the newest first."""
        return SavedSearchRepository(session, caller.account_id or "").all()

    def get(self, session: Session, id: str, caller: Caller) -> SavedSearch:
        """Return one of the caller's. Raises NotFound."""
        return _found(SavedSearchRepository(session, caller.account_id or ""), id)

    def change(self, session: Session, id: str, fields: Mapping[str, Any], caller: Caller) -> SavedSearch:
        """Change name or digest. Raises NotFound."""
        saved = _found(SavedSearchRepository(session, caller.account_id or ""), id)
        for field, value in fields.items():
            setattr(saved, field, value)
        return saved

    def delete(self, session: Session, id: str, caller: Caller) -> None:
        """Delete one; `restore` takes that back for a while. Raises NotFound."""
        _found(SavedSearchRepository(session, caller.account_id or ""), id).deleted_at = now()

    def restore(self, session: Session, id: str, caller: Caller) -> SavedSearch:
        """Take a deletion back. Raises NotFound, Conflict."""
        repository = SavedSearchRepository(session, caller.account_id or "")
        saved = repository.get(id)
        if saved is None:
            raise NotFound("这项收藏已经清除，不能恢复了。请重新检索后再收藏。")
        if saved.deleted_at is not None:
            _check_room(repository.all(), saved)
            saved.deleted_at = None
        return saved

    def prepare_look(self, session: Session, id: str, caller: Caller) -> Look:
        """Search, for `mark_seen` to note what is found now. Raises NotFound."""
        saved = self.get(session, id, caller)
        return self._look(saved, self._rank(session, saved, caller))

    def mark_seen(self, session: Session, id: str, look: Look, caller: Caller) -> SavedSearch:
        """Note that its owner has seen what `prepare_look` found.

        Raises:
            NotFound; Overtaken: they have looked since.
        """
        saved = self.get(session, id, caller)
        if saved.seen_at != look.before:
            raise Overtaken
        _note(saved, look)
        return saved

    def digest(self, session: Session, caller: Caller, *, every: bool = False) -> list[DigestOut]:
        """Return what is new of the caller's searches since they last looked, the newest search first.

        Args:
            every: also those without a digest, and those of which nothing is new.
        """
        told = []
        for each in SavedSearchRepository(session, caller.account_id or "").all(vectors=True):
            if every or each.digest:
                new = self._new(session, each, caller)
                if new or every:
                    told.append(DigestOut(search=SavedSearchOut.of(each), new=len(new), results=new[:SHOWN]))
        return told

    def new_ids(self, session: Session, id: str, caller: Caller) -> frozenset[str]:
        """Return ids of what is new of one search. Raises NotFound."""
        return frozenset(each.id for each in self._new(session, self.get(session, id, caller), caller))

    def _new(self, session: Session, saved: SavedSearch, caller: Caller) -> list[NewResultOut]:
        repository = SavedSearchRepository(session, saved.account_id)
        changed = repository.changed_since(RecordKind(saved.target), saved.seen_sequence, MOST_CHANGES)
        seen = set(saved.seen_ids)
        among = None if changed is None else changed - seen
        if among is not None and not among:
            return []
        ranking = self._rank(session, saved, caller, among)
        found = [match for match in self._searches.related(ranking) if match.id not in seen]
        views = [(match, self._matches.shown(ranking, match, caller)) for match in found]
        return [
            NewResultOut(
                id=match.id,
                title=view.title,
                organisation=view.organisation and view.organisation.name,
                grade=match.grade,
                probability=round(sureness(match), 4),
            )
            for match, view in views
        ]

    def _rank(self, session: Session, saved: SavedSearch, caller: Caller, among: set[str] | None = None) -> Ranking:
        vectors, index = None, self._gateway.index_state()
        if saved.vectors is not None and saved.model_id == _encoded_by(index.model_id):
            rows = np.frombuffer(saved.vectors, "<f4").reshape(-1, index.dimension)
            vectors = DocumentVectors(rows[0], rows[1:])
        filters = RecordFilter(**FilterIn(**saved.filters).model_dump())
        return self._matches.rank(session, saved.text, RecordKind(saved.target), caller, filters, vectors, among)

    def _look(self, saved: SavedSearch, ranking: Ranking) -> Look:
        ids = [match.id for match in self._searches.related(ranking)]
        return Look(saved.seen_at, ids, ranking.found.sequence, *_kept(ranking))


def _kept(ranking: Ranking) -> tuple[str | None, bytes | None]:
    """Return the vectors of the text that was searched, and what they are of; None where there are none."""
    vectors = ranking.subject.query.vectors
    if vectors is None:
        return None, None
    rows = np.concatenate([vectors.title[None, :], vectors.passages])
    return _encoded_by(ranking.found.model_id), rows.astype("<f4").tobytes()


def _note(saved: SavedSearch, look: Look) -> None:
    """Note what was seen, and the vectors of the text under the model that is in use now."""
    if look.vectors is not None:
        saved.model_id, saved.vectors = look.model_id, look.vectors
    saved.seen_ids, saved.seen_sequence, saved.seen_at = look.ids, look.sequence, now()


def _encoded_by(model_id: str) -> str:
    """Name a model and what of a text it is given: vectors of other texts are of no use."""
    return f"{model_id} {TEXT_RULES}"


def _owner(caller: Caller) -> str:
    if caller.account_id is None:
        raise InvalidInput("运营方密钥不属于任何账号，不能收藏检索。请用账号登录，或换用账号的 API 密钥。")
    return caller.account_id


def _found(repository: SavedSearchRepository, id: str) -> SavedSearch:
    saved = repository.get(id)
    if saved is None or saved.deleted_at is not None:
        raise NotFound("没有这项收藏，它可能已被删除。请到“收藏的检索”查看。")
    return saved


def _name(text: str) -> str:
    line = text.strip().splitlines()[0].strip()
    return line if len(line) <= NAME_CHARACTERS else f"{line[:NAME_CHARACTERS]}…"


def _check_room(others: Sequence[SavedSearch], saved: SavedSearch) -> None:
    mine = (saved.text, saved.target, saved.filters)
    same = next((each for each in others if (each.text, each.target, each.filters) == mine), None)
    if same is not None:
        raise Conflict(f"这次检索已经收藏过，名称是“{same.name}”。")
    if len(others) >= MOST:
        raise Conflict(f"最多收藏 {MOST} 项检索。请先到“收藏的检索”删去不用的。")
