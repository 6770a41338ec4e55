"""Where each role may go: the menu of the pages."""

from dataclasses import dataclass

from app.access.rules import RULES
from app.core.caller import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the menu.

    Attributes:
        path: its address.
        route: the path of its route, whose rule says who may see it.
        only: roles for whom it is a place to work; None for all whom the rule lets in.
        managers: of the members, for those alone who manage their organisation.
    """

    name: str
    path: str
    icon: str
    route: str
    only: frozenset[Role] | None = None
    managers: bool = False


_STAFF = frozenset({Role.ADMIN, Role.LIAISON})
_MEMBERS = frozenset({Role.ENTERPRISE, Role.UNIVERSITY})
MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry("工作台", "/", "home", "/", _STAFF),
            Entry("首页", "/", "home", "/", frozenset(Role) - _STAFF),
            Entry("发布需求", "/needs/new", "plus", "/needs/new", frozenset({Role.ENTERPRISE})),
        ),
    ),
    (
        "检索",
        (
            Entry("找成果", "/search/achievements", "search", "/search/{target}"),
            Entry("找需求", "/search/needs", "search", "/search/{target}"),
            Entry("收藏的检索", "/saved-searches", "star", "/saved-searches"),
        ),
    ),
    (
        "对接",
        (
            Entry("意向", "/interests", "link", "/interests"),
            Entry("对接", "/dockings", "group", "/dockings"),
            Entry("路演", "/roadshows", "calendar", "/roadshows"),
            Entry("共性需求", "/common-needs", "group", "/common-needs"),
            Entry("技术合同", "/contracts", "list", "/contracts"),
            Entry("考核", "/board", "chart", "/board"),
            Entry("揭榜挂帅", "/challenges", "flag", "/challenges"),
        ),
    ),
    (
        "库",
        (
            Entry("成果库", "/achievements", "box", "/achievements"),
            Entry("需求库", "/needs", "list", "/needs"),
            Entry("导入", "/imports", "upload", "/imports"),
            Entry("疑似重复", "/duplicates", "group", "/duplicates"),
            Entry("捕捉成果", "/captures", "plus", "/captures"),
            Entry("需求征集", "/rounds", "calendar", "/rounds"),
            Entry("对外发布", "/channels", "upload", "/channels"),
        ),
    ),
    (
        "管理",
        (
            Entry("待审", "/admin/review", "check", "/admin/review"),
            Entry("单位", "/admin/organisations", "building", "/admin/organisations"),
            Entry("账号", "/admin/accounts", "people", "/admin/accounts", managers=True),
            Entry("联系名册", "/admin/roster", "people", "/admin/roster"),
            Entry("代码表", "/admin/codes", "list", "/admin/codes"),
            Entry("审计", "/admin/audit", "shield", "/admin/audit"),
        ),
    ),
    ("", (Entry("案例", "/cases", "star", "/cases"), Entry("匹配质量", "/quality", "chart", "/quality"))),
)


def menu(role: Role, *, manages: bool = False) -> list[tuple[str, list[Entry]]]:
    """Return the parts of the menu that somebody of a role may open, with their headings.

    Args:
        manages: they manage their organisation.
    """
    hidden = role in _MEMBERS and not manages
    parts = [
        (heading, [each for each in entries if _open(each, role) and not (each.managers and hidden)])
        for heading, entries in MENU
    ]
    return [(heading, entries) for heading, entries in parts if entries]


def _open(entry: Entry, role: Role) -> bool:
    rule = RULES.get(("GET", entry.route))
    return rule is not None and role in rule.roles and (entry.only is None or role in entry.only)
