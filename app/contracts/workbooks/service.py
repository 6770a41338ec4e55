"""Workbooks of the registration office: look at every row first, then take all that is new at once."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.contracts.repository import ContractRepository
from app.contracts.schemas import ContractIn
from app.contracts.service import new_contract
from app.contracts.workbooks.checking import CheckedRow, check
from app.contracts.workbooks.columns import NAMES, LedgerTable, understand_ledger
from app.contracts.workbooks.repository import BatchRepository
from app.contracts.workbooks.rows import read_row
from app.contracts.workbooks.schemas import Unit
from app.core.caller import Caller
from app.core.database import release
from app.core.errors import Conflict, NotFound, UnreadableFile
from app.core.identifiers import new_id
from app.core.paging import page_of
from app.idempotency import IdempotencyKey, recall, remember
from app.imports.files import keep_file
from app.imports.report import report
from app.models import BatchState, ContractBatch, ContractBatchRow, RowOutcome, Upload, UploadRow
from app.models.base import now
from app.tables.reading import RawTable, read_tables, uploaded_name
from app.targets.places import Places
from app.targets.repository import TargetRepository

REFUSED = (RowOutcome.DIFFERS.value, RowOutcome.REJECTED.value)
_UNITS = {Unit.WAN: Decimal(1), Unit.YUAN: Decimal("0.0001")}
_UNIT_WORDS = {Unit.WAN: "万元", Unit.YUAN: "元"}


@dataclass(frozen=True, slots=True)
class Preview:
    """A workbook that was read, and its rows as they are stored."""

    batch: ContractBatch
    rows: list[dict[str, Any]]
    idempotency: IdempotencyKey | None


class WorkbookService:
    """Takes workbooks into the ledger."""

    def read(
        self,
        session: Session,
        content: IO[bytes],
        file_name: str,
        unit: Unit,
        caller: Caller,
        idempotency: IdempotencyKey | None = None,
    ) -> Preview:
        """Read a workbook and say what is to become of its rows, without a transaction that writes.

        Args:
            unit: what a number counts under a header that names no unit.

        Raises:
            UnreadableFile: no table of contracts is in it.
        """
        name = uploaded_name(file_name)
        tables, notes, digest = _read(content, name, _UNITS[unit])  # before the session takes a connection
        if idempotency is not None:
            idempotency = replace(
                idempotency, request_hash=hashlib.sha256(f"{idempotency.request_hash}{digest}".encode()).hexdigest()
            )
        places = _places(session)
        rows, cells = _rows(tables, places)
        check(rows, ContractRepository(session), places)
        release(session)
        batch = ContractBatch(
            id=new_id(), file_name=name, sha256=digest, unit=unit.value, tables=[_told(each) for each in tables],
            notes=(notes + _doubts(tables, unit))[:20], created_by=caller.account_id, created_by_name=caller.name,
        )  # fmt: skip
        _count(batch, rows)
        stored = [_stored(at, *place, row) for at, (row, place) in enumerate(zip(rows, cells, strict=True))]
        return Preview(batch, stored, idempotency)

    def keep(self, session: Session, preview: Preview, caller: Caller) -> ContractBatch:
        """Keep what is to become of the rows of a workbook; nothing goes to the ledger."""
        batch, idempotency = preview.batch, preview.idempotency
        known = recall(session, idempotency) if idempotency is not None else None
        if known is not None:
            return self.get(session, known, caller)
        BatchRepository(session).add(batch, preview.rows)
        if idempotency is not None:
            remember(session, idempotency, batch.id)
        told = {"file_name": batch.file_name, "sha256": batch.sha256, "rows": len(preview.rows)}
        append(session, caller, [Event("contract_batch.create", "contract_batches", batch.id, None, told)])
        return _again(session, batch)

    def get(self, session: Session, id: str, caller: Caller) -> ContractBatch:
        """Return a workbook. Raises NotFound."""
        return _found(BatchRepository(session), id, caller)

    def page(
        self, session: Session, caller: Caller, cursor: str | None, limit: int
    ) -> tuple[list[ContractBatch], str | None]:
        """Return workbooks, the newest first, and where the next part begins."""
        return page_of(BatchRepository(session).page(caller, cursor, limit + 1), limit, lambda each: each.id)

    def rows(
        self, session: Session, batch: ContractBatch, outcomes: Sequence[str], cursor: str | None, limit: int
    ) -> tuple[list[ContractBatchRow], str | None]:
        """Return rows in their order, and where the next part begins."""
        after = -1 if cursor is None else int(cursor)
        rows = BatchRepository(session).rows(batch.id, outcomes, after, limit + 1)
        return page_of(rows, limit, lambda each: each.position)

    def take(self, session: Session, id: str, caller: Caller) -> ContractBatch:
        """Take all rows that are new into the ledger, at once or not at all.

        The rows are checked again, as the ledger may have grown since they were shown.

        Raises:
            NotFound; Conflict: it was taken or discarded, or nothing of it is new any more.
        """
        repository = BatchRepository(session)
        batch = _found(repository, id, caller, lock=True)
        _refuse_unless_open(batch)
        stored = repository.rows(id)
        rows = [_stored_row(batch, row) for row in stored]
        contracts = ContractRepository(session)
        check(rows, contracts, _places(session))
        made = [
            (row, checked, new_contract(checked.fields, caller, batch.id))
            for row, checked in zip(stored, rows, strict=True)
            if checked.outcome is RowOutcome.CREATED
        ]
        if not made:
            raise Conflict("没有可以新增的合同：都已在台账，或需要修改。请下载要改的行改好后重新上传。")
        contracts.add_all([contract for _, _, contract in made])
        session.flush()
        for row, checked in zip(stored, rows, strict=True):
            row.outcome, row.errors, row.contract_id = checked.outcome.value, checked.errors, checked.contract_id
        for row, _, contract in made:
            row.contract_id = contract.id
        _count(batch, rows)
        batch.state, batch.taken_at = BatchState.TAKEN, now()
        told = {"file_name": batch.file_name, "rows": len(made), "amount_wan": batch.amount_wan}
        append(session, caller, [Event("contract.import", "contract_batches", id, None, told)])
        return _again(session, batch)

    def discard(self, session: Session, id: str, caller: Caller) -> None:
        """Leave a workbook. Raises NotFound, Conflict."""
        batch = _found(BatchRepository(session), id, caller, lock=True)
        _refuse_unless_open(batch)
        batch.state = BatchState.DISCARDED
        told = {"file_name": batch.file_name}
        append(session, caller, [Event("contract_batch.discard", "contract_batches", id, None, told)])

    def report(self, session: Session, id: str, caller: Caller) -> bytes:
        """Return the refused rows in the uploader's columns, with the reason beside each. Raises NotFound."""
        repository = BatchRepository(session)
        batch = _found(repository, id, caller)
        # Of the shape that uploads have, which is all that the report asks for.
        return report(cast(Upload, batch), cast(Sequence[UploadRow], repository.rows(id, REFUSED)))


def _read(content: IO[bytes], name: str, bare_unit: Decimal) -> tuple[list[LedgerTable], list[str], str]:
    """Return the tables of contracts in a file, what a person should be told, and the file's SHA-256."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, f"ledger{Path(name).suffix.lower()[:10]}")
        _, digest = keep_file(content, kept)
        book = read_tables(kept, name)
    notes, tables, nearest = list(book.notes), [], None
    for table in book.tables:
        if not table.rows:
            continue
        if table.hidden:
            notes.append(f"{_place(table)}是隐藏的，未导入；需要时请取消隐藏后再上传。")
            continue
        found = understand_ledger(table, bare_unit)
        if found is not None and not found.missing:
            tables.append(found)
            continue
        notes.append(f"{_place(table)}没有合同台账的表头，未导入。")
        if found is not None and (nearest is None or len(found.missing) < len(nearest.missing)):
            nearest = found
    if not tables:
        wanted = "、".join(nearest.missing if nearest is not None else ("合同登记编号", "合同名称", "合同成交额"))
        raise UnreadableFile(f"没有找到合同台账的表头，缺少这些列：{wanted}。请在表头行写上这些列名后再上传。")
    return tables, notes, digest


def _rows(tables: Sequence[LedgerTable], places: Places) -> tuple[list[CheckedRow], list[tuple[int, int, list[str]]]]:
    """Return what can be read of all rows, and (table, row number, cells) of each."""
    rows, where = [], []
    for at, table in enumerate(tables):
        columns = {name: table.header[index] for name, index in table.places.items()}
        for raw in table.rows:
            cells = {name: raw.cells[index] for name, index in table.places.items() if index < len(raw.cells)}
            if not any(text.strip() for text in cells.values()):
                continue
            read = read_row(cells, columns, table.units, places)
            rows.append(CheckedRow(raw.number, read.body, read.given, columns, read.errors))
            where.append((at, raw.number, list(raw.cells)))
    return rows, where


def _stored(position: int, table: int, number: int, cells: list[str], row: CheckedRow) -> dict[str, Any]:
    fields = None
    if row.body is not None:
        fields = row.body.model_dump(mode="json") | {"given": sorted(row.given)}
    return {
        "position": position, "table": table, "number": number, "outcome": row.outcome.value,
        "contract_id": row.contract_id, "fields": fields, "errors": row.errors, "cells": cells,
    }  # fmt: skip


def _stored_row(batch: ContractBatch, row: ContractBatchRow) -> CheckedRow:
    """Return a row as it was read."""
    columns = {each["field"]: each["header"] for each in batch.tables[row.table]["columns"] if each["field"]}
    if row.fields is None:
        return CheckedRow(row.number, None, frozenset(), columns, list(row.errors))
    fields = dict(row.fields)
    given = frozenset(fields.pop("given"))
    return CheckedRow(row.number, ContractIn.model_validate(fields), given, columns)


def _count(batch: ContractBatch, rows: Sequence[CheckedRow]) -> None:
    for outcome in RowOutcome:
        setattr(batch, outcome.value, sum(row.outcome is outcome for row in rows))
    batch.amount_wan = sum(
        (row.body.amount_wan for row in rows if row.body is not None and row.outcome is RowOutcome.CREATED), Decimal(0)
    )


def _told(table: LedgerTable) -> dict[str, Any]:
    fields = {index: name for name, index in table.places.items()}
    columns = [
        {"header": header, "field": fields.get(at), "name": NAMES[fields[at]] if at in fields else None}
        for at, header in enumerate(table.header)
    ]
    return {
        "file": table.table.file, "sheet": table.table.sheet, "header_row": table.header_row,
        "rows": len(table.rows), "columns": columns,
    }  # fmt: skip


def _doubts(tables: Sequence[LedgerTable], unit: Unit) -> list[str]:
    """Return what was taken for granted of the columns."""
    bare = list(dict.fromkeys(name for table in tables for name in table.bare))
    found = []
    if bare:
        other = _UNIT_WORDS[Unit.YUAN if unit is Unit.WAN else Unit.WAN]
        found.append(
            f"“{'”“'.join(bare)}”没有写单位，数字按{_UNIT_WORDS[unit]}读取；如果是{other}，请放弃后改选单位重新上传。"
        )
    if any("technology_amount_wan" not in table.places for table in tables):
        found.append("表中没有技术交易额一列，技术交易额按合同成交额记。")
    if any("signed_on" not in table.places for table in tables):
        found.append("表中没有签订日期一列，签订日期按登记日期记。")
    return found


def _places(session: Session) -> Places:
    settings = TargetRepository(session).settings()
    return Places.parse(settings.city, settings.places)


def _place(table: RawTable) -> str:
    return f"工作表“{table.sheet}”" if table.sheet else f"文件“{table.file}”"


def _found(repository: BatchRepository, id: str, caller: Caller, *, lock: bool = False) -> ContractBatch:
    batch = repository.get(id, caller, lock=lock)
    if batch is None:
        raise NotFound("没有这次台账导入，请返回导入页重新查找。")
    return batch


def _again(session: Session, batch: ContractBatch) -> ContractBatch:
    """Return a workbook as it is stored: amounts have the places of their column."""
    session.flush()
    session.refresh(batch)
    return batch


def _refuse_unless_open(batch: ContractBatch) -> None:
    if batch.state != BatchState.PREVIEWED:
        word = "写入台账" if batch.state == BatchState.TAKEN else "放弃"
        raise Conflict(f"这份表已{word}，不能再操作；需要时请重新上传。")
