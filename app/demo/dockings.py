"""What the demo shows of dockings: in different stages, two overdue, two blocked, one closed."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.city_time import today
from app.core.database import Database
from app.core.parts import Parts
from app.core.settings import SEED_DIR
from app.dockings.service import DockingService
from app.models import CloseReason, DockingStage, EntryKind, RecordKind, Team
from app.records.service import RecordServices

_LIAISON = "liaison@demo.example"


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative dockings; `callers` are the demo's accounts by e-mail."""
    for told in json.loads((SEED_DIR / "demo-dockings.json").read_text("utf-8")):
        _make(parts, told, callers)


def _make(parts: Parts, told: Mapping[str, Any], callers: Mapping[str, Caller]) -> None:
    liaison, service = callers[_LIAISON], parts[DockingService]
    with parts[Database].write() as session:
        need, achievement = (
            parts[RecordServices][kind].named(session, told[name], liaison)
            for kind, name in ((RecordKind.NEEDS, "need"), (RecordKind.ACHIEVEMENTS, "achievement"))
        )
        id = service.open(session, need.id, achievement.id, liaison)[0].id
        for stage in told["steps"]:
            service.step(session, id, DockingStage(stage), "", None, liaison)
        for each in told["entries"]:
            days = each.get("days_ago")
            service.conversation.add(
                session, id, EntryKind(each["kind"]), each["text"], callers[each.get("by", _LIAISON)],
                shared=each.get("shared", False), met_on=None if days is None else today() - timedelta(days=days),
            )  # fmt: skip
        if told.get("block"):
            service.block(session, id, Team(told["block"]["team"]), told["block"]["note"], liaison)
        if told["plan"] is not None:
            _plan(service, session, id, told["plan"], liaison)
        if told.get("close"):
            service.close(session, id, CloseReason(told["close"]["reason"]), told["close"]["note"], None, liaison)


def _plan(service: DockingService, session: Session, id: str, plan: Mapping[str, Any], liaison: Caller) -> None:
    due = today() + timedelta(days=plan["days"])
    fields = {"next_action": plan["action"], "next_owner_id": liaison.account_id, "next_due_on": max(due, today())}
    docking = service.change(session, id, fields, "*", liaison)
    if due < today():  # nobody may plan so; in the demo time has passed since
        docking.next_due_on = due
