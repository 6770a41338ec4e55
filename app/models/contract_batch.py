"""Workbooks of the registration office: looked at first, then taken as a whole or left."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, WanAmount, now


class BatchState(StrEnum):
    """待确认, 已写入, 已放弃."""

    PREVIEWED = "previewed"
    TAKEN = "taken"
    DISCARDED = "discarded"


class RowOutcome(StrEnum):
    """What becomes of a row: 新增, 无变化, 与台账不同, 未导入."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    DIFFERS = "differs"
    REJECTED = "rejected"


class ContractBatch(Base):
    """A workbook and what is to become of its rows; what became of them, once it was taken.

    Attributes:
        unit: what a bare number counts under a header that names no unit: 万元 or 元.
        tables: sheet, header row and header of each table, for the report in the uploader's layout.
        amount_wan: what the contracts that are new come to.
    """

    __tablename__ = "contract_batches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20), default=BatchState.PREVIEWED)
    tables: Mapped[list[Any]] = mapped_column(JSON, default=list)
    notes: Mapped[list[str]] = mapped_column(default=list)
    created: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    differs: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0)
    amount_wan: Mapped[Decimal] = mapped_column(WanAmount, default=Decimal(0))
    created_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContractBatchRow(Base):
    """A row of a workbook.

    Attributes:
        position: counts the rows of a file through all of its tables.
        number: the row that people see in the sheet, from 1.
        fields: the contract that it makes, as JSON; None where it cannot be read.
        errors: [{column, code, message, value}].
        cells: as they stood: refused rows go back to who sent them.
    """

    __tablename__ = "contract_batch_rows"

    batch_id: Mapped[str] = mapped_column(ForeignKey("contract_batches.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    table: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(20))
    contract_id: Mapped[str | None] = mapped_column(String(32))
    fields: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    errors: Mapped[list[Any]] = mapped_column(JSON, default=list)
    cells: Mapped[list[Any]] = mapped_column(JSON, default=list)
