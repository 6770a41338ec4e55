"""What the demo shows of cases: one published with both consents, one still to be written."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.cases.schemas import ConsentIn
from app.cases.stages import Step
from app.core.caller import Caller
from app.core.settings import SEED_DIR
from app.models import DockingStage, RecordKind

if TYPE_CHECKING:
    from app.services import Services

_TEXTS = ("title", "problem", "solution", "effect")


def make_demo(services: "Services", callers: Mapping[str, Caller]) -> None:
    """Make illustrative cases; `callers` are the demo's accounts by e-mail."""
    told: dict[str, Any] = json.loads((SEED_DIR / "demo-cases.json").read_text("utf-8"))
    liaison = callers["liaison@demo.example"]
    published = told["published"]
    case = services.cases.propose(_docking(services, published, liaison), liaison)
    texts = {name: published[name] for name in _TEXTS} | {"enterprise_label": published["label"]}
    services.cases.change(case.id, texts, f'"{case.version}"', liaison)
    services.cases.step(case.id, Step.ASK, "", liaison)
    for each in published["consents"]:
        services.cases.consent(case.id, ConsentIn.model_validate(each), liaison)
    services.cases.step(case.id, Step.PUBLISH, "", liaison)
    services.cases.propose(_docking(services, told["draft"], liaison), liaison)


def _docking(services: "Services", told: Mapping[str, Any], liaison: Caller) -> str:
    """Return a docking that was led as far as the case says."""
    need, achievement = (
        services.records[kind].named(told[name])
        for kind, name in ((RecordKind.NEEDS, "need"), (RecordKind.ACHIEVEMENTS, "achievement"))
    )
    id = services.dockings.open(need.id, achievement.id, liaison)[0].id
    for stage in told["steps"]:
        services.dockings.step(id, DockingStage(stage), "", None, liaison)
    return id
