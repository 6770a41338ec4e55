"""Judgements in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from app.models import Judgement


class JudgementRepository:
    """Reads and writes judgements. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, need_id: str, achievement_id: str, judge: str) -> Judgement | None:
        """Return what a judge said of a pair."""
        return self._session.scalar(select(Judgement).where(*_pair(need_id, achievement_id, judge)))

    def by_id(self, id: str) -> Judgement | None:
        """Return a judgement."""
        return self._session.get(Judgement, id)

    def grades_by(self, judge: str) -> dict[tuple[str, str], int]:
        """Return a judge's grades by need and achievement."""
        rows = self._session.execute(
            select(Judgement.need_id, Judgement.achievement_id, Judgement.grade).where(Judgement.judge == judge)
        )
        return {(row.need_id, row.achievement_id): row.grade for row in rows}

    def put(self, judgement: Judgement) -> Judgement:
        """Store a judgement in place of the judge's earlier one."""
        earlier = self.get(judgement.need_id, judgement.achievement_id, judgement.judge)
        if earlier is None:
            self._session.add(judgement)
            return judgement
        for name in ("grade", "reason_code", "comment", "judged_at"):
            setattr(earlier, name, getattr(judgement, name))
        return earlier

    def remove(self, need_id: str, achievement_id: str, judge: str) -> bool:
        """Take a judgement back; False if there was none."""
        removed = self._session.execute(
            delete(Judgement).where(*_pair(need_id, achievement_id, judge)).returning(Judgement.id)
        )
        return removed.first() is not None

    def of_need(self, need_id: str) -> Sequence[Judgement]:
        """Return all judgements of a need's pairs, the newest first."""
        return self._session.scalars(
            select(Judgement).where(Judgement.need_id == need_id).order_by(Judgement.judged_at.desc(), Judgement.id)
        ).all()

    def of_pairs(self, need_ids: Collection[str], achievement_ids: Collection[str]) -> Sequence[Judgement]:
        """Return all judgements of some needs with some achievements, the newest first."""
        return self._session.scalars(
            select(Judgement)
            .where(Judgement.need_id.in_(need_ids), Judgement.achievement_id.in_(achievement_ids))
            .order_by(Judgement.judged_at.desc(), Judgement.id)
        ).all()

    def good_cases(self, achievement_id: str, need_ids: Collection[str], least: int, limit: int) -> Sequence[Judgement]:
        """Return judgements of at least a grade, of an achievement or of some needs, the newest first."""
        about = or_(Judgement.achievement_id == achievement_id, Judgement.need_id.in_(need_ids))
        return self._session.scalars(
            select(Judgement)
            .where(about, Judgement.grade >= least)
            .order_by(Judgement.judged_at.desc(), Judgement.id)
            .limit(limit)
        ).all()

    def state(self) -> tuple[int, datetime | None]:
        """Return how many judgements there are and when the last was given: what changes with them."""
        row = self._session.execute(select(func.count(), func.max(Judgement.judged_at)).select_from(Judgement)).one()
        return row[0], row[1]

    def all(self) -> Sequence[Judgement]:
        """Return every judgement, in a fixed order."""
        return self._session.scalars(
            select(Judgement).order_by(Judgement.need_id, Judgement.achievement_id, Judgement.judge)
        ).all()


def _pair(need_id: str, achievement_id: str, judge: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Judgement.need_id == need_id,
        Judgement.achievement_id == achievement_id,
        Judgement.judge == judge,
    )
