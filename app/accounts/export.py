"""The list of accounts as a workbook: no secrets, and no way in."""

from collections.abc import Iterable, Iterator, Mapping

from app.access.shown_table import ROLES
from app.accounts.words import STATES
from app.core.city_time import CITY_TIME
from app.core.sheets import workbook
from app.models import Account

# A workbook is for reading; beyond this people narrow the list.
MOST_ROWS = 20_000
_HEADER = ("姓名", "邮箱", "角色", "单位", "所在处", "电话", "单位管理员", "动态口令", "状态", "最近登录", "建立")
_NAMES: Mapping[str, str] = {role.value: name for role, name in ROLES.items()}


def accounts_workbook(accounts: Iterable[Account]) -> bytes:
    """Return accounts, read with their organisations, as .xlsx, a row each."""
    return workbook("账号", _HEADER, _rows(accounts))


def _rows(accounts: Iterable[Account]) -> Iterator[tuple[object, ...]]:
    for each in accounts:
        last = each.last_sign_in_at
        yield (
            each.name, each.email, _NAMES[each.role], each.organisation.name if each.organisation else None,
            each.unit, each.phone, "是" if each.manages_organisation else "", "是" if each.totp_confirmed else "",
            STATES[each.state], last and last.astimezone(CITY_TIME).date(),
            each.created_at.astimezone(CITY_TIME).date(),
        )  # fmt: skip
