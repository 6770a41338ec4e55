"""Capture achievements: propose fields from a pasted text, store them with where they were found."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.captures.proposal import Proposal, propose
from app.captures.schemas import CaptureIn, KnownOut, ProposalOut
from app.codes.industries import industry_names
from app.core.caller import Caller
from app.core.city_time import today
from app.core.paging import page_of
from app.duplicates.service import DuplicateService
from app.idempotency import IdempotencyKey
from app.kinds.table import KINDS, Record
from app.kinds.visibility import visible_sql
from app.models import Achievement, Capture, Origin, RecordKind
from app.records.preparation import NewRecord
from app.records.service import RecordService
from app.tables.amounts import parse_wan_range

_OF_CAPTURE = ("source", "platform", "url", "found_on", "pasted")


class CaptureService:
    """Keeps captures.

    Args:
        achievements: that captured ones are stored by.
        duplicates: that say what is stored already.
    """

    def __init__(self, achievements: RecordService, duplicates: DuplicateService) -> None:
        self._achievements = achievements
        self._duplicates = duplicates

    def proposal(self, session: Session, text: str, caller: Caller) -> ProposalOut:
        """Return what a text says of an achievement, and what is stored that reads like it."""
        found = propose(text, industry_names(session))
        shown = ProposalOut.model_validate(found)
        shown.price_min_wan, shown.price_max_wan = _amounts(found)
        alike = self._duplicates.alike_text(session, RecordKind.ACHIEVEMENTS, found.title, found.summary, caller)
        shown.known = [
            KnownOut(id=each.id, title=each.title, organisation=each.organisation.name, similarity=similarity)
            for each, similarity in alike
        ]
        return shown

    def prepare(
        self, session: Session, body: CaptureIn, caller: Caller, idempotency: IdempotencyKey | None
    ) -> NewRecord:
        """Make the achievement of a capture ready to be stored. Raises InvalidInput."""
        fields = body.model_dump(exclude=set(_OF_CAPTURE))
        fields["origin"] = fields["origin"] or Origin.OUTSIDE
        return self._achievements.prepare_new(session, fields, caller, idempotency)

    def store(self, session: Session, prepared: NewRecord, body: CaptureIn, caller: Caller) -> tuple[Record, Capture]:
        """Store an achievement with where it was found. Raises Conflict, InvalidInput, Overtaken."""
        record, is_new = self._achievements.create(session, prepared, caller)
        capture = None if is_new else session.get(Capture, record.id)
        if capture is None:
            capture = _capture(body.model_dump(include=set(_OF_CAPTURE)), record.id, caller)
            if is_new:
                session.add(capture)
        return record, capture

    def page(
        self, session: Session, caller: Caller, cursor: str | None, limit: int
    ) -> tuple[list[tuple[Capture, str]], str | None]:
        """Return captures that the caller may see, with titles, the newest first, and where the next part begins."""
        query = (
            select(Capture, Achievement.title)
            .join(Achievement, Achievement.id == Capture.achievement_id)
            .where(visible_sql(KINDS[RecordKind.ACHIEVEMENTS], caller))
            .order_by(Capture.achievement_id.desc())
            .limit(limit + 1)
        )
        if cursor is not None:
            query = query.where(Capture.achievement_id < cursor)
        rows = [(row[0], row[1]) for row in session.execute(query)]
        return page_of(rows, limit, lambda each: each[0].achievement_id)


def _capture(where: Mapping[str, Any], achievement_id: str, caller: Caller) -> Capture:
    return Capture(
        **{**where, "found_on": where["found_on"] or today()}, achievement_id=achievement_id, captured_by=caller.name
    )


def _amounts(found: Proposal) -> tuple[str | None, str | None]:
    amounts = parse_wan_range(found.price) if found.price else None
    if amounts is None:
        return None, None
    low, high = (None if each is None else format(each.normalize(), "f") for each in amounts)
    return low, high
