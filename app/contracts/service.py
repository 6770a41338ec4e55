"""What may be done with contracts: enter, describe, adjust, link. Nothing is ever deleted."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.contracts.parties import SIDES, Directory, is_horizontal, settle, spellings
from app.contracts.repository import ContractFilter, ContractRepository
from app.contracts.schemas import (
    AdjustmentIn,
    AdjustmentOut,
    ContractDetail,
    ContractIn,
    ContractOut,
    DockingProposal,
)
from app.contracts.signing import is_behind
from app.contracts.worth import Worth, first_impossible_day, worth
from app.core.caller import Caller
from app.core.city_time import today
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound
from app.core.paging import page_of
from app.core.versions import check_version
from app.idempotency import IdempotencyKey, recall, remember
from app.models import AdjustmentKind, Contract, ContractAdjustment, ContractChain, DockingStage
from app.models.base import now
from app.targets.places import Places
from app.targets.repository import TargetRepository

_PROPOSED = 3
_DAY_DIGITS = 6
# Columns that a body fills as they are; chains have rows of their own.
COLUMNS = (
    "registration_number", "title", "kind", "amount_wan", "technology_amount_wan", "signed_on", "registered_on",
    "buyer", "buyer_id", "buyer_local", "buyer_district", "buyer_park", "seller", "seller_id", "seller_local",
    "seller_district", "seller_park", "horizontal", "docking_id", "achievement_id", "liaison_id", "note",
)  # fmt: skip
_MAY_BE_EMPTY = frozenset(
    {
        "buyer_id", "buyer_district", "buyer_park", "seller_id", "seller_district", "seller_park", "docking_id",
        "achievement_id", "liaison_id",
    }
)  # fmt: skip
_TEXTS = frozenset({"title", "buyer", "seller"})


class ContractService:
    """Keeps the ledger."""

    def create(
        self, session: Session, body: ContractIn, caller: Caller, idempotency: IdempotencyKey | None = None
    ) -> str:
        """Enter a contract; return its id.

        Raises:
            Conflict: the registration number is in the ledger; it is said which contract has it.
            InvalidInput.
        """
        known = recall(session, idempotency) if idempotency is not None else None
        if known is not None:
            return known
        repository = ContractRepository(session)
        _refuse_duplicate(repository.by_number(body.registration_number))
        fields = body.model_dump()
        settled(fields, _directory(repository, fields), _places(session))
        _link(repository, fields)
        made = new_contract(fields, caller)
        try:
            with session.begin_nested():
                repository.add(made)
        except IntegrityError as error:  # PostgreSQL: another writer was first
            raise Conflict(f"登记编号 {made.registration_number} 刚被录入，请刷新台账核对。") from error
        if idempotency is not None:
            remember(session, idempotency, made.id)
        append(session, caller, [Event("contract.create", "contracts", made.id, None, told(made))])
        return made.id

    def get(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Contract:
        """Return a contract. Raises NotFound, also for one that the caller may not see."""
        found = ContractRepository(session).get(id, caller, lock=lock)
        if found is None:
            raise NotFound("台账里没有这份合同，或您无权查看。请返回台账重新查找。")
        return found

    def detail(self, session: Session, id: str, caller: Caller) -> ContractDetail:
        """Return a contract with its adjustments; for staff also what it may be linked to. Raises NotFound."""
        contract = self.get(session, id, caller)
        adjusted = contract.adjustments
        shown = ContractOut.of(contract, worth(_registered(contract), adjusted, today()), caller)
        detail = ContractDetail(**shown.model_dump(), adjustments=[AdjustmentOut.of(each, caller) for each in adjusted])
        if not caller.sees_all:
            return detail
        repository = ContractRepository(session)
        if contract.docking_id is not None:
            docking = repository.docking(contract.docking_id)
            detail.docking_behind = docking is not None and is_behind(docking)
        elif contract.buyer_id is not None and contract.seller_id is not None:
            found = repository.dockings_of(contract.buyer_id, contract.seller_id, _PROPOSED)
            detail.proposals = [
                DockingProposal(
                    id=each.id, stage=each.stage, need=each.need.title, achievement=each.achievement.title,
                    liaison_id=each.liaison_id, signed=each.stage in {DockingStage.SIGNED, DockingStage.LANDED},
                )
                for each in found
            ]  # fmt: skip
        return detail

    def page(
        self, session: Session, caller: Caller, wanted: ContractFilter, cursor: str | None, limit: int
    ) -> tuple[list[ContractOut], str | None]:
        """Return contracts, the last registered first, and where the next part begins."""
        repository = ContractRepository(session)
        rows = repository.page(caller, wanted, _place(cursor), limit + 1)
        shown, following = page_of(rows, limit, lambda each: f"{each.registered_on.toordinal():06x}{each.id}")
        worths = repository.worths(shown, today())
        return [ContractOut.of(each, worths[each.id], caller) for each in shown], following

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> None:
        """Change what describes or links a contract. Raises NotFound, VersionRequired, StaleVersion, InvalidInput."""
        contract = self.get(session, id, caller, lock=True)
        check_version("这份合同", expected, contract.version, lambda: self._current(contract, caller), fields)
        repository = ContractRepository(session)
        before = told(contract)
        wanted = {**_values(contract), **_given(fields)}
        if any(name.split("_")[0] in SIDES for name in fields):
            for side in SIDES:
                if side in fields and f"{side}_id" not in fields:
                    wanted[f"{side}_id"] = None  # another name is perhaps another organisation
            settled(wanted, _directory(repository, wanted), _places(session))
        if wanted["signed_on"] > contract.registered_on:
            message = "签订日期晚于登记日期，请核对"
            raise InvalidInput(f"signed_on：{message}。", (FieldError("signed_on", "range", message),))
        _link(repository, wanted)
        for name in COLUMNS:
            setattr(contract, name, wanted[name])
        if "chains" in fields:
            _set_chains(contract, fields["chains"])
        _touch(contract)
        append(session, caller, [Event("contract.change", "contracts", id, *changed(before, told(contract)))])

    def adjust(
        self,
        session: Session,
        id: str,
        body: AdjustmentIn,
        caller: Caller,
        idempotency: IdempotencyKey | None = None,
    ) -> str:
        """Register an adjustment; return its id.

        Raises:
            NotFound; Conflict: the registration was cancelled; InvalidInput: amounts would make no sense.
        """
        known = recall(session, idempotency) if idempotency is not None else None
        if known is not None:
            return known
        contract = self.get(session, id, caller, lock=True)
        made = _adjustment(contract, body, caller)
        _refuse_nonsense(contract, made)
        repository = ContractRepository(session)
        repository.add(made)
        _touch(contract)
        session.flush()
        if idempotency is not None:
            remember(session, idempotency, made.id)
        after = {
            "kind": made.kind, "amount_wan": made.amount_wan, "technology_amount_wan": made.technology_amount_wan,
            "effective_on": made.effective_on, "reason": made.reason,
        }  # fmt: skip
        append(session, caller, [Event("contract.adjust", "contracts", id, None, after)])
        return made.id

    def liaisons(self, session: Session, caller: Caller) -> list[tuple[str, str]]:
        """Return to staff (id, name) of the liaisons that a contract may be put down to."""
        return ContractRepository(session).liaisons() if caller.sees_all else []

    def _current(self, contract: Contract, caller: Caller) -> dict[str, Any]:
        now_worth = worth(_registered(contract), contract.adjustments, today())
        return ContractOut.of(contract, now_worth, caller).model_dump()


def new_contract(fields: Mapping[str, Any], caller: Caller, batch_id: str | None = None) -> Contract:
    """Return a contract of fields that are settled."""
    made = Contract(**{name: fields[name] for name in COLUMNS}, created_by=caller.account_id, batch_id=batch_id)
    made.chain_rows = [ContractChain(chain=chain) for chain in dict.fromkeys(fields["chains"])]
    return made


def settled(fields: dict[str, Any], directory: Directory, places: Places) -> None:
    """Fill in what both sides leave open. Raises InvalidInput."""
    wrong = [each for side in SIDES for each in settle(fields, side, directory, places)]
    if not wrong and not fields["buyer_local"] and not fields["seller_local"]:
        wrong = [FieldError("seller_local", "nowhere", "买卖双方都不在市内，不属于本市台账；请核对双方地区")]
    if wrong:
        raise InvalidInput("；".join(f"{each.field}：{each.message}" for each in wrong) + "。", tuple(wrong))
    if fields.get("horizontal") is None:
        fields["horizontal"] = is_horizontal(fields, directory)


def told(contract: Contract) -> dict[str, Any]:
    """Return what the audit log says of a contract."""
    return {name: getattr(contract, name) for name in COLUMNS} | {"chains": contract.chains}


def _registered(contract: Contract) -> Worth:
    return Worth(contract.amount_wan, contract.technology_amount_wan)


def _values(contract: Contract) -> dict[str, Any]:
    return {name: getattr(contract, name) for name in COLUMNS}


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a change says; empty stands for nothing where a contract may have nothing."""
    return {
        name: value or None if name in _MAY_BE_EMPTY else value
        for name, value in fields.items()
        if name in _MAY_BE_EMPTY or (value is not None and not (name in _TEXTS and not value))
    }


def _directory(repository: ContractRepository, fields: Mapping[str, Any]) -> Directory:
    names = {spelling for side in SIDES for spelling in spellings(fields[side])}
    codes = {code for side in SIDES if (code := fields.get(f"{side}_credit_code"))}
    found = repository.organisations(names, codes)
    named = (repository.organisation(fields[f"{side}_id"]) for side in SIDES if fields.get(f"{side}_id"))
    return Directory([*found, *(each for each in named if each is not None)])


def _places(session: Session) -> Places:
    settings = TargetRepository(session).settings()
    return Places.parse(settings.city, settings.places)


def _link(repository: ContractRepository, fields: dict[str, Any]) -> None:
    """Check what a contract is linked to; a docking brings its achievement and liaison along. Raises InvalidInput."""
    for name in ("docking_id", "achievement_id", "liaison_id"):
        fields[name] = fields.get(name) or None
    if fields["docking_id"] is not None:
        docking = repository.docking(fields["docking_id"])
        if docking is None:
            raise _unknown("docking_id", "没有这条对接，请从合同页的建议中选择", fields["docking_id"])
        sides = (docking.need.organisation_id, docking.achievement.organisation_id)
        if (fields["buyer_id"] or sides[0], fields["seller_id"] or sides[1]) != sides:
            raise _unknown("docking_id", "这条对接的需求方、成果方不是合同的买卖双方，请核对", fields["docking_id"])
        fields["achievement_id"] = fields["achievement_id"] or docking.achievement_id
        fields["liaison_id"] = fields["liaison_id"] or docking.liaison_id
    if fields["achievement_id"] is not None and repository.achievement(fields["achievement_id"]) is None:
        raise _unknown("achievement_id", "没有这项成果，请核对 id", fields["achievement_id"])
    liaison = fields["liaison_id"] and repository.liaison(fields["liaison_id"])
    if fields["liaison_id"] is not None and (liaison is None or liaison.role != "liaison"):
        raise _unknown("liaison_id", "没有这位情报员，请从名册中选择", fields["liaison_id"])


def _unknown(field: str, message: str, value: str) -> InvalidInput:
    return InvalidInput(f"{field}：{message}。", (FieldError(field, "unknown", message, value),))


def _refuse_duplicate(known: Contract | None) -> None:
    if known is not None:
        raise Conflict(
            f"登记编号 {known.registration_number} 已在台账：{known.title}（{known.buyer} 与 {known.seller}，"
            f"{known.registered_on} 登记）。金额有变请在那份合同中登记调整。"
        )


def _adjustment(contract: Contract, body: AdjustmentIn, caller: Caller) -> ContractAdjustment:
    """Return the adjustment that a body asks for: a refund takes away, a cancellation takes all that is left."""
    left = worth(_registered(contract), contract.adjustments)
    if left.cancelled:
        raise Conflict("这份合同已撤销登记，不能再调整。")
    amount, technology = body.amount_wan or Decimal(0), body.technology_amount_wan or Decimal(0)
    if body.kind is AdjustmentKind.REFUND:
        amount, technology = -abs(amount), -abs(technology)
    elif body.kind is AdjustmentKind.CANCELLATION:
        amount, technology = -left.amount_wan, -left.technology_amount_wan
    return ContractAdjustment(
        contract_id=contract.id, kind=body.kind.value, amount_wan=amount, technology_amount_wan=technology,
        effective_on=body.effective_on, reason=body.reason, created_by=caller.account_id,
        created_by_name=caller.name, created_at=now(),
    )  # fmt: skip


def _refuse_nonsense(contract: Contract, made: ContractAdjustment) -> None:
    if made.effective_on < contract.registered_on:
        message = f"早于登记日期 {contract.registered_on}，请核对"
        raise InvalidInput(f"effective_on：{message}。", (FieldError("effective_on", "range", message),))
    later = max((each.effective_on for each in contract.adjustments), default=made.effective_on)
    if made.kind == AdjustmentKind.CANCELLATION and made.effective_on < later:
        message = f"在 {later} 还有调整，撤销登记不能早于它"
        raise InvalidInput(f"effective_on：{message}。", (FieldError("effective_on", "range", message),))
    wrong = first_impossible_day(_registered(contract), [*contract.adjustments, made])
    if wrong is not None:
        day, then = wrong
        message = (
            f"调整后 {day} 的成交额为 {then.amount_wan.normalize():f}、技术交易额为 "
            f"{then.technology_amount_wan.normalize():f} 万元；不能为负，技术交易额也不能超过成交额"
        )
        raise InvalidInput(f"amount_wan：{message}。", (FieldError("amount_wan", "range", message),))


def _set_chains(contract: Contract, chains: list[str]) -> None:
    kept = {each.chain: each for each in contract.chain_rows}
    contract.chain_rows = [kept.get(chain) or ContractChain(chain=chain) for chain in dict.fromkeys(chains)]


def _touch(contract: Contract) -> None:
    contract.version += 1
    contract.updated_at = now()


def _place(cursor: str | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    try:
        return date.fromordinal(int(cursor[:_DAY_DIGITS], 16)), cursor[_DAY_DIGITS:]
    except (ValueError, OverflowError) as error:
        message = "不是翻页位置，请用上一页返回的 next_cursor"
        raise InvalidInput(f"cursor：{message}。", (FieldError("cursor", "cursor", message, cursor),)) from error
