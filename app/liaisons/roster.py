"""The roster as a workbook."""

from collections.abc import Iterator

from app.core.sheets import workbook
from app.liaisons.schemas import LiaisonOut

_HEADER = ("姓名", "所在单位", "电话", "邮箱", "定点联系单位", "平台", "起始日期", "最近联系", "距今天数", "逾期")


def roster_workbook(liaisons: list[LiaisonOut]) -> bytes:
    """Return the roster as .xlsx: a row for each assignment, one for a liaison without any."""
    return workbook("科技情报员名单", _HEADER, _rows(liaisons))


def _rows(liaisons: list[LiaisonOut]) -> Iterator[tuple[object, ...]]:
    for liaison in liaisons:
        person = (liaison.name, liaison.unit, liaison.phone, liaison.email)
        if not liaison.assignments:
            yield (*person, None, None, None, None, None, None)
        for each in liaison.assignments:
            yield (
                *person, each.organisation, each.platform, each.since, each.last_contact_on,
                each.days_since_contact, "是" if each.overdue else "",
            )  # fmt: skip
