"""Routes of contracts."""

from typing import Annotated

from fastapi import File, Form, Query, Response, UploadFile
from sqlalchemy.orm import Session

from app.access.guard import CallerOf, guarded_router
from app.contracts.export import contracts_workbook
from app.contracts.parameters import FilterOf, LedgerCursor
from app.contracts.schemas import AdjustmentIn, ContractDetail, ContractIn, ContractPage, ContractPatch
from app.contracts.service import ContractService
from app.contracts.workbooks.schemas import BatchOut, BatchPage, BatchRowOut, BatchRowPage, Unit
from app.contracts.workbooks.service import Preview, WorkbookService
from app.core.database import DatabaseOf, ReadSession, WriteSession, prepare_then_apply
from app.core.parts import PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.idempotency import IdempotencyKey, KeyHeader
from app.kinds.parameters import Cursor, Limit
from app.models import RowOutcome

router = guarded_router("/contracts", "技术合同")
_RowCursor = Annotated[
    str | None, Query(pattern="^[0-9]{1,6}$", title="翻页位置", description="上一页返回的 next_cursor")
]


@router.post("", status_code=201, summary="录入合同")
def create_contract(
    body: ContractIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    idempotency_key: KeyHeader = None,
) -> ContractDetail:
    """Enter a contract; with what it may be linked to."""
    idempotency = IdempotencyKey.of("contracts", caller, idempotency_key, body.model_dump_json())
    id = parts[ContractService].create(session, body, caller, idempotency)
    response.headers["Location"] = f"/api/v1/contracts/{id}"
    return get_contract(id, parts, session, caller, response)


@router.get("", summary="列出合同")
def list_contracts(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    cursor: LedgerCursor = None,
    limit: Limit = 20,
) -> ContractPage:
    """Return contracts, the last registered first: all for staff and the bureau, for a member those of their side."""
    rows, following = parts[ContractService].page(session, caller, wanted, cursor, limit)
    return ContractPage(items=rows, next_cursor=following)


@router.get("/list.xlsx", summary="导出合同", responses=WORKBOOK, response_class=Response)
def list_workbook(parts: PartsOf, session: ReadSession, caller: CallerOf, wanted: FilterOf) -> Response:
    """Return the contracts of a filter as a workbook."""
    return workbook_answer(contracts_workbook(parts[ContractService], session, caller, wanted), "contracts.xlsx")


@router.post("/imports", status_code=201, summary="上传登记台账")
def preview_workbook(
    parts: PartsOf,
    database: DatabaseOf,
    caller: CallerOf,
    response: Response,
    file: Annotated[UploadFile, File(title="文件", description=".xlsx、.xls、.csv、.tsv 或它们的 .zip，20 MB 以内")],
    unit: Annotated[Unit, Form(title="未写单位时按", description="wan 万元，yuan 元")] = Unit.WAN,
    idempotency_key: KeyHeader = None,
) -> BatchOut:
    """Read a workbook and say what becomes of each row; nothing goes to the ledger yet."""
    idempotency = IdempotencyKey.of("contracts/imports", caller, idempotency_key, f"{file.filename}\0{unit}")
    workbooks = parts[WorkbookService]

    def read(session: Session) -> Preview:
        return workbooks.read(session, file.file, file.filename or "", unit, caller, idempotency)

    def keep(session: Session, preview: Preview) -> BatchOut:
        return BatchOut.of(workbooks.keep(session, preview, caller))

    kept = prepare_then_apply(database, read, keep)
    response.headers["Location"] = f"/api/v1/contracts/imports/{kept.id}"
    return kept


@router.get("/imports", summary="列出台账导入")
def list_batches(
    parts: PartsOf, session: ReadSession, caller: CallerOf, cursor: Cursor = None, limit: Limit = 20
) -> BatchPage:
    """Return workbooks, the newest first."""
    rows, following = parts[WorkbookService].page(session, caller, cursor, limit)
    return BatchPage(items=[BatchOut.of(each) for each in rows], next_cursor=following)


@router.get("/imports/{id}", summary="读取台账导入")
def get_batch(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> BatchOut:
    """Return a workbook with the counts of its rows."""
    return BatchOut.of(parts[WorkbookService].get(session, id, caller))


@router.get("/imports/{id}/rows", summary="台账各行的结果")
def batch_rows(
    id: str,
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    outcome: Annotated[RowOutcome | None, Query(title="结果")] = None,
    cursor: _RowCursor = None,
    limit: Limit = 100,
) -> BatchRowPage:
    """Return what becomes of each row, in their order."""
    batch = parts[WorkbookService].get(session, id, caller)
    wanted = () if outcome is None else (outcome.value,)
    rows, following = parts[WorkbookService].rows(session, batch, wanted, cursor, limit)
    return BatchRowPage(items=[BatchRowOut.of(batch, each) for each in rows], next_cursor=following)


@router.get("/imports/{id}/report.xlsx", summary="下载要改的行", responses=WORKBOOK, response_class=Response)
def batch_report(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf) -> Response:
    """Return the refused rows in the uploader's own columns, with the reason beside each."""
    return workbook_answer(parts[WorkbookService].report(session, id, caller), "contracts-report.xlsx")


@router.post("/imports/{id}/take", summary="写入台账")
def take_batch(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> BatchOut:
    """Take all rows that are new into the ledger, at once or not at all."""
    return BatchOut.of(parts[WorkbookService].take(session, id, caller))


@router.delete("/imports/{id}", status_code=204, summary="放弃台账导入")
def discard_batch(id: str, parts: PartsOf, session: WriteSession, caller: CallerOf) -> None:
    """Leave a workbook that was not taken."""
    parts[WorkbookService].discard(session, id, caller)


@router.get("/{id}", summary="读取合同")
def get_contract(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> ContractDetail:
    """Return one contract with its adjustments."""
    found = parts[ContractService].detail(session, id, caller)
    tell_version(response, found.version)
    return found


@router.patch("/{id}", summary="修改合同")
def change_contract(
    id: str,
    body: ContractPatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> ContractDetail:
    """Change the given fields; the others stay. Number, amounts and day of registration stay for good."""
    parts[ContractService].change(session, id, body.model_dump(exclude_unset=True), if_match, caller)
    return get_contract(id, parts, session, caller, response)


@router.post("/{id}/adjustments", status_code=201, summary="登记调整")
def adjust_contract(
    id: str,
    body: AdjustmentIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    idempotency_key: KeyHeader = None,
) -> ContractDetail:
    """Register a correction, a refund or the cancellation of the registration."""
    idempotency = IdempotencyKey.of(f"contracts/{id}/adjustments", caller, idempotency_key, body.model_dump_json())
    parts[ContractService].adjust(session, id, body, caller, idempotency)
    return get_contract(id, parts, session, caller, response)
