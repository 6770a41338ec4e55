"""技术合同: the ledger of registered technology contracts, and what was adjusted afterwards."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.identifiers import new_id
from app.models.account import Account
from app.models.base import Base, UtcDateTime, WanAmount, now


class ContractKind(StrEnum):
    """技术开发, 技术转让, 技术许可, 技术咨询, 技术服务."""

    DEVELOPMENT = "development"
    TRANSFER = "transfer"
    LICENCE = "licence"
    CONSULTING = "consulting"
    SERVICE = "service"


class AdjustmentKind(StrEnum):
    """更正, 退款, 撤销登记."""

    CORRECTION = "correction"
    REFUND = "refund"
    CANCELLATION = "cancellation"


class ContractChain(Base):
    """A contract belongs to an industrial chain; rows of their own, so that SQL sums by chain."""

    __tablename__ = "contract_chains"
    __table_args__ = (Index(None, "chain"),)

    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"), primary_key=True)
    chain: Mapped[str] = mapped_column(String(200), primary_key=True)


class ContractAdjustment(Base):
    """A change of a contract's amounts from a day on; rows are only ever added.

    Attributes:
        amount_wan, technology_amount_wan: what is added to the contract's amounts; mostly negative.
        effective_on: the day from which it counts, and so the year whose figures it changes.
        created_by_name: who registered it, as the audit log calls them.
    """

    __tablename__ = "contract_adjustments"
    __table_args__ = (Index(None, "effective_on"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    amount_wan: Mapped[Decimal] = mapped_column(WanAmount)
    technology_amount_wan: Mapped[Decimal] = mapped_column(WanAmount)
    effective_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Contract(Base):
    """A registered contract, as the registration office knows it. Amounts in 万元.

    The amounts are those of the registration and never change: what a contract is worth on a day is
    they and the adjustments up to it.

    Attributes:
        registration_number: unique; the same number again is refused.
        technology_amount_wan: 技术交易额, at most `amount_wan`.
        buyer_local, seller_local: whether a side is of this city: a local buyer absorbs (吸纳), a local
            seller puts out (输出); a contract may be both.
        buyer_district, buyer_park, seller_district, seller_park: as at registration, so that a board of a
            past year does not change when a company moves; of a side elsewhere, the district says where.
        horizontal: 横向科研, what enterprises pay universities for.
        docking_id, achievement_id, liaison_id: what led to it, where that is known.
        batch_id: the workbook that it came with.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        Index(None, "registered_on", "id"),
        Index(None, "buyer_district", "registered_on"),
        Index(None, "seller_district", "registered_on"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    registration_number: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    amount_wan: Mapped[Decimal] = mapped_column(WanAmount)
    technology_amount_wan: Mapped[Decimal] = mapped_column(WanAmount)
    signed_on: Mapped[date] = mapped_column(Date)
    registered_on: Mapped[date] = mapped_column(Date)
    buyer: Mapped[str] = mapped_column(String(200))
    buyer_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    buyer_local: Mapped[bool]
    buyer_district: Mapped[str | None] = mapped_column(String(100))
    buyer_park: Mapped[str | None] = mapped_column(String(100))
    seller: Mapped[str] = mapped_column(String(200))
    seller_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    seller_local: Mapped[bool]
    seller_district: Mapped[str | None] = mapped_column(String(100))
    seller_park: Mapped[str | None] = mapped_column(String(100))
    horizontal: Mapped[bool] = mapped_column(default=False)
    docking_id: Mapped[str | None] = mapped_column(ForeignKey("dockings.id"), index=True)
    achievement_id: Mapped[str | None] = mapped_column(ForeignKey("achievements.id"), index=True)
    liaison_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("contract_batches.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    chain_rows: Mapped[list[ContractChain]] = relationship(
        ContractChain, lazy="raise", order_by=ContractChain.chain, cascade="all, delete-orphan"
    )
    adjustments: Mapped[list[ContractAdjustment]] = relationship(
        ContractAdjustment, lazy="raise", order_by=(ContractAdjustment.effective_on, ContractAdjustment.id)
    )
    liaison: Mapped[Account | None] = relationship(Account, lazy="raise", foreign_keys=[liaison_id])

    @property
    def chains(self) -> list[str]:
        """The chains that it belongs to, in order."""
        return [each.chain for each in self.chain_rows]
