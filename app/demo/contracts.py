"""What the demo shows of contracts: two years of a made-up city's ledger, two refunds, a cancellation."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.contracts.schemas import AdjustmentIn, ContractIn
from app.contracts.service import ContractService
from app.core.caller import OPERATOR, Caller
from app.core.city_time import today
from app.core.database import Database
from app.core.parts import Parts
from app.core.settings import SEED_DIR
from app.targets.service import TargetService

# How long after the signature a contract is registered.
_REGISTERED_AFTER = timedelta(days=14)


def told() -> dict[str, Any]:
    """Return what the demo's contracts, adjustments and targets are."""
    found: dict[str, Any] = json.loads((SEED_DIR / "demo-contracts.json").read_text("utf-8"))
    return found


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative contracts; `callers` are the demo's accounts by e-mail."""
    demo, liaison = told(), callers["liaison@demo.example"]
    city = {"city": demo["city"], "places": demo["places"]}
    with parts[Database].write() as session:
        version = parts[TargetService].settings(session).version
        parts[TargetService].change_settings(session, city, f'"{version}"', OPERATOR)
        ids = [
            parts[ContractService].create(session, _body(number, each, liaison), liaison)
            for number, each in enumerate(demo["contracts"], start=1)
        ]
        for each in demo["adjustments"]:
            fields = {key: value for key, value in each.items() if key not in {"contract", "days_ago"}}
            effective_on = today() - timedelta(days=each["days_ago"])
            body = AdjustmentIn.model_validate({**fields, "effective_on": effective_on})
            parts[ContractService].adjust(session, ids[each["contract"]], body, liaison)


def _body(number: int, told: Mapping[str, Any], liaison: Caller) -> ContractIn:
    registered_on = today() - timedelta(days=told["days_ago"])
    fields = {key: value for key, value in told.items() if key not in {"days_ago", "by_liaison"}}
    return ContractIn.model_validate(
        {
            **fields,
            "registration_number": f"YL{registered_on.year}-{number:04}",
            "registered_on": registered_on,
            "signed_on": registered_on - _REGISTERED_AFTER,
            "liaison_id": liaison.account_id if told["by_liaison"] else None,
        }
    )
