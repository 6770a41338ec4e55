"""The list of organisations as a workbook."""

from collections.abc import Iterable, Iterator

from app.core.sheets import workbook
from app.organisations.schemas import OrganisationRow
from app.organisations.words import GRADES, KINDS, VERIFICATIONS

# A workbook is for reading; beyond this people narrow the list.
MOST_ROWS = 20_000
_HEADER = (
    "单位全称", "类型", "统一社会信用代码", "县区", "园区", "所属行业", "企业梯次",
    "简称与曾用名", "核验", "核验人", "核验日期",
)  # fmt: skip


def organisations_workbook(organisations: Iterable[OrganisationRow]) -> bytes:
    """Return organisations as .xlsx, a row each."""
    return workbook("单位", _HEADER, _rows(organisations))


def _rows(organisations: Iterable[OrganisationRow]) -> Iterator[tuple[object, ...]]:
    for each in organisations:
        yield (
            each.name, KINDS[each.kind], each.credit_code, each.district, each.park, "、".join(each.industries),
            "、".join(GRADES[grade] for grade in each.grades), "、".join(each.aliases or []),
            VERIFICATIONS[each.verification], each.verified_by, each.verified_at and each.verified_at.date(),
        )  # fmt: skip
