"""What happened to a contract, as sentences."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.audit.schemas import AuditEntryOut
from app.contracts.schemas import ContractDetail, reads_all
from app.contracts.words import ADJUSTMENTS
from app.web.audit_words import actor_word, values
from app.web.pages import Page

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened, and when."""

    at: datetime
    text: str


def history(page: Page, contract: ContractDetail) -> list[Happened]:
    """Return what happened to a contract, the first first: all for staff and bureau, amounts alone for a side."""
    if not reads_all(page.caller):
        adjusted = [Happened(each.created_at, _adjusted(each.model_dump())) for each in contract.adjustments]
        return [Happened(contract.created_at, "录入台账"), *sorted(adjusted, key=lambda each: each.at)]
    entries = page.services.audit.of_one(page.session, "contracts", contract.id, _SHOWN, page.caller)
    told = [_told(AuditEntryOut.model_validate(each)) for each in reversed(entries)]
    if not any(each.action == "contract.create" for each in entries):
        told.insert(0, Happened(contract.created_at, "随登记台账导入"))
    return told


def _told(entry: AuditEntryOut) -> Happened:
    who = actor_word(entry.actor)
    if entry.action == "contract.create":
        return Happened(entry.at, f"{who} 录入台账")
    if entry.action == "contract.adjust":
        return Happened(entry.at, f"{who} {_adjusted(entry.after or {})}")
    changes = "；".join(f"{each.name}由“{each.before}”改为“{each.after}”" for each in values(entry))
    return Happened(entry.at, f"{who} 修改：{changes or '没有变化'}")


def _adjusted(fields: dict[str, Any]) -> str:
    word = ADJUSTMENTS[str(fields["kind"])]
    amount, technology = (Decimal(fields[name]) for name in ("amount_wan", "technology_amount_wan"))
    return (
        f"登记{word}：自 {fields['effective_on']} 起，成交额 {_signed(amount)} 万元、"
        f"技术交易额 {_signed(technology)} 万元。原因：{fields['reason']}"
    )


def _signed(value: Decimal) -> str:
    return f"{value.normalize():+,f}" if value else "0"
