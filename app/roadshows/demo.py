"""What the demo shows of roadshows: one to come with an agenda, one past with results."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.core.caller import Caller
from app.core.city_time import today
from app.core.errors import SetupError
from app.core.settings import SEED_DIR
from app.models import GuestAnswer
from app.organisations.repository import OrganisationRepository
from app.roadshows.agenda_schemas import ResultIn
from app.roadshows.schemas import GuestIn, RoadshowIn
from app.roadshows.stages import Step

if TYPE_CHECKING:
    from app.services import Services

_APART = {"in_days", "guests", "results"}


def make_demo(services: "Services", callers: Mapping[str, Caller]) -> None:
    """Make illustrative roadshows; `callers` are the demo's accounts by e-mail."""
    told: dict[str, Any] = json.loads((SEED_DIR / "demo-roadshows.json").read_text("utf-8"))
    liaison = callers["liaison@demo.example"]
    past = _plan(services, told["past"], liaison)
    agenda = services.roadshow_agendas
    meetings = agenda.propose(past, liaison)
    services.roadshows.step(past, Step.SETTLE, "", liaison)
    # What came of them, in turn; those beyond the list met without a note.
    results = told["past"]["results"]
    for number, meeting in enumerate(meetings):
        result = results[number] if number < len(results) else {"outcome": "met"}
        agenda.record(past, meeting.id, ResultIn.model_validate(result), liaison)
    services.roadshows.step(past, Step.HOLD, "", liaison)
    agenda.propose(_plan(services, told["coming"], liaison), liaison)


def _plan(services: "Services", told: Mapping[str, Any], liaison: Caller) -> str:
    """Plan a roadshow, invite and keep the answers; return its id."""
    fields = {name: value for name, value in told.items() if name not in _APART}
    body = RoadshowIn.model_validate({**fields, "held_on": today() + timedelta(days=told["in_days"])})
    made = services.roadshows.create(body.model_dump(), liaison)
    ids = {each["name"]: _organisation(services, each["name"]) for each in told["guests"]}
    services.roadshows.invite(made.id, list(ids.values()), liaison)
    services.roadshows.step(made.id, Step.INVITE, "", liaison)
    for each in told["guests"]:
        if "answer" in each:
            answer = GuestIn(answer=GuestAnswer(each["answer"]), reason=each.get("reason", ""))
            services.roadshows.note(made.id, ids[each["name"]], answer, liaison)
    return made.id


def _organisation(services: "Services", name: str) -> str:
    with services.database.read() as session:
        found = OrganisationRepository(session).by_name(name)
    if found is None:
        raise SetupError(f"示例单位 {name} 不在库中，请先执行 shuangxu seed。")
    return found.id
