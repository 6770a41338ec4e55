"""What the demo shows of the board: targets of this year for a made-up city."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.contracts.demo import told
from app.core.caller import Caller
from app.core.city_time import today
from app.models import TargetScope
from app.targets.schemas import TargetIn

if TYPE_CHECKING:
    from app.services import Services


def make_demo(services: "Services", callers: Mapping[str, Caller]) -> None:
    """Make illustrative targets; `callers` are the demo's accounts by e-mail."""
    bureau = callers["bureau@demo.example"]
    for each in told()["targets"]:
        scope = TargetScope.PARK if "park" in each else TargetScope.DISTRICT if "district" in each else TargetScope.CITY
        services.targets.set(TargetIn.model_validate({"year": today().year, "scope": scope, **each}), bureau)
