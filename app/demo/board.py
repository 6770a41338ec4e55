"""What the demo shows of the board: targets of this year for a made-up city."""

from collections.abc import Mapping
from typing import Any

from app.core.caller import Caller
from app.core.city_time import today
from app.core.database import Database
from app.core.parts import Parts
from app.demo.contracts import told
from app.models import TargetScope
from app.targets.schemas import TargetIn
from app.targets.service import TargetService


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative targets; `callers` are the demo's accounts by e-mail."""
    bureau = callers["bureau@demo.example"]
    with parts[Database].write() as session:
        for each in told()["targets"]:
            target = TargetIn.model_validate({"year": today().year, "scope": _scope(each), **each})
            parts[TargetService].set(session, target, bureau)


def _scope(place: Mapping[str, Any]) -> TargetScope:
    return TargetScope.PARK if "park" in place else TargetScope.DISTRICT if "district" in place else TargetScope.CITY
