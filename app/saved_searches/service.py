"""What may be done with saved searches, and what is new of them.

What is new is found when somebody asks, and cheaply: the vectors of the text are kept, so that
nothing is encoded, and only records that changed since the owner last looked are searched, which
the change log names. Most mornings that is none, and the answer costs a short query a search. New
is what was not related at the last look, whatever made it so: it was published, reviewed, opened
to the owner or rewritten. It counts from the last look, not from midnight, so that nothing is
missed after a day off.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.database import Database
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


class SavedSearchService:
    """Keeps searches of the caller's own account."""

    def __init__(self, database: Database, gateway: Gateway, matches: MatchService, searches: SearchListing) -> None:
        self._database = database
        self._gateway = gateway
        self._matches = matches
        self._searches = searches

    def create(self, body: SavedSearchIn, caller: Caller) -> SavedSearch:
        """Keep a search; all that it finds now counts as seen.

        Raises:
            InvalidInput: the caller has no account.
            Conflict: the same search is kept already, or too many are.
        """
        owner = _owner(caller)
        made = SavedSearch(
            account_id=owner,
            name=body.name or _name(body.text),
            text=body.text,
            target=body.target,
            filters=body.filters.model_dump(exclude_none=True),
            digest=body.digest,
        )
        with self._database.read() as session:
            self._look(made, self._rank(session, made, caller))
        with self._database.write() as session:
            repository = SavedSearchRepository(session, owner)
            repository.forget_deleted(now() - KEPT)
            _check_room(repository.all(), made)
            repository.add(made)
        return made

    def all(self, session: Session, caller: Caller) -> Sequence[SavedSearch]:
        """Return the caller's, the newest first."""
        return SavedSearchRepository(session, caller.account_id or "").all()

    def get(self, session: Session, id: str, caller: Caller) -> SavedSearch:
        """Return one of the caller's. Raises NotFound."""
        return _found(SavedSearchRepository(session, caller.account_id or ""), id)

    def change(self, id: str, fields: Mapping[str, Any], caller: Caller) -> SavedSearch:
        """Change name or digest. Raises NotFound."""
        with self._database.write() as session:
            saved = _found(SavedSearchRepository(session, caller.account_id or ""), id)
            for field, value in fields.items():
                setattr(saved, field, value)
        return saved

    def delete(self, id: str, caller: Caller) -> None:
        """Delete one; `restore` takes that back for a while. Raises NotFound."""
        with self._database.write() as session:
            _found(SavedSearchRepository(session, caller.account_id or ""), id).deleted_at = now()

    def restore(self, id: str, caller: Caller) -> SavedSearch:
        """Take a deletion back. Raises NotFound, Conflict."""
        with self._database.write() as session:
            repository = SavedSearchRepository(session, caller.account_id or "")
            saved = repository.get(id)
            if saved is None:
                raise NotFound("这项收藏已经清除，不能恢复了。请重新检索后再收藏。")
            if saved.deleted_at is not None:
                _check_room(repository.all(), saved)
                saved.deleted_at = None
        return saved

    def mark_seen(self, id: str, caller: Caller) -> SavedSearch:
        """Note that its owner has seen what it finds now. Raises NotFound."""
        with self._database.read() as session:
            saved = self.get(session, id, caller)
            ranking = self._rank(session, saved, caller)
        with self._database.write() as session:
            saved = self.get(session, id, caller)
            self._look(saved, ranking)
        return saved

    def digest(self, caller: Caller, *, every: bool = False) -> list[DigestOut]:
        """Return what is new of the caller's searches since they last looked, the newest search first.

        Args:
            every: also those without a digest, and those of which nothing is new.
        """
        with self._database.read() as session:
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

    def _look(self, saved: SavedSearch, ranking: Ranking) -> None:
        """Note what was seen, and the vectors of the text under the model that is in use now."""
        vectors = ranking.subject.query.vectors
        if vectors is not None:
            rows = np.concatenate([vectors.title[None, :], vectors.passages])
            saved.model_id, saved.vectors = _encoded_by(ranking.found.model_id), rows.astype("<f4").tobytes()
        saved.seen_ids = [match.id for match in self._searches.related(ranking)]
        saved.seen_sequence = ranking.found.sequence
        saved.seen_at = now()


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
