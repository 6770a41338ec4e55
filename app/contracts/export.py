"""The ledger as a workbook."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.contracts.repository import ContractFilter
from app.contracts.schemas import ContractOut, reads_all
from app.contracts.service import ContractService
from app.contracts.words import KINDS
from app.core.caller import Caller
from app.core.sheets import workbook

HEADER = (
    "合同登记编号", "合同名称", "合同类别", "登记时成交额（万元）", "登记时技术交易额（万元）", "现成交额（万元）",
    "现技术交易额（万元）", "状态", "签订日期", "登记日期", "买方名称", "买方地区", "买方园区", "卖方名称", "卖方地区",
    "卖方园区", "计入", "产业链", "横向科研", "情报员", "备注",
)  # fmt: skip
_INTERNAL = 2  # the last columns, for staff and the bureau
# Rows of a workbook, as many as are imported at once.
MOST = 20_000
_PART = 500


def contracts_workbook(service: ContractService, session: Session, caller: Caller, wanted: ContractFilter) -> bytes:
    """Return the contracts of a filter that the caller may see as an .xlsx, at most 20,000."""
    width = len(HEADER) - (0 if reads_all(caller) else _INTERNAL)
    rows = (_row(each)[:width] for each in _all(service, session, caller, wanted))
    return workbook("技术合同台账", HEADER[:width], rows)


def _all(service: ContractService, session: Session, caller: Caller, wanted: ContractFilter) -> Iterator[ContractOut]:
    cursor, sent = None, 0
    while sent < MOST:
        rows, cursor = service.page(session, caller, wanted, cursor, _PART)
        yield from rows
        sent += len(rows)
        if cursor is None:
            return


def _row(each: ContractOut) -> list[object]:
    return [
        each.registration_number, each.title, KINDS[each.kind], float(each.amount_wan),
        float(each.technology_amount_wan), float(each.current_amount_wan), float(each.current_technology_amount_wan),
        "已撤销登记" if each.cancelled else "", each.signed_on, each.registered_on, each.buyer, each.buyer_district,
        each.buyer_park, each.seller, each.seller_district, each.seller_park, "、".join(each.sides),
        "、".join(each.chains), "是" if each.horizontal else "否", each.liaison, each.note,
    ]  # fmt: skip
