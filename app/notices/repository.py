"""Notices, preferences and who is told, in SQL."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.caller import Role
from app.kinds.table import Kind, Record
from app.models import Account, Assignment, Judgement, Notice, NoticeCursor, NoticePreference, Status
from app.search.repository import IN_LIST, batched

_MEMBERS = (Role.ENTERPRISE, Role.UNIVERSITY)


class NoticeRepository:
    """Reads and writes notices. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(
        self, account_id: str, *, topic: str | None, unseen: bool, after: str | None, limit: int
    ) -> Sequence[Notice]:
        """Return an account's notices, the newest first, that come after an id in that order."""
        query = select(Notice).where(Notice.account_id == account_id).order_by(Notice.id.desc()).limit(limit)
        if topic is not None:
            query = query.where(Notice.topic == topic)
        if unseen:
            query = query.where(Notice.seen_at.is_(None))
        return self._session.scalars(query if after is None else query.where(Notice.id < after)).all()

    def get(self, id: str, account_id: str) -> Notice | None:
        """Return one of an account's notices."""
        return self._session.scalar(select(Notice).where(Notice.id == id, Notice.account_id == account_id))

    def unseen_count(self, account_id: str, most: int) -> int:
        """Return how many notices an account has not seen; counts no further than `most`."""
        found = select(Notice.id).where(Notice.account_id == account_id, Notice.seen_at.is_(None)).limit(most)
        return self._session.scalar(select(func.count()).select_from(found.subquery())) or 0

    def mark_all(self, account_id: str, moment: datetime, sweep: str, until: str | None) -> int:
        """Mark what was not seen as seen, up to an id if one is given; return how many."""
        change = (
            update(Notice)
            .where(Notice.account_id == account_id, Notice.seen_at.is_(None))
            .values(seen_at=moment, seen_in=sweep)
            .execution_options(synchronize_session=False)
        )
        if until is not None:
            change = change.where(Notice.id <= until)
        return self._session.execute(change).rowcount  # type: ignore[attr-defined, no-any-return]

    def unmark(self, account_id: str, sweep: str) -> int:
        """Take back what one sweep marked; return how many."""
        change = (
            update(Notice)
            .where(Notice.account_id == account_id, Notice.seen_in == sweep)
            .values(seen_at=None, seen_in=None)
            .execution_options(synchronize_session=False)
        )
        return self._session.execute(change).rowcount  # type: ignore[attr-defined, no-any-return]

    def known(self, places: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of (account, key) that are told already."""
        keys = sorted({key for _, key in places})
        accounts = {account for account, _ in places}
        found: set[tuple[str, str]] = set()
        for part in batched(keys, IN_LIST):
            query = select(Notice.account_id, Notice.key).where(Notice.account_id.in_(accounts), Notice.key.in_(part))
            found.update((row.account_id, row.key) for row in self._session.execute(query))
        return found

    def preferences(self, account_ids: Collection[str]) -> dict[str, NoticePreference]:
        """Return what accounts have said of how they want to be told, by account."""
        query = select(NoticePreference).where(NoticePreference.account_id.in_(account_ids))
        return {each.account_id: each for each in self._session.scalars(query)}

    def preference(self, account_id: str, *, lock: bool = False) -> NoticePreference | None:
        """Return what an account has said."""
        query = select(NoticePreference).where(NoticePreference.account_id == account_id)
        return self._session.scalar(query.with_for_update() if lock else query)

    def add(self, row: NoticePreference) -> None:
        """Add a new row."""
        self._session.add(row)

    def cursor(self, name: str, *, lock: bool = False) -> NoticeCursor:
        """Return how far a piece of work has come."""
        query = select(NoticeCursor).where(NoticeCursor.name == name)
        found = self._session.scalar(query.with_for_update() if lock else query)
        assert found is not None, f"the migrations make the cursor {name}"
        return found

    def account(self, id: str) -> Account | None:
        """Return an account."""
        return self._session.get(Account, id)

    def members(self, organisation_ids: Collection[str]) -> dict[str, list[Account]]:
        """Return the accounts of organisations that were not disabled, by organisation."""
        return self._by_organisation(
            select(Account.organisation_id, Account).where(
                Account.organisation_id.in_(organisation_ids),
                Account.role.in_(_MEMBERS),
                Account.disabled_at.is_(None),
            )
        )

    def liaisons(self, organisation_ids: Collection[str]) -> dict[str, list[Account]]:
        """Return the liaisons who look after organisations now, by organisation."""
        return self._by_organisation(
            select(Assignment.organisation_id, Account)
            .join(Account, Account.id == Assignment.liaison_id)
            .where(
                Assignment.organisation_id.in_(organisation_ids),
                Assignment.ended_at.is_(None),
                Account.role == Role.LIAISON,
                Account.disabled_at.is_(None),
            )
        )

    def _by_organisation(self, query: object) -> dict[str, list[Account]]:
        found: dict[str, list[Account]] = defaultdict(list)
        for organisation_id, account in self._session.execute(query):  # type: ignore[call-overload]
            if account not in found[organisation_id]:
                found[organisation_id].append(account)
        return found

    def running_out(self, kind: Kind, first: date, last: date) -> Sequence[Record]:
        """Return published records whose last valid day lies in [first, last], the first first."""
        model = kind.model
        query = select(model).where(
            model.status == Status.PUBLISHED, model.valid_until >= first, model.valid_until <= last
        )
        return self._session.scalars(query.order_by(model.valid_until, model.id)).all()

    def judged_unrelated(self, need_ids: Collection[str]) -> set[tuple[str, str]]:
        """Return the (need, achievement) of needs that people judged to be at most weakly related."""
        query = (
            select(Judgement.need_id, Judgement.achievement_id)
            .where(Judgement.need_id.in_(need_ids))
            .group_by(Judgement.need_id, Judgement.achievement_id)
            .having(func.max(Judgement.grade) <= 2)
        )
        return {(row.need_id, row.achievement_id) for row in self._session.execute(query)}
