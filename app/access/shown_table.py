"""The table of who may do what, printed from the rules that hold."""

from collections.abc import Iterator

from app.access.rule import Rule
from app.access.rules import RULES
from app.core.caller import Role

ROLES = {
    Role.ANYBODY: "匿名",
    Role.ADMIN: "管理员",
    Role.LIAISON: "情报员",
    Role.ENTERPRISE: "企业成员",
    Role.UNIVERSITY: "高校成员",
    Role.EXPERT: "专家",
    Role.BUREAU: "科技局查阅",
}
_SEES_ALL = frozenset({Role.ANYBODY, Role.ADMIN, Role.LIAISON})


def cell(rule: Rule, role: Role) -> str:
    """Return what a rule lets a role do: yes (`是`), with what is its own (`本单位`), or no (`—`)."""
    if role not in rule.roles:
        return "—"
    return "本单位" if rule.own and role not in _SEES_ALL else "是"


def permission_table() -> str:
    """Return the whole table as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f"| 方法 | 路径 | {' | '.join(ROLES.values())} | 密钥范围 |"
    yield "| --- " * (len(ROLES) + 3) + "|"
    for (method, path), rule in sorted(RULES.items(), key=lambda item: (item[0][1], item[0][0])):
        scope = "—" if rule.scope is None else f"`{rule.scope.value}`"
        cells = " | ".join(cell(rule, role) for role in ROLES)
        yield f"| {method} | `{path}` | {cells} | {scope} |"
