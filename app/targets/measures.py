"""What the board measures, in one table: of which contracts, which value, for whose place."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.models import TargetScope


class Measure(StrEnum):
    """What is measured of contracts."""

    ABSORBED = "absorbed"
    ABSORBED_TECHNOLOGY = "absorbed_technology"
    OUTSIDE_ITEMS = "outside_items"
    OUTSIDE_ITEMS_TOTAL = "outside_items_total"
    OUTPUT = "output"
    OUTPUT_TECHNOLOGY = "output_technology"
    LANDED = "landed"
    HORIZONTAL = "horizontal"
    CONTRACTS = "contracts"
    AMOUNT = "amount"
    TECHNOLOGY = "technology"


class Party(StrEnum):
    """Whose county and park a measure belongs to."""

    BUYER = "buyer"
    SELLER = "seller"


class Value(StrEnum):
    """What is summed of a contract."""

    AMOUNT = "amount"
    TECHNOLOGY = "technology"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Definition:
    """How a measure is counted.

    Attributes:
        party: whose place it belongs to; that party is local. None: of all contracts, by no place.
        means: for those who ask what exactly is counted.
        cumulative: from the first contract on, not of the year alone.
    """

    name: str
    value: Value
    party: Party | None
    means: str
    cumulative: bool = False

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return "项" if self.value is Value.ITEMS else "万元"


_ITEM = "买方在市内、卖方在市外、没有撤销登记的技术合同，每份计一项"
MEASURES: Mapping[Measure, Definition] = {
    Measure.ABSORBED: Definition(
        "吸纳技术合同成交额", Value.AMOUNT, Party.BUYER, "买方在市内的技术合同成交额，按买方所在县区、园区"
    ),
    Measure.ABSORBED_TECHNOLOGY: Definition(
        "吸纳技术交易额", Value.TECHNOLOGY, Party.BUYER, "买方在市内的技术合同中的技术交易额"
    ),
    Measure.OUTSIDE_ITEMS: Definition("市外成果转化项数", Value.ITEMS, Party.BUYER, _ITEM),
    Measure.OUTSIDE_ITEMS_TOTAL: Definition(
        "累计转化市外成果项数", Value.ITEMS, Party.BUYER, f"{_ITEM}，从台账第一份合同起累计", cumulative=True
    ),
    Measure.OUTPUT: Definition(
        "输出技术合同成交额", Value.AMOUNT, Party.SELLER, "卖方在市内的技术合同成交额，按卖方所在县区、园区"
    ),
    Measure.OUTPUT_TECHNOLOGY: Definition(
        "输出技术交易额", Value.TECHNOLOGY, Party.SELLER, "卖方在市内的技术合同中的技术交易额"
    ),
    Measure.LANDED: Definition(
        "就地转化成交额", Value.AMOUNT, Party.SELLER, "买卖双方都在市内的技术合同成交额；除以输出成交额即就地转化占比"
    ),
    Measure.HORIZONTAL: Definition(
        "横向科研合同额", Value.AMOUNT, Party.SELLER, "市内高校院所承担的横向科研合同成交额"
    ),
    Measure.CONTRACTS: Definition("合同数", Value.ITEMS, None, "登记的技术合同份数，撤销登记的减去"),
    Measure.AMOUNT: Definition("成交额", Value.AMOUNT, None, "登记的技术合同成交额"),
    Measure.TECHNOLOGY: Definition("技术交易额", Value.TECHNOLOGY, None, "登记的技术合同中的技术交易额"),
}
BUYER_MEASURES = tuple(each for each, told in MEASURES.items() if told.party is Party.BUYER and not told.cumulative)
SELLER_MEASURES = tuple(each for each, told in MEASURES.items() if told.party is Party.SELLER)
ALL_MEASURES = (Measure.CONTRACTS, Measure.AMOUNT, Measure.TECHNOLOGY)
YEARLY = (*BUYER_MEASURES, *SELLER_MEASURES, *ALL_MEASURES)
# What a target may be set for.
TARGETED = tuple(each for each, told in MEASURES.items() if told.party is not None and each is not Measure.LANDED)
SCOPES: Mapping[TargetScope, str] = {
    TargetScope.CITY: "全市",
    TargetScope.DISTRICT: "县区",
    TargetScope.PARK: "园区",
}
