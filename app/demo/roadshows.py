"""What the demo shows of roadshows: one to come with an agenda, one past with results."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.core.caller import Caller
from app.core.city_time import today
from app.core.parts import Parts
from app.core.settings import SEED_DIR
from app.demo.organisations import organisation_id
from app.models import GuestAnswer
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
    agenda = parts[AgendaService]
    meetings = agenda.propose(past, liaison)
    parts[RoadshowService].step(past, Step.SETTLE, "", liaison)
    # What came of them, in turn; those beyond the list met without a note.
    results = told["past"]["results"]
    for number, meeting in enumerate(meetings):
        result = results[number] if number < len(results) else {"outcome": "met"}
        agenda.record(past, meeting.id, ResultIn.model_validate(result), liaison)
    parts[RoadshowService].step(past, Step.HOLD, "", liaison)
    agenda.propose(_plan(parts, told["coming"], liaison), liaison)


def _plan(parts: Parts, told: Mapping[str, Any], liaison: Caller) -> str:
    """Plan a roadshow, invite and keep the answers; return its id."""
    fields = {name: value for name, value in told.items() if name not in _APART}
    body = RoadshowIn.model_validate({**fields, "held_on": today() + timedelta(days=told["in_days"])})
    made = parts[RoadshowService].create(body.model_dump(), liaison)
    ids = {each["name"]: organisation_id(parts, each["name"]) for each in told["guests"]}
    parts[RoadshowService].invite(made.id, list(ids.values()), liaison)
    parts[RoadshowService].step(made.id, Step.INVITE, "", liaison)
    for each in told["guests"]:
        if "answer" in each:
            answer = GuestIn(answer=GuestAnswer(each["answer"]), reason=each.get("reason", ""))
            parts[RoadshowService].note(made.id, ids[each["name"]], answer, liaison)
    return made.id
