"""What becomes of rows beside the ledger: new, known, or known otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.contracts.parties import SIDES, Directory, is_horizontal, settle, spellings
from app.contracts.repository import ContractRepository
from app.contracts.schemas import ContractIn
from app.contracts.service import COLUMNS
from app.contracts.words import KINDS
from app.contracts.workbooks.columns import NAMES
from app.models import Contract, RowOutcome
from app.targets.places import Places

_COMPARED = tuple(name for name in COLUMNS if name not in {"registration_number", "buyer_id", "seller_id"})
_TITLES: Mapping[str, str] = {
    **NAMES, "buyer_local": "买方地区", "buyer_district": "买方地区", "seller_local": "卖方地区",
    "seller_district": "卖方地区",
}  # fmt: skip


@dataclass(slots=True)
class CheckedRow:
    """A row and what becomes of it.

    Attributes:
        given: the fields that the row itself has.
        fields: settled, where the row makes a new contract.
    """

    number: int
    body: ContractIn | None
    given: frozenset[str]
    columns: Mapping[str, str]
    errors: list[dict[str, str]] = field(default_factory=list)
    outcome: RowOutcome = RowOutcome.REJECTED
    contract_id: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def check(rows: Sequence[CheckedRow], repository: ContractRepository, places: Places) -> None:
    """Say of each row what becomes of it; rows that could not be read stay as they are."""
    readable = [(row, row.body) for row in rows if row.body is not None]
    names = {spelling for _, body in readable for name in (body.buyer, body.seller) for spelling in spellings(name)}
    codes = {code for _, body in readable for code in (body.buyer_credit_code, body.seller_credit_code) if code}
    directory = Directory(repository.organisations(names, codes))
    ledger = repository.by_numbers([body.registration_number for _, body in readable])
    first: dict[str, CheckedRow] = {}
    for row, body in readable:
        row.fields, row.errors, row.contract_id = body.model_dump(), [], None
        known, earlier = ledger.get(body.registration_number), first.setdefault(body.registration_number, row)
        wrong = [each for side in SIDES for each in settle(row.fields, side, directory, places)]
        if wrong:
            row.errors = [_error(row, each.field, each.code, each.message) for each in wrong]
        elif not row.fields["buyer_local"] and not row.fields["seller_local"]:
            row.errors = [_error(row, "seller_local", "nowhere", "买卖双方都不在市内，不属于本市台账；请核对双方地区")]
        elif known is not None:
            row.contract_id = known.id
            row.errors = _differences(row, _stored(known), "台账")
        elif earlier is not row:
            row.errors = _differences(row, earlier.fields, f"第 {earlier.number} 行")
        if row.fields.get("horizontal") is None:
            row.fields["horizontal"] = not wrong and is_horizontal(row.fields, directory)
        row.outcome = _outcome(row, is_known=known is not None or earlier is not row)


def _outcome(row: CheckedRow, *, is_known: bool) -> RowOutcome:
    if not row.errors:
        return RowOutcome.UNCHANGED if is_known else RowOutcome.CREATED
    return RowOutcome.DIFFERS if all(each["code"] == "differs" for each in row.errors) else RowOutcome.REJECTED


def _stored(contract: Contract) -> dict[str, Any]:
    return {name: getattr(contract, name) for name in COLUMNS} | {"chains": contract.chains}


def _differences(row: CheckedRow, known: Mapping[str, Any], where: str) -> list[dict[str, str]]:
    """Return how a row differs from what is known under its number, in what the row itself says."""
    found = {}
    for name in (*_COMPARED, "chains"):
        old, new = known.get(name), row.fields[name]
        if name == "chains":
            old, new = sorted(old or []), sorted(new)
        if name in row.given and old != new:
            message = f"{where}为“{_shown(name, old)}”，这一行为“{_shown(name, new)}”；"
            remedy = "金额有变请在合同页登记调整" if name.endswith("_wan") else "以哪个为准请核对，台账可在合同页修改"
            found[_TITLES[name]] = _error(row, name, "differs", message + remedy)
    return list(found.values())


def _error(row: CheckedRow, name: str, code: str, message: str) -> dict[str, str]:
    column = row.columns.get(name) or row.columns.get(_REGIONS.get(name, name)) or _TITLES.get(name, name)
    return {"column": column, "code": code, "message": message, "value": _shown(name, row.fields.get(name))}


_REGIONS: Mapping[str, str] = {f"{side}_{part}": f"{side}_region" for side in SIDES for part in ("local", "district")}


def _shown(name: str, value: Any) -> str:
    if value is None or value == []:
        return "空"
    if isinstance(value, bool):
        return ("市内" if value else "市外") if name.endswith("_local") else ("是" if value else "否")
    if name == "kind":
        return KINDS[value]
    if name.endswith("_wan"):
        return f"{value.normalize():f}"
    return "、".join(value) if isinstance(value, list) else str(value)
