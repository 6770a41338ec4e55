"""Which roles fit which organisations, and who may manage whom."""

from collections.abc import Mapping

from app.core.caller import Caller, Role
from app.core.errors import FieldError, Forbidden, InvalidInput
from app.models import Organisation, OrganisationKind

_FITTING: Mapping[Role, frozenset[OrganisationKind]] = {
    Role.ENTERPRISE: frozenset({OrganisationKind.ENTERPRISE}),
    Role.UNIVERSITY: frozenset({OrganisationKind.UNIVERSITY, OrganisationKind.PROVIDER}),
    Role.BUREAU: frozenset({OrganisationKind.GOVERNMENT}),
}
_NEEDS_ONE = {Role.ENTERPRISE: "企业", Role.UNIVERSITY: "高校院所或服务机构"}


def check_membership(role: Role, organisation: Organisation | None) -> None:
    """Refuse a role that does not fit an organisation. Raises InvalidInput."""
    if organisation is None:
        if role in _NEEDS_ONE:
            raise _invalid("organisation_id", "missing", f"必填，请给出所属{_NEEDS_ONE[role]}的单位 id")
        return
    fitting = _FITTING.get(role)
    if fitting is not None and organisation.kind not in fitting:
        raise _invalid(
            "organisation_id", "does_not_fit", f"“{organisation.name}”的单位类型与角色不符，请核对角色或单位"
        )


def check_manages(caller: Caller) -> None:
    """Refuse a member who does not manage the own organisation. Raises Forbidden."""
    if caller.role is not Role.ADMIN and not caller.manages_organisation:
        raise Forbidden("只有本单位的管理员可以管理账号，请联系本单位管理员。")


def check_may_give(caller: Caller, role: Role) -> None:
    """Refuse a role that the caller may not give: members give their own alone. Raises InvalidInput."""
    if caller.role not in {Role.ADMIN, role}:
        raise _invalid("role", "not_allowed", f"只能添加与您相同的角色（{caller.role.value}）")


def check_may_move(caller: Caller, present: str | None, wanted: str | None) -> None:
    """Refuse to move a member to another organisation: administrators alone may. Raises InvalidInput."""
    if wanted != present and caller.role is not Role.ADMIN:
        raise _invalid("organisation_id", "not_allowed", "成员不能移到别的单位，请联系系统管理员")


def _invalid(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(f"{field}：{message}。", (FieldError(field, code, message),))
