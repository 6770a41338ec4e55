"""What the demo shows of roadshows: one to come with an agenda, one past with results."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.core.caller import Caller
from app.core.city_time import today
from app.core.database import Database, prepare_then_apply
from app.core.parts import Parts
from app.core.settings import SEED_DIR
from app.demo.organisations import organisation_id
from app.models import GuestAnswer, RoadshowMeeting
from app.roadshows.agenda import AgendaService
from app.roadshows.agenda_schemas import ResultIn
from app.roadshows.schemas import GuestIn, RoadshowIn
from app.roadshows.service import RoadshowService
from app.roadshows.stages import Step

_APART = {"in_days", "guests", "results"}


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative roadshows; `callers` are the demo's accounts by e-mail."""
    told: dict[str, Any] = json.loads((SEED_DIR / "demo-roadshows.json").read_text("utf-8"))
    liaison = callers["liaison@demo.example"]
    past = _plan(parts, told["past"], liaison)
    meetings = _propose(parts, past, liaison)
    # What came of them, in turn; those beyond the list met without a note.
    results = told["past"]["results"]
    with parts[Database].write() as session:
        parts[RoadshowService].step(session, past, Step.SETTLE, "", liaison)
        for number, meeting in enumerate(meetings):
            result = results[number] if number < len(results) else {"outcome": "met"}
            parts[AgendaService].record(session, past, meeting.id, ResultIn.model_validate(result), liaison)
        parts[RoadshowService].step(session, past, Step.HOLD, "", liaison)
    _propose(parts, _plan(parts, told["coming"], liaison), liaison)


def _propose(parts: Parts, id: str, liaison: Caller) -> list[RoadshowMeeting]:
    agenda = parts[AgendaService]
    return prepare_then_apply(
        parts[Database],
        lambda session: agenda.prepare_agenda(session, id, liaison),
        lambda session, proposal: agenda.propose(session, id, proposal, liaison),
    )


def _plan(parts: Parts, told: Mapping[str, Any], liaison: Caller) -> str:
    """Plan a roadshow, invite and keep the answers; return its id."""
    fields = {name: value for name, value in told.items() if name not in _APART}
    body = RoadshowIn.model_validate({**fields, "held_on": today() + timedelta(days=told["in_days"])})
    service = parts[RoadshowService]
    with parts[Database].write() as session:
        ids = {each["name"]: organisation_id(session, each["name"]) for each in told["guests"]}
        made = service.create(session, body.model_dump(), liaison)
        service.invite(session, made.id, list(ids.values()), liaison)
        service.step(session, made.id, Step.INVITE, "", liaison)
        for each in told["guests"]:
            if "answer" in each:
                answer = GuestIn(answer=GuestAnswer(each["answer"]), reason=each.get("reason", ""))
                service.note(session, made.id, ids[each["name"]], answer, liaison)
    return made.id
