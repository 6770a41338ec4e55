"""What the demo shows of the board: targets of this year for a made-up city."""

from collections.abc import Mapping

from app.core.caller import Caller
from app.core.city_time import today
from app.core.parts import Parts
from app.demo.contracts import told
from app.models import TargetScope
from app.targets.schemas import TargetIn
from app.targets.service import TargetService


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative targets; `callers` are the demo's accounts by e-mail."""
    bureau = callers["bureau@demo.example"]
    for each in told()["targets"]:
        scope = TargetScope.PARK if "park" in each else TargetScope.DISTRICT if "district" in each else TargetScope.CITY
        parts[TargetService].set(TargetIn.model_validate({"year": today().year, "scope": scope, **each}), bureau)
