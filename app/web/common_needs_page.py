"""The page of what several enterprises need alike, for staff."""

from typing import Annotated

from fastapi import Query, Response

from app.codes.industries import division_names
from app.core.sheets import WORKBOOK, Sheet, workbook_answer, workbook_of
from app.needs.common_needs import CommonNeedOut, common_needs
from app.web.pages import PageOf, page_router

router = page_router()
_CHOICES = (2, 3, 4, 5)
Least = Annotated[int, Query(alias="min_enterprises", ge=2, le=100)]


@router.get("/common-needs")
def common(page: PageOf, least: Least = 2) -> Response:
    """Show the groups; all open needs are compared, so they follow the page."""
    if not page.is_fragment:
        return page.render("common_needs/index.html", least=least, choices=_CHOICES)
    groups = common_needs(page.session, page.services.gateway, page.caller, least)
    return page.render("common_needs/groups.html", groups=groups, least=least, industries=_industries)


@router.get("/common-needs.xlsx", response_class=Response, responses=WORKBOOK)
def common_workbook(page: PageOf, least: Least = 2) -> Response:
    """Return the groups as a workbook: one sheet of groups, one of their members."""
    groups = common_needs(page.session, page.services.gateway, page.caller, least)
    header = ["序号", "建议名称", "企业数", "需求数", "行业", "共有术语", "一致程度"]
    rows = [
        [
            number, group.title, group.enterprises, len(group.members), _industries(group), "、".join(group.terms),
            round(group.cohesion, 2),
        ]
        for number, group in enumerate(groups, start=1)
    ]  # fmt: skip
    members = [
        [number, group.title, member.title, member.organisation, member.id]
        for number, group in enumerate(groups, start=1)
        for member in group.members
    ]
    sheets = [
        Sheet("共性需求", header, rows),
        Sheet("成员", ["序号", "建议名称", "需求", "企业", "需求 id"], members),
    ]
    return workbook_answer(workbook_of(sheets), "common-needs.xlsx")


def _industries(group: CommonNeedOut) -> str:
    names = division_names()
    return "、".join(names.get(code, code) for code in group.industries)
