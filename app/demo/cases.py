"""What the demo shows of cases: one published with both consents, one still to be written."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.cases.schemas import ConsentIn
from app.cases.service import CaseService
from app.cases.stages import Step
from app.core.caller import Caller
from app.core.database import Database
from app.core.parts import Parts
from app.core.settings import SEED_DIR
from app.dockings.service import DockingService
from app.models import DockingStage, RecordKind
from app.records.service import RecordServices

_TEXTS = ("title", "problem", "solution", "effect")


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative cases; `callers` are the demo's accounts by e-mail."""
    told: dict[str, Any] = json.loads((SEED_DIR / "demo-cases.json").read_text("utf-8"))
    liaison = callers["liaison@demo.example"]
    published = told["published"]
    service = parts[CaseService]
    with parts[Database].write() as session:
        case = service.propose(session, _docking(parts, session, published, liaison), liaison)
        texts = {name: published[name] for name in _TEXTS} | {"enterprise_label": published["label"]}
        service.change(session, case.id, texts, f'"{case.version}"', liaison)
        service.step(session, case.id, Step.ASK, "", liaison)
        for each in published["consents"]:
            service.consent(session, case.id, ConsentIn.model_validate(each), liaison)
        service.step(session, case.id, Step.PUBLISH, "", liaison)
        service.propose(session, _docking(parts, session, told["draft"], liaison), liaison)


def _docking(parts: Parts, session: Session, told: Mapping[str, Any], liaison: Caller) -> str:
    """Return a docking that was led as far as the case says."""
    need, achievement = (
        parts[RecordServices][kind].named(session, told[name], liaison)
        for kind, name in ((RecordKind.NEEDS, "need"), (RecordKind.ACHIEVEMENTS, "achievement"))
    )
    id = parts[DockingService].open(session, need.id, achievement.id, liaison)[0].id
    for stage in told["steps"]:
        parts[DockingService].step(session, id, DockingStage(stage), "", None, liaison)
    return id
