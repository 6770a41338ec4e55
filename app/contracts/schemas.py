"""Bodies of contracts in the HTTP contract."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, PlainSerializer, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.contracts.words import ADJUSTMENTS
from app.contracts.worth import Worth
from app.core.caller import Caller, Role
from app.core.city_time import CITY_TIME, today
from app.kinds.fields import OptionalText, RecordBody, Wan, Word, Words
from app.models import AdjustmentKind, Contract, ContractAdjustment, ContractKind
from app.models.base import WAN_PLACES
from app.organisations.schemas import CreditCode

_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(r"[0-9A-Z\u4e00-\u9fff][^\x00-\x1f]*")
_LIMIT = Decimal(10) ** 7


def _registration_number(text: str) -> str:
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not _NUMBER.fullmatch(plain):
        raise PydanticCustomError("blank", "须为登记编号，如 2026340000000001，请对照登记证明核对")
    return plain


def _past(day: date) -> date:
    if day > today():
        raise PydanticCustomError("range", "晚于今天，请核对日期")
    if day.year < 1985:  # 技术合同 are registered since the law of 1987
        raise PydanticCustomError("range", "早于 1985 年，请核对日期")
    return day


RegistrationNumber = Annotated[str, StringConstraints(max_length=60), AfterValidator(_registration_number)]
Day = Annotated[date, AfterValidator(_past)]
# 10^7 万元, a hundred billion yuan: beyond any contract, and a million of them still fit 64 bits.
Amount = Annotated[Wan, Field(lt=_LIMIT)]
Delta = Annotated[
    Decimal,
    Field(gt=-_LIMIT, lt=_LIMIT, decimal_places=WAN_PLACES),
    PlainSerializer(lambda value: format(value.normalize(), "f"), return_type=str, when_used="json"),
]
ContractTitle = Annotated[str, StringConstraints(max_length=300), *Word.__metadata__[1:]]
Place = Annotated[Word, StringConstraints(max_length=100)]
_Note = Annotated[OptionalText, Field(max_length=2000)]
_Id = Annotated[str, StringConstraints(max_length=32, pattern="^[0-9a-f]*$")]


class ContractFields(RecordBody):
    """Fields that may be left out."""

    buyer_id: Annotated[_Id | None, Field(title="买方单位 id", description="不填时按信用代码、名称对应")] = None
    buyer_credit_code: Annotated[
        CreditCode | None, Field(title="买方统一社会信用代码", description="只用来对应单位")
    ] = None
    buyer_local: Annotated[bool | None, Field(title="买方在市内", description="不填时按对应单位的县区")] = None
    buyer_district: Annotated[Place | None, Field(title="买方县区", description="市外的写地区")] = None
    buyer_park: Annotated[Place | None, Field(title="买方园区")] = None
    seller_id: Annotated[_Id | None, Field(title="卖方单位 id", description="不填时按信用代码、名称对应")] = None
    seller_credit_code: Annotated[
        CreditCode | None, Field(title="卖方统一社会信用代码", description="只用来对应单位")
    ] = None
    seller_local: Annotated[bool | None, Field(title="卖方在市内", description="不填时按对应单位的县区")] = None
    seller_district: Annotated[Place | None, Field(title="卖方县区", description="市外的写地区")] = None
    seller_park: Annotated[Place | None, Field(title="卖方园区")] = None
    chains: Annotated[Words, Field(title="产业链")] = []
    horizontal: Annotated[
        bool | None, Field(title="横向科研", description="企业委托高校院所；不填时按卖方是否为高校院所")
    ] = None
    docking_id: Annotated[_Id | None, Field(title="对接 id")] = None
    achievement_id: Annotated[_Id | None, Field(title="成果 id")] = None
    liaison_id: Annotated[_Id | None, Field(title="情报员账号 id")] = None
    note: Annotated[_Note, Field(title="备注")] = ""


class ContractIn(ContractFields):
    """A contract as it is entered."""

    registration_number: Annotated[RegistrationNumber, Field(title="合同登记编号")]
    title: Annotated[ContractTitle, Field(title="合同名称")]
    kind: Annotated[
        ContractKind,
        Field(
            title="合同类别",
            description="development 技术开发，transfer 技术转让，licence 技术许可，consulting 技术咨询，"
            "service 技术服务",
        ),
    ]
    amount_wan: Annotated[Amount, Field(title="合同成交额", description="万元")]
    technology_amount_wan: Annotated[Amount, Field(title="技术交易额", description="万元，不超过成交额")]
    signed_on: Annotated[Day, Field(title="签订日期")]
    registered_on: Annotated[Day, Field(title="登记日期", description="决定计入哪一年度")]
    buyer: Annotated[Word, Field(title="买方名称")]
    seller: Annotated[Word, Field(title="卖方名称")]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.technology_amount_wan > self.amount_wan:
            raise PydanticCustomError("range", "技术交易额大于合同成交额，请核对金额和单位")
        if self.registered_on < self.signed_on:
            raise PydanticCustomError("range", "登记日期早于签订日期，请核对")
        return self


class ContractPatch(ContractFields):
    """Fields to change; those left out stay. Number, amounts and day of registration stay for good."""

    title: Annotated[ContractTitle, Field(title="合同名称")] = ""
    kind: Annotated[ContractKind | None, Field(title="合同类别")] = None
    signed_on: Annotated[Day | None, Field(title="签订日期")] = None
    buyer: Annotated[Word, Field(title="买方名称")] = ""
    seller: Annotated[Word, Field(title="卖方名称")] = ""


class AdjustmentIn(RecordBody):
    """An adjustment as it is registered."""

    kind: Annotated[
        AdjustmentKind, Field(title="调整类型", description="correction 更正，refund 退款，cancellation 撤销登记")
    ]
    amount_wan: Annotated[
        Delta | None, Field(title="成交额增减", description="万元，减少为负；退款填正数或负数均按减少；撤销登记不填")
    ] = None
    technology_amount_wan: Annotated[Delta | None, Field(title="技术交易额增减", description="万元，同上")] = None
    effective_on: Annotated[Day, Field(title="生效日期", description="决定计入哪一年度")]
    reason: Annotated[
        Word, StringConstraints(max_length=1000), Field(title="原因", description="如 登记证明复核、退款凭证号")
    ]

    @model_validator(mode="after")
    def _with_amounts(self) -> Self:
        given = (self.amount_wan, self.technology_amount_wan)
        if self.kind is AdjustmentKind.CANCELLATION:
            if given != (None, None):
                raise PydanticCustomError("range", "撤销登记会减去全部剩余金额，不填增减金额")
        elif not any(given):
            raise PydanticCustomError("range", "请填写成交额或技术交易额的增减，至少一项不为 0")
        return self


class AdjustmentOut(BaseModel):
    """An adjustment as it is shown."""

    id: Annotated[str, Field(title="调整 id")]
    kind: Annotated[AdjustmentKind, Field(title="调整类型")]
    kind_name: Annotated[str, Field(title="类型名称")]
    amount_wan: Annotated[Delta, Field(title="成交额增减")]
    technology_amount_wan: Annotated[Delta, Field(title="技术交易额增减")]
    effective_on: Annotated[date, Field(title="生效日期")]
    reason: Annotated[str, Field(title="原因")]
    created_by: Annotated[str | None, Field(title="登记人", description="仅情报员和科技局可见")]
    created_at: Annotated[datetime, Field(title="登记时间")]

    @classmethod
    def of(cls, made: ContractAdjustment, caller: Caller) -> Self:
        """Return an adjustment as the caller sees it."""
        return cls(
            id=made.id, kind=AdjustmentKind(made.kind), kind_name=ADJUSTMENTS[made.kind], amount_wan=made.amount_wan,
            technology_amount_wan=made.technology_amount_wan, effective_on=made.effective_on, reason=made.reason,
            created_by=made.created_by_name if reads_all(caller) else None,
            created_at=made.created_at.astimezone(CITY_TIME),
        )  # fmt: skip


class ContractOut(BaseModel):
    """A contract as it is shown."""

    id: Annotated[str, Field(title="合同 id")]
    registration_number: Annotated[str, Field(title="合同登记编号")]
    title: Annotated[str, Field(title="合同名称")]
    kind: Annotated[ContractKind, Field(title="合同类别")]
    amount_wan: Annotated[Wan, Field(title="登记时的成交额", description="万元")]
    technology_amount_wan: Annotated[Wan, Field(title="登记时的技术交易额", description="万元")]
    current_amount_wan: Annotated[Wan, Field(title="现成交额", description="登记额加上至今的调整")]
    current_technology_amount_wan: Annotated[Wan, Field(title="现技术交易额")]
    cancelled: Annotated[bool, Field(title="已撤销登记")]
    signed_on: Annotated[date, Field(title="签订日期")]
    registered_on: Annotated[date, Field(title="登记日期")]
    buyer: Annotated[str, Field(title="买方名称")]
    buyer_id: Annotated[str | None, Field(title="买方单位 id")]
    buyer_local: Annotated[bool, Field(title="买方在市内", description="是则计入吸纳")]
    buyer_district: Annotated[str | None, Field(title="买方县区")]
    buyer_park: Annotated[str | None, Field(title="买方园区")]
    seller: Annotated[str, Field(title="卖方名称")]
    seller_id: Annotated[str | None, Field(title="卖方单位 id")]
    seller_local: Annotated[bool, Field(title="卖方在市内", description="是则计入输出")]
    seller_district: Annotated[str | None, Field(title="卖方县区")]
    seller_park: Annotated[str | None, Field(title="卖方园区")]
    chains: Annotated[list[str], Field(title="产业链")]
    horizontal: Annotated[bool, Field(title="横向科研")]
    docking_id: Annotated[str | None, Field(title="对接 id", description="仅情报员可见")]
    achievement_id: Annotated[str | None, Field(title="成果 id", description="仅情报员可见")]
    liaison_id: Annotated[str | None, Field(title="情报员账号 id", description="仅情报员和科技局可见")]
    liaison: Annotated[str | None, Field(title="情报员", description="仅情报员和科技局可见")]
    note: Annotated[str | None, Field(title="备注", description="仅情报员和科技局可见")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    created_at: Annotated[datetime, Field(title="录入时间")]

    @classmethod
    def of(cls, contract: Contract, now_worth: Worth, caller: Caller) -> Self:
        """Return a contract as the caller sees it."""
        all_of_it, staff = reads_all(caller), caller.sees_all
        named = {name: getattr(contract, name) for name in _PLAIN}
        return cls(
            **named,
            current_amount_wan=now_worth.amount_wan,
            current_technology_amount_wan=now_worth.technology_amount_wan,
            cancelled=now_worth.cancelled,
            docking_id=contract.docking_id if staff else None,
            achievement_id=contract.achievement_id if staff else None,
            liaison_id=contract.liaison_id if all_of_it else None,
            liaison=contract.liaison.name if all_of_it and contract.liaison is not None else None,
            note=contract.note if all_of_it else None,
            created_at=contract.created_at.astimezone(CITY_TIME),
        )

    @property
    def sides(self) -> list[str]:
        """Which sides of the board it counts for."""
        return [name for name, local in (("吸纳", self.buyer_local), ("输出", self.seller_local)) if local]


_PLAIN = (
    "id", "registration_number", "title", "kind", "amount_wan", "technology_amount_wan", "signed_on", "registered_on",
    "buyer", "buyer_id", "buyer_local", "buyer_district", "buyer_park", "seller", "seller_id", "seller_local",
    "seller_district", "seller_park", "chains", "horizontal", "version",
)  # fmt: skip


class DockingProposal(BaseModel):
    """A docking of the same two organisations that a contract may belong to."""

    id: Annotated[str, Field(title="对接 id")]
    stage: Annotated[str, Field(title="阶段")]
    need: Annotated[str, Field(title="需求名称")]
    achievement: Annotated[str, Field(title="成果名称")]
    liaison_id: Annotated[str | None, Field(title="情报员账号 id")]
    signed: Annotated[bool, Field(title="已到签约")]


class ContractDetail(ContractOut):
    """A contract with what was adjusted, and what it may be linked to."""

    adjustments: Annotated[list[AdjustmentOut], Field(title="调整", description="按生效日期")] = []
    proposals: Annotated[
        list[DockingProposal], Field(title="可能对应的对接", description="同一买卖双方的对接；仅情报员可见")
    ] = []
    docking_behind: Annotated[
        bool, Field(title="对接未到签约", description="已关联的对接还在签约以前的阶段；仅情报员可见")
    ] = False


class ContractPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[ContractOut], Field(title="本页合同", description="最近登记的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


def reads_all(caller: Caller) -> bool:
    """Say whether the caller reads every contract: staff and the bureau."""
    return caller.sees_all or caller.role is Role.BUREAU
